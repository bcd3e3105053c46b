"""What a turn came to, as far as customer, approver or systems would notice; and how two differ. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from graphs.draft import Draft
from graphs.events import ActionStarts

Kind = Literal["escalation", "approval", "action", "reply", "call", "failure"]
NOTICE = "Notice: "
ORDER: tuple[Kind, ...] = ("failure", "escalation", "approval", "action", "reply", "call")
"""What weighs more stands first."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One turn's outcome in words, part by part."""

    reply: tuple[str, ...] = ()
    """Replies with their buttons, then notices."""
    action: tuple[str, ...] = ()
    approval: tuple[str, ...] = ()
    escalation: tuple[str, ...] = ()
    call: str | None = None
    """A call that was never made, at which the play stopped."""
    failure: str | None = None
    """What went wrong in the book's own working."""
    places: tuple[str, ...] = ()
    """Lines of the book that decided: the flow's step, then the rules."""

    def part(self, kind: Kind) -> tuple[str, ...]:
        """Give what the turn came to in one respect."""
        found = getattr(self, kind)
        return found if isinstance(found, tuple) else (found,) if found else ()


def outcome_of(draft: Draft, trace: Mapping[str, Any]) -> Outcome:
    """Put a draft into words; nothing in them depends on the book's version or on time."""
    return Outcome(
        reply=tuple(_said(draft)),
        action=tuple(_acts(draft)),
        approval=tuple(_approvals(draft)),
        escalation=tuple(_escalation(draft)),
        places=tuple(_places(trace)),
    )


def differing(one: Outcome, other: Outcome) -> tuple[Kind, ...]:
    """Name the respects in which two outcomes differ, the weightiest first."""
    return tuple(kind for kind in ORDER if one.part(kind) != other.part(kind))


def _said(draft: Draft) -> Iterator[str]:
    for reply in draft.replies:
        buttons = "".join(f" [{title}]" for title, _ in reply.buttons)
        yield f"{reply.text}{buttons}"
    yield from (f"{NOTICE}{notice.text}" for notice in draft.notices)


def _acts(draft: Draft) -> Iterator[str]:
    for proposal in draft.proposals:
        when = "after the customer's yes" if proposal.confirm else "at once"
        yield f"{proposal.label}: proposed, begins {when}: {_call(proposal.start)}"
    yield from (f"{start.action}: begins: {_call(start)}" for start in draft.starts)
    for confirmation in draft.confirmations:
        yield f"{_short(confirmation.action_id)}: the customer says {'yes' if confirmation.yes else 'no'}"
    for change in draft.changes:
        args = f" {_args(change.args)}" if change.args is not None else ""
        yield f"{_short(change.action_id)}: {change.state}{args}"


def _approvals(draft: Draft) -> Iterator[str]:
    yield from (
        f"{proposal.label}: a person will have to decide" for proposal in draft.proposals if proposal.approval
    )
    if (asked := draft.approval) is not None:
        limit = f" up to {asked.up_to:g}" if asked.up_to is not None else ""
        amount = f" about {asked.amount:g}" if asked.amount is not None else ""
        within = f"within {asked.expires_minutes} minutes"
        role = "an agent" if asked.role == "agent" else f"a {asked.role}"
        yield f"{asked.label}: {role}{limit} decides{amount} {within} ({asked.rule_text})"


def _escalation(draft: Draft) -> Iterator[str]:
    if (given := draft.hand_off) is not None:
        yield f"{given.kind}: {given.text} (rule {given.rule}, {given.priority}, {', '.join(given.skills)})"


def _places(trace: Mapping[str, Any]) -> Iterator[str]:
    if flow := trace.get("flow"):
        yield f"{flow['file']}:{flow['line']}"
    for place in (trace.get("decision") or {}).get("places", ()):
        yield f"{place['file']}:{place['line']}"


def _call(start: ActionStarts) -> str:
    return f"{start.action}({_args(start.args)})"


def _args(args: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={orjson.dumps(value, default=str).decode()}" for name, value in args.items())


def _short(action_id: str) -> str:
    """Name an action by its number in the conversation."""
    return f"action {action_id.rpartition(':')[2]}"
