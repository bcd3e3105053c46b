"""What a text says, and how it is told in the light of a conversation."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from frontdesk_nlu.intents.context import NOTHING_KNOWN, SHOWN_INTENTS, Context, with_context
from frontdesk_nlu.reading.language import Language
from frontdesk_nlu.reading.text import readable

NO_INTENT = {"name": None, "confidence": 0.0}
"""What Rasa says of a text without a word, too."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text says, whatever the conversation around it is; clauses come with their vectors."""

    answer: dict[str, Any]
    ranking: Sequence[dict[str, Any]]
    """The likeliest intents."""
    names: tuple[str, ...]
    shares: "array[float]"
    """Of all intents, in the order of the names."""
    language: Language
    embedding: str


@dataclass(frozen=True, slots=True)
class Written:
    """The same as JSON, as far as no conversation changes it: whoever tells it only joins pieces."""

    ranking: bytes
    """The intents, where nothing was talked about before."""
    answer: bytes
    vectors: bytes
    """The clauses with their vectors, and the text's own."""
    clauses: bytes
    """The clauses without."""
    names: tuple[str, ...]
    shares: "array[float]"
    language: Language

    def told(
        self,
        text: str,
        context: Context = NOTHING_KNOWN,
        embedding: bool = False,
        language: str | None = None,
    ) -> bytes:
        """Answer in Rasa's shape, leaning towards what was talked about; the whole text is echoed."""
        ranking = self.ranking
        if context.last_intents:
            ranking = written_ranking(leaning(zip(self.names, self.shares, strict=True), context))
        return b'{"text":%b,%b,%b,"language":%b,%b}' % (
            orjson.dumps(readable(text)),
            ranking,
            self.answer,
            orjson.dumps(self.language.told(language)),
            self.vectors if embedding else self.clauses,
        )


def written(understood: Understood) -> Written:
    """Write down what was understood."""
    clauses = understood.answer["clauses"]
    return Written(
        ranking=written_ranking(understood.ranking),
        answer=members({key: value for key, value in understood.answer.items() if key != "clauses"}),
        vectors=members({"clauses": clauses, "embedding": understood.embedding}),
        clauses=members({"clauses": [without_vector(clause) for clause in clauses]}),
        names=understood.names,
        shares=understood.shares,
        language=understood.language,
    )


def without_vector(clause: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not asked for."""
    return {key: value for key, value in clause.items() if key != "embedding"}


def leaning(shares: Iterable[tuple[str, float]], context: Context) -> list[dict[str, Any]]:
    """Return the likeliest intents in the light of what was talked about."""
    ranking = with_context(list(shares), context)[:SHOWN_INTENTS]
    return [{"name": name, "confidence": round(share, 6)} for name, share in ranking]


def written_ranking(shown: Sequence[dict[str, Any]]) -> bytes:
    """Write the likeliest intents; a text that says nothing has none."""
    return members({"intent": shown[0] if shown else NO_INTENT, "intent_ranking": shown})


def members(part: dict[str, Any]) -> bytes:
    """Write the members of an object, without its braces."""
    return orjson.dumps(part)[1:-1]


def tell(understood: Understood, text: str, context: Context = NOTHING_KNOWN) -> dict[str, Any]:
    """Answer about one text as the server does."""
    told: dict[str, Any] = orjson.loads(written(understood).told(text, context))
    return told
