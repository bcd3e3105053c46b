"""Identifiers that sort by time and cannot be guessed."""

import os
import time
from itertools import product

PAIRS = tuple(map("".join, product("0123456789abcdefghijklmnopqrstuv", repeat=2)))
"""Ten bits each, in base 32 with the extended hex alphabet (RFC 4648, section 7): it sorts as its bytes."""


def new_id(prefix: str) -> str:
    """Return `<prefix>_<26 letters and digits>`: 48 bits of milliseconds, 80 random bits."""
    bits = (int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")) << 2
    return f"{prefix}_{''.join([PAIRS[bits >> place & 1023] for place in range(120, -1, -10)])}"
