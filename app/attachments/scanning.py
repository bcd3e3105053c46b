"""Looks through files for malware: a port, and clamd's INSTREAM protocol as its adapter."""

import asyncio
import struct
from dataclasses import dataclass
from typing import Protocol

CHUNK = 64 * 1024
WITHIN_S = 30.0
LONGEST_ANSWER = 4096


@dataclass(frozen=True)
class Clean:
    """Nothing was found."""


@dataclass(frozen=True)
class Infected:
    """Something was found; `name` is the scanner's own word for it."""

    name: str


Finding = Clean | Infected


class ScannerAway(Exception):
    """No finding came: the file is not taken, the sender tries again later."""


class Scanner(Protocol):
    """Looks through files."""

    async def scan(self, content: bytes) -> Finding:
        """Say what is in a file, or raise `ScannerAway`."""


class Clamd:
    """ClamAV's daemon, over TCP or a Unix socket; a connection a file."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def scan(self, content: bytes) -> Finding:
        """See `Scanner`."""
        try:
            async with asyncio.timeout(WITHIN_S):
                answer = await self._instream(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise ScannerAway(type(error).__name__) from error
        return read_answer(answer)

    async def _instream(self, content: bytes) -> str:
        reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            for begin in range(0, len(content), CHUNK):
                part = content[begin : begin + CHUNK]
                writer.write(struct.pack("!L", len(part)) + part)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace")
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address, limit=LONGEST_ANSWER)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host, int(port), limit=LONGEST_ANSWER)


def read_answer(answer: str) -> Finding:
    """Read clamd's line: `stream: OK`, `stream: NAME FOUND`; anything else is no finding."""
    said = answer.removeprefix("stream: ").strip()
    if said == "OK":
        return Clean()
    if said.endswith(" FOUND"):
        return Infected(said.removesuffix(" FOUND"))
    raise ScannerAway(said[:200] or "an empty answer")
