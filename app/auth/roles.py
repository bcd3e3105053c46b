"""Rights, and which role or key scope carries them."""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

Role = Literal["agent", "supervisor", "designer", "evaluator", "admin"]

Right = Literal[
    "messages:write",
    "messages:bulk",
    "conversations:read",
    "conversations:act",
    "handoffs:write",
    "approvals:decide",
    "approvals:above_limit",
    "customers:read",
    "agents:read",
    "agents:any",
    "book:reload",
    "webhooks:manage",
    "people:manage",
    "keys:manage",
    "audit:read",
    "customers:manage",
    "customers:export",
    "customers:erase",
    "book:edit",
    "knowledge:edit",
    "triggers:manage",
    "evals:read",
    "labels:write",
    "board:read",
    "board:act",
]
"""`messages:bulk`: beyond the company's limit at the front door. `conversations:act`: claim, write and
release. `agents:any`: for other agents too. `approvals:above_limit`: decide what the book reserves for a
supervisor. `book:reload`: put the rule book's folder in force. `webhooks:manage`: say who is told of what
happens. `people:manage`: people and groups. `customers:manage`: block, merge and part customers.
`customers:export`: everything held of one. `customers:erase`: delete all of it. `book:edit`: publish a rule
book and go back to an older one. `triggers:manage`: say what else brings a person. `labels:write`: say what a
message meant. `board:read`: the supervisor's board. `board:act`: put back what is stuck. `knowledge:edit`:
draft, publish and take back help articles, and see what customers asked in vain."""

EVERY_RIGHT: frozenset[Right] = frozenset(get_args(Right))

_READ: frozenset[Right] = frozenset({"conversations:read", "agents:read"})
_AGENT: frozenset[Right] = _READ | {
    "conversations:act",
    "handoffs:write",
    "approvals:decide",
    "customers:read",
}

RIGHTS_OF_ROLE: Mapping[Role, frozenset[Right]] = {
    "agent": _AGENT,
    "supervisor": _AGENT
    | {
        "approvals:above_limit",
        "agents:any",
        "customers:manage",
        "board:read",
        "board:act",
        "knowledge:edit",
    },
    "designer": _READ | {"book:reload", "book:edit", "triggers:manage", "evals:read", "knowledge:edit"},
    "evaluator": _READ | {"evals:read", "labels:write"},
    "admin": EVERY_RIGHT - {"messages:write", "messages:bulk"},
}


def rights_of_scopes(scopes: Iterable[str]) -> frozenset[Right]:
    """Return the rights a key carries; a scope nobody knows gives none."""
    return frozenset(right for right in EVERY_RIGHT if right in set(scopes))
