"""A proven address that the company's records name: whoever writes from it is that customer."""

from app.customers.finding import make_findable
from app.email import repository as sql
from app.email.unified import CHANNEL
from app.gateway.deps import GatewayDeps
from app.identity import repository as identities
from app.identity.binding import contact_index
from app.identity.contacts import addresses_of, read_contact


async def recognise(gateway: GatewayDeps, address: str) -> None:
    """Give a proven address to the one customer who is known to have it; in doubt it stays nobody's.

    What two customers have is for people to decide: they are shown as candidates.
    """
    contact = read_contact(address)
    if contact is None:
        return
    tenant_id, vault, now = gateway.tenant_id, gateway.vault, gateway.clock()
    asked = {
        "tenant": tenant_id,
        "kind": contact.kind,
        "contact": contact_index(vault, tenant_id, contact),
        "key": vault.blind_index(tenant_id, contact.key.text),
        "addresses": [vault.blind_index(tenant_id, one) for one in addresses_of(contact)],
    }
    index = vault.blind_index(tenant_id, f"{CHANNEL}:{address}")
    sealed = vault.seal(tenant_id, address.encode(), f"identities:address:{index.hex()}")
    async with gateway.tenants.tenant(tenant_id) as conn:
        await make_findable(conn, vault, tenant_id, now)
        known = await identities.holders(conn, asked)
        if len(known) == 1:
            await sql.recognise(conn, tenant_id, index, sealed, known[0], now)
