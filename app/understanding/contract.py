"""The answers of the NLU service, checked where they come in (`nlu/contract/`)."""

import base64
import math
import struct
from array import array
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from graphs.ports import Clause, Entity, Understood

DIMENSIONS = 384
VECTOR = struct.Struct(f"<{DIMENSIONS}e")
Share = Annotated[float, Field(ge=0, le=1)]

LATER = 0.95
"""What each earlier wish takes from a later one's relevance: the first comes first, unless it is unsure."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Intent(_Part):
    name: str | None
    confidence: Share


class _Entity(_Part):
    entity: str
    value: str | int | float
    start: int
    end: int
    confidence: Share = 1.0

    def entity_found(self) -> Entity:
        """Bring it into the form the graphs read."""
        return Entity(
            name=self.entity,
            value=str(self.value),
            start=self.start,
            end=self.end,
            confidence=self.confidence,
        )


class _Clause(_Part):
    start: int
    end: int
    intent: _Intent
    entities: list[_Entity]
    embedding: str | None = None

    def clause_found(self) -> Clause:
        """Bring it into the form the graphs read."""
        return Clause(
            intent=self.intent.name or "",
            confidence=self.intent.confidence,
            start=self.start,
            end=self.end,
            entities=tuple(one.entity_found() for one in self.entities),
            vector=read_vector(self.embedding) if self.embedding else None,
        )


class _Sentiment(_Part):
    score: Annotated[float, Field(ge=-1, le=1)]
    label: Literal["very_negative", "negative", "neutral", "positive", "very_positive"]
    confidence: Share = 1.0


class _Language(_Part):
    code: str
    confidence: Share = 0.0
    mixed: bool = False


class Parsed(_Part):
    """The body of `/model/parse`."""

    intent: _Intent
    intent_ranking: list[_Intent]
    entities: list[_Entity]
    clauses: list[_Clause] = Field(default_factory=list)
    sentiment: _Sentiment
    emotions: dict[str, float]
    language: _Language
    out_of_scope: Share
    wants_person: Share | None = None
    embedding: str | None = None

    def understood(self) -> Understood:
        """Bring it into the form the graphs read; the most relevant of several wishes is the intent.

        A text is only split where each part is in scope, so what the whole
        looked like counts no more.
        """
        ranking = self.ranking()
        return Understood(
            intent=ranking[0][0] if ranking else None,
            confidence=self.sureness(ranking[0][0]) if ranking else self.intent.confidence,
            path="nlu",
            ranking=ranking,
            entities=tuple(one.entity_found() for one in self.entities),
            clauses=tuple(one.clause_found() for one in self.clauses),
            sentiment=self.sentiment.score,
            sentiment_confidence=self.sentiment.confidence,
            emotions=self.emotions,
            language=self.language.code,
            language_confidence=self.language.confidence,
            mixed_language=self.language.mixed,
            out_of_scope=0.0 if self.clauses else self.out_of_scope,
            wants_person=self.wants_person,
            vector=read_vector(self.embedding) if self.embedding else None,
        )

    def ranking(self) -> tuple[tuple[str, float], ...]:
        """Rank by relevance: several wishes first, each by its own confidence and place, then the rest."""
        wishes = {
            one.intent.name: one.intent.confidence * LATER**place
            for place, one in enumerate(self.clauses)
            if one.intent.name
        }
        least = min(wishes.values(), default=1.0)
        rest = {
            one.name: min(one.confidence, least)
            for one in self.intent_ranking
            if one.name and one.name not in wishes
        }
        return tuple(sorted((wishes | rest).items(), key=lambda one: -one[1]))

    def sureness(self, name: str) -> float:
        """Return the confidence in an intent: that of its own clause where there is one."""
        own = [one.intent.confidence for one in self.clauses if one.intent.name == name]
        return own[0] if own else self.intent.confidence


class ParsedTexts(_Part):
    """The body of `/model/parse/batch`."""

    parsed: list[Parsed]


class Status(_Part):
    """The body of `/status`."""

    fingerprint: str


class Embedded(_Part):
    """The body of `/embed`."""

    dimensions: int
    embeddings: list[str]


def read_vector(encoded: str) -> "array[float]":
    """Read 384 little-endian half floats from base64; whatever else it is raises `ValueError`.

    An array, because thousands of vectors are remembered: as a tuple each would weigh 12 kB.
    """
    try:
        numbers = VECTOR.unpack(base64.b64decode(encoded))
    except struct.error as error:
        raise ValueError("the vector has another length than 384") from error
    if not math.isfinite(sum(numbers)):
        raise ValueError("the vector holds something else than numbers")
    return array("f", numbers)
