"""The small language of the fast path's phrases: `(talk|speak) to [a|the] person`.

Round brackets hold alternatives, square brackets what may be left out; both hold whole wordings and nest.
`<name>` stands for a list of wordings or for a thing told apart before, `...` for up to four words, `^` for
the beginning and `$` for the end of what is searched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from policies.normalise import normalise
from policies.problems import PolicyError, did_you_mean

MOST = 2000
"""More readings than this are a mistake in the phrase."""

_COMMON = """
a all an and any are as at be been but by can could customer did do does for from get give has have her his
how i if in is it its just me my no not now of on one or order our out please put so some that the
their there these they this those to up us was we were what when where which who will with would you
your
"""
EVERYWHERE = frozenset(_COMMON.split())
"""Words in most texts: asking for one of them rules out little."""

_PIECE = re.compile(r"\s*(\.\.\.|<[a-z_]+>|[()\[\]|^$]|[^\s()\[\]|^$<>]+|\S)")
_SOURCES = {"...": r"(?:\S+ ){0,4}?", "^": r"(?<!.)", "$": r"(?!.)"}


class PhraseInvalid(PolicyError):
    """A phrase that cannot be searched for; the message says why."""


@dataclass(frozen=True)
class Word:
    """One word, a sign, or the name of a thing; empty where normalising leaves nothing."""

    text: str

    def source(self) -> str:
        """Write it as an expression that brings the blank behind it."""
        return _SOURCES.get(self.text) or (re.escape(self.text) + " " if self.text else "")

    def readings(self) -> Iterator[str]:
        """Yield the word itself; a sign has no wordings."""
        if self.text in _SOURCES:
            raise PhraseInvalid(f"'{self.text}' cannot stand for a whole message: use `anywhere`")
        yield self.text

    def needs(self) -> frozenset[str]:
        """Return the words of which a text must hold one; none when nothing must be said."""
        return frozenset() if self.text in _SOURCES or not self.text else frozenset({self.text.split()[0]})


@dataclass(frozen=True)
class Row:
    """Pieces that follow one another."""

    pieces: "tuple[Piece, ...]"

    def source(self) -> str:
        """Write the pieces one behind the other."""
        return "".join(piece.source() for piece in self.pieces)

    def readings(self) -> Iterator[str]:
        """Yield every way to choose one reading of each piece."""
        for chosen in product(*(tuple(piece.readings()) for piece in self.pieces)):
            yield " ".join(word for word in chosen if word)

    def needs(self) -> frozenset[str]:
        """Return the need of the piece that rules out the most texts."""
        return next(iter(self.all_needs()), frozenset())

    def all_needs(self) -> list[frozenset[str]]:
        """Return the needs of all pieces, first those that rule out the most texts."""
        needs = filter(None, (piece.needs() for piece in self.pieces))
        return sorted(needs, key=lambda words: (len(words & EVERYWHERE), len(words)))


@dataclass(frozen=True)
class Wordings:
    """Alternatives, of which one may be to say nothing."""

    choices: tuple[Row, ...]
    optional: bool = False

    def source(self) -> str:
        """Write the alternatives as one group, the longest first."""
        sources = sorted({choice.source() for choice in self.choices} - {""}, key=len, reverse=True)
        return f"(?:{'|'.join(sources)}){'?' * self.optional}" if sources else ""

    def readings(self) -> Iterator[str]:
        """Yield the readings of every alternative."""
        for choice in self.choices:
            yield from choice.readings()
        if self.optional:
            yield ""

    def needs(self) -> frozenset[str]:
        """Return the needs of all alternatives together; none when one of them needs nothing."""
        needs = [choice.needs() for choice in self.choices]
        return frozenset().union(*needs) if not self.optional and all(needs) else frozenset()


Piece: TypeAlias = Word | Wordings
Lists: TypeAlias = Mapping[str, Wordings]
"""What each `<name>` stands for; a thing told apart before stands for its own name."""


def check_phrase(phrase: str, lists: "Lists | None" = None) -> None:
    """Raise `PhraseInvalid` when brackets do not pair or nothing in the phrase must be said."""
    if not read_phrase(phrase, lists or {}).needs():
        raise PhraseInvalid("it can be empty: keep a word outside square brackets")


def read_phrase(phrase: str, lists: Lists) -> Row:
    """Read a phrase; `PhraseInvalid` says what is wrong with it."""
    pieces = [found[1] for found in _PIECE.finditer(phrase)]
    pieces.reverse()
    row = _row(pieces, lists)
    if pieces:
        raise PhraseInvalid("its brackets do not pair")
    return row


def read_lists(named: Mapping[str, Iterable[str]], before: Lists | None = None) -> dict[str, Wordings]:
    """Read named lists of phrases; each may use those before it."""
    lists = dict(before or {})
    for name, phrases in named.items():
        lists[name] = Wordings(tuple(read_phrase(phrase, lists) for phrase in phrases))
    return lists


def marks(names: Iterable[str]) -> dict[str, Wordings]:
    """Let each name stand for itself: the mark that a thing told apart leaves in a text."""
    return {name: Wordings((Row((Word(f"<{name}>"),)),)) for name in names}


def readings(phrase: str) -> Iterator[str]:
    """Yield every normalised wording that a phrase stands for."""
    row = read_phrase(phrase, {})
    count = _count(row)
    if count > MOST:
        raise PhraseInvalid(f"it stands for {count} wordings; {MOST} are the most: split it")
    yield from row.readings()


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """Phrases compiled into one search over normalised words."""

    phrases: tuple[str, ...]
    search: re.Pattern[str] | None
    needs: frozenset[str]
    """A text that holds none of these words holds none of the phrases; empty when that is unknown."""
    each_needs: tuple[tuple[frozenset[str], ...], ...] = ()
    """By phrase: the sets of words of each of which a text must hold one."""

    def find(self, words: str) -> str | None:
        """Return the first phrase found among the words, as the book has it."""
        if self.search is None or (self.needs and self.needs.isdisjoint(words.split())):
            return None
        return self.first(words)

    def may_hold(self, held: frozenset[str]) -> bool:
        """Say whether a text of these words can hold a phrase, without searching it."""
        return not self.needs or not self.needs.isdisjoint(held)

    def first(self, words: str) -> str | None:
        """Return what `find` returns, where it is known that the words may hold a phrase."""
        found = self.search.search(f"{words} ") if self.search else None
        return self.phrases[found.lastindex - 1] if found and found.lastindex else None

    def replace(self, words: str, mark: str) -> str:
        """Put a mark wherever one of the phrases stands."""
        if self.search is None or (self.needs and self.needs.isdisjoint(words.split())):
            return words
        return self.search.sub(f"{mark} ", f"{words} ").rstrip()


def compile_phrases(phrases: Iterable[str], lists: "Lists | None" = None) -> Phrases:
    """Compile phrases, the longest first; none at all find nothing."""
    rows = {phrase: read_phrase(phrase, lists or {}) for phrase in phrases}
    sources = {phrase: source for phrase, row in rows.items() if (source := row.source())}
    ranked = sorted(sources, key=lambda phrase: len(sources[phrase]), reverse=True)
    needs = [rows[phrase].needs() for phrase in ranked]
    search = "|".join(f"({sources[phrase]})" for phrase in ranked)
    return Phrases(
        phrases=tuple(ranked),
        search=re.compile(rf"(?<!\S)(?:{search})") if ranked else None,
        needs=frozenset().union(*needs) if all(needs) else frozenset(),
        each_needs=tuple(tuple(rows[phrase].all_needs()) for phrase in ranked),
    )


def _row(pieces: list[str], lists: Lists) -> Row:
    """Take pieces off the end of the list up to the bracket or bar that ends this row."""
    row: list[Piece] = []
    while pieces and pieces[-1] not in (")", "]", "|"):
        row.append(_piece(pieces, lists))
    return Row(tuple(row))


def _piece(pieces: list[str], lists: Lists) -> Piece:
    """Take one word, sign, name or bracketed group."""
    piece = pieces.pop()
    if piece in ("(", "["):
        return _group(pieces, lists, optional=piece == "[")
    if piece in ("<", ">"):
        raise PhraseInvalid(f"'{piece}' belongs to a name: write <name>")
    if piece.startswith("<"):
        return _named(piece[1:-1], lists)
    return Word(piece if piece in _SOURCES else normalise(piece))


def _named(name: str, lists: Lists) -> Wordings:
    """Return what a name stands for."""
    if name not in lists:
        raise PhraseInvalid(f"<{name}> is no list. {did_you_mean(name, lists) or ''}".rstrip())
    return lists[name]


def _group(pieces: list[str], lists: Lists, *, optional: bool) -> Wordings:
    """Take alternatives up to the closing bracket of their kind."""
    choices = [_row(pieces, lists)]
    while pieces and pieces[-1] == "|":
        pieces.pop()
        choices.append(_row(pieces, lists))
    if not pieces or pieces.pop() != ("]" if optional else ")"):
        raise PhraseInvalid("its brackets do not pair")
    return Wordings(tuple(choices), optional)


def _count(piece: Row | Piece) -> int:
    """Count readings without making them."""
    if isinstance(piece, Word):
        return 1
    if isinstance(piece, Wordings):
        return sum(map(_count, piece.choices)) + piece.optional
    total = 1
    for part in piece.pieces:
        total *= _count(part)
    return total
