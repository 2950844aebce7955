"""What the program cannot do, measured on its vectors with NumPy, SciPy and scikit-learn where they are installed (see ablation.py): hashed
vocabularies, log-count ratios, other losses, stacked heads, dense vectors of statements. The first row is the program's own way, learned here.

Thresholds are those of the best F1 on the other folds' scores. Idf and latent dimensions come from all the texts, without their labels."""
import sys

import ablation_knowledge as knowledge

try:
    import numpy
    import scipy.sparse
    from sklearn.datasets import load_svmlight_file
    from sklearn.decomposition import TruncatedSVD
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import normalize
    from sklearn.svm import LinearSVC
except ImportError:
    numpy = None

FOLDS = 5
INNER_FOLDS = 3
HASH_BITS = 18
C = 0.25
DIMENSIONS = 200
DENSE_WEIGHT = 1.0


class Problem:
    """A corpus as a matrix: the judged records first, then the auxiliary ones, then the independent ones."""

    def __init__(self, bench, corpus, strangers):
        self.corpus, self.strangers = corpus, strangers
        records = corpus.judged + corpus.auxiliary + strangers
        self.x = load_svmlight_file(bench.vectors("--min-df", "3", bench.write(records)), multilabel=True)[0].tocsr()
        self.y = {k: numpy.array([k in r["all"] for r in records]) for k in sorted({x for r in records for x in r["all"]})}
        self.n_judged, self.n_known = len(corpus.judged), len(corpus.judged) + len(corpus.auxiliary)
        self.groups = numpy.unique([r["group"] or r["id"] for r in records], return_inverse=True)[1]

    def folds(self, rows, k, seed):
        """(rows to learn from, rows to judge), whole groups on one side."""
        fold_of_group = numpy.random.RandomState(seed).permutation(self.groups.max() + 1) % k
        fold = fold_of_group[self.groups[rows]]
        return [(rows[fold != i], rows[fold == i]) for i in range(k)]


# --- Learners: (matrix, truth, rows to learn from, rows to score) -> scores ---


def svm(x, y, learn, judge, class_weight="balanced", **options):
    return LinearSVC(C=C, class_weight=class_weight, random_state=1, **options).fit(x[learn], y[learn]).decision_function(x[judge])


def unweighted(x, y, learn, judge):
    return svm(x, y, learn, judge, class_weight=None)


def logistic(x, y, learn, judge):
    return LogisticRegression(C=4.0, class_weight="balanced", solver="liblinear", random_state=1).fit(
        x[learn], y[learn]).decision_function(x[judge])


def log_count_factors(x, y, learn, share):
    """Wang and Manning (2012): a factor for each feature, its log-count ratio in absolute value; `share` of it, the rest being 1. The mean square
    length of the records learned from stays what it was, so that C keeps its meaning. Nothing but the rows learned from is looked at."""
    seen = x[learn]
    present = scipy.sparse.csr_matrix((numpy.ones_like(seen.data), seen.indices, seen.indptr), shape=seen.shape)
    p, q = (numpy.asarray(present[y[learn] == side].sum(axis=0)).ravel() + 1.0 for side in (True, False))
    ratio = numpy.abs(numpy.log(p / p.sum()) - numpy.log(q / q.sum()))
    factors = (1.0 - share) + share * ratio / ratio.mean()
    squares = numpy.asarray(seen.multiply(seen).sum(axis=0)).ravel()
    return factors * numpy.sqrt(squares.sum() / (squares @ factors ** 2))


def log_count_svm(x, y, learn, judge, share=0.25):
    return svm(x @ scipy.sparse.diags(log_count_factors(x, y, learn, share)), y, learn, judge)


def mean_of_two(x, y, learn, judge):
    a, b = svm(x, y, learn, judge), log_count_svm(x, y, learn, judge, share=1.0)
    return a / a.std() + b / b.std()


def hashed(x):
    """Columns dealt to 2^18 places at random, as a hash function would."""
    places = numpy.random.RandomState(1).randint(1 << HASH_BITS, size=x.shape[1])
    deal = scipy.sparse.csr_matrix((numpy.ones(x.shape[1]), (numpy.arange(x.shape[1]), places)), shape=(x.shape[1], 1 << HASH_BITS))
    return x @ deal


def with_dense(x):
    """Latent semantic dimensions of the statements (Deerwester et al. 1990), as one block more beside words and characters."""
    dense = normalize(TruncatedSVD(DIMENSIONS, random_state=1).fit_transform(x)) * DENSE_WEIGHT
    return scipy.sparse.hstack([x, scipy.sparse.csr_matrix(dense)]).tocsr()


def stacked(problem, label, learn, judge):
    """A logistic regression over the scores of all heads, which for the records learned from are out of fold (Wolpert 1992)."""
    heads = list(problem.y)
    inner = numpy.zeros((problem.x.shape[0], len(heads)))
    for a, b in problem.folds(learn, INNER_FOLDS, 2):
        for k, head in enumerate(heads):
            inner[b, k] = svm(problem.x, problem.y[head], a, b)
    rows = learn[learn < problem.n_judged]
    outer = numpy.column_stack([svm(problem.x, problem.y[head], learn, judge) for head in heads])
    return LogisticRegression(C=1.0).fit(inner[rows], problem.y[label][rows]).decision_function(outer)


def on(make, learner=svm):
    """A learner on another matrix, made once for a problem."""
    kept = [None, None]

    def scores(problem, label, learn, judge):
        if kept[0] is not problem:
            kept[:] = problem, make(problem.x)
        return learner(kept[1], problem.y[label], learn, judge)

    return scores


# Name, learner, and what changes the text before it is made a vector.
VARIANTS = [
    ("default, learned outside", on(lambda x: x)),
    ("hashed to 18 bits", on(hashed)),
    ("hinge loss", on(lambda x: x, lambda *a: svm(*a, loss="hinge"))),
    ("logistic loss", on(lambda x: x, logistic)),
    ("no class weights", on(lambda x: x, unweighted)),
    ("log-count ratios, a quarter", on(lambda x: x, log_count_svm)),
    ("log-count ratios, a half", on(lambda x: x, lambda *a: log_count_svm(*a, share=0.5))),
    ("log-count ratios", on(lambda x: x, lambda *a: log_count_svm(*a, share=1.0))),
    ("mean of default and log-count ratios", on(lambda x: x, mean_of_two)),
    ("200 latent dimensions beside", on(with_dense)),
    ("stacked heads", stacked),
    ("sequence of cue classes", on(lambda x: x), knowledge.CueSequence),
    ("sequence of cue classes, log-count ratios, a quarter", on(lambda x: x, log_count_svm), knowledge.CueSequence),
]


# --- Judging ---


def best_threshold(scores, truth):
    order = numpy.argsort(-scores)
    hits = numpy.cumsum(truth[order])
    f1 = 2 * hits / (numpy.arange(1, len(order) + 1) + truth.sum())
    return scores[order][f1.argmax()]


def decide(problem, scores, fold, exclusive):
    """Which labels are predicted: the highest score, or those above the thresholds of the other folds."""
    if exclusive:
        return numpy.eye(scores.shape[1], dtype=bool)[scores.argmax(axis=1)]
    predicted = numpy.zeros(scores.shape, dtype=bool)
    for k, label in enumerate(problem.corpus.labels):
        truth = problem.y[label][:problem.n_judged]
        for i in numpy.unique(fold):
            predicted[fold == i, k] = scores[fold == i, k] >= best_threshold(scores[fold != i, k], truth[fold != i])
    return predicted


def as_predictions(problem, records, first, scores, predicted):
    squash = 1.0 / (1.0 + numpy.exp(-scores))
    return {r["id"]: [(bool(problem.y[label][first + i]), bool(predicted[i, k]), float(squash[i, k]))
                      for k, label in enumerate(problem.corpus.labels)] for i, r in enumerate(records)}


def out_of_fold(problem, learner):
    scores = numpy.zeros((problem.n_judged, len(problem.corpus.labels)))
    fold = numpy.zeros(problem.n_judged, dtype=int)
    for i, (learn, judge) in enumerate(problem.folds(numpy.arange(problem.n_known), FOLDS, 1)):
        judge = judge[judge < problem.n_judged]
        fold[judge] = i
        for k, label in enumerate(problem.corpus.labels):
            scores[judge, k] = learner(problem, label, learn, judge)
    exclusive = all(len(r["labels"]) == 1 for r in problem.corpus.judged)
    return scores, decide(problem, scores, fold, exclusive)


def on_strangers(problem, learner, known_scores):
    learn, judge = numpy.arange(problem.n_known), numpy.arange(problem.n_known, problem.x.shape[0])
    scores = numpy.column_stack([learner(problem, label, learn, judge) for label in problem.corpus.labels])
    limits = [best_threshold(known_scores[:, k], problem.y[label][:problem.n_judged]) for k, label in enumerate(problem.corpus.labels)]
    return scores, scores >= numpy.array(limits)


def changed_problem(bench, corpus, strangers, transform):
    if transform is None:
        return Problem(bench, corpus, strangers)
    fitted = transform.fitted([r["text"] for r in corpus.judged + corpus.auxiliary])
    return Problem(bench, corpus._replace(judged=knowledge.changed(fitted, corpus.judged),
                                          auxiliary=knowledge.changed(fitted, corpus.auxiliary)), knowledge.changed(fitted, strangers))


def measure(bench, corpus, strangers, judges, variants):
    """Rows out of fold, and rows on the independent records."""
    rows, stranger_rows, problems = [], [], {}
    for name, learner, *transform in variants:
        print(f"ablation: {corpus.name}, outside, {name}", file=sys.stderr, flush=True)
        key = transform[0] if transform else None
        if key not in problems:
            problems[key] = changed_problem(bench, corpus, strangers, key)
        problem = problems[key]
        scores, predicted = out_of_fold(problem, learner)
        rows.append((name, judges[0].figures(as_predictions(problem, corpus.judged, 0, scores, predicted))))
        if strangers:
            found = as_predictions(problem, strangers, problem.n_known, *on_strangers(problem, learner, scores))
            stranger_rows.append((name, judges[1].figures(found)))
    return rows, stranger_rows


def available():
    if numpy is None:
        print("ablation: NumPy, SciPy and scikit-learn are not installed: what is measured outside of the program is left out", file=sys.stderr)
    return numpy is not None
