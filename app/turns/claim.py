"""A claimed event with everything its turn needs, as it left the database."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from app.privacy.vault import Vault
from app.turns.codec import decode_event, event_place
from app.turns.saver import Snapshot
from graphs.assess.contacts import Contacts
from graphs.assess.mood import UNKNOWN, Baseline
from graphs.events import Event
from graphs.turn import OpenAction

RETRIES = 5
"""How often an event that failed is tried again, each time after twice the pause."""
CAME_TO_NOTHING = frozenset({"failed", "rejected", "expired"})
"""States of actions that ended without what the customer wanted."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What we keep of a customer between conversations."""

    external_id: str | None
    name: str
    email: str | None
    tier: str
    language: str
    baseline: Baseline = UNKNOWN
    """How the customer usually feels in writing."""
    contacts: Contacts = field(default_factory=dict)
    """Issues the customer came with in the last month."""
    since: str | None = None
    """The day from which the company has the customer, as its records write it."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to answer one event, until the lease runs out or somebody raises the fence."""

    tenant_id: str
    thread_id: str
    conversation_id: str
    kind: str
    seq: int
    fence: int
    interrupted: bool
    event_id: str
    event: Event
    channel: str
    attempts: int
    claimed_at: datetime
    accepted_at: datetime
    snapshot: Snapshot | None
    customer_id: str
    profile: Profile
    verified: bool
    status: str
    started_at: datetime
    open_actions: tuple[OpenAction, ...]
    failed_actions: int = 0
    """Actions of this conversation that came to nothing."""

    @property
    def last_try(self) -> bool:
        """Whether nobody tries this event again when it fails now."""
        return self.attempts >= RETRIES


def checkpoint_place(thread_id: str, checkpoint_id: str, part: str) -> str:
    """Where a checkpoint's data or writes are sealed for."""
    return f"checkpoints:{part}:{thread_id}:{checkpoint_id}"


def profile_place(customer_id: str) -> str:
    """Where a customer's profile is sealed for."""
    return f"customers:profile:{customer_id}"


def action_place(action_id: str) -> str:
    """Where an action's details are sealed for."""
    return f"actions:detail:{action_id}"


def read_claim(row: dict[str, Any], vault: Vault, claimed_at: datetime) -> Claim:
    """Open a row of `claim_turn`."""
    tenant = row["tenant_id"]
    event_id = row["event_id"]
    return Claim(
        tenant_id=tenant,
        thread_id=row["thread_id"],
        conversation_id=row["conversation_id"],
        kind=row["kind"],
        seq=row["seq"],
        fence=row["fence"],
        interrupted=row["interrupted"],
        event_id=event_id,
        event=decode_event(vault.open(tenant, row["payload"], event_place(event_id))),
        channel=row["channel"] or "web",
        attempts=row["attempts"],
        claimed_at=claimed_at,
        accepted_at=row["accepted_at"],
        snapshot=_snapshot(row, vault),
        customer_id=row["customer_id"],
        profile=_profile(row, vault),
        verified=row["verified"],
        status=row["status"],
        started_at=row["started_at"],
        open_actions=_open_actions(row, vault),
        failed_actions=sum(state in CAME_TO_NOTHING for state in row["action_states"] or ()),
    )


def _snapshot(row: dict[str, Any], vault: Vault) -> Snapshot | None:
    checkpoint_id = row["checkpoint_id"]
    if checkpoint_id is None:
        return None
    tenant, thread, writes = row["tenant_id"], row["thread_id"], row["checkpoint_writes"]
    return Snapshot(
        checkpoint_id=checkpoint_id,
        parent_id=None,
        data=vault.open(tenant, row["checkpoint"], checkpoint_place(thread, checkpoint_id, "data")),
        writes=vault.open(tenant, writes, checkpoint_place(thread, checkpoint_id, "writes"))
        if writes
        else None,
    )


def _profile(row: dict[str, Any], vault: Vault) -> Profile:
    stored = orjson.loads(vault.open(row["tenant_id"], row["profile"], profile_place(row["customer_id"])))
    return Profile(
        external_id=stored.get("external_id"),
        name=stored.get("name") or "",
        email=stored.get("email"),
        tier=row["tier"],
        language=row["language"],
        baseline=Baseline(**stored.get("baseline") or {}),
        contacts={issue: (at, where) for issue, (at, where) in (stored.get("contacts") or {}).items()},
        since=stored.get("since"),
    )


def _open_actions(row: dict[str, Any], vault: Vault) -> tuple[OpenAction, ...]:
    if row["action_ids"] is None:
        return ()
    columns = ("ids", "names", "states", "details", "conversations", "begun")
    found = []
    for action_id, name, state, detail, asked_in, began in zip(
        *(row[f"action_{column}"] for column in columns), strict=True
    ):
        if state in CAME_TO_NOTHING:
            continue
        kept = orjson.loads(vault.open(row["tenant_id"], detail, action_place(action_id)))
        found.append(
            OpenAction(
                action_id=action_id,
                action=name,
                state=state,
                subject=kept["subject"],
                label=kept["label"],
                args=kept.get("args") or {},
                here=asked_in == row["conversation_id"],
                began=began,
            )
        )
    return tuple(found)
