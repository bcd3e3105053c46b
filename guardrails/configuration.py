"""The shipped configuration of the rails: which run, in which order, on which patterns and weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from guardrails.attack_model import AttackModel, MeaningWeights, Question, WordWeights
from guardrails.errors import RailsMisconfigured
from guardrails.verdict import Severity

F = TypeVar("F", bound=BaseModel)

CONFIG_FOLDER = Path(__file__).parent / "config"
WEIGHTS = CONFIG_FOLDER / "attacks.json"
NO_FAMILY = "rails.yaml"
"""Every other YAML file of the folder holds patterns, and is named like the rail that searches for them."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShippedPattern(_Strict):
    """One expression that comes with the rails, under the name by which a hit reports it."""

    id: str
    needs: tuple[str, ...]
    pattern: str


class _Flows(_Strict):
    flows: tuple[str, ...]


class _Directions(_Strict):
    input: _Flows
    meaning: _Flows
    output: _Flows
    material: _Flows


class _RailsFile(_Strict):
    rails: _Directions


class Family(_Strict):
    """A file of patterns; one with a reason is a rail by itself, whichever text it is to read."""

    patterns: tuple[ShippedPattern, ...]
    reason: str | None = None
    severity: Severity = "block"


class WordsFile(_Strict):
    """The weights of words and pairs of neighbours, as they lie in the file."""

    bias: float
    weights: dict[str, float]


class MeaningFile(_Strict):
    """The weights of the words' verdict and of the vector, as they lie in the file."""

    bias: float
    words: float
    vector: tuple[float, ...]


class QuestionFile(_Strict):
    """The weights of one question, and from where on they suffice."""

    words: WordsFile
    meaning: MeaningFile
    words_line: float
    line: float

    def question(self) -> Question:
        """Bring it into the form in which the rails ask it."""
        words, meaning = self.words, self.meaning
        return Question(
            words=WordWeights(words.bias, words.weights),
            meaning=MeaningWeights(meaning.bias, meaning.words, meaning.vector),
            words_line=self.words_line,
            line=self.line,
        )


class WeightsFile(_Strict):
    """`attacks.json`, written by `frontdesk eval rails --fit`."""

    provenance: dict[str, str | int | float]
    """What the weights were fitted on."""
    attack: QuestionFile
    threat: QuestionFile


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The rails of each place where a text passes, in the order in which they run."""

    input: tuple[str, ...] = ()
    meaning: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    families: Mapping[str, Family] = field(default_factory=dict)
    model: AttackModel | None = None
    """Without weights the rails that need them cannot be built."""


@cache
def read_configuration(folder: Path = CONFIG_FOLDER) -> Configuration:
    """Read the folder's YAML files and weights; a mistake is named with its file and field."""
    rails = _read(folder / "rails.yaml", _RailsFile).rails
    return Configuration(
        input=rails.input.flows,
        meaning=rails.meaning.flows,
        output=rails.output.flows,
        material=rails.material.flows,
        families={
            path.stem: _read(path, Family) for path in sorted(folder.glob("*.yaml")) if path.name != NO_FAMILY
        },
        model=read_model(folder / WEIGHTS.name),
    )


def read_model(path: Path = WEIGHTS) -> AttackModel:
    """Read the fitted weights."""
    try:
        fitted = WeightsFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise RailsMisconfigured(
            f"{path}: cannot be read; write it with `frontdesk eval rails --fit`"
        ) from error
    return AttackModel(attack=fitted.attack.question(), threat=fitted.threat.question())


def _read(path: Path, shape: type[F]) -> F:
    """Read one YAML file into its shape."""
    try:
        content: Any = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return shape.model_validate(content)
    except (OSError, YAMLError) as error:
        raise RailsMisconfigured(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field_name = ".".join(str(part) for part in first["loc"])
        raise RailsMisconfigured(f"{path}: {field_name}: {first['msg']}") from error
