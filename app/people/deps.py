"""What the routes of people, groups and keys need."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from app.audit.record import Deed, actor_of, record
from app.auth.caller import Caller
from app.auth.secrets import Passwords
from app.conversations.seal import Seal
from app.gateway.ports import Hub, Tenants


@dataclass(frozen=True, kw_only=True)
class PeopleDeps:
    """Services behind the administrator's room."""

    tenants: Tenants
    vault: Seal
    clock: Callable[[], datetime]
    hub: Hub
    passwords: Passwords

    def changed(self, tenant_id: str) -> None:
        """Tell open consoles that who works here changed."""
        self.hub.changed(tenant_id, None)

    async def note(self, conn: AsyncConnection, caller: Caller, deed: Deed) -> None:
        """Record what a caller did, in the transaction of the change."""
        await record(conn, self.vault, caller.tenant_id, actor_of(caller), deed, self.clock())
