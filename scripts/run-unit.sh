#!/bin/sh
# Runs unit test programs, all of them even when one fails, and fails if any did.
# usage: run-unit.sh [--under COMMAND] PROGRAM...
set -u
under=
if [ "${1:-}" = --under ]; then
    under=$2
    shift 2
fi
failed=
for program in "$@"; do
    echo "== ${program##*/}"
    # shellcheck disable=SC2086 # the command's words are meant to split
    $under "$program" || failed="$failed ${program##*/}"
done
if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
