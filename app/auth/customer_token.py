"""The token a customer's widget resumes with: signed, not secret, naming one conversation."""

import hmac
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from app.auth.signed import Derive, decode, encode, mac

LIFETIME = timedelta(days=30)
PURPOSE = "customer-token"


@dataclass(frozen=True, kw_only=True)
class CustomerToken:
    """What a token says: whose conversation it opens, and whether the person is known."""

    tenant_id: str
    visitor: str
    """The visitor's address on the channel."""
    conversation_id: str
    customer_id: str | None
    verified: bool
    expires: int
    """Seconds since 1970."""
    channel: Literal["web", "mobile"] = "web"
    """What its messages count as."""


_READ = TypeAdapter(CustomerToken)


def expiry(now: datetime) -> int:
    """Return when a token made now ends."""
    return int((now + LIFETIME).timestamp())


def write_token(keys: Derive, token: CustomerToken) -> str:
    """Sign a token."""
    said = orjson.dumps(asdict(token))
    return f"{encode(said)}.{encode(mac(keys, token.tenant_id, PURPOSE, said))}"


def read_token(keys: Derive, text: str, now: datetime) -> CustomerToken | None:
    """Read a token; None when it is forged, damaged or out of date."""
    said, _, signature = text.partition(".")
    try:
        token = _READ.validate_json(decode(said), strict=True)
        given = decode(signature)
    except (ValidationError, ValueError):
        return None
    signed = hmac.compare_digest(given, mac(keys, token.tenant_id, PURPOSE, decode(said)))
    return token if signed and token.expires > now.timestamp() else None
