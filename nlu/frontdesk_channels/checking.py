"""Credentials tried against the channel's own API before customers depend on them."""

from pathlib import Path
from typing import Any

from frontdesk_channels.credentials import make_channel, read_credentials
from frontdesk_channels.delivery import Delivery, Reply
from frontdesk_channels.edge import edge_of
from frontdesk_channels.failures import Unusable


async def check_channel(file: Path, name: str, say: str | None, to: str | None) -> dict[str, Any]:
    """Ask the channel who we are, and send a test message where one is wanted."""
    given = read_credentials(file).get(name)
    if given is None:
        raise Unusable(f"{file}: it does not name {name}.")
    channel = make_channel(file, name, given)
    edge = edge_of(channel)
    found: dict[str, Any] = {"channel": channel.name(), "unsigned": edge.unsigned}
    try:
        found["account"] = await edge.whoami()
        if say and to:
            reply = Reply(channel=channel.name(), recipient=to, key="test", messages=({"text": say},))
            found["sent"] = await Delivery([channel]).deliver(reply)
    finally:
        await edge.close()
    return found
