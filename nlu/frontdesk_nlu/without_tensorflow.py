"""Let Rasa be imported without TensorFlow.

Rasa imports `tensorflow` and `keras` at module level, but only its DIET and
TED components use them and we use neither. A finder answers those imports
with placeholder modules, which saves a gigabyte of packages and 20 seconds
of start-up. Where TensorFlow is installed the finder stands aside.
"""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

ANSWERED = ("tensorflow", "keras", "tensorflow_text", "tensorflow_hub", "tensorflow_addons")


class _Anything(type):
    """The type of a placeholder: every attribute of it is a placeholder class again."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return placeholder(name)


def placeholder(name: str) -> Any:
    """Return a class that may be subclassed, called as a decorator, or asked for any attribute."""

    def make(cls: type, *args: Any, **kwargs: Any) -> Any:
        """Pass a decorated function or class through; otherwise be an instance."""
        decorates = cls.__module__ == __name__ and len(args) == 1 and not kwargs and callable(args[0])
        return args[0] if decorates else object.__new__(cls)

    return _Anything(
        name, (), {"__new__": make, "__module__": __name__, "__call__": lambda _, target: target}
    )


class PlaceholderModule(ModuleType):
    """A module whose every public name is a placeholder class."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = placeholder(name)
        setattr(self, name, value)
        return value


class PlaceholderFinder:
    """Answers `import tensorflow…` and `import keras…` with placeholder modules."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        """Claim the names of `ANSWERED` and everything below them."""
        if name.split(".")[0] not in ANSWERED:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """Make the placeholder."""
        return PlaceholderModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing runs in a placeholder."""


def stand_in() -> bool:
    """Install the finder unless TensorFlow is there; say whether it was installed."""
    if any(isinstance(finder, PlaceholderFinder) for finder in sys.meta_path):
        return True
    if importlib.util.find_spec("tensorflow") is not None:
        return False
    sys.meta_path.append(PlaceholderFinder())
    return True
