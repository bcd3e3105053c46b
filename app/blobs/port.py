"""What is asked of a blob store; each adapter passes the same tests."""

import re
from collections.abc import Sequence
from typing import Protocol

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*")


class BlobError(Exception):
    """The family of everything that goes wrong with blobs."""


class NoSuchBlob(BlobError):
    """Nothing lies under this key: it was deleted, or never stored."""


class BlobsAway(BlobError):
    """The store does not answer: nothing was stored or read, try again later."""


class Blobs(Protocol):
    """Bytes by key. A key is names with slashes between: `t1/att_01`."""

    async def put(self, key: str, content: bytes) -> None:
        """Store bytes durably; the same key again replaces them as a whole."""

    async def get(self, key: str) -> bytes:
        """Read bytes, or raise `NoSuchBlob`."""

    async def delete(self, key: str) -> None:
        """Delete bytes; a second time does nothing."""

    async def keys(self, under: str) -> Sequence[str]:
        """List the keys below a name, such as `t1`."""

    async def close(self) -> None:
        """Let go of connections."""


def checked(key: str) -> str:
    """Return a key that can stand in a path and an address; anything else is a broken promise of ours."""
    if not _KEY.fullmatch(key):
        raise BlobError(f"'{key}' is no key: small letters, digits, - and _, with slashes between")
    return key
