"""Asks the NLU service, remembers its answers, and goes without it when it is away."""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import orjson
from pydantic import ValidationError

from app.understanding.contract import DIMENSIONS, Embedded, Parsed, ParsedTexts, Status, read_vector
from graphs.ports import Clause, Entity, Hints, InterpreterAway, Understood
from tools.breaker import Breaker, BreakerLimits

PARSE_WITHIN_S = 1.0
PRESENT_WITHIN_S = 0.5
EMBED_WITHIN_S = 60.0
OPENED_WITHIN_S = 120.0
REMEMBERED = 8192
LIMITS = BreakerLimits(failures=5, open_s=5.0, successes=1)
"""NLU is a neighbour, not a backend: it is tried again sooner."""
FRESH_S = 5.0
"""An answer this young proves that the service is there."""
SURE_LANGUAGE = 0.98
"""From here on a text is in its language whatever the conversation spoke before."""
PROBE = "hello"
BATCH = 32
JSON = {"content-type": "application/json"}
LARGEST_ANSWER = 256 * 1024
"""A parsed message is a few kilobytes; what goes on for longer is no answer."""
LARGEST_BATCH = 1024 * 1024
FAILURES = (aiohttp.ClientError, TimeoutError, ValidationError, ValueError, OSError)


class EmbeddingsAway(Exception):
    """The NLU service made no vectors: passages are then found by their words alone."""


@dataclass(frozen=True)
class _Remembered:
    """An answer with what it was given to."""

    text: str
    language: str | None
    """The language of the conversation in which it was asked."""
    understood: Understood

    def fits(self, text: str, language: str | None) -> bool:
        """Say whether it is the answer to this text in this conversation, too."""
        return self._points_well(text) and (
            language in (self.language, self.understood.language)
            or self.understood.language_confidence >= SURE_LANGUAGE
        )

    def _points_well(self, text: str) -> bool:
        """Say whether the answer's spans mark the same words in this text."""
        if not self.understood.entities and not self.understood.clauses:
            return True
        return len(text) == len(self.text) and text.casefold() == self.text.casefold()


class NluClient:
    """One a process. A repeated text is answered from memory; the breaker spares a service that is down."""

    def __init__(self, session: aiohttp.ClientSession, url: str, clock: Callable[[], float]) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._clock = clock
        self._breaker = Breaker(LIMITS)
        self._known: OrderedDict[str, _Remembered] = OrderedDict()
        self._answered_at = -math.inf

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Understand one message or raise `InterpreterAway`."""
        key = normalised(text)
        if (known := self._known.get(key)) is not None and known.fits(text, hints.language):
            self._known.move_to_end(key)
            return known.understood
        understood = await self._guarded(text, hints, PARSE_WITHIN_S)
        self._known[key] = _Remembered(text, hints.language, replace(understood, path="cache"))
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return understood

    async def present(self) -> bool:
        """Say whether the service understands messages now; asked only where its last answer is old."""
        if self._clock() - self._answered_at < FRESH_S:
            return True
        nothing = Hints(last_intents=(), entities={}, tier="", channel="", minutes=0.0)
        try:
            await self._guarded(PROBE, nothing, PRESENT_WITHIN_S)
        except InterpreterAway:
            return False
        return True

    async def _guarded(self, text: str, hints: Hints, within_s: float) -> Understood:
        """Ask unless the breaker is open, and tell the breaker how it went."""
        if not self._breaker.allows(self._clock()):
            raise InterpreterAway("the breaker is open")
        try:
            understood = await self._ask(text, hints, within_s)
        except FAILURES as error:
            self._breaker.failed(self._clock())
            self._answered_at = -math.inf
            raise InterpreterAway(type(error).__name__) from error
        self._breaker.succeeded(self._clock())
        self._answered_at = self._clock()
        return understood

    async def _ask(self, text: str, hints: Hints, within_s: float) -> Understood:
        async with asyncio.timeout(within_s):
            answer = await self._post("/model/parse?with=embedding", request_body(text, hints))
        understood = Parsed.model_validate_json(answer).understood()
        check_spans(understood, len(text))
        return understood

    async def _post(self, path: str, body: bytes, largest: int = LARGEST_ANSWER) -> bytes:
        """Send one request; an answer that grows beyond all measure is left unread."""
        url = f"{self._url}{path}"
        async with self._session.post(url, data=body, headers=JSON, allow_redirects=False) as response:
            response.raise_for_status()
            parts = bytearray()
            async for part in response.content.iter_any():
                parts += part
                if len(parts) > largest:
                    raise ValueError(f"the answer is longer than {largest} bytes")
            return bytes(parts)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of 384 floats a text, in order, or raise `EmbeddingsAway`."""
        vectors: list[list[float]] = []
        try:
            for start in range(0, len(texts), BATCH):
                async with asyncio.timeout(EMBED_WITHIN_S):
                    body = orjson.dumps({"texts": list(texts[start : start + BATCH])})
                    found = Embedded.model_validate_json(await self._post("/embed", body, LARGEST_BATCH))
                vectors += [list(read_vector(vector)) for vector in found.embeddings]
        except FAILURES as error:
            raise EmbeddingsAway(f"{type(error).__name__} from the NLU service") from error
        if len(vectors) != len(texts):
            raise EmbeddingsAway(f"{len(vectors)} vectors of {DIMENSIONS} for {len(texts)} texts")
        return vectors

    async def rankings(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the intents that each text was ranked for, best first, or raise `EmbeddingsAway`."""
        found: list[tuple[str, ...]] = []
        try:
            for start in range(0, len(texts), BATCH):
                async with asyncio.timeout(EMBED_WITHIN_S):
                    body = orjson.dumps({"texts": list(texts[start : start + BATCH])})
                    answer = await self._post("/model/parse/batch", body, LARGEST_BATCH)
                read = ParsedTexts.model_validate_json(answer).parsed
                found += [tuple([name for name, _ in one.ranking()]) for one in read]
        except FAILURES as error:
            raise EmbeddingsAway(f"{type(error).__name__} from the NLU service") from error
        return found

    async def serve(self, model: Path) -> bool:
        """Let the service open another model and answer with it; False when it cannot."""
        body = orjson.dumps({"model_file": str(model)})
        put = self._session.put(f"{self._url}/model", data=body, headers=JSON, allow_redirects=False)
        try:
            async with asyncio.timeout(OPENED_WITHIN_S), put as response:
                served = response.status == 204
        except FAILURES:
            return False
        self.forget()
        return served

    async def fingerprint(self) -> str | None:
        """Say which model is served; None when the service does not tell."""
        try:
            async with asyncio.timeout(1.0), self._session.get(f"{self._url}/status") as response:
                response.raise_for_status()
                return Status.model_validate_json(await response.read()).fingerprint
        except FAILURES:
            return None

    def forget(self) -> None:
        """Forget the answers of a model that is not served any more."""
        self._known.clear()

    async def answers(self) -> bool:
        """Say whether the service is there now."""
        try:
            async with asyncio.timeout(1.0), self._session.get(f"{self._url}/healthz") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


def request_body(text: str, hints: Hints) -> bytes:
    """Write the body of `/model/parse`; half a character becomes a question mark, so that spans stay true."""
    metadata = {
        "last_intents": list(hints.last_intents),
        "entities": {name: readable(value) for name, value in hints.entities.items()},
        "tier": hints.tier,
        "channel": hints.channel,
        "minutes": round(max(hints.minutes, 0.0), 1),
    }
    if hints.language:
        metadata["language"] = hints.language
    return orjson.dumps({"text": readable(text), "metadata": metadata})


def readable(text: str) -> str:
    """Replace what cannot be written as UTF-8, one character by one."""
    return text.encode("utf-8", "replace").decode("utf-8")


def check_spans(understood: Understood, length: int) -> None:
    """Refuse an answer that points outside of the text: it belongs to another one."""
    marked: list[Entity | Clause] = [*understood.entities, *understood.clauses]
    marked += [entity for clause in understood.clauses for entity in clause.entities]
    if not all(0 <= one.start <= one.end <= length for one in marked):
        raise ValueError("a span lies outside of the text")


def normalised(text: str) -> str:
    """Write a text the way in which repetitions are recognised."""
    return " ".join(text.casefold().split())
