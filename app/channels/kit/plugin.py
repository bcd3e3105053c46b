"""The kit for pytest: `pytest_plugins = ["app.channels.kit.plugin"]`, and a fixture that names the vendors.

A project of its own overrides `channel_peers` with its vendors, and parametrizes one test with `every_check`.
"""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.channels.kit.bench import Bench, bench_with
from app.channels.kit.checks import CHECKS
from app.channels.kit.peer import VendorPeer
from app.channels.kit.peers import PEERS, make_peer

every_check = tuple(CHECKS)


@pytest.fixture(scope="session")
def channel_peers() -> dict[str, VendorPeer]:
    """The vendors whose channels are checked, by name."""
    return {name: make_peer(name) for name in PEERS}


@pytest.fixture(scope="session")
async def channel_bench(channel_peers: dict[str, VendorPeer]) -> AsyncIterator[Bench]:
    """One channels process that serves all of them."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-kit-", ignore_cleanup_errors=True) as folder:
        async with bench_with(list(channel_peers.values()), Path(folder)) as bench:
            yield bench
