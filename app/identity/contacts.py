"""Email addresses and phone numbers, in one form each, and which channels' addresses they are. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.customers.keys import Key, digits

Kind = Literal["email", "phone"]

FEWEST_DIGITS, MOST_DIGITS = 7, 15
_EMAIL = re.compile(r"[^\s@<>,;\"']{1,64}@[^\s@<>,;\"'.]+(\.[^\s@<>,;\"'.]+)+")

PHONE_CHANNELS = ("sms", "whatsapp", "twilio", "voice", "twilio_voice")
CHANNELS: dict[Kind, Sequence[str]] = {"email": ("email",), "phone": PHONE_CHANNELS}
"""On which channels a customer writes from such an address."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where somebody is reached: an email in small letters, or a number with `+` and country."""

    kind: Kind
    value: str

    @property
    def index_text(self) -> str:
        """What the blind index is made of."""
        return f"contact:{self.kind}:{self.value}"

    @property
    def key(self) -> Key:
        """By which word the customers' room knows it."""
        return Key(self.kind, digits(self.value) if self.kind == "phone" else self.value)


def read_contact(text: str) -> Contact | None:
    """Read an email address or an international number; None when it is neither."""
    text = text.strip().removeprefix("mailto:").removeprefix("whatsapp:").removeprefix("tel:")
    if "@" in text:
        fits = len(text) <= 254 and _EMAIL.fullmatch(text)
        return Contact(kind="email", value=text.casefold()) if fits else None
    number = digits(text)
    international = text.startswith(("+", "00")) and not re.search(r"[^\d\s()+./-]", text)
    if international and FEWEST_DIGITS <= len(number) <= MOST_DIGITS:
        return Contact(kind="phone", value=f"+{number}")
    return None


def contact_at(channel: str, address: str) -> Contact | None:
    """Say which contact an address on a channel is; None where it is none."""
    if channel in CHANNELS["email"]:
        return read_contact(address)
    if channel not in PHONE_CHANNELS:
        return None
    plain = address.removeprefix("whatsapp:")
    return read_contact(plain if plain.startswith(("+", "00")) else f"+{plain}")


def addresses_of(contact: Contact) -> tuple[str, ...]:
    """List the forms that a contact has as `channel:address`, for their blind indexes."""
    if contact.kind == "email":
        return tuple(f"{channel}:{contact.value}" for channel in CHANNELS["email"])
    forms = (contact.value, contact.value.removeprefix("+"), f"whatsapp:{contact.value}")
    return tuple(f"{channel}:{form}" for channel in PHONE_CHANNELS for form in forms)


def masked(contact: Contact) -> str:
    """Show enough of a contact to recognise it, and no more."""
    if contact.kind == "phone":
        return f"{contact.value[:3]}{'*' * (len(contact.value) - 5)}{contact.value[-2:]}"
    name, _, domain = contact.value.partition("@")
    return f"{name[0]}***@{domain}"
