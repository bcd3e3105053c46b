"""The rows of files. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

COLUMNS = "attachment_id, conversation_id, uploader, media_type, size, name, key, checked, created_at"
INSERT = f"""insert into attachments (tenant_id, {COLUMNS})
  values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""  # noqa: S608 (constants only)
FIND = f"select {COLUMNS} from attachments where tenant_id = %s and attachment_id = %s"  # noqa: S608
OWN = f"""select {COLUMNS} from attachments
  where tenant_id = %s and uploader = %s and attachment_id = any(%s)"""  # noqa: S608
BIND = """update attachments set conversation_id = %s
  where tenant_id = %s and attachment_id = any(%s) and conversation_id is null"""
FORGET = """delete from attachments where tenant_id = %s and conversation_id is null and created_at < %s
  returning attachment_id"""
KNOWN = "select attachment_id from attachments where tenant_id = %s and attachment_id = any(%s)"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One file; its bytes lie in the blob store, closed with `key`."""

    attachment_id: str
    conversation_id: str | None
    uploader: bytes
    media_type: str
    size: int
    name: bytes
    key: bytes
    checked: bool
    created_at: datetime


async def store(conn: AsyncConnection, tenant_id: str, row: Row) -> None:
    """Store the row of a file whose bytes are stored already."""
    await conn.execute(INSERT, [tenant_id, *vars(row).values()])


async def find(conn: AsyncConnection, tenant_id: str, attachment_id: str) -> Row | None:
    """Find one file."""
    cursor = conn.cursor(row_factory=class_row(Row))
    await cursor.execute(FIND, [tenant_id, attachment_id])
    return await cursor.fetchone()


async def own(conn: AsyncConnection, tenant_id: str, uploader: bytes, ids: Sequence[str]) -> list[Row]:
    """Find those of the files that this uploader brought."""
    cursor = conn.cursor(row_factory=class_row(Row))
    await cursor.execute(OWN, [tenant_id, uploader, list(ids)])
    return await cursor.fetchall()


async def bind(conn: AsyncConnection, tenant_id: str, conversation_id: str, ids: Sequence[str]) -> None:
    """Say which conversation files belong to; one that belongs to another stays there."""
    await conn.execute(BIND, [conversation_id, tenant_id, list(ids)])


async def forget_unused(conn: AsyncConnection, tenant_id: str, before: datetime) -> list[str]:
    """Delete the rows of files that no message brought, and return their ids."""
    return [str(one) for (one,) in await (await conn.execute(FORGET, [tenant_id, before])).fetchall()]


async def known(conn: AsyncConnection, tenant_id: str, ids: Sequence[str]) -> set[str]:
    """Return those of the ids that have a row."""
    return {str(one) for (one,) in await (await conn.execute(KNOWN, [tenant_id, list(ids)])).fetchall()}
