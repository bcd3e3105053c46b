"""Keep what somebody said was wrong with a turn; read it again, opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg import AsyncConnection

from app.console.deps import ConsoleDeps
from app.conversations.seal import Seal, open_text, seal_text
from app.corrections import repository as sql
from app.corrections.candidates import Corrected
from app.ids import new_id
from app.problems import Problem, not_found
from policies.model import Book

Kind = Literal["intent", "answer", "queue"]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was wrong, and what would have been right."""

    kind: Kind
    should_be: str | None
    """The right intent, or the right group."""
    answer: str
    note: str
    author_id: str


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A correction, opened."""

    row: sql.StoredCorrection
    message: str
    """What the customer wrote."""
    reply: str
    """What the assistant answered."""
    answer: str
    note: str


def check(said: Said, book: Book) -> None:
    """Refuse a right value that the book does not know, and an answer without words."""
    if said.kind == "answer":
        if not said.answer.strip():
            raise _unfit("answer", "is what the assistant should have said")
        return
    known = set(book.intents) if said.kind == "intent" else {group.name for group in book.desk.groups}
    if said.should_be not in known:
        what = "an intent" if said.kind == "intent" else "a group"
        raise _unfit("should_be", f"is {what} of the rule book")


def _unfit(field: str, reason: str) -> Problem:
    errors = [{"field": field, "reason": reason}]
    return Problem(422, "wrong-fields", "Some fields do not fit.", f"{field} {reason}.", errors=errors)


async def correct(
    deps: ConsoleDeps, tenant_id: str, conversation_id: str, seq: int, said: Said
) -> Correction:
    """Keep a correction of a turn; the same turn corrected again in the same respect replaces it."""
    now = deps.clock()
    async with deps.tenants.tenant(tenant_id) as conn:
        turn = await sql.turn_of(conn, tenant_id, conversation_id, seq)
        if turn is None:
            raise not_found("turn")
        was = {"intent": turn.intent, "queue": turn.group_name}.get(said.kind)
        correction_id = await _keep(conn, deps.vault, tenant_id, conversation_id, seq, said, was, turn, now)
        found = await find(conn, deps.vault, tenant_id, sql.Wanted(correction_id=correction_id))
    return found[0]


async def _keep(
    conn: AsyncConnection,
    vault: Seal,
    tenant_id: str,
    conversation_id: str,
    seq: int,
    said: Said,
    was: str | None,
    turn: sql.StoredTurn,
    now: datetime,
) -> str:
    place = {"tenant": tenant_id, "conversation": conversation_id, "seq": seq, "kind": said.kind}
    known = await sql.lock(conn, place)
    name = known or new_id("cor")
    values = {
        **place,
        "id": name,
        "was": was,
        "should_be": said.should_be,
        "answer": _sealed(vault, tenant_id, said.answer, "answer", name),
        "note": _sealed(vault, tenant_id, said.note, "note", name),
        "agent": turn.agent_id if said.kind == "queue" else None,
        "author": said.author_id,
        "now": now,
    }
    await sql.keep(conn, values, anew=known is not None)
    return name


def _sealed(vault: Seal, tenant_id: str, text: str, column: str, name: str) -> bytes | None:
    return seal_text(vault, tenant_id, text, f"corrections:{column}:{name}") if text.strip() else None


async def find(conn: AsyncConnection, vault: Seal, tenant_id: str, wanted: sql.Wanted) -> list[Correction]:
    """Return corrections, newest first."""
    return [_opened(vault, tenant_id, row) for row in await sql.find(conn, tenant_id, wanted)]


def _opened(vault: Seal, tenant_id: str, row: sql.StoredCorrection) -> Correction:
    def own(sealed: bytes | None, column: str) -> str:
        return (
            open_text(vault, tenant_id, sealed, f"corrections:{column}:{row.correction_id}") if sealed else ""
        )

    def said(sealed: bytes | None, entry_id: str | None) -> str:
        return open_text(vault, tenant_id, sealed, f"entries:text:{entry_id}") if sealed else ""

    return Correction(
        row=row,
        message=said(row.message, row.message_id),
        reply=said(row.reply, row.reply_id),
        answer=own(row.answer, "answer"),
        note=own(row.note, "note"),
    )


MOST_EXPORTED = 100_000


async def accepted(conn: AsyncConnection, vault: Seal, tenant_id: str) -> Sequence[Corrected]:
    """Return every accepted correction, to be made into lines."""
    found = await find(conn, vault, tenant_id, sql.Wanted(status="accepted", limit=MOST_EXPORTED))
    return [
        Corrected(
            correction_id=one.row.correction_id,
            kind=one.row.kind,
            text=one.message,
            reply=one.reply,
            was=one.row.was,
            should_be=one.row.should_be,
            answer=one.answer,
        )
        for one in found
    ]
