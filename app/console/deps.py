"""What the console's routes need; made once by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.auth.caller import AgentCaller, Caller
from app.auth.repository import person_by_id
from app.gateway.ports import Hub, Tenants
from app.handoff.deps import HandoffDeps
from app.handoff.outcomes import (
    AgentName,
    ApprovalsOpen,
    NoConversation,
    NoOffer,
    NoTaker,
    OwnedBy,
    Refusal,
    TooLate,
)
from app.privacy.vault import Vault
from app.problems import Problem, not_found
from tools.spec import Caller as ToolCaller
from tools.spec import ToolOutcome


class ReadTool(Protocol):
    """A tool without effect."""

    async def __call__(self, tool: str, caller: ToolCaller, args: Mapping[str, Any]) -> ToolOutcome:
        """Ask the tool on behalf of a customer."""


@dataclass(frozen=True, kw_only=True)
class ConsoleDeps:
    """Services behind the console."""

    tenants: Tenants
    vault: Vault
    hub: Hub
    clock: Callable[[], datetime]
    handoff: HandoffDeps
    read_tool: ReadTool
    beat: Callable[[Caller], None] = lambda caller: None
    """Notes that somebody's console is open."""
    writes_to: Callable[[str], bool] = lambda channel: False
    """Whether the outbox carries what is said on a channel."""


async def agent_named(deps: ConsoleDeps, caller: Caller, agent_id: str) -> AgentName:
    """Return the agent for whom a caller acts, or 404 when there is no such agent."""
    if isinstance(caller, AgentCaller) and caller.agent_id == agent_id:
        return AgentName(agent_id=caller.agent_id, name=caller.name)
    async with deps.tenants.tenant(caller.tenant_id) as conn:
        person = await person_by_id(conn, caller.tenant_id, agent_id)
    if person is None:
        raise not_found("agent")
    return AgentName(agent_id=person.user_id, name=person.name)


_PLAIN: Mapping[type[NoOffer | TooLate], tuple[str, str, str]] = {
    NoOffer: (
        "no-offer",
        "No transfer of this conversation waits for you.",
        "Load the conversation again: somebody took it, or the offer was taken back.",
    ),
    TooLate: (
        "too-late",
        "This resolution cannot be taken back any more.",
        "Two minutes have passed, somebody else resolved it, or the conversation went on meanwhile.",
    ),
}
"""Refusals that say the same each time."""


def refuse(refusal: Refusal, agent_id: str = "") -> Problem:
    """Say in a problem why a conversation could not be passed on."""
    match refusal:
        case NoConversation():
            return not_found("conversation")
        case OwnedBy(owner=owner) if owner.agent_id != agent_id:
            return Problem(
                409,
                "claimed-already",
                f"{owner.name} has this conversation.",
                f"Ask {owner.name} to pass it on, or to release it.",
                owner={"agent_id": owner.agent_id, "name": owner.name},
            )
        case OwnedBy():
            status = "owned by you"
        case NoTaker(why=why):
            return Problem(409, "no-taker", f"This conversation cannot go there: {why}.", "Choose another.")
        case NoOffer() | TooLate():
            return Problem(409, *_PLAIN[type(refusal)])
        case ApprovalsOpen(approvals=pending):
            return Problem(
                409,
                "approvals-open",
                f"{pending} decisions of this conversation are still open.",
                "Decide them first, or resolve with leave_approvals set to true.",
                approvals=pending,
            )
        case _:
            status = refusal.status
    return Problem(
        409,
        "not-in-this-status",
        f"This is not possible now: the conversation is {status}.",
        "Load the conversation again; claim it before you write or release.",
        conversation_status=status,
    )
