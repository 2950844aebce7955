#!/bin/sh
# Trains the model that ships, from the corpora that ship. The same corpora give the same bytes.
#
# usage: models.sh STANCE MODEL
set -eu
stance=$1
model=$2

set -- corpora/diplomatic-en/train.jsonl corpora/diplomatic-en/dev.jsonl
echo "models: training $model from $*" >&2
"$stance" train --preset default -o "$model" "$@"
