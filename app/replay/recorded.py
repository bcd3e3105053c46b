"""Conversations as they were recorded: every event, and what each turn heard from outside."""

import base64
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from app.turns.claim import Claim
from app.turns.recording import Heard
from graphs.assess.standing import Standing
from graphs.planner.llm_port import ModelAnswer, ModelCall, Question
from graphs.ports import Clause, Entity, Understood
from knowledge.answer_types import Answered, Citation, NoAnswer
from tools.spec import Failed, NotFound, Refused, Succeeded, ToolOutcome, Unknown

T = TypeVar("T")
OUTCOMES: Mapping[str, type[ToolOutcome]] = {
    kind.__name__: kind for kind in (Succeeded, NotFound, Refused, Failed, Unknown)
}
_CLAIM: TypeAdapter[Claim] = TypeAdapter(Claim)


@dataclass(frozen=True, kw_only=True)
class RecordedTurn:
    """One committed turn: what it was about, what it heard, what it said."""

    claim: Claim
    at: datetime
    heard: Heard
    kept: bool
    """False: a person had taken over, and the draft was dropped with its memory."""
    replies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RecordedConversation:
    """All turns of a conversation and of its actions, in the order of their commits."""

    conversation_id: str
    turns: tuple[RecordedTurn, ...]


def read_turn(trace: bytes) -> RecordedTurn | None:
    """Read a turn's recording out of its trace; None where it has none that this version understands."""
    told = orjson.loads(trace)
    recording = told.get("recording")
    if not isinstance(recording, dict) or "claim" not in recording:
        return None
    try:
        claim = _CLAIM.validate_python(recording["claim"])
    except ValidationError:
        return None
    return RecordedTurn(
        claim=claim,
        at=datetime.fromisoformat(recording["at"]),
        heard=_heard(recording["heard"]),
        kept=bool(recording["kept"]),
        replies=tuple(told.get("replies") or ()),
    )


def read_conversation(conversation_id: str, traces: Sequence[bytes]) -> RecordedConversation | None:
    """Read all turns; None when the beginning is missing or a turn cannot be read: nothing can follow."""
    turns = [read_turn(trace) for trace in traces]
    known = [turn for turn in turns if turn is not None]
    if len(known) < len(turns) or not known or known[0].claim.seq != 1:
        return None
    return RecordedConversation(conversation_id=conversation_id, turns=tuple(known))


def _heard(row: Mapping[str, Any]) -> Heard:
    """Bring back what a turn heard."""
    judged = row.get("judged")
    return Heard(
        texts=[(text, _understood(found) if found else None) for text, found in row["texts"]],
        present=row["present"],
        reads=[(tool, args, kind, _made(OUTCOMES[kind], found)) for tool, args, kind, found in row["reads"]],
        effects=[
            (way, tool, args, kind, _made(OUTCOMES[kind], found))
            for way, tool, args, kind, found in row["effects"]
        ],
        preconditions=row["preconditions"],
        begun=[(key, begun) for key, begun in row["begun"]],
        answers=[(question, language, _answer(found)) for question, language, found in row["answers"]],
        judged=_made(Standing, judged) if judged else None,
        asked=[(_made(Question, question), _model_answer(found)) for question, found in row["asked"]],
    )


def _made(shape: type[T], row: Mapping[str, Any], **parts: Any) -> T:
    """Fill a dataclass from a row; what another version wrote in addition is left out."""
    known = {one.name for one in fields(shape)}  # type: ignore[arg-type]
    return shape(**{name: value for name, value in row.items() if name in known} | parts)


def _understood(row: Mapping[str, Any]) -> Understood:
    return _made(
        Understood,
        row,
        ranking=tuple((name, likely) for name, likely in row["ranking"]),
        entities=_entities(row["entities"]),
        clauses=tuple(
            _made(Clause, one, entities=_entities(one["entities"]), vector=_vector(one["vector"]))
            for one in row["clauses"]
        ),
        vector=_vector(row["vector"]),
    )


def _entities(rows: Sequence[Mapping[str, Any]]) -> tuple[Entity, ...]:
    return tuple(_made(Entity, row) for row in rows)


def _vector(stored: str | Sequence[float] | None) -> Sequence[float] | None:
    """Read half floats, as `as_json` wrote them."""
    if not isinstance(stored, str):
        return stored
    raw = base64.b64decode(stored)
    return array("f", struct.unpack(f"<{len(raw) // 2}e", raw))


def _answer(row: Mapping[str, Any]) -> Answered | NoAnswer:
    if "text" in row:
        return _made(Answered, row, citations=tuple(_made(Citation, one) for one in row["citations"]))
    return _made(NoAnswer, row, nearest=tuple(_made(Citation, one) for one in row["nearest"]))


def _model_answer(row: Mapping[str, Any]) -> ModelAnswer:
    return _made(ModelAnswer, row, call=_made(ModelCall, row["call"]))
