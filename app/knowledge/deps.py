"""What the help centre's routes need, and how they publish."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from app.audit.record import Deed, actor_of, record
from app.auth.caller import AgentCaller, Caller
from app.gateway.ports import Tenants
from app.knowledge.asked import Unanswered
from app.privacy.vault import Vault
from app.understanding.nlu_client import EmbeddingsAway
from knowledge.ports import Embed

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class KnowledgeDeps:
    """Services behind the help centre's room."""

    tenants: Tenants
    vault: Vault
    clock: Callable[[], datetime]
    embed: Embed
    unanswered: Unanswered

    async def embedding(self, work: Callable[[Embed | None], Awaitable[T]]) -> T:
        """Do it with the encoder, or without one while it is away: the engine completes it later."""
        try:
            return await work(self.embed)
        except EmbeddingsAway:
            return await work(None)

    async def note(self, caller: Caller, action: str, subject_id: str, **detail: object) -> None:
        """Write what somebody did into the audit."""
        deed = Deed(action=action, subject="article", subject_id=subject_id, detail=detail)
        async with self.tenants.tenant(caller.tenant_id) as conn:
            await record(conn, self.vault, caller.tenant_id, actor_of(caller), deed, self.clock())


def name_of(caller: Caller) -> str:
    """Return the name under which a caller's drafts and releases stand."""
    return caller.name if isinstance(caller, AgentCaller) else caller.key_id
