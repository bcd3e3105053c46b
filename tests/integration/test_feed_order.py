"""The feed is read in the order in which things happened, however many transactions there were."""

from datetime import UTC, datetime

import psycopg

from app.conversations.feed.event import BEGINNING
from app.conversations.feed.repository import cursor_at, events_after, newest_cursor
from app.privacy.vault import Vault
from tests.integration.front import TENANT

PLACES = (9, 10, 99, 100, 101)
WRITE = """insert into events (tenant_id, conversation_id, type, data, at, xact)
  values (%s, 'cnv_1', 'note.added', '', now(), %s::text::xid8)"""


async def test_transactions_are_counted_not_spelt(database: str) -> None:
    vault = Vault({1: b"k" * 32})
    async with await psycopg.AsyncConnection.connect(database) as conn:
        tenant = "insert into tenants (tenant_id, name) values (%s, 'T') on conflict do nothing"
        await conn.execute(tenant, [TENANT])
        for place in reversed(PLACES):
            await conn.execute(WRITE, [TENANT, str(place)])
        await conn.commit()

        places, cursor = [], BEGINNING
        while page := await events_after(conn, vault, TENANT, cursor, limit=2):
            places += [event.cursor.xact for event in page]
            cursor = page[-1].cursor
        assert places == list(PLACES)
        assert (await newest_cursor(conn, TENANT)).xact == PLACES[-1]
        assert (await cursor_at(conn, TENANT, datetime.now(UTC))).xact == PLACES[-1]
