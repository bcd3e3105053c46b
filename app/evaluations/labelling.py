"""Messages that were understood with little confidence, and what people say they meant."""

from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.conversations.seal import Seal, open_json, open_text, seal_text
from app.corrections.candidates import Corrected
from app.evaluations import repository as sql
from app.evaluations.shapes import Doubtful

LOOKED_AT = 3000
"""Messages of the last days that are opened to find the doubtful among them."""
SHOWN = 50
DAYS = timedelta(days=30)


async def doubtful(
    conn: AsyncConnection, vault: Seal, tenant_id: str, below: float, now: datetime
) -> list[Doubtful]:
    """Return the least sure of the last month's messages, each text once."""
    found: dict[str, Doubtful] = {}
    for row in await sql.heard(conn, tenant_id, now - DAYS, LOOKED_AT):
        detail = open_json(vault, tenant_id, row.detail, f"entries:detail:{row.entry_id}")
        confidence = detail.get("confidence")
        if confidence is not None and confidence < below:
            text = open_text(vault, tenant_id, row.text, f"entries:text:{row.entry_id}")
            found.setdefault(text.strip().casefold(), _shape(row, text, float(confidence)))
    return sorted(found.values(), key=lambda one: (one.confidence, one.entry_id))[:SHOWN]


def _shape(row: sql.HeardRow, text: str, confidence: float) -> Doubtful:
    return Doubtful(
        entry_id=row.entry_id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        text=text,
        intent=row.intent,
        confidence=round(confidence, 3),
        at=row.created_at,
    )


async def label(
    conn: AsyncConnection,
    vault: Seal,
    tenant_id: str,
    entry_id: str,
    intent: str | None,
    by: str,
    now: datetime,
) -> bool:
    """Keep what a message means, with its words; False when there is no such message."""
    row = await sql.heard_one(conn, tenant_id, entry_id)
    if row is None:
        return False
    text = open_text(vault, tenant_id, row.text, f"entries:text:{entry_id}")
    sealed = seal_text(vault, tenant_id, text, place(entry_id))
    await sql.label(conn, tenant_id, row, intent, sealed, by, now)
    return True


async def labelled(conn: AsyncConnection, vault: Seal, tenant_id: str) -> list[Corrected]:
    """Return the labels as corrections are, to learn from them and to measure with them alike."""
    return [
        Corrected(
            correction_id=row.entry_id,
            kind="intent",
            text=open_text(vault, tenant_id, row.text, place(row.entry_id)),
            reply="",
            was=row.was,
            should_be=row.intent,
            answer="",
        )
        for row in await sql.labels(conn, tenant_id)
    ]


def place(entry_id: str) -> str:
    """Name the place a labelled text is sealed for."""
    return f"labels:text:{entry_id}"
