"""Signatures of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body, one for each secret that holds."""

import hmac
import secrets
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, by the specification."""


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret, and until when it still signs beside its successor."""

    value: str
    until: datetime | None = None


def new_secret() -> str:
    """Make a secret."""
    return PREFIX + b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes | None:
    """The key in a secret as it is written; None when it is none."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (Error, ValueError):
        return None
    return key if secret.startswith(PREFIX) and SHORTEST <= len(key) <= LONGEST else None


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign one message with one secret."""
    key = key_of(secret)
    assert key is not None
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()


def headers_of(holding: Iterable[Secret], message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """What goes with a body: its id, the time of this attempt, and a signature by each secret that holds."""
    timestamp = int(at.timestamp())
    signing = [secret.value for secret in holding if secret.until is None or secret.until > at]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Frontdesk-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, message_id, timestamp, body) for one in signing),
    }
