"""Keyed hashes of what was sent, compared in constant time."""

import hmac
from base64 import b64encode


def mac_hex(secret: str, signed: bytes, digest: str) -> str:
    """Return the keyed hash in hexadecimal."""
    return hmac.digest(secret.encode(), signed, digest).hex()


def mac_base64(secret: str, signed: bytes, digest: str) -> str:
    """Return the keyed hash in base64."""
    return b64encode(hmac.digest(secret.encode(), signed, digest)).decode()


def same(expected: str, given: str) -> bool:
    """Compare without telling by the time taken how much was right; a missing secret fits nothing."""
    return hmac.compare_digest(expected.encode(), given.encode(errors="replace"))
