"""Which actions meet on the same thing: what is under way already, what has to wait, what is asked twice."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from graphs.draft import Notice
from graphs.turn import OpenAction, Turn
from policies.conflicts import conflict
from policies.model import ActionSpec, Book

UNDER_WAY = frozenset({"proposed", "queued", "approving", "running", "unknown"})
"""States in which an action has begun, or will without anybody being asked."""

Meeting = Literal["free", "same", "waits", "blocked"]


def under_way(action: OpenAction) -> bool:
    """Say whether an action goes on by itself; one whose question to the customer is open does not."""
    return action.state in UNDER_WAY


def meeting(turn: Turn, spec: ActionSpec, args: Mapping[str, Any], subject: str) -> Meeting:
    """Say what a new action meets among all of the customer's actions, in whichever conversation."""
    going = [action for action in turn.open_actions if under_way(action)]
    if any(_same(turn, action, spec, args, subject) for action in going):
        return "same"
    met = [(action.action, action.subject) for action in going]
    match conflict(turn.rules.book, met, spec.name, subject):
        case "block":
            return "blocked"
        case "queue":
            return "waits"
        case "allow":
            return "free"


def _same(turn: Turn, action: OpenAction, spec: ActionSpec, args: Mapping[str, Any], subject: str) -> bool:
    """Say whether an action under way is the very one that is wanted, whatever was read before each."""
    if (action.action, action.subject) != (spec.name, subject):
        return False
    read = turn.desk.tools.preconditions(spec.tool)
    return meaning(action.args, read) == meaning(args, read)


def meaning(args: Mapping[str, Any], read: Collection[str]) -> dict[str, Any]:
    """Leave out the arguments that only say what was read."""
    return {name: value for name, value in args.items() if name not in read and value is not None}


def not_beside(book: Book, action: str) -> tuple[str, ...]:
    """Name the actions that this one may not run beside on the same thing."""
    return tuple(
        sorted(other for other in book.actions if book.conflicts.get((other, action), "block") != "allow")
    )


def if_queued(turn: Turn, action_id: str, facts: Mapping[str, Any]) -> None:
    """Have a notice ready for the case that another action turns out to be first."""
    turn.draft.if_queued[action_id] = Notice(
        text=turn.render("action_queued", facts), template="action_queued", hold=True
    )
