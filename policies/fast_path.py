"""Answers without NLU what needs none: greetings, yes and no, buttons, plain values, words of alarm."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import orjson

from policies.model import Book, FastPattern
from policies.normalise import clauses, normalise, written_clauses
from policies.phrases import Phrases, compile_phrases, readings

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


@dataclass(frozen=True, kw_only=True)
class _Search:
    """Phrases looked for anywhere in a clause, and what undoes them there."""

    intent: str
    phrases: Phrases
    unless: Phrases

    def find(self, clause: str) -> str | None:
        """Return the phrase found, or None when there is none or the clause takes it back."""
        found = self.phrases.find(clause)
        return None if found is None or self.unless.find(clause) is not None else found

    def takes_back(self, clause: str) -> bool:
        """Say whether the clause holds a phrase and takes it back: "I don't need an agent"."""
        return self.phrases.find(clause) is not None and self.unless.find(clause) is not None


class FastPath:
    """A book's fast path, compiled once and shared by all conversations."""

    def __init__(self, book: Book) -> None:
        self._whole = {
            words: pattern.intent
            for pattern in book.fast_path
            for phrase in pattern.whole
            for words in readings(phrase)
        }
        self._searches = tuple(_search(pattern) for pattern in book.fast_path if pattern.anywhere)
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
        parts = tuple(clauses(text[:LONGEST]))
        found = {
            search.intent for search in self._searches if any(search.takes_back(clause) for clause in parts)
        }
        return frozenset(found)

    def meant(self, text: str) -> str:
        """Return the text with the clauses blanked that only deny something; positions stay as they were."""
        parts = [
            " " * len(clause) if self._takes_back(normalise(clause)) else clause
            for clause in written_clauses(text[:LONGEST])
        ]
        kept = "".join(parts) + text[LONGEST:]
        return kept if kept.strip() else text

    def _takes_back(self, clause: str) -> bool:
        return any(search.takes_back(clause) for search in self._searches)

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
        parts = tuple(clauses(text))
        for search in self._searches:
            for clause in parts:
                found = search.find(clause)
                if found is not None:
                    return FastMatch(intent=search.intent, source="words", matched=found)
        return None


def _search(pattern: FastPattern) -> _Search:
    """Compile the phrases of one pattern."""
    return _Search(
        intent=pattern.intent,
        phrases=compile_phrases(pattern.anywhere),
        unless=compile_phrases(pattern.unless),
    )


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
