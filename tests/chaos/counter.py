"""A counter where customers are served by hand: real graphs and database, a company that fails on demand.

A test says who does what and when: who writes, which worker takes an event, when it commits, what the
company's next answer is. Nothing runs by itself.
"""

import contextlib
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from app.conversations.entry import Entry
from app.gateway.message import Inbound
from app.handoff import approvals
from app.handoff import tasks as findings
from app.handoff.approval_request import DecisionBody
from app.turns.claim import Claim
from app.turns.run import Thinker
from app.turns.store import CommitOutcome, Committed, PersonTookOver
from tests.chaos.inbox import TENANT, Inbox, open_inbox
from tests.fakes.company import MARTA, Books, an_order
from tests.talk import Talk, registry_over, shelf
from tools.errors import BackendFailed, OutcomeUnknown
from tools.journal.journal import DatabaseJournal
from tools.journal.port import Journal
from tools.registry import AnyTool, Registry
from tools.runner import Patience, ToolRunner
from tools.spec import ActionKey, Caller

Fault = Literal["down", "lost before", "lost after", "error after", "dies after"]
PATIENCE = Patience(lease_s=0.0, busy_s=0.0, read_attempts=1)
"""A worker that died leaves its key at once, so that a test need not wait."""
MOST_EVENTS = 400
SMALL = Decimal("50.00")
KNOWN = "select 1 from conversations where conversation_id = %s"
STATES = "select status from actions where conversation_id like %s order by created_at, action_id"
DUE = """select thread_id from threads where thread_id like %s and head_due_at <= %s
  order by urgency desc, head_due_at, thread_id"""


class Died(BaseException):
    """Stands for a worker that was killed: nothing after it runs."""


@dataclass
class Faults:
    """What the company's tools do next, instead of answering."""

    next: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    blind: bool = False
    """True: nobody can look up what became of an effect."""

    def wrap(self, spec: AnyTool) -> AnyTool:
        """Let a tool fail as this says."""

        async def run(caller: Caller, args: Any, key: ActionKey | None) -> Any:
            fault = self.next[spec.name].pop(0) if self.next[spec.name] else None
            if fault == "down":
                raise BackendFailed("unreachable", "no connection")
            if fault == "lost before":
                raise OutcomeUnknown("no_answer", "silence", answered=False)
            made = await spec.run(caller, args, key)
            if fault == "lost after":
                raise OutcomeUnknown("no_answer", "silence", answered=False)
            if fault == "error after":
                raise OutcomeUnknown("http_500", "error", answered=True)
            if fault == "dies after":
                raise Died
            return made

        async def settle(caller: Caller, args: Any, key: ActionKey) -> Any:
            if self.blind:
                raise BackendFailed("unreachable", "no connection")
            return await spec.settle(caller, args, key) if spec.settle else None

        return replace(spec, run=run, settle=settle if spec.settle else None)


@dataclass
class Counter:
    """One customer in several conversations, the workers, the people who decide, and the company."""

    inbox: Inbox
    books: Books
    faults: Faults
    thinker: Thinker
    journal: Journal
    failed: list[Exception] = field(default_factory=list)

    @property
    def customer_id(self) -> str:
        """Whose orders these are."""
        return self.inbox.customer

    def conversation(self, name: str) -> str:
        """The id of one of the customer's conversations."""
        return f"cnv_{self.customer_id}_{name}"

    async def says(
        self, text: str, *, to: str = "web", payload: str | None = None, message_id: str | None = None
    ) -> int:
        """Let the customer write in one of their conversations; returns the message's number there."""
        inbound = Inbound(
            tenant_id=TENANT,
            channel=to,
            message_id=message_id or secrets.token_hex(6),
            address=f"{self.customer_id}-{to}",
            text=text,
            payload=payload,
            customer_id=self.customer_id,
            verified=True,
            conversation_id=self.conversation(to),
            begins=True,
            received_at=self.inbox.clock(),
        )
        return (await self.inbox.store.accept(inbound)).seq

    async def claims(self, thread_id: str | None = None) -> Claim | None:
        """Let a worker take what is due for this customer."""
        if thread_id is not None:
            return await self.inbox.store.claim(thread_id=thread_id)
        for (due,) in await self.rows(DUE, self.conversation("") + "%", self.inbox.clock()):
            if (claim := await self.inbox.store.claim(thread_id=due)) is not None:
                return claim
        return None

    async def answers(self, claim: Claim) -> CommitOutcome | None:
        """Let a worker think and commit; None when the turn failed and will be tried again."""
        try:
            thought = await self.thinker.think(claim)
        except Died:
            return None
        except Exception as error:  # whatever goes wrong in a turn, as in the engine's workers
            self.failed.append(error)
            await self.inbox.failures.record(claim, error)
            return None
        outcome = await self.inbox.store.commit(claim, thought)
        if isinstance(outcome, PersonTookOver):
            quiet = await self.thinker.withheld(claim, thought)
            return await self.inbox.store.commit(claim, quiet)
        return outcome

    async def works(self) -> int:
        """Let workers answer whatever is due now; returns how many events were committed."""
        committed = 0
        for _ in range(MOST_EVENTS):
            claim = await self.claims()
            if claim is None:
                return committed
            committed += isinstance(await self.answers(claim), Committed)
        raise AssertionError("the workers find no end")

    async def serves(self, text: str, *, to: str = "web", payload: str | None = None) -> list[str]:
        """Let the customer write and everything follow that is due; returns what they read of it."""
        before = len(await self.timeline(to)) if await self._known(to) else 0
        await self.says(text, to=to, payload=payload)
        await self.works()
        return [entry.text for entry in (await self.timeline(to))[before:] if entry.direction == "outbound"]

    async def waits(self, seconds: float) -> None:
        """Let time pass, the chores run, and everything that is due then."""
        self.inbox.clock.passes(seconds)
        await self.inbox.sweep.sweep(TENANT)
        await self.works()

    async def retries(self) -> None:
        """Let all scheduled tries of a failed event come, the last one too."""
        for attempt in range(1, 7):
            await self.waits(2.0**attempt)

    async def _known(self, to: str) -> bool:
        return bool(await self.rows(KNOWN, self.conversation(to)))

    async def timeline(self, to: str = "web") -> list[Entry]:
        """Everything that stands in a conversation."""
        return list(await self.inbox.timeline(self.conversation(to)))

    async def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into the database."""
        async with self.inbox.database.tenant(TENANT) as conn:
            return await (await conn.execute(statement.encode(), values)).fetchall()

    async def states(self, to: str = "") -> list[str]:
        """The states of the customer's actions, in one conversation or in all, oldest first."""
        return [status for (status,) in await self.rows(STATES, self.conversation(to) + "%")]

    async def pending(self) -> list[approvals.Approval]:
        """What waits for a person's decision."""
        async with self.inbox.database.tenant(TENANT) as conn:
            found = await approvals.find(conn, self.inbox.vault, TENANT, status="pending")
        return [one for one in found if one.conversation_id.startswith(self.conversation(""))]

    async def decides(
        self, approval_id: str, kind: Any = "accept", args: Any = None, *, by: str = "runa"
    ) -> object:
        """Let a person decide."""
        decider = approvals.Decider(decider_id=by, name=by.title(), above_limit=True)
        decision = DecisionBody(type=kind, args=args)
        return await approvals.decide(self.inbox.handoff, TENANT, approval_id, decision, decider)

    async def tasks(self, status: Literal["open", "settled"] | None = "open") -> list[findings.Task]:
        """What only a person can settle."""
        async with self.inbox.database.tenant(TENANT) as conn:
            found = await findings.find(conn, self.inbox.vault, TENANT, status=status)
        return [one for one in found if one.conversation_id.startswith(self.conversation(""))]

    async def finds(self, task_id: str, outcome: findings.Outcome, *, by: str = "runa") -> object:
        """Let a person say what became of an effect."""
        finding = findings.Finding(outcome=outcome, note="", by=by, by_name=by.title())
        return await findings.settle(self.inbox.handoff, TENANT, task_id, finding)

    def refunds(self, order_id: str) -> list[float]:
        """What the company has paid back for an order."""
        return [float(refund.amount) for refund in self.books.refunds if refund.order_id == order_id]

    def touches(self, order_id: str, **changes: Any) -> None:
        """Let somebody at the company change an order."""
        order = self.books.orders[order_id]
        self.books.orders[order_id] = replace(order, version=order.version + 1, **changes)


def books_of(customer_id: str) -> Books:
    """Books with orders of one customer: delivered, shipped, processing, and a small delivered one."""
    own = {"customer_id": customer_id}
    return Books(
        orders={
            "1042": an_order("1042", "delivered", **own),
            "1077": an_order("1077", "shipped", **own),
            "1090": an_order("1090", "processing", **own),
            "1011": an_order("1011", "delivered", total=SMALL, refundable=SMALL, **own),
        },
        customers={customer_id: replace(MARTA, id=customer_id, tier="standard")},
    )


@contextlib.asynccontextmanager
async def open_counter(database_url: str, folder: Path) -> AsyncIterator[Counter]:
    """Open a counter over a migrated database, for a customer of its own."""
    async with open_inbox(database_url, folder) as inbox:
        books, faults = books_of(inbox.customer), Faults()
        registry = Registry(faults.wrap(spec) for spec in registry_over(books).values())
        journal = DatabaseJournal(inbox.database.tenant, inbox.vault)
        tools = ToolRunner(registry, journal, patience=PATIENCE)
        desk = replace(Talk(books=books).desk, tools=tools)
        thinker = Thinker(desk, shelf(), inbox.clock)
        yield Counter(inbox=inbox, books=books, faults=faults, thinker=thinker, journal=journal)
