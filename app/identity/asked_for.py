"""Codes that a customer asks for in the conversation: what the tool of that name does."""

import hashlib

from app.identity.codes import CODE, MINUTES
from app.identity.contacts import masked, read_contact
from app.identity.outcomes import NoConversation, NotSent, Sent, TooMany
from app.identity.proving import Proving
from tools.contacts.port import CodeOnItsWay
from tools.errors import BackendFailed, BackendRefused
from tools.spec import ActionKey, Caller


class CodesAskedFor:
    """Sends codes for the assistant; see `ContactCodes`. It can, once `proving` is there."""

    def __init__(self) -> None:
        self.proving: Proving | None = None
        """Given late: the channels that carry codes are connected after the tools."""

    async def send(self, caller: Caller, contact: str, *, key: ActionKey) -> CodeOnItsWay:
        """Send a code to an address, for the caller's conversation."""
        if (before := await self.sent_under(caller, key)) is not None:
            return before
        read = read_contact(contact)
        if read is None:
            raise BackendRefused("contact_unclear", "this is no email address and no international number")
        match await self._ready().send(caller.tenant_id, caller.conversation_id, read, _code_id(key)):
            case Sent(to=to):
                return CodeOnItsWay(to=to, minutes=MINUTES)
            case TooMany(wait_s=wait_s):
                raise BackendRefused("too_many_codes", f"another code may be sent in {wait_s} s")
            case NotSent(why=why):
                raise BackendRefused("code_not_sent", why)
            case NoConversation():
                raise BackendRefused("no_conversation", "the conversation is gone")

    async def sent_under(self, caller: Caller, key: ActionKey) -> CodeOnItsWay | None:
        """Return what went out under this key, or None."""
        contact = await self._ready().sent_to(caller.tenant_id, _code_id(key))
        return CodeOnItsWay(to=masked(contact), minutes=MINUTES) if contact else None

    def _ready(self) -> Proving:
        if self.proving is None:
            raise BackendFailed("not_connected", "the engine is still starting")
        return self.proving


def _code_id(key: ActionKey) -> str:
    """Name a code by the key under which it is asked for."""
    return f"{CODE}{hashlib.sha256(key.encode()).hexdigest()[:32]}"
