"""A sender of codes that only remembers where they went."""

from tools.contacts.port import CodeOnItsWay
from tools.errors import BackendRefused
from tools.spec import ActionKey, Caller


class FakeCodes:
    """Sends each code once; refuses the addresses it is told to."""

    def __init__(self, refuses: str = "") -> None:
        self.sent: dict[ActionKey, str] = {}
        self.refuses = refuses

    async def send(self, caller: Caller, contact: str, *, key: ActionKey) -> CodeOnItsWay:
        """Remember where a code went."""
        if contact == self.refuses:
            raise BackendRefused("too_many_codes", "another code may be sent later")
        self.sent.setdefault(key, contact)
        return _shown(contact)

    async def sent_under(self, caller: Caller, key: ActionKey) -> CodeOnItsWay | None:
        """Return where the code of this key went."""
        contact = self.sent.get(key)
        return _shown(contact) if contact else None


def _shown(contact: str) -> CodeOnItsWay:
    return CodeOnItsWay(to=f"{contact[:2]}***", minutes=10)
