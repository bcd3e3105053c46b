"""The virus scanner's port over clamd's own protocol, against a daemon on loopback."""

import pytest

from app.attachments.scanning import CHUNK, Clamd, Clean, Infected, ScannerAway, read_answer
from app.embedded.children import free_port
from tests.peers.clamd import EICAR, LONGEST_STREAM, clamd


async def test_a_clean_file_is_clean_however_many_chunks_it_takes() -> None:
    async with clamd() as address:
        assert await Clamd(address).scan(b"x" * (3 * CHUNK + 1)) == Clean()
        assert await Clamd(address).scan(b"x") == Clean()


async def test_a_known_sign_is_found_even_where_two_chunks_meet() -> None:
    async with clamd() as address:
        found = await Clamd(address).scan(b"x" * (CHUNK - 10) + EICAR)
    assert found == Infected("Eicar-Test-Signature")


async def test_a_file_that_the_daemon_will_not_look_through_is_not_called_clean() -> None:
    async with clamd() as address:
        with pytest.raises(ScannerAway):
            await Clamd(address).scan(b"x" * (LONGEST_STREAM + 1))


async def test_a_daemon_that_is_gone_is_said_to_be_away() -> None:
    with pytest.raises(ScannerAway):
        await Clamd(f"127.0.0.1:{free_port()}").scan(b"x")


@pytest.mark.parametrize("answer", ["", "stream: ", "stream: something ERROR", "OK? no"])
def test_an_answer_that_is_no_finding_is_none(answer: str) -> None:
    with pytest.raises(ScannerAway):
        read_answer(answer)
