"""Mails that came and went. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.email.mail import Kind

KNOWN = "select conversation_id from mails where tenant_id = %s and mail_index = %s"
STORE = """insert into mails
  (tenant_id, mail_index, kind, conversation_id, party_index, entry_id, sealed, created_at)
  values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing"""
SENT = """select mail_index, conversation_id, party_index, entry_id, sealed from mails
  where tenant_id = %s and kind = 'sent' and mail_index = any(%s)"""
SENT_TO = """select count(*) from mails
  where tenant_id = %s and kind = 'sent' and conversation_id = %s and party_index = %s"""
LAST_HEARD = """select mail_index, conversation_id, party_index, entry_id, sealed from mails
  where tenant_id = %s and conversation_id = %s and party_index = %s and kind = 'message'
  order by created_at desc limit 1"""
ASIDE = """select mail_index, kind, sealed, created_at from mails
  where tenant_id = %s and conversation_id is null order by created_at desc limit %s"""
FORGET = "delete from mails where tenant_id = %s and conversation_id is null and created_at < %s"
RECOGNISE = """insert into identities
  (tenant_id, channel, address_index, address, customer_id, verified, created_at)
  values (%s, 'email', %s, %s, %s, true, %s) on conflict do nothing"""
WHO_SAID = "select sender, kind from entries where tenant_id = %s and entry_id = %s"


@dataclass(frozen=True, kw_only=True)
class NewMail:
    """A mail to be remembered."""

    mail_index: bytes
    kind: Kind | str
    conversation_id: str | None
    party_index: bytes
    entry_id: str | None
    sealed: bytes
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class MailRow:
    """A mail of a conversation."""

    mail_index: bytes
    conversation_id: str
    party_index: bytes
    entry_id: str | None
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class AsideRow:
    """A mail that belongs to no conversation."""

    mail_index: bytes
    kind: str
    sealed: bytes
    created_at: datetime


async def is_known(conn: AsyncConnection, tenant_id: str, mail_index: bytes) -> bool:
    """Say whether a mail came before."""
    return await (await conn.execute(KNOWN, [tenant_id, mail_index])).fetchone() is not None


async def store(conn: AsyncConnection, tenant_id: str, mail: NewMail) -> None:
    """Remember a mail; a second time does nothing."""
    await conn.execute(
        STORE,
        [
            tenant_id,
            mail.mail_index,
            mail.kind,
            mail.conversation_id,
            mail.party_index,
            mail.entry_id,
            mail.sealed,
            mail.created_at,
        ],
    )


async def sent(conn: AsyncConnection, tenant_id: str, indexes: Sequence[bytes]) -> list[MailRow]:
    """Return those of our mails that are named, in any order."""
    cursor = conn.cursor(row_factory=class_row(MailRow))
    await cursor.execute(SENT, [tenant_id, list(indexes)])
    return await cursor.fetchall()


async def was_sent_to(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, party_index: bytes
) -> bool:
    """Say whether mails of a conversation went to this address."""
    row = await (await conn.execute(SENT_TO, [tenant_id, conversation_id, party_index])).fetchone()
    return bool(row and row[0])


async def last_heard(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, party_index: bytes
) -> MailRow | None:
    """Return the newest mail that this address wrote in a conversation."""
    cursor = conn.cursor(row_factory=class_row(MailRow))
    await cursor.execute(LAST_HEARD, [tenant_id, conversation_id, party_index])
    return await cursor.fetchone()


async def aside(conn: AsyncConnection, tenant_id: str, most: int) -> list[AsideRow]:
    """Return the newest mails that were set aside."""
    cursor = conn.cursor(row_factory=class_row(AsideRow))
    await cursor.execute(ASIDE, [tenant_id, most])
    return await cursor.fetchall()


async def forget_aside(conn: AsyncConnection, tenant_id: str, before: datetime) -> None:
    """Delete old mails that were set aside."""
    await conn.execute(FORGET, [tenant_id, before])


async def recognise(
    conn: AsyncConnection, tenant_id: str, index: bytes, sealed: bytes, customer_id: str, now: datetime
) -> None:
    """Note that an address is a customer's, unless it is known already."""
    await conn.execute(RECOGNISE, [tenant_id, index, sealed, customer_id, now])


async def who_said(conn: AsyncConnection, tenant_id: str, entry_id: str) -> tuple[str, str] | None:
    """Return who said a line of a timeline and of what kind it is."""
    return await (await conn.execute(WHO_SAID, [tenant_id, entry_id])).fetchone()
