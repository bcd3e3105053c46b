"""Answers without NLU what needs none: greetings, yes and no, buttons, plain values, words of alarm."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import orjson

from policies.model import Book, FastPattern, FastWords
from policies.normalise import clauses, normalise, sentences, written_clauses
from policies.phrases import Lists, Phrases, compile_phrases, marks, read_lists, readings
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


@dataclass(frozen=True, kw_only=True)
class _Search:
    """Phrases looked for anywhere in a clause, and what undoes them there."""

    intent: str
    phrases: Phrases
    named: Phrases
    unless: Phrases
    beside: Phrases

    def find(self, clause: str, others: Sequence[str]) -> str | None:
        """Return the phrase found, or None when there is none or the sentence takes it back."""
        found = self.phrases.find(clause)
        return None if found is None or self._undone(clause, others) else found

    def takes_back(self, clause: str, others: Sequence[str]) -> bool:
        """Say whether the clause holds a phrase and takes it back: "I don't need an agent"."""
        holds = self.phrases.find(clause) or self.named.find(clause)
        return holds is not None and self._undone(clause, others)

    def _undone(self, clause: str, others: Sequence[str]) -> bool:
        if self.unless.find(clause) is not None:
            return True
        return any(other is not clause and self.beside.find(other) is not None for other in others)


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
        self._searches = tuple(
            _search(pattern, lists) for pattern in book.fast_path if pattern.anywhere or pattern.named
        )
        self._signs = _signs(self._searches, self._things)
        self._newest: tuple[str, tuple[tuple[str, ...], ...]] = ("", ())
        self._safety = compile_phrases(book.routing.safety_words)
        self._values = tuple((value.entity, re.compile(value.pattern, re.I)) for value in book.fast_values)
        self._intents = frozenset({*book.intents, *(one.intent for one in book.fast_path), INFORM, OPTION})

    def match(self, text: str) -> FastMatch | None:
        """Return what the words decide, or None when understanding is needed.

        Words of alarm come first, then buttons, then what the whole message says, then phrases in it.
        """
        text = text[:LONGEST].strip()
        if text.startswith("/"):
            return self._button(text)
        words = normalise(text)
        alarm = self._safety.find(words)
        if alarm is not None:
            return FastMatch(intent=SAFETY, source="safety", matched=alarm)
        return self._whole_message(words) or self._value(text) or self._phrase(text)

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
            for sentence in self._sentences(text[:LONGEST].strip())
            for clause in sentence
            for search in self._searches
            if search.takes_back(clause, sentence)
        }
        return frozenset(found)

    def meant(self, text: str) -> str:
        """Return the text with the clauses blanked that only deny something; positions stay as they were."""
        parts = [
            " " * len(clause) if self._takes_back(self._told_apart(normalise(clause))) else clause
            for clause in written_clauses(text[:LONGEST])
        ]
        kept = "".join(parts) + text[LONGEST:]
        return kept if kept.strip() else text

    def _takes_back(self, clause: str) -> bool:
        return any(search.takes_back(clause, ()) for search in self._searches)

    def _sentences(self, text: str) -> tuple[tuple[str, ...], ...]:
        """Return the clauses of each sentence; the newest are kept, because a text is asked about twice."""
        known, found = self._newest
        if known != text:
            found = tuple(self._read(text))
            self._newest = text, found
        return found

    def _read(self, text: str) -> Iterator[tuple[str, ...]]:
        """Yield the clauses of each sentence, slips mended and, where it matters, things told apart."""
        mended = [tuple(map(self._spelling.mend, sentence)) for sentence in sentences(text)]
        words = {word for sentence in mended for clause in sentence for word in clause.split()}
        if not self._signs or not self._signs.isdisjoint(words):
            yield from (tuple(map(self._things_marked, sentence)) for sentence in mended)

    def _told_apart(self, clause: str) -> str:
        """Mend slips and put a mark where a thing of the book is named."""
        return self._things_marked(self._spelling.mend(clause))

    def _things_marked(self, clause: str) -> str:
        """Put a mark where a thing of the book is named."""
        for mark, phrases in self._things:
            clause = phrases.replace(clause, mark)
        return clause

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

    def _phrase(self, text: str) -> FastMatch | None:
        """Match a phrase in one of the clauses."""
        parts = self._sentences(text)
        plain = sum(len(clause.split()) for sentence in parts for clause in sentence) <= PLAIN_WORDS
        for search in self._searches:
            for sentence in parts:
                for clause in sentence:
                    found = search.find(clause, sentence)
                    if found is not None:
                        return FastMatch(intent=search.intent, source="words", matched=found, plain=plain)
        return None


def _search(pattern: FastPattern, lists: Lists) -> _Search:
    """Compile the phrases of one pattern."""
    return _Search(
        intent=pattern.intent,
        phrases=compile_phrases(pattern.anywhere, lists),
        named=compile_phrases(pattern.named, lists),
        unless=compile_phrases(pattern.unless, lists),
        beside=compile_phrases(pattern.unless_beside, lists),
    )


def _words(words: FastWords) -> tuple[Lists, tuple[tuple[str, Phrases], ...]]:
    """Read the lists, and compile what is told apart, in the book's order."""
    lists = read_lists(words.lists, marks(words.things))
    things = tuple((f"<{name}>", compile_phrases(phrases, lists)) for name, phrases in words.things.items())
    return lists, things


def _signs(searches: Sequence[_Search], things: Sequence[tuple[str, Phrases]]) -> frozenset[str]:
    """Return words of which a text needs one to be worth a search; empty when that is unknown."""
    searched = [phrases for search in searches for phrases in (search.phrases, search.named)]
    used = [one for one in (*searched, *(phrases for _, phrases in things)) if one.search]
    return frozenset().union(*(one.needs for one in used)) if all(one.needs for one in used) else frozenset()


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
