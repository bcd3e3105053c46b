"""The exactly-once core: accept, claim, commit, fail. One instance an engine."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import orjson
from psycopg import AsyncConnection

from app.conversations.entry import Entry
from app.db import Database
from app.gateway.message import Inbound
from app.gateway.ports import Accepted, UnknownConversation
from app.ids import new_id
from app.privacy.vault import Vault
from app.turns import repository as sql
from app.turns.claim import Claim, Profile, checkpoint_place, profile_place, read_claim
from app.turns.codec import encode_event, event_place
from app.turns.entries import SCORE_DIGITS, Line, entries_said, feed_of, lines_of
from app.turns.follow_ups import FollowUps
from app.turns.saver import Snapshot
from graphs.draft import Draft
from graphs.events import CustomerSays

log = logging.getLogger(__name__)

LEASE_S = 6.0
"""How long an event stays claimed by a worker that no longer answers."""
PREVIEW_CHARS = 140


@dataclass(frozen=True, kw_only=True)
class Thought:
    """What a turn came to: its draft, its memory, and how it came to it."""

    draft: Draft
    snapshot: Snapshot | None
    interrupt_id: str | None
    book: str
    trace: bytes
    ms: float
    cpu_ms: float
    profile: Profile | None = None
    """Set when the customer's profile was learnt in this turn."""


@dataclass(frozen=True, kw_only=True)
class Committed:
    """Everything the turn wanted is true now."""

    due: int
    """How many threads have an event due now: this one's next, and those it set in motion."""
    approval_id: str | None = None
    said: tuple[Entry, ...] = ()
    """What the customer reads of the turn."""


@dataclass(frozen=True)
class LostFence:
    """Another worker owns the thread; nothing of this turn is true."""


@dataclass(frozen=True)
class PersonTookOver:
    """A person owns the conversation: the assistant may not say this."""


CommitOutcome = Committed | LostFence | PersonTookOver


class OpenHandoff(Protocol):
    """Puts a conversation in the queue, with its context package, inside the turn's transaction."""

    async def __call__(self, conn: AsyncConnection, claim: Claim, draft: Draft, now: datetime) -> datetime:
        """Return when the first reply is due."""


Clock = Callable[[], datetime]


class TurnStore:
    """Keeps inbox, threads and outcomes; the only writer of turns."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        open_handoff: OpenHandoff,
        clock: Clock,
        lease_s: float = LEASE_S,
    ) -> None:
        self._database = database
        self._vault = vault
        self._open_handoff = open_handoff
        self._clock = clock
        self.lease_s = lease_s

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store a message; the same message id of the same sender again is the same message."""
        async with self._database.anyone() as conn:
            conversation_id, seq, duplicate, problem = await sql.accept(conn, self._accept_row(inbound))
        if problem is not None:
            raise UnknownConversation(problem)
        return Accepted(conversation_id=conversation_id, seq=seq, duplicate=duplicate)

    async def accept_and_claim(self, inbound: Inbound) -> tuple[Accepted, Claim | None]:
        """Store a message and take its turn, unless somebody has the conversation."""
        async with self._database.anyone() as conn:
            row = await sql.accept_and_claim(conn, self._accept_row(inbound), self.lease_s)
        if row["problem"] is not None:
            raise UnknownConversation(row["problem"])
        claim = None
        if row["tenant_id"] is not None:
            claim = self._readable(row, inbound.received_at)
        accepted = Accepted(
            conversation_id=row["accepted_in"],
            seq=row["accepted_seq"],
            duplicate=row["duplicate"],
            begun=claim is not None,
        )
        return accepted, claim

    def _readable(self, row: dict[str, Any], claimed_at: datetime) -> Claim | None:
        """Read a claim; an older event that cannot be read must not refuse the message behind it."""
        try:
            return read_claim(row, self._vault, claimed_at)
        except Exception as error:
            log.error("an event cannot be read: %s", type(error).__name__)
            return None

    def _accept_row(self, inbound: Inbound) -> sql.AcceptRow:
        tenant, vault = inbound.tenant_id, self._vault
        address_index = vault.blind_index(tenant, f"{inbound.channel}:{inbound.address}")
        customer, event = new_id("cus"), new_id("ent")
        profile = {"external_id": inbound.customer_id}
        says = CustomerSays(
            text=inbound.text,
            channel=inbound.channel,
            payload=inbound.payload,
            attachments=inbound.attachments,
        )
        return sql.AcceptRow(
            tenant=tenant,
            channel=inbound.channel,
            # Scoped by sender: nobody can fetch somebody else's stored reply by guessing a message id.
            message_id=f"{address_index.hex()[:16]}:{inbound.message_id}",
            conversation=inbound.conversation_id,
            address_index=address_index,
            address=vault.seal(tenant, inbound.address.encode(), f"identities:address:{address_index.hex()}"),
            external_index=vault.blind_index(tenant, inbound.customer_id) if inbound.customer_id else None,
            new_customer=customer,
            profile=vault.seal(tenant, orjson.dumps(profile), profile_place(customer)),
            tier="standard",
            language="en",
            verified=inbound.verified,
            new_conversation=new_id("cnv"),
            begins=inbound.begins and inbound.conversation_id is not None,
            event=event,
            payload=vault.seal(tenant, encode_event(says), event_place(event)),
            urgency=5.0,
            now=inbound.received_at,
        )

    async def claim(self, *, now: datetime | None = None, thread_id: str | None = None) -> Claim | None:
        """Take the most urgent due event with everything its turn needs."""
        claimed_at = now or self._clock()
        async with self._database.anyone() as conn:
            row = await sql.claim(conn, claimed_at, self.lease_s, thread_id)
        return read_claim(row, self._vault, claimed_at) if row else None

    async def renew(self, claim: Claim) -> bool:
        """Keep the lease while the turn still computes."""
        until = self._clock() + timedelta(seconds=self.lease_s)
        async with self._database.anyone() as conn:
            return await sql.renew(conn, claim.tenant_id, claim.thread_id, claim.fence, until)

    async def commit(self, claim: Claim, thought: Thought, *, now: datetime | None = None) -> CommitOutcome:
        """Show the turn's whole outcome at once, or nothing of it."""
        at = now or self._clock()
        draft = thought.draft
        lines = lines_of(claim, draft)
        row, learnt = self._commit_row(claim, thought, lines, at), self._profile_columns(claim, thought)
        if not _has_follow_ups(draft):
            async with self._database.anyone() as conn:
                return _outcome(await sql.commit(conn, row, learnt), claim, lines, at)
        async with self._database.tenant(claim.tenant_id) as conn:
            if draft.hand_off is not None:
                row = replace(row, changes={**row.changes, **_waiting(at)})
            if draft.confirmations or draft.asks:
                actions = [confirmation.action_id for confirmation in draft.confirmations]
                threads = [claim.conversation_id, claim.thread_id, *actions]
                await sql.lock_threads(conn, claim.tenant_id, threads)
            outcome = _outcome(await sql.commit(conn, row, learnt), claim, lines, at)
            if not isinstance(outcome, Committed):
                return outcome
            follow_ups = FollowUps(conn=conn, vault=self._vault, claim=claim, now=at)
            moved = await follow_ups.write(draft, thought.interrupt_id)
            if draft.concerns_people:
                await self._open_handoff(conn, claim, draft, at)
        return replace(outcome, due=outcome.due + moved.due, approval_id=moved.approval_id)

    def _profile_columns(self, claim: Claim, thought: Thought) -> sql.ProfileColumns | None:
        if (profile := thought.profile) is None:
            return None
        known = {
            "external_id": profile.external_id,
            "name": profile.name,
            "email": profile.email,
            "baseline": asdict(profile.baseline),
            "contacts": dict(profile.contacts),
            "since": profile.since,
        }
        return sql.ProfileColumns(
            customer=claim.customer_id,
            profile=self._vault.seal(claim.tenant_id, orjson.dumps(known), profile_place(claim.customer_id)),
            tier=profile.tier,
            language=profile.language,
        )

    def _commit_row(self, claim: Claim, thought: Thought, lines: list[Line], now: datetime) -> sql.CommitRow:
        draft, snapshot = thought.draft, thought.snapshot
        feed = feed_of(claim, draft, lines)
        preview, preview_sender = self._preview(claim, lines)
        return sql.CommitRow(
            tenant=claim.tenant_id,
            thread=claim.thread_id,
            seq=claim.seq,
            fence=claim.fence,
            claimed_at=claim.claimed_at,
            now=now,
            speaks=bool(draft.replies or draft.proposals or draft.hand_off) and not draft.in_queue,
            changes=_changes(draft),
            preview=preview,
            preview_sender=preview_sender,
            entries=self._entry_columns(claim.tenant_id, lines),
            checkpoint_id=snapshot.checkpoint_id if snapshot else None,
            parent_id=snapshot.parent_id if snapshot else None,
            checkpoint=self._sealed_part(claim, snapshot, "data") if snapshot else None,
            writes=self._sealed_part(claim, snapshot, "writes") if snapshot and snapshot.writes else None,
            interrupted=thought.interrupt_id is not None,
            book=thought.book,
            trace=self._vault.seal(
                claim.tenant_id, thought.trace, f"turns:trace:{claim.thread_id}:{claim.seq}"
            ),
            ms=thought.ms,
            cpu_ms=thought.cpu_ms,
            event_types=[name for name, _ in feed],
            event_data=[
                self._vault.seal(
                    claim.tenant_id, orjson.dumps(data), f"events:data:{name}:{claim.conversation_id}"
                )
                for name, data in feed
            ],
        )

    def _preview(self, claim: Claim, lines: list[Line]) -> tuple[bytes | None, str | None]:
        """The last thing said, as lists show it; a turn in which nothing was said changes nothing."""
        spoken = [line for line in lines if line.kind == "message"]
        if not spoken:
            return None, None
        text = spoken[-1].text[:PREVIEW_CHARS].encode()
        place = f"conversations:preview:{claim.conversation_id}"
        return self._vault.seal(claim.tenant_id, text, place), spoken[-1].sender

    def _entry_columns(self, tenant: str, lines: list[Line]) -> sql.EntryColumns:
        seal = self._vault.seal
        return sql.EntryColumns(
            ids=[line.entry_id for line in lines],
            kinds=[line.kind for line in lines],
            directions=[line.direction for line in lines],
            senders=[line.sender for line in lines],
            sender_ids=[None] * len(lines),
            channels=[line.channel for line in lines],
            texts=[seal(tenant, line.text.encode(), f"entries:text:{line.entry_id}") for line in lines],
            details=[
                seal(tenant, orjson.dumps(line.detail), f"entries:detail:{line.entry_id}")
                if line.detail
                else None
                for line in lines
            ],
            sentiments=[line.sentiment for line in lines],
            intents=[line.intent for line in lines],
            highlights=[line.highlight for line in lines],
        )

    def _sealed_part(self, claim: Claim, snapshot: Snapshot, part: str) -> bytes:
        plain = snapshot.data if part == "data" else snapshot.writes or b""
        place = checkpoint_place(claim.thread_id, snapshot.checkpoint_id, part)
        return self._vault.seal(claim.tenant_id, plain, place)

    async def holds(self, claim: Claim) -> bool:
        """Say whether a turn is still its worker's, and the assistant may still speak."""
        async with self._database.tenant(claim.tenant_id) as conn:
            return await sql.holds(conn, claim.tenant_id, claim.thread_id, claim.fence, claim.seq)

    async def fail(self, claim: Claim, code: str, retry: "Retry", *, now: datetime | None = None) -> bool:
        """Put the event back until its next try, or set it aside when it was the last one."""
        at = now or self._clock()
        async with self._database.tenant(claim.tenant_id) as conn:
            if retry.last:
                await sql.lock_threads(conn, claim.tenant_id, [claim.conversation_id, claim.thread_id])
            kept = await sql.fail(
                conn,
                tenant=claim.tenant_id,
                thread=claim.thread_id,
                seq=claim.seq,
                fence=claim.fence,
                error=code,
                due=at + timedelta(seconds=retry.after_s),
                dead=retry.last,
                now=at,
            )
            if kept and retry.say is not None:
                await retry.say(conn, at)
        return kept


@dataclass(frozen=True, kw_only=True)
class Retry:
    """What follows a failure: when the next try is, whether there is one, what the customer is told."""

    after_s: float
    last: bool
    say: Callable[[AsyncConnection, datetime], Awaitable[None]] | None


def _outcome(
    found: tuple[sql.CommitOutcome, int], claim: Claim, lines: list[Line], now: datetime
) -> CommitOutcome:
    outcome, after = found
    match outcome:
        case "committed" | "committed_next_due":
            due = int(outcome == "committed_next_due")
            return Committed(due=due, said=entries_said(claim, lines, after, now))
        case "person_took_over":
            return PersonTookOver()
        case _:
            return LostFence()


def _has_follow_ups(draft: Draft) -> bool:
    moved = draft.proposals or draft.starts or draft.confirmations or draft.changes
    listed = draft.asks or draft.tasks or draft.settled
    return bool(moved or listed or draft.approval or draft.concerns_people)


def _changes(draft: Draft) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if draft.urgency is not None:
        changes["urgency"] = draft.urgency
    if draft.sentiment is not None:
        changes["sentiment"] = round(draft.sentiment, SCORE_DIGITS)
    if draft.intent is not None:
        changes["intent"] = draft.intent
    if draft.hand_off is not None:
        changes["status"] = "escalating"
        changes["priority"] = draft.hand_off.priority
        changes["reasons"] = [f"{draft.hand_off.kind}: {draft.hand_off.text}"]
    elif draft.back_to_assistant:
        changes |= {"status": "active", "waiting_since": None, "sla_due_at": None}
    return changes


def _waiting(now: datetime) -> dict[str, Any]:
    return {"waiting_since": now.isoformat()}
