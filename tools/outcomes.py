"""Outcomes as JSON and back, for the journal and for traces."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tools.errors import (
    BackendFailed,
    BackendRefused,
    NoSuchThing,
    OutcomeUnknown,
    ToolError,
    VersionConflict,
)
from tools.spec import Failed, NotFound, Refused, Succeeded, ToolOutcome, Unknown

KINDS: Mapping[str, type[ToolOutcome]] = {
    "succeeded": Succeeded,
    "not_found": NotFound,
    "refused": Refused,
    "failed": Failed,
    "unknown": Unknown,
}
STALE = "version_conflict"
"""Code of a failure that says: what was read before has changed, so nothing was done."""
NAMES = {kind: name for name, kind in KINDS.items()}


def kind_of(outcome: ToolOutcome) -> str:
    """The stable name of an outcome's kind."""
    return NAMES[type(outcome)]


def to_json(outcome: ToolOutcome) -> dict[str, Any]:
    """An outcome as plain JSON."""
    return {"kind": kind_of(outcome), **asdict(outcome)}


def from_json(stored: Mapping[str, Any]) -> ToolOutcome:
    """Read back what `to_json` wrote."""
    fields = {name: value for name, value in stored.items() if name != "kind"}
    return KINDS[stored["kind"]](**fields)


def outcome_of(error: ToolError, ms: float) -> ToolOutcome:
    """What an error of a tool means to its caller."""
    match error:
        case NoSuchThing():
            return NotFound(ms=ms)
        case VersionConflict():
            return Failed(code=STALE, detail=error.detail, ms=ms)
        case BackendRefused():
            return Refused(code=error.code, detail=error.detail, ms=ms)
        case BackendFailed():
            return Failed(code=error.code, detail=error.detail, ms=ms)
        case OutcomeUnknown():
            return Unknown(code=error.code, detail=error.detail, ms=ms)
        case _:
            raise error
