"""Events as they lie in the inbox: JSON, checked when read."""

from typing import Annotated

import orjson
from pydantic import Discriminator, TypeAdapter

from graphs.events import Event

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Discriminator("why")])


def encode_event(event: Event) -> bytes:
    """Write an event as JSON."""
    return orjson.dumps(event)


def decode_event(stored: bytes) -> Event:
    """Read an event; a shape that no version wrote raises `ValueError`."""
    return _EVENT.validate_json(stored)


def event_place(event_id: str) -> str:
    """Where an event's payload is sealed for."""
    return f"inbox:payload:{event_id}"
