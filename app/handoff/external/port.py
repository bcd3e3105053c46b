"""What another chat system has to do, and what it tells us: the port, and its events as values."""

from dataclasses import dataclass
from typing import Protocol

from app.handoff.context_package import ContextPackage


class ChatUnreachable(Exception):
    """The other system did not take it: the same is tried again later."""


class ChatGone(Exception):
    """The other system knows no such chat any more: there is nothing to send to."""


@dataclass(frozen=True, kw_only=True)
class OperatorSaid:
    """Somebody there wrote to the customer."""

    chat_id: str
    message_id: str
    operator: str
    text: str


@dataclass(frozen=True, kw_only=True)
class OperatorJoined:
    """Somebody there took the chat."""

    chat_id: str
    operator: str


@dataclass(frozen=True, kw_only=True)
class ChatClosed:
    """The matter is settled there."""

    chat_id: str
    operator: str


@dataclass(frozen=True, kw_only=True)
class ChatMissed:
    """Nobody there took the chat."""

    chat_id: str


ChatEvent = OperatorSaid | OperatorJoined | ChatClosed | ChatMissed


class WebhookRefused(Exception):
    """A call that is not the other system's, or not what it documents; the message says which."""

    def __init__(self, slug: str, why: str) -> None:
        super().__init__(why)
        self.slug = slug
        self.why = why


class LiveChat(Protocol):
    """One chat system in which people answer."""

    @property
    def system(self) -> str:
        """Its short name: the owner is called `external:<system>`."""

    @property
    def name(self) -> str:
        """Its name as people read it."""

    async def open(self, package: ContextPackage) -> str:
        """Begin a chat with the whole history and return its id there; raises `ChatUnreachable`."""

    async def say(self, chat_id: str, text: str) -> None:
        """Pass on what the customer wrote; raises `ChatUnreachable` or `ChatGone`."""

    def heard(self, body: bytes, signature: str | None) -> tuple[str, ChatEvent | None]:
        """Read a webhook call into its id and event, None for what says nothing; raises `WebhookRefused`."""
