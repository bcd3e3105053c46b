"""The token a customer's widget resumes with: signed, not secret, naming one conversation."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Protocol

import orjson
from pydantic import TypeAdapter, ValidationError

LIFETIME = timedelta(days=30)
PURPOSE = "customer-token"


class Derive(Protocol):
    """Where signing keys come from."""

    def derive(self, tenant_id: str, purpose: str) -> bytes:
        """Return a 32-byte key for the purpose."""


@dataclass(frozen=True, kw_only=True)
class CustomerToken:
    """What a token says: whose conversation it opens, and whether the person is known."""

    tenant_id: str
    visitor: str
    """The visitor's address on the channel `web`."""
    conversation_id: str
    customer_id: str | None
    verified: bool
    expires: int
    """Seconds since 1970."""


_READ = TypeAdapter(CustomerToken)


def expiry(now: datetime) -> int:
    """Return when a token made now ends."""
    return int((now + LIFETIME).timestamp())


def write_token(keys: Derive, token: CustomerToken) -> str:
    """Sign a token."""
    said = orjson.dumps(asdict(token))
    return f"{_encode(said)}.{_encode(_mac(keys, token.tenant_id, said))}"


def read_token(keys: Derive, text: str, now: datetime) -> CustomerToken | None:
    """Read a token; None when it is forged, damaged or out of date."""
    said, _, mac = text.partition(".")
    try:
        token = _READ.validate_json(_decode(said), strict=True)
        given = _decode(mac)
    except (ValidationError, ValueError, binascii.Error):
        return None
    signed = hmac.compare_digest(given, _mac(keys, token.tenant_id, _decode(said)))
    return token if signed and token.expires > now.timestamp() else None


def _mac(keys: Derive, tenant_id: str, said: bytes) -> bytes:
    return hmac.digest(keys.derive(tenant_id, PURPOSE), said, hashlib.sha256)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
