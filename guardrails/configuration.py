"""The shipped configuration of the rails: which run, in which order, on which patterns."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from guardrails.errors import RailsMisconfigured

F = TypeVar("F", bound=BaseModel)

CONFIG_FOLDER = Path(__file__).parent / "config"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InjectionPattern(_Strict):
    """One way to talk to the program instead of to the company."""

    id: str
    needs: tuple[str, ...]
    pattern: str


class _Flows(_Strict):
    flows: tuple[str, ...]


class _Directions(_Strict):
    input: _Flows
    output: _Flows


class _RailsFile(_Strict):
    rails: _Directions


class _InjectionFile(_Strict):
    patterns: tuple[InjectionPattern, ...]


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The rails of both directions, in the order in which they run."""

    input: tuple[str, ...]
    output: tuple[str, ...]
    injection: tuple[InjectionPattern, ...]


@cache
def read_configuration(folder: Path = CONFIG_FOLDER) -> Configuration:
    """Read `rails.yaml` and `injection.yaml`; a mistake is named with its file and field."""
    rails = _read(folder / "rails.yaml", _RailsFile).rails
    patterns = _read(folder / "injection.yaml", _InjectionFile).patterns
    return Configuration(input=rails.input.flows, output=rails.output.flows, injection=patterns)


def _read(path: Path, shape: type[F]) -> F:
    """Read one YAML file into its shape."""
    try:
        content: Any = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return shape.model_validate(content)
    except (OSError, YAMLError) as error:
        raise RailsMisconfigured(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise RailsMisconfigured(f"{path}: {field}: {first['msg']}") from error
