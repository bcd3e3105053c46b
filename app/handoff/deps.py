"""What handing over needs; made once by the composition root."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.gateway.ports import Hub, Tenants
from app.privacy.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the rule book says about people and their work."""

    first_reply_minutes: Mapping[str, int]
    """By priority: urgent, high, normal."""
    default_skills: Sequence[str]
    vip_tiers: frozenset[str]
    currency: str
    waiting_notice: str
    """What the customer reads while a person is looked for."""
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The skills that each group of the book takes; none: every skill."""

    def due(self, priority: str, now: datetime) -> datetime:
        """Return when the first reply of a person is due."""
        return now + timedelta(minutes=self.first_reply_minutes[priority])


@dataclass(frozen=True, kw_only=True)
class HandoffDeps:
    """Services and policies that this package works with."""

    tenants: Tenants
    vault: Vault
    hub: Hub
    clock: Callable[[], datetime]
    desk: Callable[[], Desk]
    """The rule book in force."""
    external: str | None = None
    """The chat system that takes handed-over conversations, where one is configured."""
