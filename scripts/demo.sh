#!/bin/sh
# Scores the news article that comes with the project.
#
# usage: demo.sh STANCE MODEL
set -eu
stance=$1
model=$2
article=corpora/demo/article.txt

echo "\$ stance classify $article"
echo
"$stance" classify -m "$model" "$article"
