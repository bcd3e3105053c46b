"""Files fetched from where a channel keeps them, by connectors that have no other business there."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from frontdesk_channels.connectors.by_vendor import Line
from frontdesk_channels.vendors.saying import Call


async def fetch_file(url: str, headers: Mapping[str, str]) -> bytes | None:
    """Return the bytes at an address; None when they are not given, or are more than we keep."""
    line = Line()
    try:
        return await line.bytes_at(Call(method="GET", url=url, headers=headers))
    finally:
        await line.close()


def same_origin(one: str, other: str) -> bool:
    """Say whether two addresses are of one server: a proof of ours goes to its own vendor only."""
    return urlsplit(one)[:2] == urlsplit(other)[:2]
