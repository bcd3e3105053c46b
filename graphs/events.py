"""What a turn is about: the one event that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graphs.assess.mood import Voice


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file that came with a message: kept here, or with its channel."""

    name: str
    media_type: str = "application/octet-stream"
    size: int | None = None
    attachment_id: str | None = None
    """Set when it is kept here."""
    url: str | None = None
    """Set when it is not: where the channel has it."""


@dataclass(frozen=True, kw_only=True)
class CustomerSays:
    """A message of the customer."""

    text: str
    channel: str
    payload: str | None = None
    """What a pressed button stands for, such as `/affirm`."""
    voice: Voice | None = None
    """What the voice showed, when the message was spoken."""
    attachments: tuple[Attached, ...] = ()
    why: Literal["message"] = "message"


@dataclass(frozen=True, kw_only=True)
class Released:
    """A person gave the conversation back to the assistant."""

    agent_name: str
    note: str = ""
    why: Literal["release"] = "release"


@dataclass(frozen=True, kw_only=True)
class ActionStarts:
    """A proposed action begins on its own thread."""

    action_id: str
    action: str
    args: Mapping[str, Any]
    reads: tuple["FactSource", ...] = ()
    channel: str = "web"
    confirmed: bool = False
    """True: the customer has said yes to it."""
    book: str = ""
    """Version of the book that it was proposed under."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What was read before the customer was asked, so that a change since then is seen."""
    follows: Mapping[str, str] = field(default_factory=dict)
    """Arguments that are a field of what is read, such as `order.version`: they change with it."""
    why: Literal["start"] = "start"


@dataclass(frozen=True, kw_only=True)
class FactSource:
    """A read whose result the action's rules look at; repeated before anything is done."""

    tool: str
    args: Mapping[str, Any]
    save: str


@dataclass(frozen=True, kw_only=True)
class CustomerDecides:
    """The customer said yes or no to an action."""

    yes: bool
    why: Literal["confirmation"] = "confirmation"


@dataclass(frozen=True, kw_only=True)
class PersonDecides:
    """An agent decided an approval, in the shape of LangGraph's HumanResponse."""

    type: Literal["accept", "edit", "response", "ignore"]
    by: str
    args: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    why: Literal["decision"] = "decision"


@dataclass(frozen=True, kw_only=True)
class ApprovalExpires:
    """Nobody decided in time."""

    why: Literal["expiry"] = "expiry"


@dataclass(frozen=True, kw_only=True)
class ActionAsks:
    """An action wants its customer's yes once more: what they agreed to has changed."""

    action_id: str
    action: str
    facts: Mapping[str, Any]
    approval: bool = False
    """True: after the yes a person decides."""
    why: Literal["ask"] = "ask"


@dataclass(frozen=True, kw_only=True)
class LooksAgain:
    """It is time to ask once more what became of an effect in doubt."""

    why: Literal["look"] = "look"


@dataclass(frozen=True, kw_only=True)
class PersonSettles:
    """A person has found out what became of an effect in doubt."""

    happened: bool
    by: str
    why: Literal["settle"] = "settle"


Event = (
    CustomerSays
    | Released
    | ActionStarts
    | ActionAsks
    | CustomerDecides
    | PersonDecides
    | ApprovalExpires
    | LooksAgain
    | PersonSettles
)
