"""What recommending needs; made once by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.console.deps import ConsoleDeps
from app.suggestions import repository as sql
from graphs.ports import Desk, Rulebook
from graphs.suggestions.ranking import Experience, Record

REMEMBERED = timedelta(days=180)
COUNTED_EVERY = timedelta(seconds=30)


@dataclass(kw_only=True)
class Memory:
    """Outcomes counted a moment ago, so that a busy desk does not count them at each look."""

    counted: dict[str, tuple[datetime, Experience]] = field(default_factory=dict)

    def of(self, tenant_id: str, now: datetime) -> Experience | None:
        """Return what was counted for a tenant, if that is recent."""
        at, found = self.counted.get(tenant_id, (None, None))
        return found if at is not None and now - at < COUNTED_EVERY else None


@dataclass(frozen=True, kw_only=True)
class SuggestionDeps:
    """Services behind recommended actions."""

    console: ConsoleDeps
    desk: Desk
    rules: Callable[[str], Rulebook]
    """The rule book in force for a tenant."""
    memory: Memory = field(default_factory=Memory)


async def experience_of(deps: SuggestionDeps, tenant_id: str) -> Experience:
    """Return how often each thing ended well, by intent and mood, over the last half year."""
    now = deps.console.clock()
    known = deps.memory.of(tenant_id, now)
    if known is not None:
        return known
    async with deps.console.tenants.tenant(tenant_id) as conn:
        rows = await sql.experience(conn, tenant_id, now - REMEMBERED)
    found = {(row.done, row.intent, row.mood): Record(tries=row.tries, wins=row.wins) for row in rows}
    deps.memory.counted[tenant_id] = (now, found)
    return found
