"""Secrets: made at random, shown once, stored as a hash."""

import asyncio
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

KEY_PREFIX = "fd_"
HASHES_AT_ONCE = 2

_hasher = PasswordHasher()
_STAND_IN = _hasher.hash(secrets.token_hex(8))
"""Checked when nobody has the email, so that the answer takes as long."""


def new_token() -> str:
    """Make a secret that cannot be guessed."""
    return secrets.token_urlsafe(32)


def new_api_key() -> str:
    """Make an API key; its beginning tells scanners what it is."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def looks_like_token(text: str) -> bool:
    """Tell a signed access token from an API key."""
    return text.startswith("ey") and text.count(".") == 2


def digest(secret: str) -> bytes:
    """Return what is stored of a random secret: SHA-256, since it cannot be guessed anyway."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


class Passwords:
    """Argon2id in threads, a few at once, so that logins never starve the conversations."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(HASHES_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return the hash to store."""
        async with self._room:
            return await asyncio.to_thread(_hasher.hash, password)

    async def fits(self, password: str, stored: str | None) -> bool:
        """Say whether the password is the stored one; takes as long when nothing is stored."""
        async with self._room:
            return await asyncio.to_thread(_verify, stored or _STAND_IN, password) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
