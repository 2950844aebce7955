#!/bin/sh
# Trains the model that ships, from the corpora that ship. The same corpora give the same bytes.
#
# usage: models.sh STANCE MODEL
set -eu
stance=$1
model=$2

set -- corpora/diplomatic-en/*.jsonl
echo "models: training $model from $#  files" >&2
"$stance" train --preset default -o "$model" "$@"
