"""Customers, workers, agents and a company act in any order: nothing is done twice or unasked.

Hypothesis chooses who does what next, against the real database and the real graphs. What must hold is
checked after every step; at the end everything is let run out, and each action must have ended as the
company's books say.
"""

import asyncio
import contextlib
import secrets
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.handoff.approvals import Approval, DecidedAlready, Expired
from app.turns.claim import Claim
from app.turns.store import Thought
from tests.chaos.counter import Counter, Died, Fault, open_counter
from tests.chaos.inbox import LEASE_S
from tools.spec import ActionKey

CONVERSATIONS = ("web", "mail")
WISHES = ("I want my money back for 1042", "I want my money back for 1011", "cancel 1090", "cancel 1042")
EFFECTS = ("refund_order", "cancel_order", "change_address")
FAULTS: tuple[Fault, ...] = ("down", "lost before", "lost after", "error after", "dies after")
ENDED = {"done", "failed", "rejected", "cancelled", "expired"}
A_DAY_S = 24 * 3600.0
ACTIONS = """select action_id, action, status, conversation_id from actions where conversation_id like %s"""
SIDE_BY_SIDE = """select one.action_id, other.action_id from actions one join actions other
    on other.tenant_id = one.tenant_id and other.lane = one.lane and other.action_id <> one.action_id
  where one.conversation_id like %s and other.action = any(one.waits_for)
    and one.began_at is not null and one.status in ('proposed', 'approving', 'running', 'unknown')
    and other.began_at is not null and other.status in ('proposed', 'approving', 'running', 'unknown')"""
DECIDED = """select approval_id from approvals where action_id = %s and status in ('accepted', 'edited')"""
DEAD = "select thread_id, seq, error from inbox where conversation_id like %s and state = 'dead'"


@dataclass
class Turn:
    """A claimed event at a worker, which may have thought about it already."""

    claim: Claim
    thought: Thought | None = None


class Actions(RuleBasedStateMachine):
    """One customer with two conversations, three workers, two agents, and a company with bad days."""

    url: ClassVar[str]
    folder: ClassVar[Path]
    runner: ClassVar[asyncio.Runner]
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.AsyncExitStack()
        self.held: list[Turn] = []
        self.counter: Counter = self.run(self.stack.enter_async_context(open_counter(self.url, self.folder)))

    def run(self, coroutine: Any) -> Any:
        """Let something happen on the machine's own loop."""
        return self.runner.run(coroutine)

    def step(self, coroutine: Any) -> Any:
        """Let a rule happen, and count it."""
        type(self).steps += 1
        return self.run(coroutine)

    # The customer

    @rule(wish=st.sampled_from(WISHES), to=st.sampled_from(CONVERSATIONS))
    def asks(self, wish: str, to: str) -> None:
        self.step(self.counter.says(wish, to=to))

    @rule(to=st.sampled_from(CONVERSATIONS), words=st.sampled_from(("yes", "yes", "yes", "no")))
    def answers(self, to: str, words: str) -> None:
        self.step(self.counter.says(words, to=to))

    @rule(to=st.sampled_from(CONVERSATIONS))
    def says_yes_twice(self, to: str) -> None:
        """Once as the same message sent again, once as another one."""
        name = secrets.token_hex(4)
        for message_id in (name, name, None):
            self.step(self.counter.says("yes", to=to, message_id=message_id))

    # The workers

    @rule()
    def works(self) -> None:
        """Let an engine answer whatever is due."""
        self.step(self.counter.works())

    @precondition(lambda self: len(self.held) < 3)
    @rule()
    def takes(self) -> None:
        claim = self.step(self.counter.claims())
        if claim is not None:
            self.held.append(Turn(claim))

    @precondition(lambda self: self.held)
    @rule(which=st.integers(0, 2))
    def thinks(self, which: int) -> None:
        turn = self.held[which % len(self.held)]
        try:
            turn.thought = self.step(self.counter.thinker.think(turn.claim))
        except Died:
            self.held.remove(turn)
        except Exception as error:
            self.held.remove(turn)
            self.run(self.counter.inbox.failures.record(turn.claim, error))

    @precondition(lambda self: any(turn.thought for turn in self.held))
    @rule()
    def commits(self) -> None:
        turn = next(turn for turn in self.held if turn.thought)
        self.held.remove(turn)
        assert turn.thought is not None
        self.step(self.counter.inbox.store.commit(turn.claim, turn.thought))

    @precondition(lambda self: self.held)
    @rule()
    def is_killed(self) -> None:
        """A worker ends in the middle of whatever it did; its lease runs out."""
        self.held.pop(0)
        self.step(self.counter.waits(LEASE_S + 0.1))

    @rule(seconds=st.sampled_from((1.0, 3.0, LEASE_S + 0.1, 20.0, 65.0, 400.0)))
    def time_passes(self, seconds: float) -> None:
        self.step(self.counter.waits(seconds))

    # The people who decide

    @rule(first=st.sampled_from(("accept", "edit", "ignore")), second=st.sampled_from(("accept", "ignore")))
    def two_agents_decide(self, first: str, second: str) -> None:
        """Both decide the same approval at once: one decision counts, the other is told who was first."""
        pending = self.run(self.counter.pending())
        if not pending:
            return
        approval = pending[0]
        lower = (
            {"amount": 100.5} if first == "edit" and approval.request.args.get("amount", 0) > 100.5 else None
        )
        kind = "accept" if first == "edit" and lower is None else first

        async def both() -> list[object]:
            return await asyncio.gather(
                self.counter.decides(approval.approval_id, kind, lower, by="runa"),
                self.counter.decides(approval.approval_id, second, by="tove"),
            )

        outcomes = self.step(both())
        won = [one for one in outcomes if isinstance(one, Approval)]
        too_late = all(isinstance(one, Expired) for one in outcomes)
        assert too_late or (len(won) == 1 and any(isinstance(one, DecidedAlready) for one in outcomes))

    @rule()
    def a_person_finds_out(self) -> None:
        """Somebody looks into the company's books and says what is true."""
        for task in self.run(self.counter.tasks()):
            happened = ActionKey(f"{task.action_id}:run") in self.counter.books.receipts
            outcome = "happened" if happened else "did_not_happen"
            self.step(self.counter.finds(task.task_id, outcome if task.kind == "unknown_outcome" else "done"))

    # The company

    @rule(tool=st.sampled_from(EFFECTS), fault=st.sampled_from(FAULTS))
    def has_a_bad_moment(self, tool: str, fault: Fault) -> None:
        self.counter.faults.next[tool].append(fault)
        type(self).steps += 1

    @rule(blind=st.booleans())
    def can_be_asked_about_effects(self, blind: bool) -> None:
        self.counter.faults.blind = blind
        type(self).steps += 1

    @rule(order=st.sampled_from(("1042", "1011", "1090")))
    def changes_an_order(self, order: str) -> None:
        """What was read before is stale, and nothing else has changed."""
        self.counter.touches(order, signed_by=secrets.token_hex(2))
        type(self).steps += 1

    @rule(left=st.sampled_from(("120.00", "45.00")))
    def pays_back_over_the_phone(self, left: str) -> None:
        """Somebody at the company lowers what is left of an order."""
        order = self.counter.books.orders["1042"]
        self.counter.touches("1042", refundable=min(order.refundable, Decimal(left)))
        type(self).steps += 1

    @rule()
    def sends_the_order_off(self) -> None:
        """What could be cancelled is on its way now."""
        if self.counter.books.orders["1090"].status == "processing":
            self.counter.touches("1090", status="shipped", cancellable=False)
        type(self).steps += 1

    # What must hold, always

    @invariant()
    def nothing_is_paid_without_its_approval(self) -> None:
        for key, (meaning, _) in list(self.counter.books.receipts.items()):
            what, _, amount, *_ = meaning  # type: ignore[misc]
            if what == "refund" and amount > 100:
                action_id = key.removesuffix(":run")
                assert self.run(self.counter.rows(DECIDED, action_id)), f"{key} was paid unapproved"

    @invariant()
    def what_excludes_one_another_is_never_under_way_together(self) -> None:
        found = self.run(self.counter.rows(SIDE_BY_SIDE, self.counter.conversation("") + "%"))
        assert found == []

    @invariant()
    def no_order_gives_back_more_than_was_paid(self) -> None:
        for order in self.counter.books.orders.values():
            assert sum(self.counter.refunds(order.id)) <= float(order.total)
            assert order.refundable >= 0

    # The end

    def teardown(self) -> None:
        try:
            self.run(self.runs_out())
        finally:
            self.run(self.stack.aclose())

    async def runs_out(self) -> None:
        """Let the company recover and everything come to its end; then compare with the company's books."""
        counter = self.counter
        counter.faults.blind = False
        counter.faults.next.clear()
        self.held.clear()
        await counter.waits(LEASE_S + 0.1)
        for _ in range(4):
            for approval in await counter.pending():
                await counter.decides(approval.approval_id)
            await counter.retries()
            await counter.waits(601)
        await counter.waits(A_DAY_S)
        await counter.waits(A_DAY_S)
        assert await counter.rows(DEAD, counter.conversation("") + "%") == []
        for action_id, action, status, _ in await counter.rows(ACTIONS, counter.conversation("") + "%"):
            happened = ActionKey(f"{action_id}:run") in counter.books.receipts
            assert status in ENDED, f"{action} {action_id} is still {status}"
            assert happened == (status == "done"), f"{action} {action_id} is {status}, happened: {happened}"


def play(url: str, folder: Path, *, rounds: int, steps: int, **more: Any) -> int:
    """Play so many rounds; returns how many steps were made."""
    Actions.url, Actions.folder, Actions.steps = url, folder, 0
    with asyncio.Runner() as runner:
        Actions.runner = runner
        run_state_machine_as_test(
            Actions,
            settings=settings(
                max_examples=rounds,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                **more,
            ),
        )
    return Actions.steps


def test_whatever_happens_in_a_short_time_nothing_is_done_twice_or_unasked(
    database: str, tmp_path: Path
) -> None:
    """Race condition 2 of the seed: actions on the same order, in every order of events."""
    assert play(database, tmp_path, rounds=4, steps=50, derandomize=True) > 100


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_whatever_happens_in_a_long_time_nothing_is_done_twice_or_unasked(
    database: str, tmp_path: Path
) -> None:
    """Race condition 2 of the seed: actions on the same order, in every order of events."""
    steps = play(database, tmp_path, rounds=60, steps=60, print_blob=True)
    print(f"{steps} steps")
    assert steps >= 2000
