"""Outcomes survive the journal."""

import orjson
import pytest

from tools.errors import BackendFailed, BackendRefused, NoSuchThing, OutcomeUnknown, VersionConflict
from tools.outcomes import from_json, outcome_of, to_json
from tools.spec import Failed, NotFound, Refused, Succeeded, ToolOutcome, Unknown

ALL = [
    Succeeded(result={"amount": 1.5, "none": None}, ms=3.0),
    NotFound(ms=1.0),
    Refused(code="more_than_paid", detail="too much", ms=1.0),
    Failed(code="timeout", detail="no answer", ms=1500.0),
    Unknown(code="timeout", detail="no answer", ms=1500.0),
]


@pytest.mark.parametrize("outcome", ALL, ids=lambda outcome: type(outcome).__name__)
def test_an_outcome_reads_back_as_it_was_written(outcome: ToolOutcome) -> None:
    assert from_json(orjson.loads(orjson.dumps(to_json(outcome)))) == outcome


def test_every_error_of_a_tool_means_one_outcome() -> None:
    errors = [
        NoSuchThing("order"),
        BackendRefused("no", "never"),
        VersionConflict("version_conflict", "changed"),
        BackendFailed("http_500", "down"),
        OutcomeUnknown("no_answer", "silence", answered=False),
    ]

    kinds = [type(outcome_of(error, 1.0)) for error in errors]

    assert kinds == [NotFound, Refused, Failed, Failed, Unknown]
