"""What the front door needs from the house behind it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from psycopg import AsyncConnection

from app.conversations.entry import Entry
from app.gateway.message import Inbound
from app.turns.typing import Typing, Typings
from graphs.events import Attached


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The message is stored and will be answered once."""

    conversation_id: str
    seq: int
    duplicate: bool
    """True: the same message id came before; nothing was stored, the first answer holds."""
    begun: bool = False
    """True: its turn is under way already, nobody need be told."""


class UnknownConversation(Exception):
    """The conversation named by the sender does not exist, or is another customer's."""


class Tenants(Protocol):
    """Where transactions come from."""

    def tenant(self, tenant_id: str) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open one short transaction that sees this tenant's rows only, and commit it at the end."""

    def anyone(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Lend a connection that sees no tenant's rows."""


class Sentence(Protocol):
    """A sentence of a reply that is not committed yet; an empty one takes back all of its turn."""

    @property
    def seq(self) -> int:
        """The turn it belongs to."""

    @property
    def number(self) -> int:
        """Its place in the turn."""

    @property
    def text(self) -> str:
        """What it says."""


class Accept(Protocol):
    """Store a message; the answer is owed from then on."""

    async def __call__(self, inbound: Inbound) -> Accepted:
        """Store it durably, or raise `UnknownConversation` or the database's error: then nothing is."""


class FileStore(Protocol):
    """Files that were uploaded for a message that is to come."""

    async def of_message(self, tenant_id: str, uploader: str, ids: Sequence[str]) -> tuple[Attached, ...]:
        """Return the files of a message, or raise the problem; only whoever uploaded a file may send it."""

    async def bind(self, tenant_id: str, conversation_id: str, files: Sequence[Attached]) -> None:
        """Say which conversation files belong to; a second time does nothing."""


class Changes(Protocol):
    """One subscription: changes between two waits pile up into one, so none is missed."""

    answers: dict[int, Sequence[Entry]]
    """Whole answers that this process gave meanwhile, by the number of their turn."""

    async def wait(self, within_s: float) -> bool:
        """Return True at the next change, or at once if there was one since the last wait; False in time."""

    def heard(self) -> Sequence[Sentence]:
        """Return the sentences of turns still at work since the last look, in their order."""

    def moved(self) -> bool:
        """Say whether something was committed since the last look, or only sentences came."""


class Hub(Protocol):
    """Signals that something changed; what changed is read from the database."""

    @property
    def typing(self) -> Typings:
        """Who writes just now, for those who watch."""

    def types(self, typing: Typing) -> None:
        """Tell those who watch, here and in other processes, that somebody writes."""

    def nudge(self, tenant_id: str, conversation_id: str) -> None:
        """Tell the workers that a thread of this conversation is due; called after the commit."""

    def changed(self, tenant_id: str, conversation_id: str | None) -> None:
        """Tell subscribers, here and in other processes, that something was committed."""

    def subscribe(self, conversation_id: str) -> AbstractContextManager[Changes]:
        """Watch one conversation from now on."""

    def subscribe_events(self, tenant_id: str) -> AbstractContextManager[Changes]:
        """Watch a tenant's events from now on."""
