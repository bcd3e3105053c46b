"""Ways back: what a connector said it needs to answer an address where its message came from."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from app.channels.repository import find_way, keep_way
from app.conversations.seal import Seal
from app.gateway.ports import Tenants


class WaysBack:
    """Keeps the newest way back to each address, whichever engine took the message that brought it."""

    def __init__(self, tenants: Tenants, vault: Seal, clock: Callable[[], datetime]) -> None:
        self._tenants = tenants
        self._vault = vault
        self._clock = clock

    async def keep(self, tenant_id: str, channel: str, address: str, way: Mapping[str, Any]) -> None:
        """Remember how this address is answered; most channels need nothing beside the address."""
        if not way:
            return
        index = self._index(tenant_id, channel, address)
        sealed = self._vault.seal(tenant_id, orjson.dumps(dict(way)), _place(index))
        async with self._tenants.anyone() as conn:
            await keep_way(conn, tenant_id, channel, index, sealed, self._clock())

    async def find(self, tenant_id: str, channel: str, address: str) -> dict[str, Any]:
        """Return the newest way back to an address; another engine may have kept it."""
        index = self._index(tenant_id, channel, address)
        async with self._tenants.tenant(tenant_id) as conn:
            sealed = await find_way(conn, tenant_id, channel, index)
        if sealed is None:
            return {}
        return dict(orjson.loads(self._vault.open(tenant_id, sealed, _place(index))))

    def _index(self, tenant_id: str, channel: str, address: str) -> bytes:
        return self._vault.blind_index(tenant_id, f"{channel}:{address}")


def _place(index: bytes) -> str:
    return f"channel_ways:way:{index.hex()}"
