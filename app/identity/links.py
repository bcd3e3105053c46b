"""Going on in another channel: by a code to send from there, or a link to open there. Each is used once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from psycopg import AsyncConnection

from app.auth.customer_token import CustomerToken, expiry
from app.auth.signed import mac
from app.conversations.repository import NewEntry, append_entry
from app.conversations.seal import seal_text
from app.gateway.message import Inbound
from app.identity import repository as people
from app.identity import repository_links as sql
from app.identity.binding import contact_index, contact_place, hold_owner, make_one, note
from app.identity.codes import (
    LINK_LIFETIME,
    LINK_WINDOW,
    LINKS_PER_CONVERSATION,
    new_link_code,
)
from app.identity.contacts import addresses_of, contact_at
from app.identity.deps import IdentityDeps
from app.identity.outcomes import NoConversation, TooMany, one_person
from app.ids import new_id
from policies.template_values import CONTINUED

PURPOSE = "channel-link"
LinkKind = Literal["code", "link"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A way to another channel; the code is shown once."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Joined:
    """An address goes on in a conversation."""

    conversation_id: str
    verified: bool
    again: bool
    """It did already: the same message came twice."""


class Links:
    """Makes ways to other channels, and follows them."""

    def __init__(self, deps: IdentityDeps) -> None:
        self._deps = deps

    async def make(
        self, tenant_id: str, conversation_id: str, channel: str, kind: LinkKind
    ) -> Made | TooMany | NoConversation:
        """Make a code that leads into a conversation from a channel."""
        now, code = self._deps.clock(), new_link_code()
        async with self._deps.tenants.tenant(tenant_id) as conn:
            owner = await people.owner(conn, tenant_id, conversation_id)
            if owner is None:
                return NoConversation()
            count, oldest = await sql.made_since(conn, tenant_id, conversation_id, now - LINK_WINDOW)
            if count >= LINKS_PER_CONVERSATION and oldest is not None:
                return TooMany(wait_s=max(1, round((oldest + LINK_WINDOW - now).total_seconds())))
            values = {
                "tenant": tenant_id,
                "link_id": new_id("lnk"),
                "secret_hash": self._hash(tenant_id, code),
                "conversation": conversation_id,
                "customer": owner.customer_id,
                "kind": kind,
                "channel": channel,
                "now": now,
                "expires_at": now + LINK_LIFETIME,
            }
            await sql.add(conn, values)
        return Made(code=code, expires_at=now + LINK_LIFETIME)

    async def follow(self, inbound: Inbound, code: str, kind: LinkKind) -> Joined | None:
        """Let the sender of a code go on in its conversation; None when the code leads nowhere from here."""
        deps, tenant_id = self._deps, inbound.tenant_id
        async with deps.tenants.tenant(tenant_id) as conn:
            joined = await self._join(conn, inbound, code, kind)
        if joined is not None and not joined.again:
            deps.hub.changed(tenant_id, joined.conversation_id)
        return joined

    async def visit(self, tenant_id: str, code: str, visitor: str) -> CustomerToken | None:
        """Let a new visitor of the widget go on in a conversation; None when the link leads nowhere."""
        now = self._deps.clock()
        came = Inbound(
            tenant_id=tenant_id, channel="web", message_id=code, address=visitor, text="", received_at=now
        )
        joined = await self.follow(came, code, "link")
        if joined is None:
            return None
        return CustomerToken(
            tenant_id=tenant_id,
            visitor=visitor,
            conversation_id=joined.conversation_id,
            customer_id=None,
            verified=joined.verified,
            expires=expiry(now),
        )

    async def _join(
        self, conn: AsyncConnection, inbound: Inbound, code: str, kind: LinkKind
    ) -> Joined | None:
        """Bind the address under every lock that its messages and its customer need."""
        vault, tenant_id, now = self._deps.vault, inbound.tenant_id, self._deps.clock()
        address = vault.blind_index(tenant_id, f"{inbound.channel}:{inbound.address}")
        link = await sql.link(conn, tenant_id, self._hash(tenant_id, code))
        if link is None or link.kind != kind or link.channel != inbound.channel:
            return None
        again = link.used_at is not None
        if (again and link.used_by != address) or link.expires_at <= now:
            return None
        other = await _writer(conn, tenant_id, inbound.channel, address)
        held = await hold_owner(conn, tenant_id, link.conversation_id, [other] if other else [])
        if held is None:
            return None
        owner, parties = held
        joined = Joined(conversation_id=owner.conversation_id, verified=owner.verified, again=again)
        who = one_person(owner.customer_id, parties)
        if again or who.apart or any(party.blocked for party in parties):
            return joined if again else None
        await make_one(conn, vault, tenant_id, who, "sent the code of the conversation", now)
        await self._bind(conn, inbound, address, who.kept, now)
        await sql.used(conn, tenant_id, link.link_id, address, now)
        await self._go_on(conn, inbound, owner, now)
        return joined

    async def _bind(
        self, conn: AsyncConnection, inbound: Inbound, address: bytes, customer_id: str, now: datetime
    ) -> None:
        """Make the address the customer's; a number or email that the channel vouches for is proved by it."""
        vault, tenant_id = self._deps.vault, inbound.tenant_id
        values = {
            "tenant": tenant_id,
            "channel": inbound.channel,
            "address_index": address,
            "address": seal_text(vault, tenant_id, inbound.address, f"identities:address:{address.hex()}"),
            "customer": customer_id,
            "now": now,
        }
        await sql.bind(conn, values)
        contact = contact_at(inbound.channel, inbound.address)
        if contact is None:
            return
        index = contact_index(vault, tenant_id, contact)
        kept = {
            "tenant": tenant_id,
            "kind": contact.kind,
            "contact": index,
            "sealed": seal_text(vault, tenant_id, contact.value, contact_place(index)),
            "addresses": [vault.blind_index(tenant_id, one) for one in addresses_of(contact)],
            "customer": customer_id,
            "now": now,
        }
        await people.keep(conn, kept)

    async def _go_on(
        self, conn: AsyncConnection, inbound: Inbound, owner: people.OwnerRow, now: datetime
    ) -> None:
        """Write what was sent, and say on the new channel that it goes on there."""
        vault, tenant_id = self._deps.vault, inbound.tenant_id
        moved = replace(owner, channel=inbound.channel)
        await sql.goes_on_at(conn, tenant_id, owner.conversation_id, inbound.channel, now)
        await note(conn, vault, tenant_id, moved, f"The customer goes on by {inbound.channel}.", now)
        if not inbound.text:
            return
        said = NewEntry(
            kind="message",
            direction="inbound",
            sender="customer",
            text=inbound.text,
            channel=inbound.channel,
        )
        await append_entry(conn, vault, tenant_id, owner.conversation_id, said, now)
        reply = self._deps.books.current(tenant_id).book.templates.get(CONTINUED)
        if reply is None:
            return
        notice = NewEntry(
            kind="notice",
            direction="outbound",
            sender="system",
            text=reply.render({}, channel=inbound.channel),
            channel=inbound.channel,
        )
        await append_entry(conn, vault, tenant_id, owner.conversation_id, notice, now)

    def _hash(self, tenant_id: str, code: str) -> bytes:
        return mac(self._deps.vault, tenant_id, PURPOSE, code.upper().encode())


async def _writer(conn: AsyncConnection, tenant_id: str, channel: str, address: bytes) -> str | None:
    """Name who writes from an address; where nobody does, keep everybody's first message waiting."""
    known = await sql.writes_from(conn, tenant_id, channel, address)
    if known is None:
        await sql.hold_address(conn, tenant_id, address)
        known = await sql.writes_from(conn, tenant_id, channel, address)
    return known
