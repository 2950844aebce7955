#!/usr/bin/env python3
"""Joins the stand-off labels of corpora/standoff-en to the public texts that they were made on, and writes a corpus for `stance train`.

usage: join-standoff.py TEXTS LABELS.tsv > CORPUS.jsonl

TEXTS is a directory that holds, for each source, a table SOURCE.tsv or SOURCE.tsv.gz with the columns doc, paragraph and text, or a directory
SOURCE/ with a text file DOC.txt for each document, a paragraph a line. Where the texts are to be had:

  ungdc  UN General Debate Corpus, Harvard Dataverse, doi:10.7910/DVN/0TJX8Y (CC0); doc is the file's name
  press  transcripts of the regular press conferences of the Chinese foreign ministry, as collected in the repository cwang23/china_fm
  unpc   UN Parallel Corpus, sentences as collected in the repository javierosorio/keep_it_local
  news   PLOVER training sentences, as collected in the repository snowood1/Zero-Shot-PLOVER

LABELS.tsv has the columns id, source, doc, paragraph, start, end, hash, labels: the statement is the bytes [start, end) of the paragraph's UTF-8, and
hash is the beginning of the SHA-256 of its text with white space runs made single spaces. A statement whose hash does not match is looked for in the
document's other paragraphs; where it is not found it is left out and counted, and the exit status is 1.
"""
import csv
import gzip
import hashlib
import json
import os
import sys


def normalise(text):
    return " ".join(text.split())


def digest(text):
    return hashlib.sha256(normalise(text).encode("utf-8")).hexdigest()[:16]


def read_table(path):
    documents = {}
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="\n") as table:
        next(table)
        for line in table:
            doc, paragraph, text = line.rstrip("\n").split("\t", 2)
            documents.setdefault(doc, {})[paragraph] = text.encode("utf-8")
    return documents


def read_directory(path):
    documents = {}
    for folder, _, names in os.walk(path):
        for name in names:
            if name.endswith(".txt"):
                with open(os.path.join(folder, name), encoding="utf-8-sig", errors="replace") as text:
                    lines = [line.strip() for line in text if line.strip()]
                documents[name[:-4]] = {str(i): line.encode("utf-8") for i, line in enumerate(lines)}
    return documents


def read_source(texts, source):
    for ending in (".tsv", ".tsv.gz"):
        path = os.path.join(texts, source + ending)
        if os.path.exists(path):
            return read_table(path)
    path = os.path.join(texts, source)
    return read_directory(path) if os.path.isdir(path) else {}


def find(document, row):
    start, end = int(row["start"]), int(row["end"])
    paragraphs = [document[row["paragraph"]]] if row["paragraph"] in document else []
    for paragraph in paragraphs + list(document.values()):
        text = paragraph[start:end].decode("utf-8", errors="replace")
        if digest(text) == row["hash"]:
            return normalise(text)
    return None


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sources, missing = {}, 0
    with open(sys.argv[2], encoding="utf-8", newline="") as labels:
        for row in csv.DictReader(labels, delimiter="\t", quoting=csv.QUOTE_NONE):
            source = row["source"]
            if source not in sources:
                sources[source] = read_source(sys.argv[1], source)
            text = find(sources[source].get(row["doc"], {}), row)
            if text is None:
                missing += 1
                continue
            record = {"id": row["id"], "text": text, "labels": [x for x in row["labels"].split(";") if x],
                      "source": source, "group": row["doc"] if source in ("ungdc", "press") else row["id"]}
            print(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    if missing:
        print(f"join-standoff: {missing} statements were not found in {sys.argv[1]}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
