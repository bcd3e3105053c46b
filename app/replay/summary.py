"""What two books make different, gathered by what changes, in a designer's words. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.replay.outcome import ORDER, Kind, Outcome
from app.replay.verdict import Comparison, Difference, Verdict

CALLED = re.compile(r"would call (\w+)\(")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Conversations in which the same thing changes."""

    kind: Kind
    what: str
    conversations: tuple[Verdict, ...]

    @property
    def example(self) -> str:
        """What was written or happened where the first of them parts."""
        difference = self.conversations[0].difference
        return difference.happened if difference else ""


def groups(comparison: Comparison) -> tuple[Group, ...]:
    """Gather the changed conversations: the weightiest kind first, then by how many there are."""
    found: dict[tuple[Kind, str], list[Verdict]] = {}
    for verdict in comparison.changed:
        if verdict.difference is not None:
            place = (verdict.difference.kinds[0], what_changes(verdict.difference))
            found.setdefault(place, []).append(verdict)
    made = [
        Group(kind=kind, what=what, conversations=tuple(verdicts)) for (kind, what), verdicts in found.items()
    ]
    return tuple(sorted(made, key=lambda one: (ORDER.index(one.kind), -len(one.conversations), one.what)))


def what_changes(difference: Difference) -> str:
    """Say in a line what the weightiest change of a conversation is."""
    kind, old, new = difference.kinds[0], difference.old, difference.new
    match kind:
        case "failure":
            return f"Fails in the new book: {new.failure}" if new.failure else "Fails no more"
        case "escalation":
            return _person(old, new)
        case "approval":
            return _approval(old, new)
        case "action":
            return _action(old, new)
        case "call":
            return _call(old, new)
        case _:
            return f"Says something else, {_file(new) or _file(old) or 'outside a flow'}"


def _person(old: Outcome, new: Outcome) -> str:
    if not old.escalation:
        return f"Goes to a person: {new.escalation[0].partition(':')[0]}"
    if not new.escalation:
        return f"Goes to a person no more: {old.escalation[0].partition(':')[0]}"
    return "Goes to a person for another reason"


def _approval(old: Outcome, new: Outcome) -> str:
    if not old.approval:
        return f"{_label(new.approval)} now asks for an approval"
    if not new.approval:
        return f"{_label(old.approval)} asks for no approval any more"
    return f"{_label(new.approval)} asks for another approval"


def _action(old: Outcome, new: Outcome) -> str:
    more = [line for line in new.action if line not in old.action]
    less = [line for line in old.action if line not in new.action]
    if more and less:
        return f"{_label(more)} is done otherwise"
    return f"{_label(more)}: new" if more else f"{_label(less)}: no more"


def _call(old: Outcome, new: Outcome) -> str:
    called = CALLED.match(new.call or old.call or "")
    book = "" if new.call else " in the old book"
    return f"Would call {called[1] if called else 'a tool'}{book}, not recorded"


def _label(lines: Sequence[str]) -> str:
    return lines[0].partition(":")[0]


def _file(outcome: Outcome) -> str:
    return outcome.places[0].partition(":")[0] if outcome.places else ""


def headline(comparison: Comparison) -> str:
    """Say the result in a sentence."""
    compared, changed = len(comparison.verdicts), len(comparison.changed)
    if not compared:
        return "No conversation has been recorded since then."
    if not changed:
        return f"None of {compared:,} recorded conversations would change."
    return f"Of {compared:,} recorded conversations {changed:,} would change."


def remarks(comparison: Comparison) -> Iterable[str]:
    """Say what limits the result."""
    if early := sum(comparison.ended.values()):
        yield f"{_some(early)} compared only up to where nobody knows what follows, on either book."
    other = sum(not verdict.as_recorded for verdict in comparison.verdicts)
    if other:
        yield f"In {other:,} the old book did not say what was said then: another version was in force."
    if comparison.unreadable:
        yield f"{_some(comparison.unreadable)} left out: not recorded from the beginning."


def _some(count: int) -> str:
    return f"{count:,} conversation{' was' if count == 1 else 's were'}"
