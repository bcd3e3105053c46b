"""Loads what tells how a conversation stands: the words (`cues.yaml`) and the fitted weights."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from graphs.assess.standing import Side, StandingModel
from policies.phrases import compile_phrases
from policies.source import read_source

FOLDER = Path(__file__).parent
CUES, WEIGHTS = FOLDER / "cues.yaml", FOLDER / "standing.json"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Cues(_Strict):
    cues: dict[str, list[str]]
    undoes: dict[str, str]


class SideFile(_Strict):
    """The weights of one question, as they lie in the file."""

    bias: float
    features: dict[str, float]
    vector: list[float]


class WeightsFile(_Strict):
    """`standing.json`, written by `frontdesk eval resolution --fit`."""

    provenance: dict[str, str | int]
    """What the weights were fitted on."""
    resolution: SideFile
    escalation: SideFile


def load_standing(cues: Path = CUES, weights: Path = WEIGHTS) -> StandingModel:
    """Read both files; one that is broken is told with its place."""
    fitted = WeightsFile.model_validate_json(weights.read_bytes())
    return model_of(cues, _side(fitted.resolution), _side(fitted.escalation))


def model_of(cues: Path, resolution: Side, escalation: Side) -> StandingModel:
    """Compile the words and join them with weights."""
    source = read_source(cues, cues.name)
    if source.problems:
        raise ValueError("\n".join(map(str, source.problems)))
    words = _Cues.model_validate(source.content)
    return StandingModel(
        cues={name: compile_phrases(phrases) for name, phrases in words.cues.items()},
        undoes=words.undoes,
        resolution=resolution,
        escalation=escalation,
    )


def _side(stored: SideFile) -> Side:
    return Side(stored.bias, stored.features, tuple(stored.vector))
