"""Who may be the same person as a customer, and what speaks for it. A name alone never does."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import AsyncConnection

from app.conversations.seal import Seal, open_text
from app.customers import repository as customers
from app.customers.exporting import address_place
from app.customers.finding import make_findable
from app.customers.keys import Key, keys_of
from app.customers.record import opened
from app.identity import repository as people
from app.identity import repository_candidates as sql
from app.identity.binding import contact_place
from app.identity.contacts import Contact, addresses_of, contact_at, masked, read_contact

EvidenceKind = Literal["proved", "address", "record", "name"]
"""`proved`: both proved the same address. `address`: one writes from what the other's record has.
`record`: both records have it. `name`: the same name, which only supports the others."""
WEIGHT: Mapping[EvidenceKind, float] = {"proved": 0.9, "address": 0.7, "record": 0.6, "name": 0.2}
MOST = 20


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One thing that two customers share."""

    kind: EvidenceKind
    shared: str
    """What it is, masked; a name stands as it is."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A customer who may be the same person."""

    customer_id: str
    likelihood: float
    evidence: Sequence[Evidence]


def weigh(found: Mapping[str, Sequence[Evidence]]) -> list[Candidate]:
    """Order candidates by what speaks for them; leave out whom only a name speaks for. Pure."""
    weighed = [
        Candidate(
            customer_id=customer_id,
            likelihood=_likelihood({one.kind for one in evidence}),
            evidence=sorted(evidence, key=lambda one: (-WEIGHT[one.kind], one.shared)),
        )
        for customer_id, evidence in found.items()
        if any(one.kind != "name" for one in evidence)
    ]
    return sorted(weighed, key=lambda one: (-one.likelihood, one.customer_id))[:MOST]


def _likelihood(kinds: set[EvidenceKind]) -> float:
    doubt = 1.0
    for kind in kinds:
        doubt *= 1 - WEIGHT[kind]
    return round(1 - doubt, 2)


async def candidates(
    conn: AsyncConnection, vault: Seal, tenant_id: str, row: customers.CustomerRow, now: datetime
) -> list[Candidate]:
    """Find who may be the same person as a customer."""
    await make_findable(conn, vault, tenant_id, now)
    known = await _known(conn, vault, tenant_id, row)
    asked: dict[str, Any] = {
        "tenant": tenant_id,
        "customer": row.customer_id,
        **{part: list(of_part) for part, of_part in known.items()},
    }
    found: dict[str, set[Evidence]] = defaultdict(set)
    shared = {index: text for of_part in known.values() for index, text in of_part.items()}
    for one in await sql.found(conn, asked):
        kind: EvidenceKind = one.kind  # type: ignore[assignment]  # the statement names no other
        found[one.customer_id].add(Evidence(kind=kind, shared=shared.get(bytes(one.found), "")))
    return weigh({customer_id: list(evidence) for customer_id, evidence in found.items()})


async def _known(
    conn: AsyncConnection, vault: Seal, tenant_id: str, row: customers.CustomerRow
) -> dict[str, dict[bytes, str]]:
    """Return by which indexes others would share something with a customer, with what to show of it."""
    record = opened(vault, tenant_id, row)
    keys = {key for key in keys_of(record) if key.kind != "word"}
    reached = [read_contact(str(record.get(field) or "")) for field in ("email", "phone")]
    for identity in await customers.identities(conn, tenant_id, row.customer_id):
        address = open_text(vault, tenant_id, identity.address, address_place(identity))
        reached.append(contact_at(identity.channel, address))
    proved = await people.contacts(conn, tenant_id, row.customer_id)
    contacts = {one for one in reached if one is not None} | {
        Contact(kind=one.kind, value=_value(vault, tenant_id, one))  # type: ignore[arg-type]
        for one in proved
    }
    indexes = {bytes(one) for one in await sql.used_contacts(conn, tenant_id, row.customer_id)}
    return {
        "keys": {
            vault.blind_index(tenant_id, key.text): _shown(key)
            for key in keys | {one.key for one in contacts}
        },
        "addresses": {
            vault.blind_index(tenant_id, address): masked(one)
            for one in contacts
            for address in addresses_of(one)
        },
        "contacts": dict.fromkeys(indexes, "")
        | {vault.blind_index(tenant_id, one.index_text): masked(one) for one in contacts},
    }


def _value(vault: Seal, tenant_id: str, row: people.ContactRow) -> str:
    return open_text(vault, tenant_id, row.contact, contact_place(bytes(row.contact_index)))


def _shown(key: Key) -> str:
    """Show a shared word: a name as it is, an address masked."""
    if key.kind in ("name", "word"):
        return key.value
    contact = read_contact(key.value if key.kind == "email" else f"+{key.value}")
    return masked(contact) if contact else ""
