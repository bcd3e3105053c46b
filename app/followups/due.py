"""Begins what was promised, when it is due: the book's action for its kind, on a thread of its own."""

import logging
from collections.abc import Callable
from datetime import datetime

import orjson
from psycopg import AsyncConnection

from app.db import Database
from app.followups import repository as sql
from app.followups.store import place
from app.privacy.vault import Vault
from app.turns.claim import action_place
from app.turns.follow_ups import enqueue
from app.turns.hub import Hub
from app.turns.run import Rulebooks
from graphs.events import ActionStarts
from policies.model import ActionSpec

EVERY_S = 5.0

log = logging.getLogger(__name__)


class DueFollowUps:
    """What every engine looks for every few seconds; two at once begin nothing twice."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        hub: Hub,
        rulebooks: Rulebooks,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vault = vault
        self._hub = hub
        self._rulebooks = rulebooks
        self._clock = clock

    async def begin_due(self, tenant_id: str) -> int:
        """Begin what is due, each in the transaction that marks it; returns how many began."""
        now, actions = self._clock(), self._actions(tenant_id)
        begun = 0
        async with self._database.tenant(tenant_id) as conn:
            for row in await sql.due(conn, tenant_id, now):
                spec = actions.get(row.kind)
                if spec is None:
                    log.error("the book has no action that begins when '%s' is due; it stays", row.kind)
                    continue
                await self._begin(conn, tenant_id, row, spec, now)
                begun += 1
        self._hub.work.add(begun)
        return begun

    def _actions(self, tenant_id: str) -> dict[str, ActionSpec]:
        book = self._rulebooks.current(tenant_id).book
        return {spec.begins_when_due: spec for spec in book.actions.values() if spec.begins_when_due}

    async def _begin(
        self, conn: AsyncConnection, tenant_id: str, row: sql.Row, spec: ActionSpec, now: datetime
    ) -> None:
        """Start the action with what was agreed; the customer said yes when it was promised."""
        detail = orjson.loads(self._vault.open(tenant_id, bytes(row.detail), place(row.follow_up_id)))
        args = {name: detail[name] for name in ("subject", "body")}
        action_id = f"{row.conversation_id}:due:{row.follow_up_id}"
        channel = await sql.channel_of(conn, tenant_id, row.conversation_id)
        shown = {"subject": detail["subject"], "label": spec.label, "args": args}
        sealed = self._vault.seal(tenant_id, orjson.dumps(shown), action_place(action_id))
        values = {"tenant": tenant_id, "conversation": row.conversation_id, "id": action_id, "now": now}
        await sql.add_action(conn, {**values, "action": spec.name, "detail": sealed})
        start = ActionStarts(
            action_id=action_id, action=spec.name, args=args, channel=channel or "web", confirmed=True
        )
        await enqueue(conn, self._vault, tenant_id, row.conversation_id, action_id, start, now, channel)
        await sql.mark_begun(conn, tenant_id, row.follow_up_id)
