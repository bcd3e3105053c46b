"""What webhooks need; made once by the composition root."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.conversations.seal import Seal
from app.gateway.ports import Hub, Tenants
from app.webhooks.courier import Courier
from tools.networks import Network


class Chance(Protocol):
    """Numbers from 0 to 1."""

    def __call__(self) -> float:
        """Return one."""


@dataclass(frozen=True, kw_only=True)
class WebhookDeps:
    """Services behind webhooks."""

    tenants: Tenants
    vault: Seal
    hub: Hub
    clock: Callable[[], datetime]
    courier: Courier
    networks: Sequence[Network] = ()
    """Private networks that receivers may stand in."""
    chance: Chance = field(default=random.random)
