"""What a bag of words lacks, as markers behind the statement (see ablation.py): cue classes written for the project in ablation-cues.tsv, and what
can be told of speakers, states, quotation and voice by simple patterns. Each class has `fitted(texts)`, which may learn from the texts without their
labels and gives None where something is missing, and `apply(text)`."""
import collections
import csv
import itertools
import os
import re
import unicodedata

GAP = "\u4e36"  # stands between markers
# Ideographs that stand for features, without the gap's.
MARKERS = [chr(c) for first, last in ((0x4E37, 0x9FA5), (0x3400, 0x4DB5), (0x20000, 0x2A6D6)) for c in range(first, last + 1)
           if unicodedata.category(chr(c)) == "Lo"]
WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|[.,;:?!]")
CLAUSE_ENDS = frozenset(".,;:?!")
PHRASE_MAX = 5
NEGATION_REACH = 5


def words_of(text):
    return WORD.findall(text.replace("’", "'").lower())


def marked(text, markers):
    return f"{text} . {GAP}" + "".join(f"{m}{GAP}" for m in markers)


class Names:
    """Gives every name an ideograph of its own, the first come the first."""

    def __init__(self, names=()):
        self.of = {}
        for name in names:
            self(name)

    def __call__(self, name):
        if name not in self.of:
            self.of[name] = MARKERS[len(self.of)]
        return self.of[name]


# --- The table of cues ---


def verb_forms(entry):
    if "/" in entry:
        return entry.split("/")
    doubled, word = entry.endswith("*"), entry.rstrip("*")
    if doubled:
        return [word, word + "s", word + word[-1] + "ed", word + word[-1] + "ing"]
    if word.endswith("e"):
        return [word, word + "s", word + "d", word[:-1] + "ing"]
    if word.endswith("y") and word[-2] not in "aeo":
        return [word, word[:-1] + "ies", word[:-1] + "ied", word + "ing"]
    plural = "es" if word.endswith(("s", "sh", "ch", "x")) else "s"
    return [word, word + plural, word + "ed", word + "ing"]


def noun_forms(word):
    if word.endswith("y") and word[-2] not in "aeo":
        return [word, word[:-1] + "ies"]
    return [word, word + ("es" if word.endswith(("s", "sh", "ch", "x")) else "s")]


def read_cues():
    cues = {}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ablation-cues.tsv"), encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            entries = row["words"].split("|") if row["kind"] == "phrase" else row["words"].split()
            for entry in entries:
                forms = {"verb": verb_forms, "noun": noun_forms}.get(row["kind"], lambda x: [x])(entry)
                for form in forms:
                    cues.setdefault(tuple(form.split()), (row["class"], row["kind"]))
    return cues


CUES = read_cues()


def cues_in(words):
    """(class, kind, place, negated) of the longest cues from left to right."""
    found, i, negated_until = [], 0, -1
    while i < len(words):
        if words[i] in CLAUSE_ENDS:
            negated_until = -1
        for n in range(min(PHRASE_MAX, len(words) - i), 0, -1):
            cue = CUES.get(tuple(words[i:i + n]))
            if cue:
                found.append((*cue, i, i <= negated_until))
                if cue[0] == "negator":
                    negated_until = i + NEGATION_REACH
                i += n - 1
                break
        i += 1
    return found


# --- Who is spoken of ---

STATES = frozenset("""afghanistan albania algeria angola argentina armenia australia austria azerbaijan bahrain bangladesh belarus belgium benin bolivia
bosnia botswana brazil britain bulgaria burundi cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus czechoslovakia denmark
djibouti ecuador egypt eritrea estonia ethiopia fiji finland france gabon gambia georgia germany ghana greece grenada guatemala guinea guyana haiti
honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan jordan kampuchea kazakhstan kenya korea kosovo kuwait kyrgyzstan
laos latvia lebanon lesotho liberia libya lithuania luxembourg macedonia madagascar malawi malaysia maldives mali malta mauritania mauritius mexico
moldova mongolia montenegro morocco mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay
peru philippines poland portugal qatar romania russia rwanda senegal serbia seychelles singapore slovakia slovenia somalia spain sudan suriname swaziland
sweden switzerland syria taiwan tajikistan tanzania thailand togo tunisia turkey turkmenistan uganda ukraine uruguay uzbekistan venezuela vietnam yemen
yugoslavia zaire zambia zimbabwe ussr u.s us uk eu nato washington moscow beijing tehran ankara kiev kyiv jerusalem cairo baghdad damascus pyongyang seoul
tokyo london paris berlin brussels islamabad kabul riyadh pretoria havana hanoi afghan albanian algerian american arab argentine armenian australian
azerbaijani belarusian bosnian brazilian british bulgarian canadian chilean chinese colombian croatian cuban cypriot czech danish dutch egyptian eritrean
estonian ethiopian european french georgian german greek hungarian indian indonesian iranian iraqi irish israeli italian japanese jordanian kazakh kenyan
korean kuwaiti latvian lebanese libyan lithuanian malaysian mexican moroccan namibian nepalese nicaraguan nigerian norwegian pakistani palestinian
peruvian philippine polish portuguese romanian russian rwandan saudi serb serbian somali soviet spanish sudanese swedish swiss syrian taiwanese thai
tunisian turkish ugandan ukrainian venezuelan vietnamese yemeni zionist""".split())
PERSONS = {"we": "we", "us": "we", "our": "we", "ours": "we", "i": "i", "my": "i", "me": "i", "you": "you", "your": "you", "they": "they", "them": "they",
           "their": "they", "he": "he", "his": "he", "she": "he", "her": "he", "it": "it", "its": "it", "itself": "it"}
OTHERS = re.compile(r"\b(?:some|certain|individual|a few|relevant|the other|other|those|these) (?:\w+ )?"
                    r"(?:countries|country|states|state|side|sides|party|parties|powers|politicians|people|media|forces|quarters|members|governments)\b")


def actors_in(text, words):
    """(class, place) of the states, persons and unnamed others."""
    found = [("state", i) for i, word in enumerate(words) if word.removesuffix("'s") in STATES and not (word == "us" and "US" not in text)]
    found += [(PERSONS[word], i) for i, word in enumerate(words) if word in PERSONS]
    return sorted(found, key=lambda x: x[1])


PATTERNS = [
    ("quotation", re.compile(r"[\"“”„«»]|(?<!\w)['‘][^'’]{3,}['’](?!\w)")),
    ("quotation of one or two words", re.compile(r"[\"“]\w+(?: \w+)?[,.]?[\"”]")),
    ("question", re.compile(r"\?")),
    ("question of a journalist", re.compile(r"^\s*Q\b")),
    ("passive with by", re.compile(r"\b(?:is|are|was|were|been|being|be) (?:\w+ly )?\w+(?:ed|en) by\b", re.I)),
    ("passive", re.compile(r"\b(?:is|are|was|were|been|being|be) (?:\w+ly )?\w+(?:ed|en)\b", re.I)),
    ("said at the end", re.compile(r",[\"”']* (?:\w+ ){0,6}(?:said|says|told|added|announced)\b", re.I)),
    ("said that", re.compile(r"\b(?:say|says|said|stated|states|told|claim|claims|claimed|announced|reported) (?:\w+ ){0,2}that\b", re.I)),
    ("according to", re.compile(r"\baccording to\b", re.I)),
    ("as a spokesperson", re.compile(r"\bspokes(?:man|woman|person)\b|\bminister\b|\bofficials?\b", re.I)),
    ("but", re.compile(r"\b(?:but|however|yet|although|despite|while|instead)\b", re.I)),
    ("must", re.compile(r"\b(?:must|should|ought)\b", re.I)),
    ("if", re.compile(r"\b(?:if|unless|until|once)\b", re.I)),
    ("future", re.compile(r"\b(?:will|shall|would|going to)\b", re.I)),
    ("unnamed others", OTHERS),
    ("only or merely", re.compile(r"\b(?:only|merely|simply|just)\b", re.I)),
    ("number", re.compile(r"\d")),
    ("capitals", re.compile(r"\b[A-Z]{4,}\b")),
]


# --- Transforms ---


class Transform:
    """Markers behind the text: what `features(text)` names."""

    def __init__(self):
        self.names = Names()

    @classmethod
    def fitted(cls, texts):
        """Names are given in the order of the texts, so that they do not depend on what is judged."""
        transform = cls()
        for text in texts:
            transform.apply(text)
        return transform

    def features(self, text):
        raise NotImplementedError

    def apply(self, text):
        return marked(text, [self.names(name) for name in dict.fromkeys(self.features(text))])


class Gap(Transform):
    """Nothing but what stands between markers: what writing them costs."""

    def features(self, text):
        return []


class Length(Transform):
    """The number of words, in steps of the square root of two."""

    def features(self, text):
        n = len(text.split())
        return [sum(n * n >= 2 ** k for k in range(1, 16))]


class Stems:
    """Words as their stems (Porter 1980, the English stemmer of Snowball), also for characters."""

    @classmethod
    def fitted(cls, _):
        try:
            import snowballstemmer
        except ImportError:
            return None
        stems = cls()
        stems.stem = snowballstemmer.stemmer("english").stemWord
        return stems

    def apply(self, text):
        return re.sub(r"[A-Za-z]+", lambda word: self.stem(word.group().lower()), text)


class Cues(Transform):
    def features(self, text):
        for cue, kind, _, _ in cues_in(words_of(text)):
            yield cue
            yield cue, kind


class NegatedCues(Transform):
    def features(self, text):
        for cue, kind, _, negated in cues_in(words_of(text)):
            yield cue, negated
            yield cue, kind, negated


class CuePairs(NegatedCues):
    def features(self, text):
        yield from super().features(text)
        classes = sorted({(cue, negated) for cue, _, _, negated in cues_in(words_of(text))})
        yield from itertools.combinations(classes, 2)


class CueSequence(Transform):
    """Cues, states and persons in their order, as pairs and threes of neighbours."""

    def features(self, text):
        words = words_of(text)
        places = sorted([(place, cue + "-" * negated) for cue, _, place, negated in cues_in(words)] +
                        [(place, actor) for actor, place in actors_in(text, words)])
        line = ["<", *(name for _, name in places), ">"]
        for n in (1, 2, 3):
            yield from (tuple(line[i:i + n]) for i in range(len(line) - n + 1))


class States(Transform):
    def features(self, text):
        words = words_of(text)
        actors = [actor for actor, _ in actors_in(text, words)]
        yield from actors
        yield "states", min(actors.count("state"), 3)
        yield "first", actors[0] if actors else None
        # What stands right behind a state or person is what it does.
        yield from ((actor, words[i + 1]) for actor, i in actors_in(text, words) if i + 1 < len(words))
        yield from ((words[i - 1], actor) for actor, i in actors_in(text, words) if i > 0)


class SkipGrams(Transform):
    """Pairs of words with one or two others between them, where at least five statements have the pair."""

    FLOOR = 5

    @classmethod
    def fitted(cls, texts):
        transform = cls()
        seen = collections.Counter(pair for text in texts for pair in set(transform.pairs(text)))
        ranked = sorted((pair for pair, n in seen.items() if n >= cls.FLOOR), key=lambda pair: (-seen[pair], pair))
        transform.names = Names(ranked[:len(MARKERS)])
        return transform

    def pairs(self, text):
        words = words_of(text)
        for gap in (2, 3):
            yield from ((words[i], words[i + gap]) for i in range(len(words) - gap)
                        if words[i] not in CLAUSE_ENDS and words[i + gap] not in CLAUSE_ENDS)

    def features(self, text):
        return [pair for pair in self.pairs(text) if pair in self.names.of]


class NegatorSkipGrams(SkipGrams):
    """A negator with each word of the next five in its clause, and with each cue class there."""

    FLOOR = 3

    def pairs(self, text):
        words = words_of(text)
        for i, word in enumerate(words):
            if CUES.get((word,), ("",))[0] == "negator":
                for k in range(i + 1, min(i + 1 + NEGATION_REACH, len(words))):
                    if words[k] in CLAUSE_ENDS:
                        break
                    yield word, words[k]
                    yield "negator", CUES.get((words[k],), ("",))[0]


class Attribution(Transform):
    def features(self, text):
        for name, pattern in PATTERNS:
            if pattern.search(text):
                yield name
        words = words_of(text)
        yield "begins", words[0] if words else None
        yield "said" if any(cue == "report" for cue, _, _, _ in cues_in(words)) else "unsaid"


class WhoWhat(Transform):
    """Each actor with each cue class of the statement, by which comes first; and patterns with cue classes."""

    def features(self, text):
        words = words_of(text)
        cues = {(cue, negated, place) for cue, _, place, negated in cues_in(words)}
        actors = actors_in(text, words) + ([("others", m.start() // 6) for m in [OTHERS.search(text)] if m])
        for cue, negated, place in sorted(cues):
            yield from ((actor, cue, negated, at < place) for actor, at in actors)
            yield from ((name, cue, negated) for name, pattern in PATTERNS if pattern.search(text))


class Everything(Transform):
    """All of it but the skip-grams."""

    def __init__(self):
        super().__init__()
        self.parts = [CuePairs(), CueSequence(), States(), Attribution(), WhoWhat()]

    def features(self, text):
        for k, part in enumerate(self.parts):
            yield from ((k, name) for name in part.features(text))


def changed(transform, records):
    return [dict(r, text=transform.apply(r["text"])) for r in records]


# --- Self-training ---

SURE, SURE_NOT = 0.9, 0.02  # probabilities
MOST = 4000


def confident(records, scores, labels):
    """Records that each label is sure about, as many without any label as with one."""
    sure = []
    for record, score in zip(records, scores):
        if all(score[x] >= SURE or score[x] <= SURE_NOT for x in labels):
            sure.append(dict(record, labels=[x for x in labels if score[x] >= SURE]))
    having = [r for r in sure if r["labels"]][:MOST]
    return having + [r for r in sure if not r["labels"]][:len(having)]
