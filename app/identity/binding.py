"""Makes a proved address a customer's, and one customer of all who are reached there: one transaction."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection

from app.audit.record import Actor, Deed, record
from app.conversations.repository import NewEntry, append_entry
from app.conversations.seal import Seal, seal_text
from app.customers import merging
from app.customers.repository_holding import hold
from app.identity import repository as sql
from app.identity.contacts import Contact, addresses_of, masked
from app.identity.outcomes import OnePerson, Proved, one_person

BY_PROOF = Actor(kind="command", actor_id="identity")


def contact_index(vault: Seal, tenant_id: str, contact: Contact) -> bytes:
    """Return the index by which a contact is found."""
    return vault.blind_index(tenant_id, contact.index_text)


def contact_place(index: bytes) -> str:
    """Name the place a contact is sealed for."""
    return f"verified_contacts:contact:{index.hex()}"


async def bind(
    conn: AsyncConnection, vault: Seal, tenant_id: str, conversation_id: str, contact: Contact, now: datetime
) -> Proved | None:
    """Give a proved contact to a conversation's customer, merging whom the proof makes one; None without one.

    Whoever proves the same contact at the same moment waits here, and then finds what was done. Accounts
    are found by their record when customers were made findable before, in a transaction of its own: it
    locks customers, which here come last.
    """
    index = contact_index(vault, tenant_id, contact)
    await sql.hold_contact(conn, tenant_id, index)
    addresses = [vault.blind_index(tenant_id, address) for address in addresses_of(contact)]
    asked = {
        "tenant": tenant_id,
        "kind": contact.kind,
        "contact": index,
        "key": vault.blind_index(tenant_id, contact.key.text),
        "addresses": addresses,
    }
    held = await hold_owner(conn, tenant_id, conversation_id, await sql.holders(conn, asked))
    if held is None:
        return None
    owner, parties = held
    who = one_person(owner.customer_id, parties)
    await make_one(conn, vault, tenant_id, who, f"proved the same {contact.kind}", now)
    sealed = seal_text(vault, tenant_id, contact.value, contact_place(index))
    await sql.keep(conn, {**asked, "sealed": sealed, "customer": who.kept, "now": now})
    verified = any(party.has_account for party in parties if party.customer_id == who.kept)
    if verified:
        await sql.verify(conn, tenant_id, conversation_id)
    told = f"The customer proved that {masked(contact)} is theirs."
    await note(conn, vault, tenant_id, owner, told, now)
    return Proved(customer_id=who.kept, merged=who.gone, apart=who.apart, verified=verified)


async def hold_owner(
    conn: AsyncConnection, tenant_id: str, conversation_id: str, others: Sequence[str]
) -> tuple[sql.OwnerRow, list[sql.PartyRow]] | None:
    """Hold everybody who may be one person with a conversation's customer, as they are once they are held."""
    owner = await sql.owner(conn, tenant_id, conversation_id)
    while owner is not None:
        everybody = sorted({owner.customer_id, *others})
        await hold(conn, tenant_id, everybody)
        again = await sql.owner(conn, tenant_id, conversation_id)
        if again is not None and again.customer_id == owner.customer_id:
            return again, await sql.parties(conn, tenant_id, everybody)
        owner = again
    return None


async def make_one(
    conn: AsyncConnection, vault: Seal, tenant_id: str, who: OnePerson, because: str, now: datetime
) -> None:
    """Merge the customers who are one person; the audit says by which proof, and each can be taken back."""
    for gone in who.gone:
        merge_id = await merging.merge(conn, vault, tenant_id, who.kept, gone, now)
        detail = {"other": gone, "merge_id": merge_id, "because": because}
        deed = Deed(action="customer.merged", subject="customer", subject_id=who.kept, detail=detail)
        await record(conn, vault, tenant_id, BY_PROOF, deed, now)


async def note(
    conn: AsyncConnection, vault: Seal, tenant_id: str, owner: sql.OwnerRow, text: str, now: datetime
) -> None:
    """Write a line that only people of the company read."""
    line = NewEntry(kind="event", direction="internal", sender="system", text=text, channel=owner.channel)
    await append_entry(conn, vault, tenant_id, owner.conversation_id, line, now)
