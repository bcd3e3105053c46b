"""Writes one line of the audit in the transaction of the change it tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import AsyncConnection

from app.audit import repository as sql
from app.auth.caller import AgentCaller, Caller
from app.conversations.seal import Seal, seal_json
from app.ids import new_id

ActorKind = Literal["person", "key", "command"]
Subject = Literal[
    "person",
    "group",
    "key",
    "customer",
    "book",
    "login",
    "conversation",
    "eval",
    "label",
    "trigger",
    "client",
    "article",
]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who did it: somebody signed in, a program with a key, or the command line of the machine."""

    kind: ActorKind
    actor_id: str


COMMAND = Actor(kind="command", actor_id="frontdesk")


def actor_of(caller: Caller) -> Actor:
    """Name a caller in the audit."""
    if isinstance(caller, AgentCaller):
        return Actor(kind="person", actor_id=caller.agent_id)
    return Actor(kind="key", actor_id=caller.key_id)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What was done, to what; `detail` holds names of fields and ids, never a secret."""

    action: str
    """Two words with a dot between: `person.added`."""
    subject: Subject
    subject_id: str
    detail: Mapping[str, Any]


async def record(
    conn: AsyncConnection, vault: Seal, tenant_id: str, actor: Actor, deed: Deed, now: datetime
) -> None:
    """Add one line; it becomes true together with the change."""
    audit_id = new_id("aud")
    sealed = seal_json(vault, tenant_id, dict(deed.detail), place(audit_id))
    row = sql.Row(
        audit_id=audit_id,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.actor_id,
        action=deed.action,
        subject=deed.subject,
        subject_id=deed.subject_id,
        detail=sealed,
    )
    await sql.add(conn, tenant_id, row)


def place(audit_id: str) -> str:
    """Name the place a line's detail is sealed for."""
    return f"audit:detail:{audit_id}"
