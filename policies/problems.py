"""What is wrong with a rule book, said so that a designer can mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One mistake at one place of the book; lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    shown_by: tuple[str, ...] = ()
    """The shortest conversation that shows it, line by line."""

    def with_transcript(self, lines: Iterable[str]) -> "Problem":
        """Add the conversation that shows it."""
        return replace(self, shown_by=tuple(lines))

    def __str__(self) -> str:
        """Read as compilers do: file:line:column, message and hint, then the conversation that shows it."""
        text = f"{self.file}:{self.line}:{self.column}: {self.message}"
        return "".join([text, *(f"\n    {line}" for line in (self.hint, *self.shown_by) if line)])


class PolicyError(Exception):
    """The family of everything that goes wrong with policies."""


class BookInvalid(PolicyError):
    """The book cannot be served: mend each of `problems`, then load it again."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Suggest the nearest known name, or list a few when none is near."""
    names: Sequence[str] = sorted(set(known))
    near = get_close_matches(str(word), names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    shown = ", ".join(names[:12])
    return f"Known here: {shown}{', …' if len(names) > 12 else ''}." if names else ""
