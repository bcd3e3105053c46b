"""Asks the NLU service, remembers its answers, and goes without it when it is away."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

import aiohttp
import orjson
from pydantic import ValidationError

from app.understanding.contract import DIMENSIONS, Embedded, Parsed, read_vector
from graphs.ports import Hints, InterpreterAway, Understood
from tools.breaker import Breaker, BreakerLimits

PARSE_WITHIN_S = 1.0
EMBED_WITHIN_S = 60.0
REMEMBERED = 8192
LIMITS = BreakerLimits(failures=5, open_s=5.0, successes=1)
"""NLU is a neighbour, not a backend: it is tried again sooner."""
BATCH = 32
JSON = {"content-type": "application/json"}


class EmbeddingsAway(Exception):
    """The NLU service made no vectors: passages are then found by their words alone."""


class NluClient:
    """One a process. A repeated text is answered from memory; the breaker spares a service that is down."""

    def __init__(self, session: aiohttp.ClientSession, url: str, clock: Callable[[], float]) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._clock = clock
        self._breaker = Breaker(LIMITS)
        self._known: OrderedDict[str, Understood] = OrderedDict()

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Understand one message or raise `InterpreterAway`."""
        key = normalised(text)
        if (known := self._known.get(key)) is not None:
            self._known.move_to_end(key)
            return known
        if not self._breaker.allows(self._clock()):
            raise InterpreterAway("the breaker is open")
        try:
            understood = await self._ask(text, hints)
        except (aiohttp.ClientError, TimeoutError, ValidationError, ValueError, OSError) as error:
            self._breaker.failed(self._clock())
            raise InterpreterAway(type(error).__name__) from error
        self._breaker.succeeded(self._clock())
        self._remember(key, understood)
        return understood

    async def _ask(self, text: str, hints: Hints) -> Understood:
        body = orjson.dumps(
            {
                "text": text,
                "metadata": {
                    "last_intents": list(hints.last_intents),
                    "entities": dict(hints.entities),
                    "tier": hints.tier,
                    "channel": hints.channel,
                    "minutes": round(hints.minutes, 1),
                },
            }
        )
        async with asyncio.timeout(PARSE_WITHIN_S):
            answer = await self._post("/model/parse?with=embedding", body)
        return Parsed.model_validate_json(answer).understood()

    async def _post(self, path: str, body: bytes) -> bytes:
        async with self._session.post(f"{self._url}{path}", data=body, headers=JSON) as response:
            response.raise_for_status()
            return await response.read()

    def _remember(self, key: str, understood: Understood) -> None:
        """Keep an answer; the one longest unused goes first."""
        self._known[key] = replace(understood, path="cache")
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of 384 floats a text, in order, or raise `EmbeddingsAway`."""
        vectors: list[list[float]] = []
        try:
            for start in range(0, len(texts), BATCH):
                async with asyncio.timeout(EMBED_WITHIN_S):
                    body = orjson.dumps({"texts": list(texts[start : start + BATCH])})
                    found = Embedded.model_validate_json(await self._post("/embed", body))
                vectors += [list(read_vector(vector)) for vector in found.embeddings]
        except (aiohttp.ClientError, TimeoutError, ValidationError, ValueError, OSError) as error:
            raise EmbeddingsAway(f"{type(error).__name__} from the NLU service") from error
        if len(vectors) != len(texts):
            raise EmbeddingsAway(f"{len(vectors)} vectors of {DIMENSIONS} for {len(texts)} texts")
        return vectors

    async def answers(self) -> bool:
        """Say whether the service is there now."""
        try:
            async with asyncio.timeout(1.0), self._session.get(f"{self._url}/healthz") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


def normalised(text: str) -> str:
    """Write a text the way in which repetitions are recognised."""
    return " ".join(text.casefold().split())
