#!/usr/bin/python3
"""Scores the same lines with stance and with what else is installed, and prints how fast each is.

usage: bench.py STANCE BENCH_STAGES [FILE [RUNS]]

FILE holds a text a line; without it lines are drawn from corpora/diplomatic-en by a fixed seed. Everything learns from the written
corpus, runs on one core, from raw text to the probabilities of all labels, in turns, RUNS (default 5) times. Times are processor
time, which neighbours disturb less, without what the same program takes for a single line: start and loading; medians. Peaks
below this script's own are shown as that. What is slow gets the first lines only. Where valgrind is installed, instructions are
counted for each stage of scoring.
"""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

LABELS = ["accusation", "conciliation", "denial", "negative", "positive"]
N_LINES = 100_000
N_FEW = 2_000
CORPUS = "corpora/diplomatic-en/train.jsonl"

# Word 1-2-grams, tf-idf, a linear machine a label, and the logistic function for a probability.
SKLEARN_LEARN = """
import json, pickle, sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC
records = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
vectorizer = TfidfVectorizer(ngram_range=(1, 2))
machine = OneVsRestClassifier(LinearSVC())
machine.fit(vectorizer.fit_transform([r["text"] for r in records]), MultiLabelBinarizer().fit_transform(r["labels"] for r in records))
pickle.dump((vectorizer, machine), open(sys.argv[2], "wb"))
"""
# The same with character n-grams inside words, as in the preset "default".
SKLEARN_CHARS = SKLEARN_LEARN.replace(
    "vectorizer = TfidfVectorizer(ngram_range=(1, 2))",
    "from sklearn.pipeline import FeatureUnion\n"
    'vectorizer = FeatureUnion([("words", TfidfVectorizer(ngram_range=(1, 2), min_df=2)), '
    '("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2))])',
)
SKLEARN_SCORE = """
import pickle, sys
import numpy
vectorizer, machine = pickle.load(open(sys.argv[1], "rb"))
lines = open(sys.argv[2], encoding="utf-8").read().splitlines()
probabilities = 1 / (1 + numpy.exp(-machine.decision_function(vectorizer.transform(lines))))
numpy.savetxt(sys.stdout, probabilities, fmt="%.4f")
"""


def read_records():
    with open(CORPUS, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_lines(path, source, records):
    if source is not None:
        with open(source, encoding="utf-8", errors="replace") as file:
            lines = [" ".join(line.replace('"', "'").split()) for line in file]
    else:
        drawn = random.Random(1)
        lines = [" ".join(drawn.choice(records)["text"].split()) for _ in range(N_LINES)]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines if line)
    with open(path + ".few", "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines[:N_FEW] if line)
    with open(path + ".one", "w", encoding="utf-8") as file:
        file.write("They denied it.\n")


def run(command):
    """Processor time in seconds and the peak of memory in MB."""
    with open(os.devnull, "w") as nowhere:
        process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def learn_stance(stance, preset, model):
    run([stance, "train", "--quiet", "--preset", preset, "--solver", "liblinear", "-o", model, CORPUS])
    return score_with(stance, model, "text")


def score_with(stance, model, form):
    return lambda lines: [stance, "score", "-j", "1", "--quiet", "-m", model, "--input-format", form, lines]


def learn_fasttext(records, options, directory, name):
    text, model = os.path.join(directory, "fasttext.txt"), os.path.join(directory, name)
    with open(text, "w", encoding="utf-8") as file:
        for record in records:
            marks = " ".join("__label__" + label for label in record["labels"] or ["none"])
            file.write(f"{marks} {' '.join(record['text'].split())}\n")
    run(["fasttext", "supervised", "-input", text, "-output", model, "-loss", "ova", "-wordNgrams", "2"] + options)
    return lambda lines: ["fasttext", "predict-prob", model + ".bin", lines, "6"]


def learn_sklearn(script, model):
    run([sys.executable, "-c", script, CORPUS, model])
    return lambda lines: [sys.executable, "-c", SKLEARN_SCORE, model, lines]


def vectorise(stance, model, texts, out):
    """One head's vectors, for the tools that read no text: their times leave out making them."""
    run([stance, "vectorize", "--quiet", "-m", model, "--label", "accusation", "--input-format", "jsonl", "-o", out, texts])


def as_records(lines, out):
    with open(lines, encoding="utf-8") as file, open(out, "w", encoding="utf-8") as records:
        records.writelines(json.dumps({"text": line.rstrip("\n"), "labels": []}) + "\n" for line in file)


def learn_on_vectors(learn, predict, stance, words, lines, directory):
    base = os.path.join(directory, os.path.basename(learn[0]))
    vectorise(stance, words, CORPUS, base + ".train")
    run(learn + [base + ".train", base + ".model"])
    for part in (lines, directory + "/lines.txt.one"):
        as_records(part, base + ".jsonl")
        vectorise(stance, words, base + ".jsonl", f"{base}.{os.path.basename(part)}")
    return base + ".model", lambda path: [predict, f"{base}.{os.path.basename(path)}", base + ".model", os.devnull]


def has_sklearn():
    return subprocess.run([sys.executable, "-c", "import sklearn"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def contenders(stance, records, lines, directory):
    """Name, model file, the command for a file of lines, and that file."""
    words, default = os.path.join(directory, "words.stance"), os.path.join(directory, "default.stance")
    yield "stance words", words, learn_stance(stance, "words", words), lines
    yield "stance default", default, learn_stance(stance, "default", default), lines
    for part in (lines, lines + ".one"):
        as_records(part, part.replace("lines.txt", "lines.jsonl"))
    yield "stance words, JSONL", words, score_with(stance, words, "jsonl"), lines.replace("lines.txt", "lines.jsonl")
    if shutil.which("fasttext"):
        yield "fastText dim 20", os.path.join(directory, "ft20.bin"), learn_fasttext(records, ["-dim", "20"], directory, "ft20"), lines
        yield "fastText", os.path.join(directory, "ft.bin"), learn_fasttext(records, [], directory, "ft"), lines
    if has_sklearn():
        pickle = os.path.join(directory, "sklearn.pickle")
        yield "scikit-learn words", pickle, learn_sklearn(SKLEARN_LEARN, pickle), lines
        pickle = os.path.join(directory, "sklearn-chars.pickle")
        yield "scikit-learn default", pickle, learn_sklearn(SKLEARN_CHARS, pickle), lines + ".few"
    if shutil.which("liblinear-train"):
        model, command = learn_on_vectors(["liblinear-train", "-q"], "liblinear-predict", stance, words, lines, directory)
        yield "liblinear, 1 head, vectors", model, command, lines
    if shutil.which("svm-train"):
        model, command = learn_on_vectors(["svm-train", "-q", "-t", "0"], "svm-predict", stance, words, lines + ".few", directory)
        yield "svm-predict, 1 head, vectors", model, command, lines + ".few"


def measure(entries, one, runs):
    times = {entry[0]: [] for entry in entries}
    peaks = {}
    for _ in range(runs):
        for name, _, command, lines in entries:
            start, _ = run(command(one.replace("lines.txt", "lines.jsonl") if lines.endswith(".jsonl") else one))
            seconds, peaks[name] = run(command(lines))
            times[name].append((max(seconds - start, 1e-6) / os.path.getsize(lines), start))
    return times, peaks


def report(entries, times, peaks):
    first = statistics.median(seconds for seconds, _ in times[entries[0][0]])
    print(f"{'':30} {'MB/s':>8} {'times slower':>13} {'start, ms':>10} {'peak, MB':>9} {'model, MB':>10}")
    for name, model, _, _ in entries:
        seconds = statistics.median(s for s, _ in times[name])
        start = statistics.median(s for _, s in times[name])
        print(f"{name:30} {1e-6 / seconds:8.1f} {seconds / first:13.1f} {1000 * start:10.1f} {peaks[name]:9.1f} "
              f"{os.path.getsize(model) / 1e6:10.1f}")


def count_instructions(stages, model, lines, stage):
    """Instructions a byte of one stage, when it is warm."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + os.devnull, "--collect-atstart=no",
               "--toggle-collect=run_stage*", stages, model, lines, stage]
    log = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True).stderr
    return int(log.split("Collected : ")[1].split()[0]) / os.path.getsize(lines)


def report_stages(stages, model, lines):
    rows = subprocess.run([stages, model, lines], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    for row in rows:
        count = ""
        if shutil.which("valgrind"):
            count = f" {count_instructions(stages, model, lines + '.few', row.split()[0]):8.1f} instructions a byte"
        print(row + count, flush=True)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    stance, stages = sys.argv[1:3]
    runs = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    records = read_records()
    with tempfile.TemporaryDirectory() as directory:
        lines = os.path.join(directory, "lines.txt")
        write_lines(lines, sys.argv[3] if len(sys.argv) > 3 else None, records)
        entries = list(contenders(stance, records, lines, directory))
        times, peaks = measure(entries, lines + ".one", runs)
        report(entries, times, peaks)
        for name, model, _, _ in entries[:2]:
            print(f"\nstages of {name}:", flush=True)
            report_stages(stages, model, lines)


if __name__ == "__main__":
    main()
