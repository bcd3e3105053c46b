"""All tools of an installation, by name."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from tools.errors import UnknownTool, WrongRisk
from tools.spec import ToolSpec

AnyTool = ToolSpec[Any, Any]


class Registry(Mapping[str, AnyTool]):
    """Tools by name; fixed once it is made."""

    def __init__(self, specs: Iterable[AnyTool]) -> None:
        self._specs: dict[str, AnyTool] = {}
        for spec in specs:
            if spec.name in self._specs:
                raise ValueError(f"two tools are named {spec.name!r}; rename one of them")
            self._specs[spec.name] = spec

    def __getitem__(self, name: str) -> AnyTool:
        """Return the tool, or raise `UnknownTool` with the nearest name."""
        if name not in self._specs:
            near = get_close_matches(name, self._specs, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UnknownTool(f"no tool is named {name!r}{hint}")
        return self._specs[name]

    def __iter__(self) -> Iterator[str]:
        """Names, in the order of the catalogue."""
        return iter(self._specs)

    def __len__(self) -> int:
        """How many tools there are."""
        return len(self._specs)

    def __contains__(self, name: object) -> bool:
        """Whether a tool has this name."""
        return name in self._specs

    def reading(self, name: str) -> AnyTool:
        """Return a tool without effect."""
        spec = self[name]
        if spec.risk != "read":
            raise WrongRisk(f"{name!r} has an effect and needs an action key: call `effect`")
        return spec

    def acting(self, name: str) -> AnyTool:
        """Return a tool with effect."""
        spec = self[name]
        if spec.risk == "read":
            raise WrongRisk(f"{name!r} has no effect: call `read`")
        return spec


class Registries:
    """The tools of each version of the book; a version that has none of its own uses the newest."""

    def __init__(self, newest: Registry) -> None:
        self.newest = newest
        self._of: dict[str, Registry] = {}

    def of(self, book: str) -> Registry:
        """Return the tools that a version declares and the engine has."""
        return self._of.get(book, self.newest)

    def keep(self, book: str, registry: Registry) -> None:
        """Let a version have these tools, as long as it is not forgotten."""
        self._of[book] = registry

    def forget(self, book: str) -> None:
        """Let go of a version that nothing runs on any more."""
        self._of.pop(book, None)

    def first_with(self, name: str) -> Registry:
        """Return the newest tools if one is named so, else those of a version that has it."""
        return next((one for one in (self.newest, *self._of.values()) if name in one), self.newest)
