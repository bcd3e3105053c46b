"""The status of a conversation: one table of legal transitions, pure."""

from collections.abc import Mapping
from typing import Literal

Status = Literal["active", "escalating", "assigned", "human_handling", "waiting", "resolved", "archived"]
Trigger = Literal[
    "escalate",
    "withdraw",
    "claim",
    "assign",
    "speak",
    "wait",
    "requeue",
    "release",
    "resolve",
    "undo",
    "reopen",
    "archive",
    "transfer",
    "barge_in",
]
"""`assign`: the desk gives it to somebody. `speak`: the owner writes. `wait`: the owner waits for the
customer. `requeue`: back to the queue. `transfer`: another person becomes the owner. `barge_in`: a supervisor
does, unasked. `undo`: whoever resolved it takes that back."""

_PASSED: Mapping["Trigger", "Status"] = {"transfer": "assigned", "barge_in": "assigned"}

TRANSITIONS: Mapping[Status, Mapping[Trigger, Status]] = {
    "active": {"escalate": "escalating", "claim": "assigned", "resolve": "resolved", "archive": "archived"},
    "escalating": {"claim": "assigned", "assign": "assigned", "withdraw": "active", "resolve": "resolved"},
    "assigned": {
        **_PASSED,
        "speak": "human_handling",
        "release": "active",
        "requeue": "escalating",
        "resolve": "resolved",
    },
    "human_handling": {
        **_PASSED,
        "speak": "human_handling",
        "wait": "waiting",
        "release": "active",
        "requeue": "escalating",
        "resolve": "resolved",
    },
    "waiting": {
        **_PASSED,
        "speak": "human_handling",
        "release": "active",
        "requeue": "escalating",
        "resolve": "resolved",
    },
    "resolved": {
        "undo": "human_handling",
        "reopen": "active",
        "escalate": "escalating",
        "archive": "archived",
    },
    "archived": {},
}

OWNED: frozenset[Status] = frozenset({"assigned", "human_handling", "waiting"})
"""A person owns the conversation; the assistant is silent."""


def after(status: Status, trigger: Trigger) -> Status | None:
    """Return the status that follows, or None when the trigger is not legal here."""
    return TRANSITIONS[status].get(trigger)


def sources(trigger: Trigger) -> list[Status]:
    """Return every status from which the trigger is legal."""
    return [status for status, legal in TRANSITIONS.items() if trigger in legal]


def assistant_may_speak(status: Status) -> bool:
    """Say whether the assistant answers; notices of the system may be sent in any status."""
    return status in ("active", "resolved")
