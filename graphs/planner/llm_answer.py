"""From a model's answer to a command: read strictly, checked against the book and the customer's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graphs.planner.commands import (
    Answer,
    CancelFlow,
    Correct,
    FillSlot,
    HandOver,
    PlanCommand,
    SkipSlot,
    StartFlow,
)
from graphs.planner.llm_question import asked_slot, commands_open, flows_open_to, running_flow
from graphs.planner.llm_veil import Veil
from graphs.planner.slots import as_value
from graphs.state import ConversationState
from policies.model import Book, Flow, Slot

MOST_VALUES = 8
NOT_A_WORD = re.compile(r"[^\w@+-]+")


class Value(BaseModel):
    """One value that the model found in the message."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=80)]
    value: Annotated[str, Field(max_length=500)]


class Proposal(BaseModel):
    """A model's answer, as it must be written; anything else is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    command: Literal[
        "start_flow", "answer", "hand_over", "clarify", "correct", "cancel_flow", "fill_slot", "skip_slot"
    ]
    flow: Annotated[str, Field(max_length=80)] | None
    slots: Annotated[list[Value], Field(max_length=MOST_VALUES)]
    sure: Annotated[int, Field(ge=0, le=100)]


class Unusable(Exception):
    """An answer that nothing is made of; the text says why, in words for the trace."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an answer is checked against."""

    memory: ConversationState
    book: Book
    message: str
    denied: frozenset[str]
    """Intents that the customer named only to say that they are not meant."""


def read_proposal(text: str) -> Proposal:
    """Read an answer; raises `Unusable` for what is no JSON of the demanded shape."""
    try:
        return Proposal.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Unusable(f"malformed: {place or 'the answer'}: {first['type']}") from None


def as_command(proposal: Proposal, asked: Asked, veil: Veil) -> PlanCommand | None:
    """Turn a proposal into a command; None means that the model would ask back, too."""
    memory, book = asked.memory, asked.book
    if proposal.command not in commands_open(memory, book):
        raise Unusable(f"{proposal.command} is not open now")
    running = running_flow(memory, book)
    match proposal.command:
        case "clarify":
            return None
        case "answer":
            return Answer()
        case "hand_over":
            return HandOver(kind="complex", text="a model found that a person is needed")
        case "cancel_flow":
            return CancelFlow()
        case "start_flow":
            return _start(proposal, asked, veil)
        case _ if running is not None:
            return _within(proposal, asked, running, veil)
    raise Unusable("no flow is under way")


def _start(proposal: Proposal, asked: Asked, veil: Veil) -> StartFlow:
    """Begin a flow that exists, is not denied, and is open to customers."""
    flow = flows_open_to(asked.book).get(proposal.flow or "")
    if flow is None:
        raise Unusable("a flow that the book does not have")
    if set(flow.intents) & asked.denied:
        raise Unusable(f"the customer said that {flow.name} is not meant")
    return StartFlow(flow=flow.name, slots=_values(proposal, flow, asked, veil))


def _within(proposal: Proposal, asked: Asked, flow: Flow, veil: Veil) -> PlanCommand:
    """Go on in the running flow: an answer to its question, nothing to say, or other values."""
    slot = asked_slot(asked.memory, asked.book)
    if proposal.command == "skip_slot":
        if slot is None or not flow.slots[slot].optional:
            raise Unusable("the open question cannot be left out")
        return SkipSlot(slot=slot)
    values = _values(proposal, flow, asked, veil)
    if not values or (proposal.command == "fill_slot" and slot not in values):
        raise Unusable("no value for the open question")
    return FillSlot(slots=values) if proposal.command == "fill_slot" else Correct(slots=values)


def _values(proposal: Proposal, flow: Flow, asked: Asked, veil: Veil) -> Mapping[str, Any]:
    """Check each value: a slot of the flow, the customer's own words, and fit for the slot."""
    values: dict[str, Any] = {}
    for one in proposal.slots:
        slot = flow.slots.get(one.name)
        if slot is None:
            raise Unusable(f"{flow.name} has no slot {one.name}")
        values[slot.name] = _value(slot, veil.show(one.value), asked.message)
    return values


def _value(slot: Slot, said: str, message: str) -> Any:
    if slot.type == "truth":
        raise Unusable(f"{slot.name} is the customer's own yes or no")
    if not slot.choices and not stands_in(said, message):
        raise Unusable(f"a value for {slot.name} that the customer did not write")
    value = as_value(slot, said)
    if value is None:
        raise Unusable(f"a value that does not fit {slot.name}")
    return value


def stands_in(value: str, message: str) -> bool:
    """Say whether a value stands in the message as whole words, however it is punctuated."""
    wanted = _words(value)
    return bool(wanted) and f" {wanted} " in f" {_words(message)} "


def _words(text: str) -> str:
    return " ".join(NOT_A_WORD.sub(" ", text.casefold()).split())
