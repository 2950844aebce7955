#!/bin/sh
# The golden cases of the program: sh tests/cli/run.sh PROGRAM [CASE...], from the root of the repository.
#
# A case is a file tests/cli/cases/NAME.case: a line that says what it shows, then sections that start with "--- run" (a shell script,
# run in a fresh directory with the program first on PATH), "--- stdout", "--- stderr" and "--- exit". Without stdout or stderr
# these must be empty; without exit it must be 0. A case with a section "needs" is skipped where that
# script fails. $DATA is tests/cli/data, $MODEL a model trained on its tiny.jsonl.
# Figures that depend on the model are masked on both sides: 0.1234 becomes N, a bar BAR.
set -u

program=${1:?usage: run.sh PROGRAM [CASE...]}
shift
case $program in
/*) ;;
*) program=$PWD/$program ;;
esac
here=$PWD/tests/cli
DATA=$here/data
scratch=$(mktemp -d) || exit 3
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
mkdir "$scratch/bin"
ln -s "$program" "$scratch/bin/stance"
PATH=$scratch/bin:$PATH
MODEL=$scratch/tiny.stance
LC_ALL=C
TERM=xterm
export PATH DATA MODEL LC_ALL TERM
unset STANCE_MODEL NO_COLOR COLUMNS

stance train -o "$MODEL" --seed 1 --min-df 2 --quiet "$DATA/tiny.jsonl" > "$scratch/train.out" 2>&1 || {
    cat "$scratch/train.out"
    echo "run.sh: the model for the cases cannot be trained"
    exit 1
}

# Writes the sections of case file $1 to $scratch/want.SECTION.
split_case() {
    rm -f "$scratch"/want.*
    : > "$scratch/want.stdout"
    : > "$scratch/want.stderr"
    echo 0 > "$scratch/want.exit"
    awk -v base="$scratch/want." '
        /^--- (needs|run|stdout|stderr|exit)$/ { file = base $2; printf "" > file; next }
        file { print > file }' "$1"
}

mask() {
    sed -e "s|$scratch|SCRATCH|g" -e 's/[-+]\{0,1\}[01]\.[0-9]\{2,\}/N/g' -e 's/[█░]\{1,\}/BAR/g'
}

# Prints how section $1 differs, with "-" for what is wanted and "+" for what came; nothing where it does not.
compare() {
    mask < "$scratch/want.$1" > "$scratch/want"
    mask < "$scratch/got.$1" > "$scratch/got"
    cmp -s "$scratch/want" "$scratch/got" || {
        echo "  $1:"
        diff -u "$scratch/want" "$scratch/got" | sed -e '1,2d' -e 's/^/    /'
    }
}

run_case() {
    rm -rf "$scratch/case"
    mkdir "$scratch/case"
    (cd "$scratch/case" && exec timeout 60 sh "$scratch/want.run" > "$scratch/got.stdout" 2> "$scratch/got.stderr" < /dev/null)
    echo $? > "$scratch/got.exit"
    {
        compare exit
        compare stderr
        compare stdout
    } > "$scratch/differences"
}

n_passed=0
n_failed=0
n_skipped=0
for file in "$here"/cases/*.case; do
    name=$(basename "$file" .case)
    case " $* " in
    '  ' | *" $name "*) ;;
    *) continue ;;
    esac
    split_case "$file"
    if [ -f "$scratch/want.needs" ] && ! sh "$scratch/want.needs" > /dev/null 2>&1; then
        n_skipped=$((n_skipped + 1))
        echo "SKIPPED $name: this machine lacks what it needs"
        continue
    fi
    run_case
    if [ -s "$scratch/differences" ]; then
        n_failed=$((n_failed + 1))
        echo "FAILED $name: $(head -n 1 "$file")"
        cat "$scratch/differences"
    else
        n_passed=$((n_passed + 1))
    fi
done

if [ $# -eq 0 ] && [ -f README.md ]; then
    sh "$here/readme.sh" "$program" > "$scratch/readme.out"
    counts=$(tail -n 1 "$scratch/readme.out")
    sed '$d' "$scratch/readme.out"
    n_passed=$((n_passed + ${counts%% *}))
    counts=${counts#*, }
    n_failed=$((n_failed + ${counts%% *}))
fi

echo "$n_passed passed, $n_failed failed, $n_skipped skipped"
[ "$n_failed" -eq 0 ]
