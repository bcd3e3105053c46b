"""A conversation read for advice: who it is with, what is known, how it feels."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection

from app.conversations.entry import Entry
from app.conversations.repository import last_entries
from app.conversations.seal import open_json
from app.suggestions import repository as sql
from app.suggestions.deps import SuggestionDeps
from app.turns.claim import CAME_TO_NOTHING, action_place, checkpoint_place, profile_place
from app.turns.saver import Snapshot, TurnSaver
from graphs.assess.mood import UNKNOWN
from graphs.events import CustomerSays
from graphs.suggestions.ranking import Situation
from graphs.trace import Trace
from graphs.turn import Customer, OpenAction, Turn
from policies.model import Book
from tools.spec import Caller

LOOKED_AT = 20
"""Lines of the timeline that are read for the customer's last words."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A conversation, opened."""

    row: sql.StoredCase
    situation: Situation
    slots: Mapping[str, Any]
    flow: str | None
    """The flow that ran last."""
    intents: Sequence[str]
    """What the customer wanted, the newest first."""
    says: str
    """The customer's last words."""
    turn: Turn


async def read_case(
    deps: SuggestionDeps, conn: AsyncConnection, tenant_id: str, conversation_id: str
) -> Case | None:
    """Read a conversation; None when there is no such."""
    row = await sql.case_of(conn, tenant_id, conversation_id)
    if row is None:
        return None
    vault, book = deps.console.vault, deps.rules(tenant_id).book
    actions = await sql.actions_of(conn, tenant_id, conversation_id, row.customer_id)
    scores = await sql.scores_of(conn, tenant_id, conversation_id)
    entries = await last_entries(conn, vault, tenant_id, conversation_id, LOOKED_AT)
    memory = _memory(deps, tenant_id, row)
    intents = _intents(row, memory)
    says = _last_words(entries)
    return Case(
        row=row,
        situation=_situation(row, intents, scores, actions, book),
        slots=memory.get("slots") or {},
        flow=memory.get("flow") or memory.get("last_flow"),
        intents=intents,
        says=says,
        turn=_turn(deps, tenant_id, row, actions, says),
    )


def _memory(deps: SuggestionDeps, tenant_id: str, row: sql.StoredCase) -> dict[str, Any]:
    if row.checkpoint_id is None or row.data is None:
        return {}
    place = checkpoint_place(row.conversation_id, row.checkpoint_id, "data")
    data = deps.console.vault.open(tenant_id, row.data, place)
    snapshot = Snapshot(checkpoint_id=row.checkpoint_id, parent_id=None, data=data, writes=None)
    return TurnSaver(row.conversation_id, snapshot).remembered()


def _intents(row: sql.StoredCase, memory: Mapping[str, Any]) -> list[str]:
    named = [row.intent, memory.get("wanted"), *reversed(memory.get("intents") or [])]
    return list(dict.fromkeys(str(name) for name in named if name))


def _last_words(entries: Sequence[Entry]) -> str:
    said = [entry.text for entry in entries if entry.sender == "customer" and entry.kind == "message"]
    return said[-1] if said else ""


def _situation(
    row: sql.StoredCase,
    intents: Sequence[str],
    scores: Sequence[float],
    actions: Sequence[sql.StoredAction],
    book: Book,
) -> Situation:
    intent = intents[0] if intents else "other"
    known = book.intents.get(intent)
    failed = {one.action for one in actions if one.status in CAME_TO_NOTHING}
    return Situation(
        intent=intent,
        complaint=known is not None and known.category == "complaint",
        sentiment=round(row.sentiment, 3),
        trend=round(scores[-1] - scores[0], 3) if len(scores) > 1 else 0.0,
        vip=row.tier in book.routing.vip_tiers,
        failed=frozenset(failed),
    )


def _turn(
    deps: SuggestionDeps, tenant_id: str, row: sql.StoredCase, actions: Sequence[sql.StoredAction], says: str
) -> Turn:
    """Make the turn in which flows are tried; nothing of it is committed."""
    rules, now = deps.rules(tenant_id), deps.console.clock()
    profile = open_json(deps.console.vault, tenant_id, row.profile, profile_place(row.customer_id))
    served = row.language in rules.book.routing.languages
    caller = Caller(
        tenant_id=tenant_id,
        conversation_id=row.conversation_id,
        customer_id=profile.get("external_id"),
        verified=row.verified,
    )
    return Turn(
        event=CustomerSays(text=says, channel=row.channel),
        rules=rules,
        desk=deps.desk,
        caller=caller,
        customer=Customer(
            name=str(profile.get("name") or ""),
            tier=row.tier,
            vip=row.tier in rules.book.routing.vip_tiers,
            language=row.language if served else "en",
            verified=row.verified,
            email=profile.get("email"),
            own_identifiers=frozenset(),
            baseline=UNKNOWN,
        ),
        now=now,
        conversation_id=row.conversation_id,
        thread_id=row.conversation_id,
        channel=row.channel,
        minutes=(now - row.started_at).total_seconds() / 60,
        open_actions=tuple(_open(deps, tenant_id, one) for one in actions if _is_open(one)),
        trace=Trace(clock=time.perf_counter, began=time.perf_counter()),
    )


def _is_open(action: sql.StoredAction) -> bool:
    return action.status not in CAME_TO_NOTHING | {"done", "cancelled"}


def _open(deps: SuggestionDeps, tenant_id: str, action: sql.StoredAction) -> OpenAction:
    place = action_place(action.action_id)
    kept = open_json(deps.console.vault, tenant_id, action.detail, place)
    return OpenAction(
        action_id=action.action_id,
        action=action.action,
        state=action.status,
        subject=str(kept.get("subject") or ""),
        label=str(kept.get("label") or action.action),
        args=kept.get("args") or {},
        began=action.began,
    )
