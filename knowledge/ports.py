"""What the knowledge base needs from the house."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from psycopg import AsyncConnection

Connect = Callable[[str], AbstractAsyncContextManager[AsyncConnection]]
"""Opens a short transaction for one tenant and commits it at the end."""

Lend = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
"""Lends a connection bound to no tenant, for the one function that names its tenant itself."""

DIMENSIONS = 384


class Embed(Protocol):
    """The encoder; questions and passages must come from the same one."""

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of 384 floats a text, in order."""
