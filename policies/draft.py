"""A rule book's files, read and checked against their schemas, not yet compiled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from policies.model import BookVersion
from policies.problems import Problem
from policies.reading import Reader
from policies.shapes import Strict
from policies.source import Source

S = TypeVar("S", bound=Strict)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The files of a folder, parsed but not yet compiled."""

    files: Mapping[str, tuple[Reader, Strict]]
    folders: Mapping[str, tuple[tuple[Reader, Strict], ...]]
    readers: tuple[Reader, ...]
    version: BookVersion
    strays: tuple[Problem, ...] = ()

    def one(self, name: str, shape: type[S]) -> tuple[Reader, S]:
        """Give a file that a book has once."""
        return cast("tuple[Reader, S]", self.files[name])

    def many(self, folder: str, shape: type[S]) -> tuple[tuple[Reader, S], ...]:
        """Give all files of a folder."""
        return cast("tuple[tuple[Reader, S], ...]", self.folders[folder])

    def spread(self, name: str, shape: type[S]) -> tuple[tuple[Reader, S], ...]:
        """Give a file that a book has once, and those of the folder of its name."""
        return (self.one(f"{name}.yaml", shape), *self.many(name, shape))

    def source(self, file: str) -> Source:
        """Find a file by its name."""
        return next(reader.source for reader in self.readers if reader.source.file == file)

    @property
    def problems(self) -> list[Problem]:
        """Everything noted so far."""
        noted = [problem for reader in self.readers for problem in reader.problems]
        return [*self.strays, *noted]
