"""What every adapter promises when the wire or the system behind it fails."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contracts.companies import Company, a_key
from tests.peers.faults import Kind, On
from tools.errors import BackendFailed, OutcomeUnknown, ToolError
from tools.spec import ActionKey

Failing = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Deed:
    """One effect: doing it under a key, looking the key up, and how often it has happened."""

    act: Callable[[ActionKey], Awaitable[Any]]
    look_up: Callable[[ActionKey], Awaitable[Any]]
    times: Callable[[], Awaitable[int]]


def spoil(company: Company, on: On, kind: Kind, times: int = 1) -> None:
    """Spoil the next requests of a kind."""
    assert company.faults is not None
    for _ in range(times):
        company.faults.next(on, kind)


def behave(company: Company) -> None:
    """Spoil nothing any more."""
    assert company.faults is not None
    company.faults.ordered.clear()


class WireReads:
    """Reads: whatever fails is a certain failure; a subclass says what `read` asks."""

    @pytest.fixture
    async def read(self, company: Company) -> Failing:
        """Ask for something that exists."""
        raise AssertionError("a subclass says what is read")

    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            ("error", "http_500"),
            ("reset", "no_answer"),
            ("silent", "no_answer"),
            ("garbled", "bad_answer"),
            ("unauthorised", "http_401"),
            ("throttled", "http_429"),
        ],
    )
    async def test_a_read_that_fails_is_a_failure_that_says_why(
        self, company: Company, read: Failing, kind: Kind, code: str
    ) -> None:
        # The HTTP client itself asks again when a kept connection turns out to be dead.
        spoil(company, "read", kind, times=2 if kind == "reset" else 1)

        with pytest.raises(BackendFailed) as failed:
            await read()

        behave(company)
        assert failed.value.code == code
        assert await read() is not None


class WireEffects:
    """Effects: what is certain is a failure, what is not is unknown and can be looked up."""

    @pytest.fixture
    async def deed(self, company: Company) -> Deed:
        """An effect that has not happened yet."""
        raise AssertionError("a subclass says what is done")

    @pytest.mark.parametrize("kind", ["cut_after", "garbled", "silent"])
    async def test_an_effect_whose_answer_is_lost_is_found_by_its_key_and_not_repeated(
        self, company: Company, deed: Deed, kind: Kind
    ) -> None:
        key = a_key()
        spoil(company, "effect", kind)

        with pytest.raises(OutcomeUnknown) as lost:
            await deed.act(key)

        assert lost.value.answered is (kind == "garbled")
        found = await deed.look_up(key)
        assert found is not None
        assert await deed.act(key) == found
        assert await deed.times() == 1

    @pytest.mark.parametrize("kind", ["error", "reset"])
    async def test_an_effect_that_never_came_about_is_unknown_and_may_be_done_again(
        self, company: Company, deed: Deed, kind: Kind
    ) -> None:
        key = a_key()
        spoil(company, "effect", kind)

        with pytest.raises(OutcomeUnknown):
            await deed.act(key)

        assert await deed.look_up(key) is None
        assert await deed.act(key) == await deed.look_up(key)
        assert await deed.times() == 1

    @pytest.mark.parametrize(("kind", "code"), [("unauthorised", "http_401"), ("throttled", "http_429")])
    async def test_an_effect_that_was_not_let_in_is_a_certain_failure(
        self, company: Company, deed: Deed, kind: Kind, code: str
    ) -> None:
        spoil(company, "effect", kind)

        with pytest.raises(BackendFailed) as failed:
            await deed.act(a_key())

        assert failed.value.code == code
        assert await deed.times() == 0

    @pytest.mark.parametrize("kind", ["error", "garbled", "unauthorised"])
    async def test_a_look_up_that_fails_never_says_that_nothing_happened(
        self, company: Company, deed: Deed, kind: Kind
    ) -> None:
        key = a_key()
        await deed.act(key)
        spoil(company, "read", kind)

        with pytest.raises(ToolError):
            await deed.look_up(key)
