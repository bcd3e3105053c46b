"""Talking with the real graphs, book, tools and rails, without a server: memory goes from turn to turn."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from app.rulebooks import BookShelf, rail_rules, tool_shapes
from app.turns.claim import CAME_TO_NOTHING, Claim, Profile
from app.turns.run import Thinker
from app.turns.saver import Snapshot
from app.turns.store import Thought
from app.understanding.standing import load_standing
from graphs.assess.standing import StandingModel
from graphs.draft import ActionChange, Draft
from graphs.events import CustomerDecides, CustomerSays, Event
from graphs.planner.llm_port import Aloud
from graphs.ports import Desk
from graphs.turn import OpenAction
from guardrails.build import build_rails
from guardrails.verdict import Rails
from tests.fakes.aftercare import FakeAftercare
from tests.fakes.company import Books, FakeCrm, FakeOrders, FakePayments, FakeTickets, an_order
from tests.fakes.interpreter import ScriptedInterpreter
from tests.fakes.journal import FakeJournal
from tests.fakes.knowledge import OneArticle
from tools.catalogue import Connections, build_registry
from tools.registry import Registry
from tools.runner import ToolRunner

BOOK = Path(__file__).parent.parent / "policies" / "book"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MEANINGS = {
    "where is": "order_track",
    "cancel": "order_cancel",
    "money back": "refund_request",
    "refund": "refund_request",
    "send something back": "return_policy_question",
    "new address": "address_change",
}


def connections_over(books: Books) -> Connections:
    """Return a company in memory, as its tools reach it."""
    return Connections(
        orders=FakeOrders(books),
        payments=FakePayments(books),
        crm=FakeCrm(books),
        tickets=FakeTickets(books),
        today=lambda: NOON.date(),
        aftercare=FakeAftercare(books),
    )


def registry_over(books: Books) -> Registry:
    """Return all tools over a company in memory."""
    return build_registry(connections_over(books))


@cache
def shelf() -> BookShelf:
    """Return the sample book, loaded once."""
    return BookShelf.load(BOOK, tool_shapes(registry_over(Books())))


@cache
def rails() -> Rails:
    """Return the real rails, compiled once."""
    return build_rails(rail_rules(shelf().book))


@cache
def standing() -> StandingModel:
    """Return the weights that ship, loaded once."""
    return load_standing()


def company() -> Books:
    """Return books with one order of each fate."""
    return Books(
        orders={
            "1042": an_order("1042", "delivered"),
            "1077": an_order("1077", "shipped"),
            "1090": an_order("1090", "processing"),
        }
    )


@dataclass
class Talk:
    """One conversation; `say` is a customer's message, `decide` a person's word on the newest action."""

    books: Books = field(default_factory=company)
    interpreter: ScriptedInterpreter = field(
        default_factory=lambda: ScriptedInterpreter(meanings=dict(MEANINGS))
    )
    shelf: BookShelf = field(default_factory=lambda: shelf())  # looked up late, so that a test can replace it
    verified: bool = True
    status: str = "active"
    profile: Profile = field(
        default_factory=lambda: Profile(
            external_id="C-1001",
            name="Marta Lindqvist",
            email="marta.lindqvist@example.com",
            tier="standard",
            language="en",
        )
    )
    snapshots: dict[str, Snapshot | None] = field(default_factory=dict)
    waiting: dict[str, bool] = field(default_factory=dict)
    open_actions: list[OpenAction] = field(default_factory=list)
    seq: int = 0
    last: Thought | None = None
    failed_actions: int = 0
    aloud: Aloud | None = None
    """Where sentences are shown while a model writes them."""

    def __post_init__(self) -> None:
        self.tools = ToolRunner(registry_over(self.books), FakeJournal())
        self.desk = Desk(
            interpreter=self.interpreter,
            tools=self.tools,
            knowledge=OneArticle(),
            rails=rails(),
            standing=standing(),
        )
        self.thinker = Thinker(self.desk, self.shelf, lambda: NOON, lambda claim: self.aloud)

    def use(self, **parts: Any) -> None:
        """Let other parts of the desk take over."""
        self.desk = replace(self.desk, **parts)
        self.thinker = Thinker(self.desk, self.shelf, lambda: NOON, lambda claim: self.aloud)

    def ended(self, change: ActionChange) -> None:
        """Count an action that came to nothing, as a claim does."""
        self.failed_actions += change.state in CAME_TO_NOTHING

    def why(self, part: str) -> dict[str, Any]:
        """One part of the last turn's trace."""
        assert self.last is not None
        found: dict[str, Any] = orjson.loads(self.last.trace)[part]
        return found

    async def say(self, text: str, payload: str | None = None) -> Draft:
        """Send a message, and let the actions that it moved go on."""
        draft = await self.turn("conv", CustomerSays(text=text, channel="web", payload=payload))
        for proposal in draft.proposals:
            start = proposal.start
            self.open_actions.append(
                OpenAction(
                    action_id=start.action_id,
                    action=start.action,
                    state="confirming",
                    subject=proposal.subject,
                    label=proposal.label,
                    args=start.args,
                )
            )
            if not proposal.confirm:
                await self.act(start.action_id, start)
        for start in draft.starts:
            await self.act(start.action_id, start)
        ended = {change.action_id for change in draft.changes if change.state == "cancelled"}
        self.open_actions = [action for action in self.open_actions if action.action_id not in ended]
        for confirmation in draft.confirmations:
            await self.act(confirmation.action_id, CustomerDecides(yes=confirmation.yes))
        return draft

    async def act(self, action_id: str, event: Event) -> Draft:
        """Let an action's thread take one event."""
        draft = await self.turn(action_id, event)
        states = {change.action_id: change.state for change in draft.changes}
        self.open_actions = [
            replace(action, state=states.get(action.action_id, action.state)) for action in self.open_actions
        ]
        for asks in draft.asks:
            await self.turn("conv", asks)
        if any(
            change.state in ("done", "failed", "rejected", "cancelled", "expired") for change in draft.changes
        ):
            self.open_actions = [action for action in self.open_actions if action.action_id != action_id]
        return draft

    async def turn(self, thread: str, event: Event) -> Draft:
        """Think about one event and keep the thread's memory, as a commit would."""
        self.seq += 1
        claim = Claim(
            tenant_id="acme",
            thread_id=thread,
            conversation_id="conv",
            kind="conversation" if thread == "conv" else "action",
            seq=self.seq,
            fence=1,
            interrupted=self.waiting.get(thread, False),
            event_id=f"ent_{self.seq}",
            event=event,
            channel="web",
            attempts=0,
            claimed_at=NOON,
            accepted_at=NOON,
            snapshot=self.snapshots.get(thread),
            customer_id="cus",
            profile=self.profile,
            verified=self.verified,
            status=self.status,
            started_at=NOON,
            open_actions=tuple(self.open_actions),
            failed_actions=self.failed_actions,
        )
        thought = await self.thinker.think(claim)
        self.last = thought
        if thought.snapshot is not None:
            self.snapshots[thread] = replace(thought.snapshot)
            self.waiting[thread] = thought.interrupt_id is not None
        return thought.draft


def said(draft: Draft) -> str:
    """Return everything the customer reads of a turn."""
    return "\n".join([*(reply.text for reply in draft.replies), *(notice.text for notice in draft.notices)])
