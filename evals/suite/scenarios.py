"""Reads scenario files; every mistake is told with its file and line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import ScenariosInvalid
from evals.suite.schema import ScenarioFile, ScenarioYaml
from policies.problems import Problem, did_you_mean
from policies.reading import Reader
from policies.source import Source, read_source

FOLDER = Path(__file__).parent.parent / "scenarios"
FRESH = "fresh"
"""Scenarios on which nothing was tuned: a suite of their own, judged by demands of their own."""
OTHERS = ("conversations", "nlu", "resolution", "sentiment")
"""Suites that are not a scenario file."""
PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
OF_ORDER = ("total", "money", "product", "second", "address", "owner", "email")
OF_CUSTOMER = ("name", "first_name", "email", "id")
OF_ACCOUNT = ("phone", "address", "plan", "items", "money", "method")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One scripted conversation, and where it is written."""

    name: str
    file: str
    line: int
    step_lines: tuple[int, ...]
    script: ScenarioYaml


def load_scenarios(folder: Path = FOLDER, only: str | None = None) -> tuple[Scenario, ...]:
    """Read a folder's files but the fresh ones, or the one named; `ScenariosInvalid` lists every mistake."""
    files = sorted(folder.glob("*.yaml"))
    names = [file.stem for file in files]
    if only is not None and only not in names:
        raise ScenariosInvalid(f"there is no suite '{only}'. {did_you_mean(only, [*names, *OTHERS])}")
    problems: list[Problem] = []
    scenarios: list[Scenario] = []
    for file in files:
        if file.stem == only or (only is None and file.stem != FRESH):
            found, wrong = read_file(file)
            scenarios += found
            problems += wrong
    problems += _twice(scenarios)
    if problems:
        raise ScenariosInvalid("\n".join(str(problem) for problem in sorted(problems)))
    return tuple(scenarios)


def read_file(path: Path) -> tuple[list[Scenario], list[Problem]]:
    """Read one file; what is wrong in it comes back beside what is right."""
    source = read_source(path, f"{path.parent.name}/{path.name}")
    reader = Reader(source=source, problems=list(source.problems))
    file = None if reader.problems else reader.shape(ScenarioFile)
    if file is None:
        return [], reader.problems
    for name, script in file.scenarios.items():
        _check_names(reader, name, script)
    return [_scenario(source, name, script) for name, script in file.scenarios.items()], reader.problems


def placeholders_of(script: ScenarioYaml) -> set[str]:
    """What the texts of a scenario may be filled with."""
    names = {f"customer.{part}" for part in OF_CUSTOMER}
    if script.account is not None:
        names |= {f"account.{part}" for part in OF_ACCOUNT}
    for order in script.given:
        names |= {order, *(f"{order}.{part}" for part in OF_ORDER)}
    return names


def _scenario(source: Source, name: str, script: ScenarioYaml) -> Scenario:
    steps = (source.mark(("scenarios", name, "talk", index)).line for index in range(len(script.talk)))
    place = source.place(("scenarios", name))
    return Scenario(name=name, file=place.file, line=place.line, step_lines=tuple(steps), script=script)


def _check_names(reader: Reader, name: str, script: ScenarioYaml) -> None:
    """Note texts with unknown placeholders, and orders at the end that were not given."""
    here = ("scenarios", name)
    known = placeholders_of(script)
    for path, text in _texts(reader.source.content["scenarios"][name], here):
        for wanted in PLACEHOLDER.findall(text):
            reader.known_name(wanted, known, "placeholder", path)
    for order in script.leaves:
        reader.known_name(order, script.given, "given order", (*here, "leaves", order))


def _texts(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def _twice(scenarios: Sequence[Scenario]) -> Iterator[Problem]:
    """Names are how a score is traced, so each stands once in the whole folder."""
    first: dict[str, Scenario] = {}
    for scenario in scenarios:
        known = first.setdefault(scenario.name, scenario)
        if known is not scenario:
            message = f"'{scenario.name}' stands in {known.file}:{known.line} already"
            yield Problem(
                file=scenario.file, line=scenario.line, column=1, message=message, hint="Rename one."
            )
