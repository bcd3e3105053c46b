"""What may come of passing a conversation on, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AgentName:
    """An agent, as named in sentences and answers."""

    agent_id: str
    name: str


@dataclass(frozen=True)
class Done:
    """It is so now; asking again changes nothing."""


@dataclass(frozen=True, kw_only=True)
class OwnedBy:
    """Somebody else owns the conversation."""

    owner: AgentName


@dataclass(frozen=True, kw_only=True)
class NotNow:
    """The conversation's status does not allow it."""

    status: str


@dataclass(frozen=True)
class NoConversation:
    """There is no such conversation."""


@dataclass(frozen=True, kw_only=True)
class NoTaker:
    """Nobody of this name can take the conversation."""

    why: str


@dataclass(frozen=True)
class NoOffer:
    """No transfer of this conversation waits for this agent."""


@dataclass(frozen=True, kw_only=True)
class ApprovalsOpen:
    """Decisions are still pending; the one who resolves has to say that they may stay open."""

    approvals: int


@dataclass(frozen=True)
class TooLate:
    """What was done cannot be taken back any more."""


Refusal = OwnedBy | NotNow | NoConversation | NoTaker | NoOffer | ApprovalsOpen | TooLate


@dataclass(frozen=True, kw_only=True)
class Queued:
    """The conversation waits for a person."""

    handoff_id: str


class Undo(Exception):
    """Leaves a transaction without its effects, carrying why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__()
        self.refusal = refusal
