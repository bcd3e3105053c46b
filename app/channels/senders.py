"""Who sends on which channel: what the credentials name now, and the senders of our own edges."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.channels.credentials import read_channels
from app.channels.errors import ChannelError
from app.formatting.channels import capabilities_of
from app.outbox.port import ChannelSender

log = logging.getLogger(__name__)
PUSHED_WITH: Mapping[str, str] = {"hangouts": "service_account"}
"""Channels that answer where they are asked, until a field of their credentials lets us write to them."""


class Senders(Mapping[str, ChannelSender]):
    """Senders by channel; going through them takes up channels that were connected meanwhile.

    A channel that was taken out of the file stays: what was promised on it ends as its provider says.
    """

    def __init__(self, file: Path, connector: ChannelSender | None, own: Mapping[str, ChannelSender]) -> None:
        self._file = file
        self._connector = connector
        self._known = dict(own)
        self._named: Mapping[str, Mapping[str, Any]] = {}
        self._read = -1
        self._follow()

    def heard(self, channel: str) -> None:
        """Take up a channel that handed in a message: a company's own may be named by its class."""
        if self._connector is not None and channel not in self._known and self._can_be_pushed(channel):
            self._known[channel] = self._connector

    def _can_be_pushed(self, channel: str) -> bool:
        if capabilities_of(channel).pushed:
            return True
        field = PUSHED_WITH.get(channel)
        return field is not None and bool(self._named.get(channel, {}).get(field))

    def __getitem__(self, channel: str) -> ChannelSender:
        return self._known[channel]

    def __iter__(self) -> Iterator[str]:
        self._follow()
        return iter(tuple(self._known))

    def __len__(self) -> int:
        return len(self._known)

    def _follow(self) -> None:
        """Read the file again when it is another one; one that cannot be read changes nothing."""
        changed = _changed_at(self._file)
        if changed == self._read:
            return
        self._read = changed
        try:
            self._named = read_channels(self._file)
        except ChannelError as error:
            log.warning("channels stay as they were: %s", error)
            return
        for channel in self._named:
            if "." not in channel:
                self.heard(channel)


def _changed_at(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
