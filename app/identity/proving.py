"""An email address or phone number is proved by a code that is sent to it."""

import logging
from datetime import datetime

from psycopg import AsyncConnection

from app.conversations.seal import open_text, seal_text
from app.customers.finding import make_findable
from app.customers.repository import one as customer_by_id
from app.formatting.parts import Part
from app.identity import repository as sql
from app.identity.binding import bind, contact_index
from app.identity.codes import (
    CODE,
    CONTACT_WINDOW,
    CUSTOMER_WINDOW,
    LIFETIME,
    MINUTES,
    MOST_TRIES,
    code_hash,
    fits,
    new_code,
    seconds_to_wait,
)
from app.identity.contacts import CHANNELS, Contact, masked, read_contact
from app.identity.deps import IdentityDeps
from app.identity.outcomes import NoCode, NoConversation, NotSent, Proved, Sent, TooMany, WrongCode
from app.ids import new_id
from app.outbox.port import DeliveryFailed, Errand
from policies.template_values import CONTACT_CODE

log = logging.getLogger(__name__)


class Proving:
    """Sends codes and checks them."""

    def __init__(self, deps: IdentityDeps) -> None:
        self._deps = deps

    async def send(
        self, tenant_id: str, conversation_id: str, contact: Contact, code_id: str | None = None
    ) -> Sent | TooMany | NotSent | NoConversation:
        """Send a code to a contact; the code before it in this conversation does not count any more.

        Under a `code_id` that was used already another code takes the place of one that did not go out.
        """
        deps, now, code = self._deps, self._deps.clock(), new_code()
        code_id = code_id or new_id(CODE.rstrip("_"))
        channel = next((one for one in CHANNELS[contact.kind] if one in deps.senders), None)
        template = deps.books.current(tenant_id).book.templates.get(CONTACT_CODE)
        if channel is None or template is None:
            return _no_way(contact, told=template is not None)
        async with deps.tenants.tenant(tenant_id) as conn:
            owner = await sql.owner(conn, tenant_id, conversation_id)
            if owner is None:
                return NoConversation()
            wait_s = await self._keep(conn, tenant_id, owner, contact, code_id, code, now)
            customer = await customer_by_id(conn, tenant_id, owner.customer_id)
        if wait_s:
            return TooMany(wait_s=wait_s)
        language = customer.language if customer else "en"
        text = template.render({"code": code, "minutes": MINUTES}, channel=channel, language=language)
        try:
            await deps.senders[channel].deliver(
                _errand(tenant_id, channel, contact, code_id, Part(kind="text", text=text, language=language))
            )
        except DeliveryFailed as failed:
            log.warning("a code could not be sent by %s: %s", channel, failed)
            return NotSent(why="The code could not be sent.", hint="Try again in a minute.")
        async with deps.tenants.tenant(tenant_id) as conn:
            await sql.went_out(conn, tenant_id, code_id, now)
        return Sent(code_id=code_id, to=masked(contact), expires_at=now + LIFETIME)

    async def sent_to(self, tenant_id: str, code_id: str) -> Contact | None:
        """Say where the code of this id went; None when it did not leave us."""
        async with self._deps.tenants.tenant(tenant_id) as conn:
            sealed = await sql.sent_to(conn, tenant_id, code_id)
        return self._opened(tenant_id, sealed, code_id) if sealed else None

    async def _keep(
        self,
        conn: AsyncConnection,
        tenant_id: str,
        owner: sql.OwnerRow,
        contact: Contact,
        code_id: str,
        code: str,
        now: datetime,
    ) -> int:
        """Keep a new code as a hash; returns how long to wait when there were too many."""
        vault = self._deps.vault
        index = contact_index(vault, tenant_id, contact)
        await sql.hold_contact(conn, tenant_id, index)
        named = {
            "tenant": tenant_id,
            "contact": index,
            "contact_since": now - CONTACT_WINDOW,
            "customer": owner.customer_id,
            "customer_since": now - CUSTOMER_WINDOW,
        }
        if wait_s := seconds_to_wait(await sql.asked(conn, named), now):
            return wait_s
        values = {
            **named,
            "code_id": code_id,
            "conversation": owner.conversation_id,
            "kind": contact.kind,
            "sealed": seal_text(vault, tenant_id, contact.value, code_place(code_id)),
            "code_hash": code_hash(vault, tenant_id, code_id, code),
            "now": now,
            "expires_at": now + LIFETIME,
        }
        await sql.add_code(conn, values)
        return 0

    async def check(
        self, tenant_id: str, conversation_id: str, code: str, code_id: str | None = None
    ) -> Proved | WrongCode | NoCode:
        """Check a code; the right one makes the contact the customer's, in the same transaction."""
        deps, now = self._deps, self._deps.clock()
        async with deps.tenants.tenant(tenant_id) as conn:
            await make_findable(conn, deps.vault, tenant_id, now)
        async with deps.tenants.tenant(tenant_id) as conn:
            code_id = code_id or await sql.newest_code(conn, tenant_id, conversation_id)
            row = await sql.code(conn, tenant_id, conversation_id, code_id) if code_id else None
            if row is None or row.state != "sent" or row.expires_at <= now:
                return NoCode()
            if not fits(deps.vault, tenant_id, row.code_id, code, row.code_hash):
                return await self._wrong(conn, tenant_id, row)
            contact = self._opened(tenant_id, row.contact, row.code_id)
            proved = await bind(conn, deps.vault, tenant_id, conversation_id, contact, now)
            if proved is None:
                return NoCode()
            await sql.tried(conn, tenant_id, row.code_id, "used", proved.customer_id)
        deps.hub.changed(tenant_id, conversation_id)
        return proved

    async def _wrong(self, conn: AsyncConnection, tenant_id: str, row: sql.CodeRow) -> WrongCode:
        """Count the try; the last one ends the code."""
        left = MOST_TRIES - row.attempts - 1
        await sql.tried(conn, tenant_id, row.code_id, "sent" if left > 0 else "spent", None)
        return WrongCode(tries_left=max(left, 0))

    def _opened(self, tenant_id: str, sealed: bytes, code_id: str) -> Contact:
        contact = read_contact(open_text(self._deps.vault, tenant_id, sealed, code_place(code_id)))
        assert contact is not None
        return contact


def code_place(code_id: str) -> str:
    """Name the place a contact is sealed for while its code is on the way."""
    return f"contact_codes:contact:{code_id}"


def _errand(tenant_id: str, channel: str, contact: Contact, code_id: str, part: Part) -> Errand:
    """Address a code; it is no conversation's: a reply must not show where the code was asked for."""
    return Errand(
        tenant_id=tenant_id,
        channel=channel,
        address=contact.value,
        part=part,
        key=code_id,
        conversation_id=code_id,
        entry_id=code_id,
        language=part.language,
    )


def _no_way(contact: Contact, *, told: bool) -> NotSent:
    if not told:
        return NotSent(
            why="The rule book has no words for a code.", hint=f"Add the reply '{CONTACT_CODE}' to it."
        )
    reached = "email addresses" if contact.kind == "email" else "phone numbers"
    return NotSent(
        why=f"No channel carries messages to {reached}.", hint="Set one up with `frontdesk channel add`."
    )
