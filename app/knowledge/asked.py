"""Questions that were not answered, read from the traces of the last turns; nothing of them is copied."""

import asyncio
import base64
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.conversations.seal import Seal, open_json
from app.gateway.ports import Tenants
from app.knowledge import repository as sql
from app.knowledge.repository import TurnRow
from knowledge.base import normalised
from knowledge.gaps import Asked, Gap, find_gaps

DAYS = timedelta(days=30)
MOST_TURNS = 2000
MOST_ASKED = 400
FRESH_S = 60.0


@dataclass(kw_only=True)
class Unanswered:
    """Finds what customers asked in vain; what was found counts for a minute."""

    tenants: Tenants
    vault: Seal
    monotonic: Callable[[], float]
    _known: dict[str, tuple[float, list[Asked]]] = field(default_factory=dict)

    async def gaps(self, tenant_id: str, now: datetime) -> list[Gap]:
        """Return what customers of the last thirty days asked and no article answered."""
        asked = await self._asked(tenant_id, now)
        async with self.tenants.tenant(tenant_id) as conn:
            done = await sql.closed(conn, tenant_id)
        still = [one for one in asked if self.mark(tenant_id, one.text) not in done]
        return await asyncio.to_thread(find_gaps, still)

    async def close(self, tenant_id: str, questions: Sequence[str], by: str, now: datetime) -> None:
        """Leave these questions out from now on."""
        marks = [self.mark(tenant_id, each) for each in questions]
        async with self.tenants.tenant(tenant_id) as conn:
            await sql.close(conn, tenant_id, marks, by, now)

    def mark(self, tenant_id: str, question: str) -> bytes:
        """Return what is kept of a question that was dealt with: nobody reads its words from it."""
        return self.vault.blind_index(tenant_id, f"gap:{normalised(question)}")

    async def _asked(self, tenant_id: str, now: datetime) -> list[Asked]:
        known = self._known.get(tenant_id)
        if known is not None and self.monotonic() < known[0]:
            return known[1]
        async with self.tenants.tenant(tenant_id) as conn:
            turns = await sql.last_turns(conn, tenant_id, now - DAYS, MOST_TURNS)
        found = await asyncio.to_thread(self._read, tenant_id, turns)
        self._known[tenant_id] = (self.monotonic() + FRESH_S, found)
        return found

    def _read(self, tenant_id: str, turns: Sequence[TurnRow]) -> list[Asked]:
        found: list[Asked] = []
        for turn in turns:
            trace = open_json(self.vault, tenant_id, turn.trace, f"turns:trace:{turn.thread_id}:{turn.seq}")
            found += unanswered(trace, turn)
        return found[:MOST_ASKED]


def unanswered(trace: Mapping[str, Any], turn: TurnRow) -> Iterator[Asked]:
    """Yield the questions of a turn that the articles did not answer; an answer has a text."""
    heard = (trace.get("recording") or {}).get("heard") or {}
    vectors = {text: _vector(understood) for text, understood in heard.get("texts") or ()}
    for question, language, said in heard.get("answers") or ():
        if "text" in said:
            continue
        yield Asked(
            text=question,
            language=language,
            vector=vectors.get(question) or next(iter(vectors.values()), None),
            nearest=tuple((one["article_id"], one["title"]) for one in said.get("nearest") or ()),
            conversation_id=turn.conversation_id,
            seq=turn.seq,
            at=turn.committed_at,
        )


def _vector(understood: Mapping[str, Any] | None) -> Sequence[float] | None:
    """Read the vector that understanding made, as a recording writes it."""
    written = (understood or {}).get("vector")
    if not written:
        return None
    content = base64.b64decode(written)
    return struct.unpack(f"<{len(content) // 2}e", content)
