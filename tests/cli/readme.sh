#!/bin/sh
# Runs the examples of README.md: sh tests/cli/readme.sh PROGRAM [FILE], from the root of the repository.
#
# An example stands in a block that is fenced by ```console: a line "$ COMMAND", lines "> MORE" that continue it, and the output
# that it must give, stdout and stderr together. A line "..." matches any number of lines.
set -u

program=${1:?usage: readme.sh PROGRAM [FILE]}
readme=${2:-README.md}
case $program in
/*) ;;
*) program=$PWD/$program ;;
esac
scratch=$(mktemp -d) || exit 3
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
mkdir "$scratch/bin"
ln -s "$program" "$scratch/bin/stance"
PATH=$scratch/bin:$PATH
LC_ALL=C
export PATH LC_ALL
unset STANCE_MODEL NO_COLOR COLUMNS

# Example N goes to $scratch/N.run and $scratch/N.want.
awk -v base="$scratch/" '
    /^```console$/ { inside = 1; command = ""; next }
    /^```$/ { inside = 0; next }
    !inside { next }
    /^\$ / { n++; command = base n ".run"; want = base n ".want"; print substr($0, 3) > command; printf "" > want; start = 1; next }
    /^> / && start { print substr($0, 3) > command; next }
    command { start = 0; print > want }' "$readme"

# Matches the lines of the second file against those of the first, in which "..." is any number of lines.
matches() {
    awk '
        FILENAME == ARGV[1] { want[++n_want] = $0; next }
        { got[++n_got] = $0 }
        END {
            i = j = 1
            star = 0
            while (j <= n_got) {
                if (i <= n_want && want[i] == "...") { star = i++; mark = j }
                else if (i <= n_want && want[i] == got[j]) { i++; j++ }
                else if (star) { i = star + 1; j = ++mark }
                else exit 1
            }
            while (i <= n_want && want[i] == "...") i++
            exit i <= n_want
        }' "$1" "$2"
}

n_passed=0
n_failed=0
n=1
while [ -f "$scratch/$n.run" ]; do
    timeout 600 sh "$scratch/$n.run" > "$scratch/got" 2>&1 < /dev/null
    if matches "$scratch/$n.want" "$scratch/got"; then
        n_passed=$((n_passed + 1))
    else
        n_failed=$((n_failed + 1))
        echo "FAILED $readme, example $n: $(head -n 1 "$scratch/$n.run")"
        diff -u "$scratch/$n.want" "$scratch/got" | sed -e '1,2d' -e 's/^/    /'
    fi
    n=$((n + 1))
done
echo "$n_passed passed, $n_failed failed"
[ "$n_failed" -eq 0 ]
