"""Takes what was said into the search index, behind the conversation, following the feed."""

from collections.abc import Collection
from functools import lru_cache

from psycopg import AsyncConnection

from app.conversations.feed.event import BEGINNING, read_cursor
from app.conversations.feed.repository import changed_since, newest_cursor
from app.conversations.seal import open_json, open_text
from app.gateway.ports import Tenants
from app.privacy.vault import Vault
from app.search import repository as sql
from app.search.words import line_hashes

EVERY_S = 2.0
MOST_EVENTS = 500
MOST_CONVERSATIONS = 100
MOST_LINES = 1000
PURPOSE = "search"


class SearchIndex:
    """What every engine does every few seconds; of two at once, one does it."""

    def __init__(self, tenants: Tenants, vault: Vault) -> None:
        self._tenants = tenants
        self._vault = vault
        self._key = lru_cache(maxsize=256)(lambda tenant_id: vault.derive(tenant_id, PURPOSE))

    async def catch_up(self, tenant_id: str) -> int:
        """Take in what happened since the last look, and return how many lines that were."""
        taken = 0
        while True:
            async with self._tenants.tenant(tenant_id) as conn:
                more, lines = await self._step(conn, tenant_id)
            taken += lines
            if not more:
                return taken

    async def _step(self, conn: AsyncConnection, tenant_id: str) -> tuple[bool, int]:
        """Take in one portion; says whether there is more."""
        progress = await sql.progress(conn, tenant_id, await newest_cursor(conn, tenant_id))
        if progress is None:
            return False, 0
        if progress.older_after is not None:
            return await self._take_older(conn, tenant_id, progress)
        place = read_cursor(progress.place) or BEGINNING
        changed, end = await changed_since(conn, tenant_id, place, MOST_EVENTS)
        lines, whole = await self._take(conn, tenant_id, changed)
        if whole and end != place:
            await sql.move(conn, tenant_id, str(end), None)
        return end != place or not whole, lines

    async def _take_older(
        self, conn: AsyncConnection, tenant_id: str, progress: sql.Progress
    ) -> tuple[bool, int]:
        """Take in a portion of what was there before the index."""
        ids = await sql.older(conn, tenant_id, progress.older_after or "", MOST_CONVERSATIONS)
        lines, whole = await self._take(conn, tenant_id, ids)
        if whole:
            await sql.move(conn, tenant_id, progress.place, ids[-1] if ids else None)
        return True, lines

    async def _take(
        self, conn: AsyncConnection, tenant_id: str, conversation_ids: Collection[str]
    ) -> tuple[int, bool]:
        """Take in the new lines of these conversations; says how many, and whether that was all."""
        if not conversation_ids:
            return 0, True
        found = await sql.new_lines(conn, tenant_id, sorted(conversation_ids), MOST_LINES)
        known = {line.customer_id: line.profile for line in found}
        names = {one: self._name(tenant_id, one, profile) for one, profile in known.items()}
        await sql.add(
            conn, tenant_id, [self._line(tenant_id, line, names[line.customer_id]) for line in found]
        )
        return len(found), len(found) < MOST_LINES

    def _name(self, tenant_id: str, customer_id: str, sealed: bytes) -> str:
        """Return a customer's name and addresses."""
        profile = open_json(self._vault, tenant_id, sealed, f"customers:profile:{customer_id}")
        return " ".join(str(profile.get(name) or "") for name in ("name", "email", "external_id"))

    def _line(self, tenant_id: str, line: sql.NewLine, who: str) -> sql.IndexLine:
        """Hash a line's words and its customer's name and addresses, so that both together find it."""
        text = open_text(self._vault, tenant_id, line.text, f"entries:text:{line.entry_id}")
        return sql.IndexLine(
            conversation_id=line.conversation_id,
            entry_no=line.entry_no,
            written_at=line.created_at,
            words=line_hashes(self._key(tenant_id), f"{who} {text}"),
        )
