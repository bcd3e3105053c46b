"""Forks a conversation: finds where it stood, plays it on twice, and tells both."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.forks import repository as sql
from app.forks.sandbox import Change, Forked, Live, Memory, fork
from app.forks.stages import NoSuchVersion, NotABook, Stages, Wanted
from app.gateway.ports import Tenants
from app.privacy.vault import Vault
from app.replay.player import Stage
from app.replay.recorded import RecordedConversation, read_conversation
from app.replay.repository import traces_of
from app.turns.claim import checkpoint_place
from app.turns.saver import Snapshot
from graphs.events import CustomerSays

MOST_LISTED = 500
AT_ONCE = 2
"""So many sandboxes run at a time: turns of customers come first."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """The turn at which a conversation is forked."""

    tenant_id: str
    conversation_id: str
    thread_id: str
    seq: int


@dataclass(frozen=True)
class NoTurn:
    """There is no such turn."""


@dataclass(frozen=True)
class NotRecorded:
    """The conversation was not recorded whole: nothing can be played."""


@dataclass(frozen=True)
class Unfit:
    """The change does not fit this turn."""

    field: str
    reason: str


Refused = NoTurn | NotRecorded | Unfit | NoSuchVersion | NotABook


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the fork came to, and on which books."""

    was_book: str
    would_book: str
    forked: Forked
    slots: dict[str, object]
    """What the slots held before the turn."""


@dataclass(frozen=True, kw_only=True)
class _Past:
    conversation: RecordedConversation
    number: int
    memory: Memory
    book: str


class Forks:
    """Lets anybody see what would have happened; writes nothing, and asks no system."""

    def __init__(self, tenants: Tenants, vault: Vault, stages: Stages, live: Live) -> None:
        self._tenants = tenants
        self._vault = vault
        self._stages = stages
        self._live = live
        self._few = asyncio.Semaphore(AT_ONCE)

    async def fork(self, where: Where, change: Change, wanted: Wanted | None) -> Found | Refused:
        """Play on from a turn, as it was and as it would have been."""
        async with self._few:
            past = await self._past(where)
            if not isinstance(past, _Past):
                return past
            if (unfit := _unfit(past, where, change)) is not None:
                return unfit
            was = await self._stages.at(where.tenant_id, Wanted(version=past.book, files={}))
            if not isinstance(was, Stage):
                return was
            would = await self._stages.at(where.tenant_id, wanted) if wanted else was
            if not isinstance(would, Stage):
                return would
            found = await fork(past.conversation, past.number, past.memory, (was, would), change, self._live)
            return Found(
                was_book=was.rulebook.book.version,
                would_book=would.rulebook.book.version,
                forked=found,
                slots=past.memory.slots_of(where.thread_id),
            )

    async def turns(self, tenant_id: str, conversation_id: str) -> list[sql.PastTurn]:
        """List what can be explained and forked, oldest first."""
        async with self._tenants.tenant(tenant_id) as conn:
            found = await sql.turns_of(conn, tenant_id, conversation_id, MOST_LISTED)
        return found[::-1]

    async def _past(self, where: Where) -> _Past | NoTurn | NotRecorded:
        """Read the recording, and what was remembered before the turn."""
        tenant, name = where.tenant_id, where.conversation_id
        async with self._tenants.tenant(tenant) as conn:
            turn = await sql.forked_turn(conn, tenant, name, where.thread_id, where.seq)
            if turn is None:
                return NoTurn()
            traces = await traces_of(conn, tenant, [name])
            memories = await sql.memories_before(conn, tenant, name, turn)
        opened = [
            self._vault.open(tenant, one.trace, f"turns:trace:{one.thread_id}:{one.seq}") for one in traces
        ]
        conversation = read_conversation(name, opened)
        if conversation is None:
            return NotRecorded()
        number = next(
            number
            for number, one in enumerate(conversation.turns)
            if (one.claim.thread_id, one.claim.seq) == (where.thread_id, where.seq)
        )
        memory = Memory(snapshots=self._snapshots(tenant, memories))
        return _Past(conversation=conversation, number=number, memory=memory, book=turn.book_version)

    def _snapshots(self, tenant_id: str, memories: Sequence[sql.StoredMemory]) -> dict[str, Snapshot]:
        return {one.thread_id: self._snapshot(tenant_id, one) for one in memories}

    def _snapshot(self, tenant_id: str, one: sql.StoredMemory) -> Snapshot:
        def opened(sealed: bytes, part: str) -> bytes:
            place = checkpoint_place(one.thread_id, one.checkpoint_id, part)
            return self._vault.open(tenant_id, sealed, place)

        return Snapshot(
            checkpoint_id=one.checkpoint_id,
            parent_id=None,
            data=opened(one.data, "data"),
            writes=opened(one.writes, "writes") if one.writes else None,
        )


def _unfit(past: _Past, where: Where, change: Change) -> Unfit | None:
    """Say why a change cannot be made here."""
    event = past.conversation.turns[past.number].claim.event
    if change.message is not None and not isinstance(event, CustomerSays):
        return Unfit("message", "only a turn in which the customer wrote can have other words")
    if change.slots and where.thread_id not in past.memory.snapshots:
        return Unfit("slots", "nothing was remembered before this turn; change the message instead")
    return None
