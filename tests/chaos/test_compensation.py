"""An action of several calls: when a later one fails, what was done before is taken back, once."""

from dataclasses import replace
from typing import Any

from app.rulebooks import BookShelf
from app.turns.run import Thinker
from policies.model import ThenCall
from tests.chaos.counter import PATIENCE, Counter
from tests.talk import Talk, registry_over, shelf
from tools.arguments import Answer, Arguments, Version
from tools.registry import Registry
from tools.runner import ToolRunner
from tools.spec import ActionKey, Caller, Compensation, ToolSpec


class Parcel(Arguments):
    """Which order a parcel is for."""

    order_id: str
    reason: str = ""
    version: Version = None


class Booked(Answer):
    """A carrier's collection."""

    number: str


class Given:
    """The value of a field of what was read, as an expression of the book."""

    def __init__(self, source: str) -> None:
        self.source = source

    def evaluate(self, facts: Any) -> Any:
        save, field = self.source.split(".")
        return facts[save][field]


class Carrier:
    """Books and cancels collections; the same key again gets the first answer."""

    def __init__(self) -> None:
        self.booked: dict[str, str] = {}
        self.cancelled: dict[str, str] = {}

    async def book(self, caller: Caller, args: Parcel, key: ActionKey | None) -> Booked:
        assert key is not None
        return Booked(number=self.booked.setdefault(key, f"P-{args.order_id}"))

    async def cancel(self, caller: Caller, args: Parcel, key: ActionKey | None) -> Booked:
        assert key is not None
        return Booked(number=self.cancelled.setdefault(key, args.order_id))

    def tools(self, *, undone: bool) -> list[ToolSpec[Any, Any]]:
        """Its two tools; the first names the second as what takes it back, if anything does."""
        taken_back = Compensation(tool="cancel_parcel", args=lambda asked, made: {"order_id": made["number"]})

        async def seen(caller: Caller, args: Parcel, key: ActionKey) -> Booked | None:
            return Booked(number=self.booked[key]) if key in self.booked else None

        async def seen_off(caller: Caller, args: Parcel, key: ActionKey) -> Booked | None:
            return Booked(number=self.cancelled[key]) if key in self.cancelled else None

        common: dict[str, Any] = {
            "args": Parcel,
            "result": Booked,
            "risk": "write",
            "description": "A parcel.",
        }
        return [
            ToolSpec(
                name="book_parcel",
                run=self.book,
                settle=seen,
                compensation=taken_back if undone else None,
                **common,
            ),
            ToolSpec(name="cancel_parcel", run=self.cancel, settle=seen_off, **common),
        ]


def book_with_two_steps() -> BookShelf:
    """The sample book, in which cancelling books a parcel first."""
    rules = shelf().rulebook
    cancel = rules.book.actions["cancel_order"]
    order = {"order_id": Given("args.order_id")}
    later = {**order, "version": Given("args.version"), "reason": Given("args.reason")}
    two = replace(cancel, tool="book_parcel", then=(ThenCall(tool="cancel_order", args=later),))
    actions = {**rules.book.actions, "cancel_order": two}
    return BookShelf(replace(rules, book=replace(rules.book, actions=actions)))


def with_carrier(counter: Counter, *, undone: bool = True) -> Carrier:
    """Let the counter's company have a carrier, and its book an action of two calls."""
    carrier = Carrier()
    specs = [*registry_over(counter.books).values(), *carrier.tools(undone=undone)]
    tools = ToolRunner(
        Registry(counter.faults.wrap(spec) for spec in specs), counter.journal, patience=PATIENCE
    )
    desk = replace(Talk(books=counter.books).desk, tools=tools)
    counter.thinker = Thinker(desk, book_with_two_steps(), counter.inbox.clock)
    return carrier


async def cancels(counter: Counter) -> None:
    """Let the customer cancel, and all tries of it come."""
    await counter.serves("cancel 1090")
    await counter.serves("yes", payload="/affirm")
    await counter.retries()


async def test_both_calls_are_made_once_each(counter: Counter) -> None:
    carrier = with_carrier(counter)

    await cancels(counter)

    assert list(carrier.booked.values()) == ["P-1090"]
    assert carrier.cancelled == {}
    assert counter.books.orders["1090"].status == "cancelled"
    assert await counter.states() == ["done"]


async def test_a_later_call_that_fails_for_good_takes_the_first_one_back_once(counter: Counter) -> None:
    carrier = with_carrier(counter)
    counter.faults.next["cancel_order"] = ["down"] * 20

    await cancels(counter)

    assert list(carrier.booked.values()) == ["P-1090"]
    assert list(carrier.cancelled.values()) == ["P-1090"]
    assert counter.books.orders["1090"].status == "processing"
    assert await counter.states() == ["failed"]
    (task,) = await counter.tasks()
    assert task.kind == "failed_action"
    assert task.reason.endswith("What was done before it is taken back.")


async def test_a_worker_that_dies_while_taking_back_leaves_it_taken_back_once(counter: Counter) -> None:
    carrier = with_carrier(counter)
    counter.faults.next["cancel_order"] = ["down"] * 20
    counter.faults.next["cancel_parcel"] = ["dies after"]

    await cancels(counter)
    await counter.waits(100)

    assert len(carrier.cancelled) == 1
    assert await counter.states() == ["failed"]


async def test_what_cannot_be_taken_back_is_a_persons_task_that_says_what_stands(counter: Counter) -> None:
    carrier = with_carrier(counter, undone=False)
    counter.faults.next["cancel_order"] = ["down"] * 20

    await cancels(counter)

    assert carrier.cancelled == {}
    (task,) = await counter.tasks()
    assert task.kind == "half_done"
    assert task.reason.endswith("still in force: book_parcel.")
    assert await counter.states() == ["failed"]
