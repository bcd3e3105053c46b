"""Product names, misspelt and shortened ones too, against the company's catalogue."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from frontdesk_nlu.entities.found import Found

CUTOFF = 86.0
WORD_CUTOFF = 72.0
MIN_CHARS = 4
SHORTEST_TO_SHORTEN = 2
"""A longer name is also known by its first and last word: `Fjell lamp`."""
REMEMBERED_WORDS = 20_000
LOOK = (
    r"(?:(?:light|dark|off|smoked|clear|frosted|opal|matt|matte|polished|natural|untreated|oiled|black|white|gr[ae]y"
    r"|sand|oat|beige|brown|green|blue|red|yellow|pink|cream|anthracite|glass|oak|ash|birch|beech|walnut|pine"
    r"|olive|wood|brass|copper|steel|chrome|stoneware|porcelain|ceramic|cotton|linen|wool|leather)\b[ -]?)"
)
VARIANT = re.compile(
    rf"(?:, ?{LOOK}{{1,3}}(?<! )| {LOOK}{{2,3}}(?<! )|,? (?:a )?(?:set|pair|pack) of \w{{1,8}}"
    r"|,? \d{1,3} ?(?:pieces|pcs|m|cm)\b)",
    re.I,
)
"""How a catalogue writes a variant; `in white` is a wish about a product, not its name."""

TOKEN = re.compile(r"[\w'’]+")


@dataclass(frozen=True)
class Catalogue:
    """The names under which products are known, and the words that may begin or end one."""

    names: Mapping[str, str]
    """Each way of writing, folded and without punctuation, with the catalogue's own name."""
    words: frozenset[str]
    longest: int
    heads: Mapping[str, str]
    """First words that name one product and are no ordinary words: `Ostra`."""
    memory: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, products: Mapping[str, str], ordinary: frozenset[str]) -> "Catalogue":
        """Index a catalogue; what follows a comma is a variant and may be left out."""
        names = {folded(surface): value for surface, value in products.items()}
        for surface, value in shortened(products):
            names.setdefault(surface, value)
        return cls(
            names=names,
            words=frozenset(word for name in names for word in name.split() if len(word) >= MIN_CHARS - 1),
            longest=max((len(name.split()) for name in names), default=0),
            heads=first_words(names, ordinary),
        )

    def may_name(self, word: str) -> bool:
        """Say whether a word is like one of the catalogue's; the answer is remembered."""
        if word in self.words:
            return True
        known = self.memory.get(word)
        if known is None:
            close = len(word) >= MIN_CHARS and process.extractOne(
                word, self.words, scorer=fuzz.ratio, score_cutoff=WORD_CUTOFF
            )
            if len(self.memory) >= REMEMBERED_WORDS:
                self.memory.clear()
            known = self.memory[word] = bool(close)
        return known


def folded(name: str) -> str:
    """Write a name the way names are compared."""
    return " ".join(TOKEN.findall(name.lower()))


def shortened(products: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield names without their variant; with several variants only the common part is meant."""
    variants: dict[str, set[str]] = {}
    for value in products.values():
        if "," in value:
            variants.setdefault(value.split(",")[0], set()).add(value)
    for short, values in variants.items():
        yield folded(short), values.pop() if len(values) == 1 else short
    for value in products.values():
        words = folded(value.split(",")[0]).split()
        if len(words) > SHORTEST_TO_SHORTEN:
            yield f"{words[0]} {words[-1]}", value.split(",")[0]


def first_words(names: Mapping[str, str], ordinary: frozenset[str]) -> dict[str, str]:
    """Return the first words that stand for exactly one product."""
    values: dict[str, set[str]] = {}
    for name, value in names.items():
        values.setdefault(name.split()[0], set()).add(value.split(",")[0])
    return {
        word: next(iter(meant))
        for word, meant in values.items()
        if len(meant) == 1 and word not in ordinary and len(word) >= MIN_CHARS
    }


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int


def products(text: str, catalogue: Catalogue) -> Sequence[Found]:
    """Find product names, best match first; the value is the catalogue's own name."""
    if not catalogue.names:
        return []
    tokens = [_Token(hit.group().lower(), hit.start(), hit.end()) for hit in TOKEN.finditer(text)]
    anchors = [at for at, token in enumerate(tokens) if catalogue.may_name(token.word)]
    spans = {(first, last) for at in anchors for first, last in windows(at, len(tokens), catalogue.longest)}
    matches = [match for span in spans if (match := named(tokens, *span, catalogue))]
    matches = [with_variant(text, match) for match in matches]
    found = sorted(matches, key=lambda one: (-one.confidence, one.start - one.end, one.start))
    return [*found, *(with_variant(text, one) for one in by_head(tokens, anchors, catalogue))]


def with_variant(text: str, found: Found) -> Found:
    """Take in the colour, material or number of pieces that is said of a product right behind it."""
    variant = VARIANT.match(text, found.end)
    return replace(found, end=variant.end()) if variant else found


def windows(anchor: int, count: int, longest: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of words that begin at an anchor."""
    return ((anchor, last) for last in range(anchor + 1, min(anchor + longest, count) + 1))


def named(tokens: Sequence[_Token], first: int, last: int, catalogue: Catalogue) -> Found | None:
    """Return the product that one run of words names, if any."""
    words = " ".join(token.word for token in tokens[first:last])
    if len(words) < MIN_CHARS + 1:
        return None
    hit = process.extractOne(words, catalogue.names.keys(), scorer=fuzz.ratio, score_cutoff=CUTOFF)
    if hit is None:
        return None
    return found_at(tokens, first, last, catalogue.names[hit[0]], hit[1] / 100)


def by_head(tokens: Sequence[_Token], anchors: Iterable[int], catalogue: Catalogue) -> Iterator[Found]:
    """Find products by their own first word, with a word of the trade behind it: `the Ostra lamp`."""
    for at in anchors:
        value = catalogue.heads.get(tokens[at].word.removesuffix("'s").removesuffix("s'"))
        if value is not None:
            more = at + 1 < len(tokens) and tokens[at + 1].word in catalogue.words
            yield found_at(tokens, at, at + 2 if more else at + 1, value, 0.8)


def found_at(tokens: Sequence[_Token], first: int, last: int, value: str, confidence: float) -> Found:
    """Make the entity of a run of words."""
    return Found(
        entity="product",
        value=value,
        start=tokens[first].start,
        end=tokens[last - 1].end,
        confidence=round(confidence, 3),
        extractor="fuzzy",
    )
