"""What an import leaves to be done by hand."""

from dataclasses import dataclass, field

from policies.source import Source, YamlPath


@dataclass(frozen=True, kw_only=True, order=True)
class Left:
    """One thing that was not taken over as it stands, where it is, and what to do instead."""

    file: str
    line: int
    what: str
    todo: str

    def __str__(self) -> str:
        """Read as compilers do."""
        return f"{self.file}:{self.line}: {self.what}. {self.todo}"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where something stands in the project."""

    file: str
    line: int


@dataclass
class Leftovers:
    """Gathers what is left, each thing once."""

    found: set[Left] = field(default_factory=set)

    def note(self, source: Source, path: YamlPath, what: str, todo: str) -> None:
        """Note something at its place in a file."""
        self.at(origin_of(source, path), what, todo)

    def at(self, origin: Origin, what: str, todo: str) -> None:
        """Note something at a place that is known already."""
        self.found.add(Left(file=origin.file, line=origin.line, what=what, todo=todo))

    def listed(self) -> tuple[Left, ...]:
        """Everything that is left, in the order of the project's files."""
        return tuple(sorted(self.found))


def origin_of(source: Source, path: YamlPath) -> Origin:
    """Where a value stands, or its key where it has one."""
    place = source.place(path)
    return Origin(file=place.file, line=place.line)
