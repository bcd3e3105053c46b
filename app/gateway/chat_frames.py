"""The frames of `/ws/chat`, and who speaks in a conversation."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

from app.conversations.entry import Entry, for_customer
from app.conversations.repository import Standing
from app.gateway.body import MOST_BYTES, mistakes, parse_json, too_large
from app.gateway.message import Id
from app.gateway.ports import Sentence
from app.problems import Problem, wrong_fields

PROTOCOL = 1
"""The first number of the protocol's version: it changes when older clients no longer get along."""


class Hello(BaseModel):
    """Begin, or resume with the token that `welcome` gave."""

    type: Literal["hello"]
    token: Annotated[str, StringConstraints(max_length=2000)] | None = None
    customer_id: Id | None = None
    link: Annotated[str, StringConstraints(max_length=40)] | None = None
    """A link from another channel: the visitor goes on in its conversation."""
    last_entry_no: int = Field(default=0, ge=0)


class Said(BaseModel):
    """One message; the id deduplicates, `payload` is set when a button was pressed."""

    type: Literal["message"]
    id: Id
    text: str = ""
    attachments: Annotated[list[Id], Field(max_length=10)] = Field(default_factory=list)
    """Ids of files that were uploaded before; with any, `text` may be empty."""
    payload: Annotated[str, StringConstraints(max_length=500, pattern=r"^/")] | None = None


class Types(BaseModel):
    """The customer is writing; sent again every few seconds while it goes on."""

    type: Literal["typing"]


class Reads(BaseModel):
    """The customer has read up to this line, in a page that is open and in sight."""

    type: Literal["read"]
    entry_no: int = Field(ge=1)


class Ping(BaseModel):
    """Heartbeat."""

    type: Literal["ping"]


ClientFrame = Hello | Said | Types | Reads | Ping
_FRAME_TYPES = ("hello", "message", "typing", "read", "ping")
_FRAME: TypeAdapter[ClientFrame] = TypeAdapter(Annotated[ClientFrame, Field(discriminator="type")])


def read_frame(text: str) -> ClientFrame:
    """Read a client's frame, or raise the problem to send back."""
    if len(text) > MOST_BYTES:
        raise too_large(f"A frame may have {MOST_BYTES // 1024} kB.")
    parsed = parse_json(text)
    try:
        frame = _FRAME.validate_python(parsed)
    except ValidationError as error:
        raise wrong_fields([_within(one) for one in mistakes(error)]) from None
    return frame


def _within(mistake: Mapping[str, Any]) -> Mapping[str, Any]:
    """Name a field as it stands in its frame, without the frame's own type before it."""
    first, *rest = mistake["loc"] or ("",)
    return {**mistake, "loc": rest if first in _FRAME_TYPES else mistake["loc"]}


def speaker_of(standing: Standing | None) -> dict[str, str]:
    """Say who speaks now: the assistant, a person by first name, or nobody while one is looked for."""
    if standing is None or standing.status in ("active", "resolved", "archived"):
        return {"kind": "assistant", "name": "the assistant"}
    if standing.owner_name:
        return {"kind": "agent", "name": standing.owner_name.partition(" ")[0]}
    return {"kind": "nobody", "name": ""}


def entry_shown(entry: Entry) -> bool:
    """Say whether a customer sees an entry: all but what is only for colleagues."""
    return entry.direction != "internal"


def dump(frame: dict[str, Any]) -> str:
    """Write a frame."""
    return orjson.dumps(frame, option=orjson.OPT_UTC_Z).decode()


def entry_frame(entry: Entry) -> str:
    """Write the frame of a new entry."""
    return dump({"type": "entry", "entry": for_customer(entry)})


def sentence_frame(sentence: Sentence) -> str:
    """Write the frame of a sentence that is not committed yet, or of the retraction of all of its turn."""
    if not sentence.text:
        return dump({"type": "retract", "seq": sentence.seq})
    return dump(
        {"type": "provisional", "seq": sentence.seq, "number": sentence.number, "text": sentence.text}
    )


def seen_frame(entry_no: int, by: str) -> str:
    """Write the frame that says up to which line a person of the company has read."""
    return dump({"type": "seen", "entry_no": entry_no, "by": by})


def error_frame(problem: Problem, frame_id: str | None = None) -> str:
    """Write the frame that says why the one before was not taken."""
    about = {"id": frame_id} if frame_id else {}
    return dump({"type": "error", **about, "problem": problem.document()})
