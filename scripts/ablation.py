#!/usr/bin/env python3
"""Measures which features, and which added knowledge, pay: out of fold, over several corpora, paired with the default.

usage: ablation.py [options] > TABLES.md

  --stance PROGRAM    default: build/release/stance
  --work DIR          prepared corpora and kept results, so that an interrupted run goes on (default: build/ablation)
  --standoff DIR      random.jsonl and selected.jsonl, as `make models TEXTS=DIR` joins them (default: build/standoff)
  --unscon FILE       the UN Security Council Conflict Corpus, CSV; default: left out
  --independent FILE  JSONL that no record is learned from, judged by a model of each variant but those of plain features; default: left out
  --pool FILE         JSONL of unlabelled real statements ("text"), for what learns from raw text; default: left out
  --only TEXT         only corpora and variants whose "corpus/variant" holds TEXT; may be given again
  --threads N         threads of the program (default: 2)

Needs Python's standard library and the built program. Where NumPy, SciPy and scikit-learn are installed, what the program cannot do is measured
outside of it on the program's vectors (`stance vectorize`), beside the default learned in the same way. Everything random has a fixed seed.

A variant is options of the program, or a change of the text before the program sees it. What is to be added to a statement as a marker is written
behind it as an ideograph: the program's tokens take each for a word without characters to cut. Between markers stands one and the same ideograph, which
keeps the bigrams of markers from being features of their own."""
import argparse
import collections
import csv
import hashlib
import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ablation_knowledge as knowledge  # noqa: E402
import ablation_outside as outside  # noqa: E402

STANCES = ("accusation", "conciliation", "denial")
FOLDS = 5
RESAMPLES = 500
RECIPE = ["--solver", "liblinear", "-C", "0.25", "--min-df", "3"]  # of all tables but that of the model that ships
SHIPPED = ["--solver", "dcd", "-C", "0.25", "--log-count", "0.5", "--min-df", "5"]  # as in models.sh

Variant = collections.namedtuple("Variant", "name options transform extra")
Corpus = collections.namedtuple("Corpus", "name judged auxiliary labels")


def variant(name, *options, transform=None, extra=None):
    return Variant(name, list(options), transform, extra)


FEATURES = [
    variant("default"),
    variant("words 1", "--words", "1-1"),
    variant("words 1-3", "--words", "1-3"),
    variant("no characters", "--chars", "0"),
    variant("no words", "--words", "0"),
    variant("characters 2-5", "--chars", "2-5"),
    variant("characters 2-6", "--chars", "2-6"),
    variant("characters 3-4", "--chars", "3-4"),
    variant("no idf", "--no-idf"),
    variant("counts", "--tf", "count"),
    variant("log counts", "--tf", "log"),
    variant("no negation marks", "--no-negation"),
    variant("no boundaries", "--no-boundaries"),
    variant("floor 1", "--min-df", "1"),
    variant("floor 2", "--min-df", "2"),
    variant("floor 5", "--min-df", "5"),
    variant("20,000 features", "--max-features", "20000"),
    variant("50,000 features", "--max-features", "50000"),
    variant("no class weights", "--class-weight", "none"),
    variant("hinge loss (libsvm)", "--solver", "libsvm"),
    variant("C 0.0625", "-C", "0.0625"),
    variant("C 0.125", "-C", "0.125"),
    variant("C 0.5", "-C", "0.5"),
    variant("C 1", "-C", "1"),
    variant("C 4", "-C", "4"),
    variant("stems (Snowball)", transform=knowledge.Stems),
    variant("length", transform=knowledge.Length),
]

KNOWLEDGE = [
    variant("default"),
    variant("a mark that says nothing", transform=knowledge.Gap),
    variant("cue classes", transform=knowledge.Cues),
    variant("cue classes, negation in reach", transform=knowledge.NegatedCues),
    variant("pairs of cue classes", transform=knowledge.CuePairs),
    variant("sequence of cue classes", transform=knowledge.CueSequence),
    variant("states and persons as classes", transform=knowledge.States),
    variant("skip-grams, window 3", transform=knowledge.SkipGrams),
    variant("skip-grams at negators", transform=knowledge.NegatorSkipGrams),
    variant("attribution, quotation, passive", transform=knowledge.Attribution),
    variant("who with what", transform=knowledge.WhoWhat),
    variant("all of the above classes", transform=knowledge.Everything),
    variant("self-training", extra="self"),
]

# Of the model that ships, on its corpora: in place of RECIPE.
SHIPPING = [
    variant("default", *SHIPPED),
    variant("no log-count ratios", *SHIPPED, "--log-count", "0"),
    variant("log-count ratios, a quarter", *SHIPPED, "--log-count", "0.25"),
    variant("floor 3", *SHIPPED, "--min-df", "3"),
    variant("C 0.125", *SHIPPED, "-C", "0.125"),
    variant("C 0.5", *SHIPPED, "-C", "0.5"),
]


# --- Corpora ---


def read_jsonl(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def as_stances(records):
    return [dict(r, labels=[x for x in r["labels"] if x in STANCES], all=r["labels"]) for r in records]


def exclusive(record, label):
    return dict(record, labels=[label], all=[label])


def as_tone(records):
    tones = [(r, [x for x in r["labels"] if x in ("negative", "positive")]) for r in records]
    return [exclusive(r, tone[0] if tone else "neutral") for r, tone in tones if len(tone) < 2]


def read_unscon(path):
    with open(path, encoding="utf-8", newline="") as table:
        return [exclusive({"id": str(i), "text": row["sentence_text"], "group": row["filename"]}, row["A0"])
                for i, row in enumerate(csv.DictReader(table))]


def read_corpora(arguments):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "corpora", "diplomatic-en")
    written = [r for part in ("train", "dev") for r in read_jsonl(os.path.join(root, part + ".jsonl"))]
    corpora = [Corpus("written", as_stances(written), [], STANCES)]
    real = os.path.join(arguments.standoff, "random.jsonl")
    if os.path.exists(real):
        drawn, chosen = read_jsonl(real), read_jsonl(os.path.join(arguments.standoff, "selected.jsonl"))
        corpora.append(Corpus("real", as_stances(drawn), as_stances(chosen), STANCES))
    else:
        tell(f"{real} is missing: the real statements are left out; see scripts/join-standoff.py")
    corpora.append(Corpus("tone", as_tone(written), [], ("negative", "neutral", "positive")))
    if arguments.unscon:
        records = read_unscon(arguments.unscon)
        three = tuple(sorted({r["labels"][0] for r in records}))
        two = [exclusive(r, "none" if r["labels"] == ["_"] else "negative") for r in records]
        corpora += [Corpus("unscon 2", two, [], ("negative", "none")), Corpus("unscon 3", records, [], three)]
    return corpora


def read_shipping(corpora):
    """What the model that ships learns from: the real corpus, and the written one twice, auxiliary."""
    found = {corpus.name: corpus for corpus in corpora}
    if "real" not in found:
        return []
    real, written = found["real"], found["written"]
    return [Corpus("real, written twice", real.judged, real.auxiliary + 2 * written.judged, STANCES)]


# --- Running the program ---


def tell(text):
    print(f"ablation: {text}", file=sys.stderr, flush=True)


class Bench:
    """Runs the program, and keeps what came out under a name made of all that went in."""

    def __init__(self, arguments):
        self.stance, self.work, self.threads = arguments.stance, arguments.work, str(arguments.threads)
        os.makedirs(self.work, exist_ok=True)
        with open(self.stance, "rb") as program:
            self.version = hashlib.sha256(program.read()).hexdigest()

    def path(self, ending, *parts):
        return os.path.join(self.work, hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16] + ending)

    def write(self, records):
        """The records as a file that is named by its content."""
        text = "".join(json.dumps({k: r[k] for k in ("id", "text", "labels", "group")}) + "\n" for r in records)
        path = self.path(".jsonl", text)
        if not os.path.exists(path):
            with open(path + ".part", "w", encoding="utf-8") as out:
                out.write(text)
            os.replace(path + ".part", path)
        return path

    def run(self, *command):
        done = subprocess.run([self.stance, *command, "-j", self.threads, "-q"], check=True, stdout=subprocess.PIPE)
        return done.stdout

    def predictions(self, labels, *command):
        """{id: [(truth, predicted, probability) of each label]}, by an evaluation cut into slices of one record."""
        kept = self.path(".json", self.version, labels, command)
        if not os.path.exists(kept):
            report = json.loads(self.run("evaluate", *command, "--slices", "id", "--slice-min", "1", "--bootstrap", "0", "--json"))
            found = {s["value"]: [prediction(x) for x in s["evaluation"]["labels"] if x["label"] in labels]
                     for s in report["slices"]["values"]}
            with open(kept, "w", encoding="utf-8") as out:
                json.dump(found, out)
        with open(kept, encoding="utf-8") as found:
            return json.load(found)

    def vectors(self, *command):
        path = self.path(".svm", self.version, command)
        if not os.path.exists(path):
            subprocess.run([self.stance, "vectorize", *command, "-q", "-o", path], check=True)
        return path

    def model(self, *command):
        path = self.path(".stance", self.version, command)
        if not os.path.exists(path):
            self.run("train", *command, "-o", path)
        return path


def prediction(figures):
    """Of the one record of a slice. Its Brier score is the square of what the probability is off by."""
    truth = figures["true_positive"] + figures["false_negative"] > 0
    off = figures["brier"]["value"] ** 0.5
    return truth, figures["true_positive"] + figures["false_positive"] > 0, 1.0 - off if truth else off


# --- Figures ---


class Judge:
    """Macro-F1 and mean average precision of predictions, on the records and on resamples of whole groups that all variants share."""

    def __init__(self, records):
        groups = sorted({r["group"] or r["id"] for r in records})
        number = {group: i for i, group in enumerate(groups)}
        self.groups = {r["id"]: number[r["group"] or r["id"]] for r in records}
        rng = random.Random(1)
        self.weights = [[1] * len(groups)]
        for _ in range(RESAMPLES):
            weights = [0] * len(groups)
            for i in rng.choices(range(len(groups)), k=len(groups)):
                weights[i] += 1
            self.weights.append(weights)

    def figures(self, predictions):
        """(macro-F1s, mean average precisions): first those of the records, then those of the resamples."""
        by_label = [sorted(((p[k][2], self.groups[i], p[k][0], p[k][1]) for i, p in predictions.items()), key=lambda x: -x[0])
                    for k in range(len(next(iter(predictions.values()))))]
        pairs = [[label_figures(label, weights) for label in by_label] for weights in self.weights]
        return [[sum(x[m] for x in labels) / len(labels) for labels in pairs] for m in (0, 1)]


def label_figures(ranked, weights):
    """F1, and average precision by steps; records of equal probability are taken in the order given."""
    found = seen = hits = predicted = 0
    area = 0.0
    for _, group, truth, positive in ranked:
        weight = weights[group]
        if weight:
            seen += weight
            if positive:
                predicted += weight
            if truth:
                found += weight
                area += weight * found / seen
                if positive:
                    hits += weight
    return 2 * hits / (predicted + found) if predicted + found else 0.0, area / found if found else 0.0


def interval(values):
    ordered = sorted(values[1:])
    return values[0], ordered[int(0.025 * len(ordered))], ordered[int(0.975 * len(ordered)) - 1]


def cells(figures, default):
    """A variant's cells: its figure with its interval, and its difference from the default with its own."""
    out = []
    for values, base in zip(figures, default):
        out.append("{:.3f} [{:.3f}, {:.3f}]".format(*interval(values)))
        difference = interval([a - b for a, b in zip(values, base)])
        out.append("" if values is base else "{:+.3f} [{:+.3f}, {:+.3f}]".format(*difference))
    return out


def print_row(*items):
    print("| " + " | ".join(items) + " |", flush=True)


def print_table(title, rows):
    """rows: (name, figures), the default first."""
    print(f"\n### {title}\n")
    print_row("variant", "macro-F1", "difference", "average precision", "difference")
    print_row(*["---"] * 5)
    for name, figures in rows:
        print_row(name, *cells(figures, rows[0][1]))


# --- Measuring ---


def as_seen(transform, records):
    return knowledge.changed(transform, records) if transform else records


def self_trained(bench, corpus, arguments):
    """Statements of the pool that a model of the auxiliary records alone is sure about, with its labels: no judged label has been seen."""
    seen = {" ".join(r["text"].split()) for r in corpus.judged + corpus.auxiliary}
    pool = [{"id": f"pool{i}", "text": r["text"], "labels": [], "group": ""} for i, r in enumerate(read_jsonl(arguments.pool))
            if " ".join(r["text"].split()) not in seen]
    model = bench.model(*RECIPE, bench.write(corpus.auxiliary))
    scored = bench.run("score", "-m", model, bench.write(pool))
    return knowledge.confident(pool, [json.loads(line)["scores"] for line in scored.splitlines()], STANCES)


def inputs_of(bench, corpus, v, arguments):
    """Options and files of the variant, and its transform; None where it cannot be had."""
    transform = None
    auxiliary = corpus.auxiliary
    if v.transform:
        transform = v.transform.fitted([r["text"] for r in corpus.judged + corpus.auxiliary])
        if transform is None:
            return None
    if v.name.startswith("hinge") and auxiliary:  # its time grows with the square of the records
        return None
    if v.extra == "self":
        if not arguments.pool or not auxiliary:
            return None
        auxiliary = auxiliary + self_trained(bench, corpus, arguments)
    command = RECIPE + v.options + [bench.write(as_seen(transform, corpus.judged))]
    if auxiliary:
        command += ["--auxiliary", bench.write(as_seen(transform, auxiliary))]
    return command, transform


def measure(bench, corpus, strangers, judges, variants, arguments):
    """Rows out of fold, and rows on the independent records."""
    rows, stranger_rows = [], []
    for v in variants:
        given = inputs_of(bench, corpus, v, arguments)
        if given is None:
            tell(f"{corpus.name}, {v.name}: left out")
            continue
        tell(f"{corpus.name}, {v.name}")
        command, transform = given
        rows.append((v.name, judges[0].figures(bench.predictions(corpus.labels, "--folds", str(FOLDS), *command))))
        if strangers:
            model = bench.model("--folds", "3", *command)
            found = bench.predictions(corpus.labels, "-m", model, bench.write(as_seen(transform, strangers)))
            stranger_rows.append((v.name, judges[1].figures(found)))
    return rows, stranger_rows


def chosen(arguments, corpus, variants):
    """The variants that --only lets through, behind the default; none where it lets none through."""
    kept = [v for v in variants if not arguments.only or any(text in f"{corpus.name}/{v[0]}" for text in arguments.only)]
    return variants[:1] + [v for v in kept if v is not variants[0]] if kept else []


def report(title, bench, corpora, variants, with_strangers, measuring, arguments):
    print(f"\n## {title}")
    for corpus in corpora:
        kept = chosen(arguments, corpus, variants)
        if not kept:
            continue
        strangers = as_stances(read_jsonl(arguments.independent)) if arguments.independent and corpus.auxiliary and with_strangers else []
        judges = [Judge(corpus.judged), Judge(strangers) if strangers else None]
        rows, stranger_rows = measuring(bench, corpus, strangers, judges, kept)
        print_table(corpus.name, rows)
        if stranger_rows:
            print_table("independent statements", stranger_rows)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stance", default="build/release/stance")
    parser.add_argument("--work", default="build/ablation")
    parser.add_argument("--standoff", default="build/standoff")
    parser.add_argument("--unscon")
    parser.add_argument("--independent")
    parser.add_argument("--pool")
    parser.add_argument("--only", action="append")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main():
    arguments = read_arguments()
    bench = Bench(arguments)
    corpora = read_corpora(arguments)

    def inside(*given):
        return measure(*given, arguments)

    report("The model that ships", bench, read_shipping(corpora), SHIPPING, True, inside, arguments)
    report("Features", bench, corpora, FEATURES, False, inside, arguments)
    report("Knowledge", bench, corpora, KNOWLEDGE, True, inside, arguments)
    if outside.available():
        report("Outside of the program", bench, corpora, outside.VARIANTS, True, outside.measure, arguments)


if __name__ == "__main__":
    main()
