#!/usr/bin/python3
"""Trains on ever more texts, and beside other programs, and prints what it takes.

usage: bench-train.py STANCE TEXTS [N...]

TEXTS is the directory with ungdc.tsv.gz (speeches of the UN General Debate). A text is the first half of one of its sentences, an
invented name, and the second half of another sentence of the same period; the period is the label, of four. Everything is drawn by
a seed that is the number of texts. Names are drawn by a power law without end, so that the vocabulary grows as that of real texts
does. Without N: 10,000, 100,000 and 1,000,000 texts, each trained with word 1-2-grams, C 1 and coordinate descent, once on one thread
and once on two; and at 100,000 texts, in turns, the median of 3 runs on one thread of

  stance, as it is: a tenth held out for calibration, thresholds and figures, and the model
  stance, 5 folds: the same by five folds
  stance, the model alone: what 5 folds take beyond 10 folds and those that they have in addition
  scikit-learn: TfidfVectorizer(ngram_range=(1, 2)) and LinearSVC()
  fastText: supervised -wordNgrams 2

Times are processor time in user space and in the kernel together, from the start of a program to its end, unless they say "wall".
"""

import gzip
import json
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PERIODS = [(1970, "to-1970"), (1990, "to-1990"), (2005, "to-2005"), (9999, "later")]
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
COMPARED_AT = 100_000
RUNS = 3

SKLEARN = """
import sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC
rows = [line.rstrip("\\n").split("\\t") for line in open(sys.argv[1], encoding="utf-8")][1:]
LinearSVC().fit(TfidfVectorizer(ngram_range=(1, 2)).fit_transform(row[0] for row in rows), [row[1] for row in rows])
"""


def read_sentences(texts):
    """Sentences of 6 to 60 words, as lists of words, by period."""
    sentences = {label: [] for _, label in PERIODS}
    with gzip.open(os.path.join(texts, "ungdc.tsv.gz"), "rt", encoding="utf-8") as file:
        next(file)
        for line in file:
            document, _, text = line.rstrip("\n").split("\t")[:3]
            label = next(label for last, label in PERIODS if int(document[-4:]) < last)
            for sentence in re.split(r"(?<=[.!?]) (?=[A-Z])", text):
                words = sentence.split()
                if 6 <= len(words) <= 60:
                    sentences[label].append(words)
    return sentences


def invent_name(rank):
    out = []
    rank += len(SYLLABLES)
    while rank:
        out.append(SYLLABLES[rank % len(SYLLABLES)])
        rank //= len(SYLLABLES)
    return "".join(out).capitalize()


def write_corpus(sentences, n, path):
    drawn = random.Random(n)
    labels = list(sentences)
    with open(path, "w", encoding="utf-8") as table, open(path + ".ft", "w", encoding="utf-8") as marked:
        table.write("text\tlabel\n")
        for _ in range(n):
            label = drawn.choice(labels)
            head, tail = drawn.choice(sentences[label]), drawn.choice(sentences[label])
            name = invent_name(int(drawn.random() ** -1.4))
            text = " ".join(head[: len(head) // 2] + [name] + tail[len(tail) // 2:])
            table.write(f"{text}\t{label}\n")
            marked.write(f"__label__{label} {text}\n")


def write_corpora(texts, corpora):
    """In a process of its own: what this one ever held would count as the peak of the programs that it starts."""
    child = os.fork()
    if child == 0:
        sentences = read_sentences(texts)
        for n, corpus in corpora.items():
            write_corpus(sentences, n, corpus)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit("bench-train: the texts could not be written")


def run(command):
    """User, user and kernel, and wall seconds, and the peak of memory in MB."""
    start = time.monotonic()
    with open(os.devnull, "w") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere, env={**os.environ, "OMP_NUM_THREADS": "1"})
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench-train: failed: {' '.join(command)}")
    return usage.ru_utime, usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024


def train(stance, corpus, model, threads, *options):
    return [stance, "train", "-q", "-j", str(threads), "--preset", "words", "--solver", "dcd", "-C", "1", "--no-quotes",
            "--label-column", "label", "-o", model, *options, corpus]


def count_values(stance, corpus, directory):
    """The values that are not zero, in all vectors."""
    out = os.path.join(directory, "vectors")
    run([stance, "vectorize", "-q", "--preset", "words", "--no-quotes", "--label-column", "label", "-o", out, corpus])
    with open(out, encoding="utf-8") as file:
        n = sum(line.count(":") for line in file)
    os.remove(out)
    return n


def measure_growth(stance, corpora, directory):
    print(f"{'texts':>9} {'user s':>8} {'wall s -j2':>11} {'peak MB':>9} {'-j2':>7} {'values':>11} {'bytes/value':>12} {'exponent':>9}")
    before = None
    for n, corpus in corpora.items():
        model = os.path.join(directory, "model.stance")
        user, _, _, peak = run(train(stance, corpus, model, 1))
        _, _, wall, peak_of_two = run(train(stance, corpus, model, 2))
        values = count_values(stance, corpus, directory)
        exponent = "" if before is None else f"{math.log(user / before[1]) / math.log(n / before[0]):9.2f}"
        print(f"{n:9} {user:8.2f} {wall:11.2f} {peak:9.0f} {peak_of_two:7.0f} {values:11} {peak * 1048576 / values:12.1f} {exponent:>9}",
              flush=True)
        before = n, user


def compare(stance, corpus, directory):
    model = os.path.join(directory, "model")
    contenders = {"stance": train(stance, corpus, model, 1)}
    for folds in "5", "10":
        contenders[f"stance, {folds} folds"] = train(stance, corpus, model, 1, "--folds", folds)
    if subprocess.run([sys.executable, "-c", "import sklearn"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        contenders["scikit-learn"] = [sys.executable, "-c", SKLEARN, corpus]
    if shutil.which("fasttext"):
        contenders["fastText"] = ["fasttext", "supervised", "-input", corpus + ".ft", "-output", model, "-wordNgrams", "2", "-thread", "1"]
    times = {name: [] for name in contenders}
    peaks = {}
    for _ in range(RUNS):
        for name, command in contenders.items():
            _, seconds, _, peaks[name] = run(command)
            times[name].append(seconds)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    # Ten folds learn nine tenths of the texts each, five folds four fifths: 9 and 4 times all of them.
    alone = medians["stance, 5 folds"] - 4 / 5 * (medians.pop("stance, 10 folds") - medians["stance, 5 folds"])
    print(f"\n{'':24} {'seconds':>8} {'times stance':>13} {'times the model alone':>22} {'peak MB':>9}")
    print(f"{'stance, the model alone':24} {alone:8.2f}")
    for name, seconds in medians.items():
        print(f"{name:24} {seconds:8.2f} {seconds / medians['stance']:13.1f} {seconds / alone:22.1f} {peaks[name]:9.0f}")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    stance, texts = sys.argv[1:3]
    sizes = [int(n) for n in sys.argv[3:]] or [10_000, COMPARED_AT, 1_000_000]
    with tempfile.TemporaryDirectory() as directory:
        corpora = {n: os.path.join(directory, f"{n}.tsv") for n in sizes}
        write_corpora(texts, corpora)
        measure_growth(stance, corpora, directory)
        if COMPARED_AT in corpora:
            compare(stance, corpora[COMPARED_AT], directory)


if __name__ == "__main__":
    main()
