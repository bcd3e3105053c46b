"""The answers of the NLU service, checked where they come in (`nlu/contract/`)."""

import base64
import struct
from array import array
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from graphs.ports import Entity, Understood

DIMENSIONS = 384
VECTOR = struct.Struct(f"<{DIMENSIONS}e")
Share = Annotated[float, Field(ge=0, le=1)]


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


class _Sentiment(_Part):
    score: Annotated[float, Field(ge=-1, le=1)]


class _Language(_Part):
    code: str


class Parsed(_Part):
    """The body of `/model/parse`."""

    intent: _Intent
    intent_ranking: list[_Intent]
    entities: list[_Entity]
    sentiment: _Sentiment
    emotions: dict[str, float]
    language: _Language
    out_of_scope: Share
    embedding: str | None = None

    def understood(self) -> Understood:
        """Bring it into the form the graphs read."""
        return Understood(
            intent=self.intent.name,
            confidence=self.intent.confidence,
            path="nlu",
            ranking=tuple((one.name, one.confidence) for one in self.intent_ranking if one.name),
            entities=tuple(
                Entity(
                    name=one.entity,
                    value=str(one.value),
                    start=one.start,
                    end=one.end,
                    confidence=one.confidence,
                )
                for one in self.entities
            ),
            sentiment=self.sentiment.score,
            emotions=self.emotions,
            language=self.language.code,
            out_of_scope=self.out_of_scope,
            vector=read_vector(self.embedding) if self.embedding else None,
        )


class Embedded(_Part):
    """The body of `/embed`."""

    dimensions: int
    embeddings: list[str]


def read_vector(encoded: str) -> "array[float]":
    """Read 384 little-endian half floats from base64; another length raises `ValueError`.

    An array, because thousands of vectors are remembered: as a tuple each would weigh 12 kB.
    """
    try:
        return array("f", VECTOR.unpack(base64.b64decode(encoded)))
    except struct.error as error:
        raise ValueError("the vector has another length than 384") from error
