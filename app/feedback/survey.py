"""Asks how it was, once, when a conversation is resolved: where the book has the reply `survey`."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.conversations.repository import NewEntry, append_entry
from app.db import Database
from app.feedback import repository as sql
from app.privacy.vault import Vault
from app.rounds import Rounds
from app.turns.hub import Hub
from app.turns.run import Rulebooks
from policies.model import Book
from policies.problems import PolicyError
from policies.template_values import SURVEY

EVERY_S = 15.0
AFTER = timedelta(minutes=2)
"""So long nothing more was said."""
NOT_AFTER = timedelta(hours=24)
"""What was over so long ago is not asked about any more."""
NOT_AGAIN_FOR = timedelta(days=30)
"""No customer is asked more often."""

log = logging.getLogger(__name__)


class Surveys:
    """What every engine looks for every few seconds; two at once ask nobody twice."""

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

    def rounds(self) -> Rounds:
        """Return the regular work of asking."""
        return Rounds(
            self._database,
            self.ask,
            every_s=EVERY_S,
            first_in_s=EVERY_S,
            missed="surveys wait for the database",
        )

    async def ask(self, tenant_id: str) -> int:
        """Ask whoever's conversation was resolved by an agent, or ended with thanks; returns how many."""
        book, now = self._rulebooks.current(tenant_id).book, self._clock()
        if SURVEY not in book.templates:
            return 0
        times = sql.Times(since=now - NOT_AFTER, until=now - AFTER, asked_since=now - NOT_AGAIN_FOR)
        async with self._database.tenant(tenant_id) as conn:
            over = await sql.over(conn, tenant_id, times)
            asked = [one for one in over if await self._ask(conn, tenant_id, book, one, now)]
        for one in asked:
            self._hub.changed(tenant_id, one.conversation_id)
        return len(asked)

    async def _ask(
        self, conn: AsyncConnection, tenant_id: str, book: Book, over: sql.Over, now: datetime
    ) -> bool:
        """Write the notice, unless another engine has."""
        template = book.templates[SURVEY]
        values = {"company": book.company_name, "assistant": book.assistant_name}
        try:
            text = template.render(values, channel=over.channel, language=over.language)
        except PolicyError as error:
            log.error("the reply '%s' cannot be said: %s", SURVEY, error)
            return False
        if not await sql.asked(conn, tenant_id, over, now):
            return False
        entry = NewEntry(
            kind="notice",
            direction="outbound",
            sender="system",
            text=text,
            channel=over.channel,
            detail={"buttons": [{"title": title, "payload": payload} for title, payload in template.buttons]},
        )
        await append_entry(conn, self._vault, tenant_id, over.conversation_id, entry, now)
        return True
