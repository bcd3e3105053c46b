"""The protocol of `/ws/chat` as an AsyncAPI document, made from the shapes of its frames."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import models_json_schema

from app.conversations.entry import Entry
from app.gateway.chat_frames import PROTOCOL, Hello, Ping, Reads, Said, Types

VERSION = f"{PROTOCOL}.2.0"
"""A new field or server frame raises the second number; what breaks a client, the first."""
_REFS = "#/components/schemas/{model}"


class _Frame(BaseModel):
    """A frame of the server; a later minor version may add fields."""

    model_config = ConfigDict(extra="allow")


class Speaker(_Frame):
    """Who speaks now."""

    kind: Literal["assistant", "agent", "nobody"]
    name: str


class Welcome(_Frame):
    """The first frame of the server: the token to resume with, and the conversation so far."""

    type: Literal["welcome"]
    protocol: int = Field(description="The first number of the protocol's version")
    token: str
    conversation_id: str
    company: str
    speaker: Speaker
    status: str
    heartbeat_s: float = Field(description="Send `ping` so often")
    entries: Sequence[Entry]


class Ack(_Frame):
    """A message is stored and will be answered."""

    type: Literal["ack"]
    id: str
    seq: int


class NewEntry(_Frame):
    """A new line of the timeline."""

    type: Literal["entry"]
    entry: Entry


class Standing(_Frame):
    """Who speaks now, when that changed."""

    type: Literal["status"]
    status: str
    speaker: Speaker


class Working(_Frame):
    """The assistant works on the last message; with `on` a person writes, or stopped."""

    type: Literal["working"]
    on: bool | None = None


class Seen(_Frame):
    """The person who has the conversation has read up to this line."""

    type: Literal["seen"]
    entry_no: int
    by: str


class Provisional(_Frame):
    """A sentence of a turn that is still being written; its committed entry takes its place."""

    type: Literal["provisional"]
    seq: int
    number: int
    text: str


class Retract(_Frame):
    """Take back what was shown of a turn."""

    type: Literal["retract"]
    seq: int


class Pong(_Frame):
    """The answer to a heartbeat."""

    type: Literal["pong"]


class ProblemShape(_Frame):
    """Why a frame was not taken (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    notice: str | None = Field(None, description="What the customer should read, said once")


class Refused(_Frame):
    """The frame before was not taken; `id` names the message, when it was one."""

    type: Literal["error"]
    id: str | None = None
    problem: ProblemShape


CLIENT: Sequence[type[BaseModel]] = (Hello, Said, Types, Reads, Ping)
SERVER: Sequence[type[BaseModel]] = (
    *(Welcome, Ack, NewEntry, Standing, Working, Seen),
    *(Provisional, Retract, Pong, Refused),
)


@cache
def document() -> Mapping[str, Any]:
    """Return the AsyncAPI 3.0 document."""
    frames = {frame: _name(frame) for frame in (*CLIENT, *SERVER)}
    _, made = models_json_schema([(frame, "validation") for frame in frames], ref_template=_REFS)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Frontdesk chat",
            "version": VERSION,
            "description": "One visitor, one conversation: JSON text frames over a WebSocket, each an object"
            " with `type`. The client says hello first; the server takes each frame or says why not."
            " Clients ignore fields and frames that they do not know.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "chat": {
                "address": "/ws/chat",
                "description": "The socket of one visitor.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in frames.values()},
            }
        },
        "operations": {
            "say": _operation("receive", "What a client sends.", CLIENT),
            "hear": _operation("send", "What the server sends.", SERVER),
        },
        "components": {
            "messages": {name: _message(frame, name) for frame, name in frames.items()},
            "schemas": made["$defs"],
        },
    }


def _name(frame: type[BaseModel]) -> str:
    """Name a frame by its type; both sides have their own."""
    return str(frame.model_fields["type"].annotation.__args__[0])  # type: ignore[union-attr]


def _message(frame: type[BaseModel], name: str) -> dict[str, Any]:
    return {
        "name": name,
        "summary": (frame.__doc__ or "").strip(),
        "payload": {"$ref": f"#/components/schemas/{frame.__name__}"},
    }


def _operation(action: str, summary: str, frames: Sequence[type[BaseModel]]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/chat"},
        "messages": [{"$ref": f"#/channels/chat/messages/{_name(frame)}"} for frame in frames],
    }


def build_router() -> APIRouter:
    """Build the route that gives the document to programs."""
    router = APIRouter(tags=["messages"])

    @router.get("/asyncapi.json", response_model=dict[str, Any])
    async def asyncapi() -> Response:
        """Describe the socket of the widget as AsyncAPI 3.0."""
        return Response(written(), media_type="application/json")

    return router


@cache
def written() -> bytes:
    """Return the document as JSON, as it is served and as it stands in docs."""

    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
