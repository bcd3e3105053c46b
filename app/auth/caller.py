"""Who is calling: a person who signed in, or a program with a key."""

from dataclasses import dataclass

from app.auth.roles import RIGHTS_OF_ROLE, Right, Role
from app.problems import Problem


@dataclass(frozen=True, kw_only=True)
class AgentCaller:
    """A person of the company, signed in at the console."""

    tenant_id: str
    agent_id: str
    name: str
    role: Role

    @property
    def rights(self) -> frozenset[Right]:
        """What the person's role allows."""
        return RIGHTS_OF_ROLE[self.role]


@dataclass(frozen=True, kw_only=True)
class KeyCaller:
    """A program with an API key."""

    tenant_id: str
    key_id: str
    rights: frozenset[Right]


Caller = AgentCaller | KeyCaller


def require(caller: Caller, right: Right) -> None:
    """Refuse with 403 unless the caller has the right."""
    if right not in caller.rights:
        raise Problem(
            403,
            "not-allowed",
            "You may not do this.",
            f"It takes the right {right}; ask an administrator for it.",
        )


def acting_agent(caller: Caller, agent_id: str) -> str:
    """Return the agent for whom the caller acts: oneself, or any with the right to act for others."""
    own = isinstance(caller, AgentCaller) and agent_id in (caller.agent_id, "me")
    if isinstance(caller, AgentCaller) and own:
        return caller.agent_id
    if "agents:any" in caller.rights and agent_id != "me":
        return agent_id
    raise Problem(
        403,
        "not-yours",
        "This belongs to another agent.",
        "Act under your own agent id, or ask a supervisor.",
    )


def sees_only(caller: Caller) -> str | None:
    """Return the agent whose conversations alone a caller may see, or None for whoever sees all."""
    return caller.agent_id if isinstance(caller, AgentCaller) and caller.role == "agent" else None
