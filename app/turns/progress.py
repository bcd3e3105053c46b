"""Tells the customer that something takes longer than a turn may, while it goes on by itself."""

from collections.abc import Callable
from datetime import datetime

from app.conversations.repository import NewEntry, append_entry, entry_by_id
from app.db import Database
from app.privacy.vault import Vault
from app.turns import repository as sql
from app.turns.claim import Claim
from app.turns.run import PERSON_OWNS, Rulebooks
from graphs.events import ActionStarts, CustomerDecides, CustomerSays, PersonDecides

BUDGET_S = 1.5
"""What a turn has for tools and models before the customer is told."""
WAITED_FOR = (CustomerSays, ActionStarts, CustomerDecides, PersonDecides)
"""Events on whose outcome the customer waits."""


class Progress:
    """Writes one notice an event, however often the event is worked on."""

    def __init__(
        self, database: Database, vault: Vault, rulebooks: Rulebooks, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._vault = vault
        self._rulebooks = rulebooks
        self._clock = clock

    def concerns(self, claim: Claim) -> bool:
        """Say whether somebody waits for the assistant, and has not been told of a delay already."""
        waits = isinstance(claim.event, WAITED_FOR) and claim.attempts == 0
        listens = isinstance(claim.event, CustomerSays) and claim.status in PERSON_OWNS
        return waits and not listens

    async def tell(self, claim: Claim) -> bool:
        """Say that it goes on; False when the turn is over, or this was said."""
        tenant, entry_id = claim.tenant_id, f"prg_{claim.event_id}"
        async with self._database.tenant(tenant) as conn:
            if not await sql.works_on(conn, tenant, claim.thread_id, claim.fence):
                return False
            if await entry_by_id(conn, self._vault, tenant, entry_id) is not None:
                return False
            book = self._rulebooks.current(tenant).book
            text = book.templates["progress"].render(
                {"company": book.company_name, "assistant": book.assistant_name}, channel=claim.channel
            )
            entry = NewEntry(
                kind="notice",
                direction="outbound",
                sender="system",
                text=text,
                channel=claim.channel,
                entry_id=entry_id,
                detail={"hold": True},
            )
            await append_entry(conn, self._vault, tenant, claim.conversation_id, entry, self._clock())
        return True
