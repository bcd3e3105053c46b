"""The guard of the test suite itself."""

import socket
import urllib.request

import psycopg
import pytest

from tests.loopback import LeftTheMachine


def test_connecting_beyond_loopback_fails_the_test() -> None:
    with socket.socket() as out, pytest.raises(LeftTheMachine):
        out.connect(("192.0.2.1", 80))


def test_looking_up_a_name_fails_the_test() -> None:
    with pytest.raises(LeftTheMachine):
        urllib.request.urlopen("http://example.org/")


async def test_each_module_gets_a_migrated_database(database: str) -> None:
    async with await psycopg.AsyncConnection.connect(database) as conn:
        found = await conn.execute("select count(*) from schema_migrations")
        assert (await found.fetchone() or (0,))[0] >= 1
