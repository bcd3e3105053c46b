"""What stands where a company has connected no system."""

from typing import Any

from tools.errors import BackendFailed


class Absent:
    """Answers every call with the same failure: nothing happened, and nothing will until it is connected."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __getattr__(self, name: str) -> Any:
        """Take any call of any port."""

        async def fail(*_: object, **__: object) -> None:
            raise BackendFailed("not_connected", f"no system for {self._what} is connected")

        return fail


def absent(what: str) -> Any:
    """Stand in for any port that nothing implements here."""
    return Absent(what)
