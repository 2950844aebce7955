#!/bin/sh
# Trains the model that ships. The same corpora give the same bytes.
#
# usage: models.sh STANCE MODEL [TEXTS]
#   TEXTS  the directory with the public texts that corpora/standoff-en was labelled on; see scripts/join-standoff.py
#
# Without TEXTS only the written corpus can be used: the model goes to build/, and the one that ships is kept.
set -eu
stance=$1
model=$2
texts=${3:-}
joined=build/standoff
written=corpora/diplomatic-en

mkdir -p "$joined"
if [ -n "$texts" ]; then
    for part in random selected; do
        python3 scripts/join-standoff.py "$texts" "corpora/standoff-en/$part.tsv" > "$joined/$part.jsonl"
    done
    echo "models: training $model from real and written statements" >&2
    # What was drawn at random stands for the text that the model will meet: it alone sets calibration and thresholds. The written
    # corpus is given twice, and so weighs twice, which ranks agency news and Council debates better. A floor of five records keeps the
    # file under 8 MB; shares of log-count ratios from 0.35 to 0.5 are about equal.
    "$stance" train --solver dcd -C 0.25 --log-count 0.5 --min-df 5 -o "$model" \
        "$joined/random.jsonl" --auxiliary "$joined/selected.jsonl" \
        --auxiliary "$written/train.jsonl" --auxiliary "$written/dev.jsonl" \
        --auxiliary "$written/train.jsonl" --auxiliary "$written/dev.jsonl"
else
    echo "models: no texts are given to join the real statements to (make models TEXTS=DIR; see scripts/join-standoff.py)" >&2
    echo "models: training build/written-only.stance from the written statements alone; $model stays as it is" >&2
    "$stance" train --solver dcd -o build/written-only.stance "$written/train.jsonl" "$written/dev.jsonl"
fi
