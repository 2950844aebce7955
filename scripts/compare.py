#!/usr/bin/python3
"""Compares `stance train` with scikit-learn and fastText on anybody's corpus: the same grouped folds for all of them, in the same run.

usage: compare.py [OPTIONS] CORPUS... [-- OPTIONS OF stance train]

A corpus is CSV, TSV or JSONL as `stance train` takes it. The records of a group stay on one side of every fold, labels spread evenly over the
folds. Every system learns from the other folds alone and chooses its own C by a cross-validation inside of them. The figure is macro-F1 over the
labels, from the predictions of all folds together, with 95% percentile intervals from 2,000 resamples of whole groups, and the difference
to stance on the same resamples.

For comparison only: scikit-learn and fastText are Debian's packages python3-sklearn and fasttext; what is missing is left out, and said so.
"""
import argparse
import csv
import functools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import warnings

csv.field_size_limit(1 << 30)

# --- The corpus --------------------------------------------------------------------------------------------------------------------


def rows_of(path):
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        if path.endswith((".csv", ".tsv")):
            yield from csv.DictReader(file, delimiter="," if path.endswith(".csv") else "\t")
        else:
            for line in file:
                if line.strip():
                    yield json.loads(line)


def labels_of(row, options):
    names = [options.label_column] if options.label_column else ["labels", "label"]
    value = next((row[name] for name in names if row.get(name) is not None), [])
    labels = value if isinstance(value, list) else value.split(options.label_separator)
    return frozenset(x for x in labels if x and x not in options.no_label)


def read_corpus(options):
    records = []
    for path in options.corpora:
        for row in rows_of(path):
            labels = labels_of(row, options)
            if options.any_label:
                labels = frozenset([options.any_label if labels else "none"])
            group = row.get(options.group_column) or f"record {len(records)}"
            records.append({"text": row[options.text_column], "labels": labels, "group": group})
    return records


def deal_folds(records, n_folds, seed):
    """The fold of each record: groups in random order, large ones first, each to the fold that leaves the label sets spread most evenly."""
    groups = {}
    for i, record in enumerate(records):
        groups.setdefault(record["group"], []).append(i)
    totals = {}
    for record in records:
        totals[record["labels"]] = totals.get(record["labels"], 0) + 1
    order = sorted(groups)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda group: -len(groups[group]))
    held = [dict.fromkeys(totals, 0) for _ in range(n_folds)]
    folds = [0] * len(records)
    for group in order:
        counts = {}
        for i in groups[group]:
            counts[records[i]["labels"]] = counts.get(records[i]["labels"], 0) + 1
        cost = [sum(((fold[x] + n) ** 2 - fold[x] ** 2) / totals[x] ** 2 for x, n in counts.items()) for fold in held]
        best = cost.index(min(cost))
        for x, n in counts.items():
            held[best][x] += n
        for i in groups[group]:
            folds[i] = best
    return folds


# --- The systems: each learns from `training` and returns a set of labels for each record of `test` ----------------------------------


def stance(training, test, task, options=None):
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: os.path.join(folder, name) for name in ("train.jsonl", "test.jsonl", "model")}
        for name, part in (("train.jsonl", training), ("test.jsonl", test)):
            with open(paths[name], "w", encoding="utf-8") as file:
                for r in part:
                    file.write(json.dumps({"text": r["text"], "labels": sorted(r["labels"]), "group": r["group"]}) + "\n")
        subprocess.run([task.stance, "train", "--quiet", "-o", paths["model"], *(options or task.stance_options), paths["train.jsonl"]],
                       check=True, stdout=subprocess.DEVNULL)
        scored = subprocess.run([task.stance, "score", "--quiet", "-m", paths["model"], paths["test.jsonl"]], check=True,
                                stdout=subprocess.PIPE, encoding="utf-8").stdout
    return [frozenset(json.loads(line)["predicted"]) for line in scored.splitlines()]


def scikit(chars, weight):
    def run(training, test, task):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.model_selection import GridSearchCV, GroupKFold
        from sklearn.pipeline import make_union
        from sklearn.svm import LinearSVC

        vectorizers = [TfidfVectorizer(ngram_range=(1, 2))]
        if chars:
            vectorizers.append(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)))
        union = make_union(*vectorizers)
        x, z = union.fit_transform([r["text"] for r in training]), union.transform([r["text"] for r in test])
        groups = [r["group"] for r in training]

        def fit(y):
            search = GridSearchCV(LinearSVC(class_weight=weight), {"C": [0.01, 0.03, 0.1, 0.3, 1, 3, 10]}, cv=GroupKFold(5),
                                  scoring="f1_macro")
            return search.fit(x, y, groups=groups).predict(z)

        if task.exclusive:
            return [frozenset([label]) for label in fit([next(iter(r["labels"])) for r in training])]
        columns = [fit([label in r["labels"] for r in training]) for label in task.labels]
        return [frozenset(label for label, column in zip(task.labels, columns) if column[i]) for i in range(len(test))]

    return run


def fasttext(training, test, task):
    """The defaults with word 1-2-grams. Labels that stand beside each other are learned one against all and predicted from 0.5."""

    def line(text):
        return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))

    with tempfile.TemporaryDirectory() as folder:
        train_path, model, test_path = (os.path.join(folder, name) for name in ("train.txt", "model", "test.txt"))
        with open(train_path, "w", encoding="utf-8") as file:
            for r in training:
                marks = " ".join(f"__label__{task.labels.index(label)}" for label in sorted(r["labels"]))
                file.write(f"{marks or '__label__none'} {line(r['text'])}\n")
        with open(test_path, "w", encoding="utf-8") as file:
            file.writelines(line(r["text"]) + "\n" for r in test)
        loss = [] if task.exclusive else ["-loss", "ova"]
        subprocess.run(["fasttext", "supervised", "-input", train_path, "-output", model, "-wordNgrams", "2", "-thread", "1",
                        "-verbose", "0", *loss], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        limit = ["1"] if task.exclusive else ["-1", "0.5"]
        predicted = subprocess.run(["fasttext", "predict", model + ".bin", test_path, *limit], check=True, stdout=subprocess.PIPE,
                                   encoding="utf-8").stdout
    lines = predicted.split("\n")[:len(test)]
    return [frozenset(task.labels[int(x)] for x in re.findall(r"__label__(\d+)", text)) for text in lines]


def systems(beside):
    found = {"stance": stance}
    for options in beside:
        found["stance " + options] = functools.partial(stance, options=options.split())
    try:
        warnings.filterwarnings("ignore")
        os.environ.setdefault("PYTHONWARNINGS", "ignore")
        import sklearn  # noqa: F401
        for chars, features in ((False, "words"), (True, "words + characters")):
            for weight in (None, "balanced"):
                found[f"scikit-learn, {features}" + (", balanced" if weight else "")] = scikit(chars, weight)
    except ImportError:
        print("compare: scikit-learn is missing and left out (Debian: python3-sklearn, for /usr/bin/python3)", file=sys.stderr)
    try:
        subprocess.run(["fasttext"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found["fastText"] = fasttext
    except FileNotFoundError:
        print("compare: fastText is missing and left out (Debian: fasttext)", file=sys.stderr)
    return found


# --- The figures -------------------------------------------------------------------------------------------------------------------


def tallies(records, predicted, labels):
    """For each group, for each label: true positives, and positives plus predicted."""
    groups = {}
    for record, guess in zip(records, predicted):
        tally = groups.setdefault(record["group"], [[0, 0] for _ in labels])
        for i, label in enumerate(labels):
            truth, hit = label in record["labels"], label in guess
            tally[i][0] += truth and hit
            tally[i][1] += truth + hit
    return [groups[name] for name in sorted(groups)]


def macro_f1(groups, labels, sample):
    sums = [[0, 0] for _ in labels]
    for g in sample:
        for total, part in zip(sums, groups[g]):
            total[0] += part[0]
            total[1] += part[1]
    return sum(2 * hits / both for hits, both in sums if both) / max(1, sum(both > 0 for _, both in sums))


def interval(values):
    values = sorted(values)
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def print_table(results, records, labels, n_samples, seed):
    generator = random.Random(seed)
    groups = {name: tallies(records, predicted, labels) for name, predicted in results.items()}
    n_groups = len(groups["stance"])
    samples = [[generator.randrange(n_groups) for _ in range(n_groups)] for _ in range(n_samples)]
    resampled = {name: [macro_f1(g, labels, sample) for sample in samples] for name, g in groups.items()}
    print(f"{'system':38}  macro-F1                 less stance")
    for name, g in groups.items():
        value = macro_f1(g, labels, range(n_groups))
        low, high = interval(resampled[name])
        text = f"{name:38}  {value:.3f} [{low:.3f}, {high:.3f}]"
        if name != "stance":
            low, high = interval([a - b for a, b in zip(resampled[name], resampled["stance"])])
            text += f"     {value - macro_f1(groups['stance'], labels, range(n_groups)):+.3f} [{low:+.3f}, {high:+.3f}]"
        print(text)


def parse_options(arguments):
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", metavar="CORPUS")
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--label-column")
    parser.add_argument("--label-separator", default=";")
    parser.add_argument("--no-label", action="append", default=[], metavar="VALUE", help="a label value that means none")
    parser.add_argument("--group-column", default="group")
    parser.add_argument("--any-label", metavar="NAME", help="two classes: NAME for records with any label, none for the others")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--beside", action="append", default=[], metavar="OPTIONS",
                        help="stance once more with these options of stance train; may be given again")
    parser.add_argument("--bootstrap", type=int, default=2000, metavar="N")
    parser.add_argument("--stance", default="build/release/stance", help="the program (default: build/release/stance)")
    options = parser.parse_args(arguments[:cut])
    options.stance_options = arguments[cut + 1:]
    return options


def main():
    task = parse_options(sys.argv[1:])
    records = read_corpus(task)
    task.labels = sorted(set().union(*(r["labels"] for r in records)))
    task.exclusive = all(len(r["labels"]) == 1 for r in records)
    folds = deal_folds(records, task.folds, task.seed)
    print(f"{len(records)} records, {len(set(r['group'] for r in records))} groups, {task.folds} folds, seed {task.seed}, labels: "
          + ", ".join(f"{x} {sum(x in r['labels'] for r in records)}" for x in task.labels))
    results = {}
    for name, system in systems(task.beside).items():
        results[name] = [None] * len(records)
        for fold in range(task.folds):
            held_out = [i for i in range(len(records)) if folds[i] == fold]
            training = [r for r, f in zip(records, folds) if f != fold]
            for i, guess in zip(held_out, system(training, [records[i] for i in held_out], task)):
                results[name][i] = guess
    print_table(results, records, task.labels, task.bootstrap, task.seed)


if __name__ == "__main__":
    main()
