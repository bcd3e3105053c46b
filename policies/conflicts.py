"""Says what a new action meets when others on the same subject are still pending."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from policies.model import ConflictVerdict

_STRICT: dict[ConflictVerdict, int] = {"allow": 0, "queue": 1, "block": 2}


class Matrix(Protocol):
    """Whatever holds a conflict matrix: a book."""

    @property
    def conflicts(self) -> Mapping[tuple[str, str], ConflictVerdict]:
        """What a new action meets, by (pending, new)."""


def conflict(
    book: Matrix, pending: Sequence[tuple[str, str]], new_action: str, new_subject: str
) -> ConflictVerdict:
    """Return the strictest verdict of the matrix; actions on other subjects never meet.

    A pair that the matrix does not name is blocked: silence must not let two effects race.
    """
    strictest: ConflictVerdict = "allow"
    for action, subject in pending:
        if subject == new_subject:
            met = book.conflicts.get((action, new_action), "block")
            if _STRICT[met] > _STRICT[strictest]:
                strictest = met
    return strictest
