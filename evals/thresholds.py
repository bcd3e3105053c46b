"""What is demanded of suites and benchmarks, read from `thresholds.yaml`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from evals.errors import ScenariosInvalid
from policies.shapes import Name, Share, Strict
from policies.source import read_source

FILE = Path(__file__).parent / "thresholds.yaml"


class Conversations(Strict):
    """Demands on the scripted conversations."""

    least: Annotated[int, Field(ge=0)]
    pass_rate: dict[Name, Share]


class Bench(Strict):
    """Demands on one benchmark."""

    at_most: dict[Name, float] = Field(default_factory=dict)
    at_least: dict[Name, float] = Field(default_factory=dict)
    times_less_than_rasa: dict[Name, float] = Field(default_factory=dict)


class Thresholds(Strict):
    """All demands."""

    conversations: Conversations
    fresh: Conversations
    nlu: dict[Name, Bench]
    entities: dict[Name, Bench]
    pairs: dict[Name, Bench]
    sentiment: dict[Name, Bench]
    escalations: dict[Name, Bench]
    rails: dict[Name, Bench]
    resolution: Bench
    knowledge: Bench
    bench: dict[Name, Bench]


def load_thresholds(path: Path = FILE) -> Thresholds:
    """Read the file; a mistake is told with its line."""
    source = read_source(path, path.name)
    if source.problems:
        raise ScenariosInvalid("\n".join(map(str, source.problems)))
    try:
        return Thresholds.model_validate(source.content)
    except ValidationError as error:
        first = error.errors()[0]
        line = source.mark(tuple(first["loc"])).line
        raise ScenariosInvalid(
            f"{path.name}:{line}: {'.'.join(map(str, first['loc']))}: {first['msg']}"
        ) from None
