"""Answers without NLU what needs none: greetings, yes and no, buttons, plain values, words of alarm."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import orjson

from policies.model import Book, FastPattern, FastWords
from policies.normalise import (
    clauses,
    folded,
    normalise,
    seen,
    sentences,
    spoken,
    written_clauses,
    written_words,
)
from policies.phrases import Lists, Phrases, compile_phrases, marks, read_lists, readings
from policies.presence import Needs, Presence
from policies.spelling import Spelling

INFORM = "inform"
"""The intent of a message that is a value and nothing else."""
OPTION = "option"
"""The intent of a button that names one of the offered options."""
AGREEMENT = "affirm"
_LIMITS = re.compile(
    r"\d|\b(?:no|not|never|instead|only|wait|stop|cancel|other|another|except|unless|if|first|before|later)\b"
)

SAFETY = "safety"
"""The intent of a message that holds a safety word."""
LONGEST = 4000
"""Longer texts are searched up to here; the input rail refuses them anyway."""

PLAIN_WORDS = 5
"""A phrase in a message of so many words is all it says; in a longer one it may be told or asked about."""

_BUTTON = re.compile(r"/([a-z][a-z0-9_]*)\s*(\{.*\})?", re.DOTALL)
_POLITE = re.compile(r"(?:^(?:okay|please|well|so) | (?:please|thanks|thank you|okay)$)")


@dataclass(frozen=True, kw_only=True)
class FastMatch:
    """What a message means, read off its words."""

    intent: str
    source: Literal["words", "button", "value", "safety"]
    matched: str
    """The pattern that matched, never the customer's own text."""
    confidence: float = 1.0
    entities: Mapping[str, str] = field(default_factory=dict)
    plain: bool = True
    """The words leave no doubt; else they decide only where understanding is away."""


@dataclass(frozen=True)
class _Text:
    """A text as it was given, folded, and normalised, with the phrases that it may hold, as bits."""

    given: str
    folded: str
    words: str
    possible: int


@dataclass(frozen=True)
class _Clause:
    """A clause as it is read, and the phrases that it may hold, as bits."""

    words: str
    possible: int


_Sentence = tuple[_Clause, ...]


@dataclass(frozen=True, kw_only=True)
class _Search:
    """Phrases looked for anywhere in a clause, and what undoes them there."""

    intent: str
    phrases: Phrases
    named: Phrases
    unless: Phrases
    beside: Phrases
    asks: int
    """The bits of `phrases`; a clause without one of them holds none."""
    names: int

    def find(self, clause: _Clause, sentence: _Sentence) -> str | None:
        """Return the phrase found, or None when there is none or the sentence takes it back."""
        found = self.phrases.first(clause.words) if clause.possible & self.asks else None
        return None if found is None or self._undone(clause, sentence) else found

    def takes_back(self, clause: _Clause, sentence: _Sentence) -> bool:
        """Say whether the clause holds a phrase and takes it back: "I don't need an agent"."""
        holds = clause.possible & self.asks and self.phrases.first(clause.words)
        holds = holds or (clause.possible & self.names and self.named.first(clause.words))
        return bool(holds) and self._undone(clause, sentence)

    def _undone(self, clause: _Clause, sentence: _Sentence) -> bool:
        if self.unless.find(clause.words) is not None:
            return True
        return any(other is not clause and self.beside.find(other.words) is not None for other in sentence)


class FastPath:
    """A book's fast path, compiled once and shared by all conversations."""

    def __init__(self, book: Book) -> None:
        self._whole = {
            words: pattern.intent
            for pattern in book.fast_path
            for phrase in pattern.whole
            for words in readings(phrase)
        }
        lists, self._things = _words(book.fast_words)
        self._spelling = Spelling(book.fast_words.mended, book.fast_words.not_misspelt)
        self._safety = compile_phrases(book.routing.safety_words)
        needs: list[Needs] = []
        marks = [(mark, _numbered(phrases, needs)) for mark, phrases in self._things]
        self._alarms = _numbered(self._safety, needs)
        self._searches = _searches(book.fast_path, lists, needs)
        self._asking = sum(search.asks | search.names for search in self._searches)
        self._presence = Presence(needs, self._spoken, marks)
        self._newest = _Text("", "", "", 0)
        self._divided: tuple[_Text, tuple[_Sentence, ...]] = self._newest, ()
        self._values = tuple((value.entity, re.compile(value.pattern, re.I)) for value in book.fast_values)
        self._intents = frozenset({*book.intents, *(one.intent for one in book.fast_path), INFORM, OPTION})

    def match(self, text: str) -> FastMatch | None:
        """Return what the words decide, or None when understanding is needed.

        Words of alarm come first, then buttons, then what the whole message says, then phrases in it.
        """
        text = seen(text[:LONGEST]).strip()
        if text.startswith("/"):
            return self._button(text)
        read = self._read(text)
        alarm = self._safety.first(read.words) if read.possible & self._alarms else None
        if alarm is not None:
            return FastMatch(intent=SAFETY, source="safety", matched=alarm)
        return self._whole_message(read.words) or self._value(text) or self._phrase(read)

    def agrees(self, text: str) -> bool:
        """Say whether the text is a yes and nothing else: "Yes please, to the card."

        An effect hangs on it, so only known words count, in the first clause, and
        nothing after them may limit, deny, ask, or name another number.
        """
        first, *rest = tuple(clauses(text[:LONGEST])) or ("",)
        if self._whole.get(first) != AGREEMENT and self._whole.get(_POLITE.sub("", first)) != AGREEMENT:
            return False
        return "?" not in text and not any(_LIMITS.search(clause) for clause in rest)

    def taken_back(self, text: str) -> frozenset[str]:
        """Return the intents that the text names only to say that they are not meant."""
        found = {
            search.intent
            for sentence in self._sentences(self._read(seen(text[:LONGEST]).strip()))
            for clause in sentence
            if clause.possible & self._asking
            for search in self._searches
            if search.takes_back(clause, sentence)
        }
        return frozenset(found)

    def meant(self, text: str) -> str:
        """Return the text with the clauses blanked that only deny something; positions stay as they were."""
        parts = [
            " " * len(clause) if self._takes_back(self._clause(folded(clause))) else clause
            for clause in written_clauses(text[:LONGEST])
        ]
        kept = "".join(parts) + text[LONGEST:]
        return kept if kept.strip() else text

    def _takes_back(self, clause: _Clause) -> bool:
        return any(search.takes_back(clause, ()) for search in self._searches)

    def _read(self, text: str) -> _Text:
        """Read a text; the newest is kept, because a text is asked about twice."""
        if self._newest.given == text:
            return self._newest
        plain = folded(text)
        known, possible = self._presence.read(written_words(plain))
        self._newest = _Text(text, plain, " ".join([said for said, _, _ in known if said]), possible)
        return self._newest

    def _sentences(self, text: _Text) -> tuple[_Sentence, ...]:
        """Return the clauses of each sentence, or none where no phrase can be found."""
        if not text.possible & self._asking:
            return ()
        if self._divided[0] is not text:
            read = (tuple(map(self._clause, sentence)) for sentence in sentences(text.folded))
            kept = (tuple(clause for clause in sentence if clause.words) for sentence in read)
            self._divided = text, tuple(filter(None, kept))
        return self._divided[1]

    def _clause(self, folded_clause: str) -> _Clause:
        """Read a clause, slips mended, and put marks where things of the book are named."""
        known, possible = self._presence.read(written_words(folded_clause))
        words = " ".join([meant for _, meant, _ in known if meant])
        for mark, phrases in self._things:
            words = phrases.replace(words, mark)
        return _Clause(words, possible)

    def _spoken(self, word: str) -> tuple[str, str]:
        """Return a written word as it is spoken out, and with a slip mended."""
        said = spoken(word)
        return said, self._spelling.mend(said)

    def safety_word(self, text: str) -> str | None:
        """Return the safety word in the text, if there is one."""
        return self._safety.find(normalise(text))

    def _button(self, text: str) -> FastMatch | None:
        """Read `/intent` or `/intent{"entity": "value"}`; a payload that is no button's is only text."""
        found = _BUTTON.fullmatch(text)
        if found is None or found[1] not in self._intents:
            return None
        entities = _entities(found[2])
        if entities is None:
            return None
        return FastMatch(intent=found[1], source="button", matched=f"/{found[1]}", entities=entities)

    def _whole_message(self, words: str) -> FastMatch | None:
        """Match the whole message, politeness aside."""
        for candidate in (words, _POLITE.sub("", words)):
            intent = self._whole.get(candidate)
            if intent is not None:
                return FastMatch(intent=intent, source="words", matched=candidate)
        return None

    def _value(self, text: str) -> FastMatch | None:
        """Match a message that is nothing but an order number or an address."""
        bare = text.rstrip(".!, ")
        for entity, pattern in self._values:
            found = pattern.fullmatch(bare)
            if found:
                value = found[1] if found.groups() else found[0]
                return FastMatch(intent=INFORM, source="value", matched=entity, entities={entity: value})
        return None

    def _phrase(self, text: _Text) -> FastMatch | None:
        """Match a phrase in one of the clauses."""
        parts = self._sentences(text)
        for search in self._searches:
            found = next(filter(None, (search.find(one, all_) for all_ in parts for one in all_)), None)
            if found is not None:
                plain = len(text.words.split()) <= PLAIN_WORDS
                return FastMatch(intent=search.intent, source="words", matched=found, plain=plain)
        return None


def _searches(patterns: Sequence[FastPattern], lists: Lists, needs: list[Needs]) -> tuple[_Search, ...]:
    """Compile the patterns that are searched for, and append what their phrases need."""
    return tuple(_search(pattern, lists, needs) for pattern in patterns if pattern.anywhere or pattern.named)


def _search(pattern: FastPattern, lists: Lists, needs: list[Needs]) -> _Search:
    """Compile the phrases of one pattern."""
    phrases, named = compile_phrases(pattern.anywhere, lists), compile_phrases(pattern.named, lists)
    return _Search(
        intent=pattern.intent,
        phrases=phrases,
        named=named,
        unless=compile_phrases(pattern.unless, lists),
        beside=compile_phrases(pattern.unless_beside, lists),
        asks=_numbered(phrases, needs),
        names=_numbered(named, needs),
    )


def _numbered(phrases: Phrases, needs: list[Needs]) -> int:
    """Append what the phrases need, and return their numbers as bits."""
    bits = ((1 << len(phrases.each_needs)) - 1) << len(needs)
    needs += phrases.each_needs
    return bits


def _words(words: FastWords) -> tuple[Lists, tuple[tuple[str, Phrases], ...]]:
    """Read the lists, and compile what is told apart, in the book's order."""
    lists = read_lists(words.lists, marks(words.things))
    things = tuple((f"<{name}>", compile_phrases(phrases, lists)) for name, phrases in words.things.items())
    return lists, things


def _entities(given: str | None) -> dict[str, str] | None:
    """Read a button's values; None when they are not names with plain values."""
    if not given:
        return {}
    try:
        values = orjson.loads(given)
    except orjson.JSONDecodeError:
        return None
    if any(isinstance(value, dict | list) or value is None for value in values.values()):
        return None
    return {str(name): str(value) for name, value in values.items()}
