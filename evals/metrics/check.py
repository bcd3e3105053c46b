"""One thing that was looked at in a conversation, and how it was found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from evals.suite.record import Record


@dataclass(frozen=True, kw_only=True)
class Check:
    """Wanted and found, at one line of the script."""

    passed: bool
    line: int
    about: str
    wanted: str
    found: str

    def __str__(self) -> str:
        """Read as a finding: where, what was wanted, what was found."""
        return f"line {self.line}: {self.about}: wanted {self.wanted}, found {self.found}"


Examine = Callable[[Record], Iterable[Check]]
"""Looks at a conversation under one aspect; nothing to look at means nothing yielded."""
