"""ClamAV's daemon as far as INSTREAM goes, on loopback; finds the EICAR test file and nothing else."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LONGEST_STREAM = 1024 * 1024


@asynccontextmanager
async def clamd() -> AsyncIterator[str]:
    """Run the daemon and give its address."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        if await reader.readuntil(b"\0") != b"zINSTREAM\0":
            writer.write(b"UNKNOWN COMMAND\0")
            return
        writer.write(await _answer(reader))
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    stream = bytearray()
    while size := struct.unpack("!L", await reader.readexactly(4))[0]:
        stream += await reader.readexactly(size)
        if len(stream) > LONGEST_STREAM:
            return b"INSTREAM size limit exceeded. ERROR\0"
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in stream else b"stream: OK\0"
