"""Identifiers that sort by time and cannot be guessed."""

import base64
import os
import time


def new_id(prefix: str) -> str:
    """Return `<prefix>_<26 letters and digits>`: 48 bits of milliseconds, 80 random bits."""
    raw = int(time.time() * 1000).to_bytes(6, "big") + os.urandom(10)
    return f"{prefix}_{base64.b32hexencode(raw).decode('ascii').rstrip('=').lower()}"
