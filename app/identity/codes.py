"""One-time codes: made at random, kept as a keyed hash, few tries, soon out of date."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.auth.signed import Derive, mac

CODE = "cod_"
"""How a code's id begins; a message that carries one is of no conversation."""
DIGITS = 6
LIFETIME = timedelta(minutes=10)
MINUTES = round(LIFETIME / timedelta(minutes=1))
MOST_TRIES = 5
PURPOSE = "contact-code"

PER_CONTACT, CONTACT_WINDOW = 3, timedelta(minutes=15)
"""So many codes go to one address, whoever asks: nobody's mailbox is flooded."""
PER_CUSTOMER, CUSTOMER_WINDOW = 5, timedelta(hours=1)

LINK_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without letters and digits that look alike."""
LINK_LENGTH = 10
LINK_LIFETIME = timedelta(minutes=30)
LINKS_PER_CONVERSATION, LINK_WINDOW = 5, timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked for lately."""

    by_contact: int
    by_customer: int
    oldest: datetime | None
    """The oldest of those that count."""


def new_code() -> str:
    """Make a code of six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def code_hash(keys: Derive, tenant_id: str, code_id: str, code: str) -> bytes:
    """Return what is kept of a code; without the key a million tries would find it."""
    return mac(keys, tenant_id, PURPOSE, f"{code_id}:{code}".encode())


def fits(keys: Derive, tenant_id: str, code_id: str, given: str, kept: bytes) -> bool:
    """Say whether a code is the one that was sent; spaces and dashes do not count."""
    plain = "".join(one for one in given if one.isalnum())
    return hmac.compare_digest(code_hash(keys, tenant_id, code_id, plain), kept)


def seconds_to_wait(asked: Asked, now: datetime) -> int:
    """Return 0 when another code may be sent, else how long to wait."""
    too_many = asked.by_contact >= PER_CONTACT or asked.by_customer >= PER_CUSTOMER
    if not too_many or asked.oldest is None:
        return 0
    window = CONTACT_WINDOW if asked.by_contact >= PER_CONTACT else CUSTOMER_WINDOW
    return max(1, round((asked.oldest + window - now).total_seconds()))


def code_in(text: str) -> str | None:
    """Read a message that is six digits and nothing else; None for every other."""
    plain = text.strip().replace(" ", "").replace("-", "")
    fits_in = len(text) <= DIGITS + 4
    return plain if fits_in and len(plain) == DIGITS and plain.isascii() and plain.isdigit() else None


def new_link_code() -> str:
    """Make the code that leads from one channel to another: fifty bits, easy to read out."""
    letters = "".join(secrets.choice(LINK_LETTERS) for _ in range(LINK_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def link_code_in(text: str) -> str | None:
    """Find such a code in a short message; None in every other."""
    if len(text) > 80 or "-" not in text:
        return None
    words = (word.strip(".,;:!?\"'()").upper() for word in text.split())
    return next((word for word in words if _is_link_code(word)), None)


def _is_link_code(word: str) -> bool:
    left, dash, right = word.partition("-")
    half = LINK_LENGTH // 2
    return bool(dash) and len(left) == len(right) == half and set(left + right) <= set(LINK_LETTERS)
