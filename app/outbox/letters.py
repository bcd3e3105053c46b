"""A line of the outbox with what is needed to carry it: the address, and messages in the channel's form."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from app.conversations.repository import entries_after
from app.formatting.channels import capabilities_of
from app.formatting.format import format_reply
from app.formatting.reply import reply_of
from app.outbox import repository as sql
from app.outbox.deps import OutboxDeps
from app.outbox.port import Errand


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A line on its way."""

    line: sql.Taken
    errands: tuple[Errand, ...]
    """Its messages, those that were taken before included."""
    until: datetime
    """When somebody else may take the line."""
    fault: str | None = None
    """Why it cannot be carried at all."""

    def renewed(self, parts: int, deps: OutboxDeps) -> "Letter":
        """The same line after some of its messages were taken; its lease begins anew."""
        until = deps.clock() + timedelta(seconds=deps.lease_s)
        return replace(self, line=replace(self.line, parts=parts), until=until)


async def take(deps: OutboxDeps, tenant_id: str, channel: str, most: int) -> list[Letter]:
    """Take the next lines of a channel."""
    now = deps.clock()
    until = now + timedelta(seconds=deps.lease_s)
    async with deps.tenants.tenant(tenant_id) as conn:
        lines = await sql.take(conn, tenant_id, channel, now, until, most)
        return [await _letter(deps, conn, tenant_id, line, until) for line in lines]


async def _letter(
    deps: OutboxDeps, conn: AsyncConnection, tenant_id: str, line: sql.Taken, until: datetime
) -> Letter:
    found = await sql.address(conn, tenant_id, line.conversation_id, line.channel, verified=False)
    said = await entries_after(conn, deps.vault, tenant_id, line.conversation_id, line.entry_no - 1, 1)
    if not said or said[0].entry_no != line.entry_no:
        return Letter(line=line, errands=(), until=until, fault="the line was erased")
    if found is None or found.address is None or found.address_index is None:
        return Letter(line=line, errands=(), until=until, fault=f"no address on {line.channel}")
    place = f"identities:address:{found.address_index.hex()}"
    address = deps.vault.open(tenant_id, found.address, place).decode()
    reply = reply_of(said[0], language=found.language, base_url=deps.base_url)
    parts = format_reply(reply, capabilities_of(line.channel))
    errands = tuple(
        Errand(
            tenant_id=tenant_id,
            channel=line.channel,
            address=address,
            part=part,
            key=f"{said[0].message_id}.{line.channel}.{number}",
            conversation_id=line.conversation_id,
            entry_id=said[0].message_id,
            answers=_own_id(found.message_id),
            number=number,
            of=len(parts),
            language=found.language,
        )
        for number, part in enumerate(parts, start=1)
    )
    return Letter(line=line, errands=errands, until=until)


def _own_id(message_id: str | None) -> str | None:
    """The channel's own id of a message, which is stored behind a mark of its sender."""
    return message_id.partition(":")[2] or None if message_id else None
