"""Turns without HTTP, engines or time: a test says who does what and when."""

import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from app.conversations.entry import Entry
from app.conversations.repository import entries_after
from app.db import Database
from app.gateway.message import Inbound
from app.gateway.ports import Accepted
from app.handoff.deps import Desk, HandoffDeps
from app.handoff.failing import QueueFailure
from app.handoff.queueing import QueueHandoff
from app.privacy.vault import Vault
from app.turns.claim import Claim
from app.turns.failures import Failures
from app.turns.hub import Hub
from app.turns.store import CommitOutcome, Thought, TurnStore
from app.turns.sweep import Sweep
from graphs.draft import ActionChange, ApprovalRequest, Draft, Proposal, Reply
from graphs.events import ActionStarts
from tests.talk import shelf

TENANT = "acme"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LEASE_S = 6.0
DESK = Desk(
    first_reply_minutes={"urgent": 2, "high": 5, "normal": 15},
    default_skills=("general",),
    vip_tiers=frozenset(),
    currency="EUR",
    waiting_notice="A person will answer here.",
)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Inbox:
    """The store of turns with what stands around it."""

    database: Database
    vault: Vault
    clock: Clock
    hub: Hub
    handoff: HandoffDeps
    store: TurnStore
    failures: Failures
    sweep: Sweep
    customer: str = field(default_factory=lambda: secrets.token_hex(4))

    async def writes(self, text: str, message_id: str | None = None) -> Accepted:
        """Let this test's customer write."""
        return await self.store.accept(self.inbound(text, message_id))

    def inbound(self, text: str, message_id: str | None = None) -> Inbound:
        """A message of this test's customer."""
        return Inbound(
            tenant_id=TENANT,
            channel="web",
            message_id=message_id or secrets.token_hex(4),
            address=self.customer,
            text=text,
            customer_id=self.customer,
            verified=True,
            received_at=self.clock(),
        )

    async def claims(self, thread_id: str) -> Claim | None:
        """Let a worker look for a due event of one thread."""
        return await self.store.claim(thread_id=thread_id)

    async def takes(self, thread_id: str) -> Claim:
        """Let a worker take the event that is due."""
        claim = await self.claims(thread_id)
        assert claim is not None, f"nothing is due on {thread_id}"
        return claim

    async def commits(self, claim: Claim, draft: Draft, interrupt: str | None = None) -> CommitOutcome:
        """Let a worker commit what it thought."""
        return await self.store.commit(claim, thought(draft, interrupt))

    async def timeline(self, conversation_id: str) -> Sequence[Entry]:
        """Everything that was said and told."""
        async with self.database.tenant(TENANT) as conn:
            return await entries_after(conn, self.vault, TENANT, conversation_id, 0, 500)

    async def said(self, conversation_id: str) -> list[str]:
        """The messages, as sender: text."""
        found = await self.timeline(conversation_id)
        return [f"{entry.sender}: {entry.text}" for entry in found if entry.kind == "message"]

    async def status(self, conversation_id: str) -> str:
        """The conversation's status."""
        return str(
            (await self.row("select status from conversations where conversation_id = %s", conversation_id))[
                0
            ]
        )

    async def row(self, statement: str, *values: object) -> tuple[object, ...]:
        """The one row of a statement."""
        async with self.database.tenant(TENANT) as conn:
            found = await (await conn.execute(statement.encode(), values)).fetchone()
        assert found is not None
        return found

    async def asks_approval(self, conversation_id: str) -> str:
        """Let a turn propose a refund that waits for a person; returns the action's thread."""
        action = f"{conversation_id}:action:1"
        await self.commits(
            await self.takes(conversation_id), Draft(replies=[Reply(text="Yes?")], proposals=[refund(action)])
        )
        change = ActionChange(action_id=action, state="approving")
        await self.commits(
            await self.takes(action), Draft(approval=approval(action), changes=[change]), "int-1"
        )
        return action


def thought(draft: Draft, interrupt: str | None = None) -> Thought:
    """What a worker wants to commit."""
    return Thought(
        draft=draft,
        snapshot=None,
        interrupt_id=interrupt,
        book="b1",
        trace=orjson.dumps({}),
        ms=1.0,
        cpu_ms=1.0,
    )


def reply(text: str) -> Draft:
    """A turn that says one thing."""
    return Draft(replies=[Reply(text=text)])


def refund(action_id: str) -> Proposal:
    """A refund that a person must approve."""
    start = ActionStarts(
        action_id=action_id, action="refund_order", args={"order_id": "1042", "amount": 149.99}
    )
    return Proposal(start=start, subject="1042", label="Refund", confirm=False, approval=True)


def approval(action_id: str) -> ApprovalRequest:
    """What is asked of a person."""
    return ApprovalRequest(
        action_id=action_id,
        action="refund_order",
        label="Refund",
        args={"order_id": "1042", "amount": 149.99},
        editable=("amount",),
        amount=149.99,
        up_to=500.0,
        role="agent",
        expires_minutes=60,
        effect="send the money back",
        rule_id="refund_over_100",
        rule_text="above 100 an agent decides",
        file="actions.yaml",
        line=1,
    )


@contextlib.asynccontextmanager
async def open_inbox(database_url: str, folder: Path) -> AsyncIterator[Inbox]:
    """Open a store over a migrated database."""
    database = Database(database_url, most=8)
    await database.open()
    vault, hub, clock = Vault.from_file(folder / "keys", create=True), Hub(), Clock()
    handoff = HandoffDeps(tenants=database, vault=vault, hub=hub, clock=clock, desk=lambda: DESK)
    store = TurnStore(database, vault, open_handoff=QueueHandoff(handoff), clock=clock, lease_s=LEASE_S)
    yield Inbox(
        database=database,
        vault=vault,
        clock=clock,
        hub=hub,
        handoff=handoff,
        store=store,
        failures=Failures(store, vault, shelf(), QueueFailure(handoff)),
        sweep=Sweep(database, vault, hub, clock),
    )
    await hub.stop()
    await database.close()
