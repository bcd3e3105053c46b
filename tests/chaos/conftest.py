"""One installation with two engines for everything that is broken here on purpose."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal

import aiohttp
import pytest

from tests.chaos.counter import Counter, open_counter
from tests.chaos.house import House
from tests.chaos.orders import Orders


def as_long_as_orders_last(fixture_name: str, config: pytest.Config) -> Literal["module", "session"]:
    """Open one installation for all tests, or one a file where the long counts use up the shop's orders."""
    return "module" if config.option.markexpr == "slow" else "session"


@pytest.fixture(scope=as_long_as_orders_last)
def chaos_dir() -> Iterator[Path]:
    """The installation's state, passable for the database's account and short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="fd-chaos-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope=as_long_as_orders_last)
async def opened_house(chaos_dir: Path, nlu_server: str) -> AsyncIterator[House]:
    """Servers and two engines, with the tests' own NLU."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        house = House(chaos_dir, http, nlu_url=nlu_server)
        try:
            await house.open(engines=2)
            yield house
        finally:
            await house.close()


@pytest.fixture(scope=as_long_as_orders_last)
async def orders(opened_house: House) -> Orders:
    """The shop's orders, each for one test."""
    return await Orders.of(opened_house)


@pytest.fixture
async def house(opened_house: House) -> House:
    """The installation, whole again after what the test before did to it."""
    await opened_house.mend()
    return opened_house


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One key file for all customers of this file's database."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
async def counter(database: str, keys: Path) -> AsyncIterator[Counter]:
    """A counter for a customer of its own."""
    async with open_counter(database, keys) as opened:
        yield opened
