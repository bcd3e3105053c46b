"""Short texts that are signed and not secret: tokens, links."""

import base64
import hashlib
import hmac
from typing import Protocol


class Derive(Protocol):
    """Where signing keys come from."""

    def derive(self, tenant_id: str, purpose: str) -> bytes:
        """Return a 32-byte key for the purpose."""


def mac(keys: Derive, tenant_id: str, purpose: str, said: bytes) -> bytes:
    """Sign what is said, for one company and purpose."""
    return hmac.digest(keys.derive(tenant_id, purpose), said, hashlib.sha256)


def encode(raw: bytes) -> str:
    """Write bytes as URL-safe base 64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read what `encode` wrote; raises ValueError when it is not that."""
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
