"""How the server and its workers talk: frames of a length and a pickled value, over a pair of sockets.

Both ends are this program, and the sockets have no name: nobody else can write to them.
"""

import asyncio
import pickle
import socket
import struct
from typing import Any

LENGTH = struct.Struct(">I")


def send(line: socket.socket, value: Any) -> None:
    """Send one value."""
    line.sendall(framed(value))


def receive(line: socket.socket) -> Any:
    """Wait for one value; raises EOFError when the other end is gone."""
    return pickle.loads(_exactly(line, LENGTH.unpack(_exactly(line, LENGTH.size))[0]))  # noqa: S301


async def read(line: asyncio.StreamReader) -> Any:
    """Wait for one value without holding anything up; raises EOFError when the other end is gone."""
    (length,) = LENGTH.unpack(await line.readexactly(LENGTH.size))
    return pickle.loads(await line.readexactly(length))  # noqa: S301 - our own worker wrote it


def framed(value: Any) -> bytes:
    """Write one value as a frame."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = line.recv(size - len(parts))
        if not part:
            raise EOFError("the other end is gone")
        parts += part
    return bytes(parts)
