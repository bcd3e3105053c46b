"""Reads request bodies, and says which field is wrong."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from frontdesk_nlu.intents.context import Context

MAX_TEXTS = 256
"""So many texts may stand in one request."""

LAST_INTENTS = 3


class NotJson(Exception):
    """Send a JSON object as the body."""


class WrongField(Exception):
    """A field cannot be used; `field` is which, the message says what to send."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


@dataclass(frozen=True)
class ParseRequest:
    """A text with what the conversation knows."""

    text: str
    context: Context
    language: str | None


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; half characters (lone surrogates) are let in, because customers send them."""
    try:
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            value = json.loads(body)
    except (ValueError, RecursionError) as why:
        raise NotJson("Send a JSON object.") from why
    if not isinstance(value, dict):
        raise NotJson("Send a JSON object.")
    return value


def read_parse(body: bytes) -> ParseRequest:
    """Read the body of `/model/parse`."""
    return parse_request(read_object(body))


def parse_request(sent: Mapping[str, Any]) -> ParseRequest:
    """Read a text with what the conversation knows."""
    if not isinstance(sent.get("text"), str):
        raise WrongField("text", "text must be a string")
    if not isinstance(sent.get("message_id", ""), str | None):
        raise WrongField("message_id", "message_id must be a string")
    metadata = sent.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise WrongField("metadata", "metadata must be an object")
    language = metadata.get("language")
    if not isinstance(language, str | None):
        raise WrongField("metadata.language", "language must be a code of two letters, such as de")
    return ParseRequest(sent["text"], read_context(metadata), language)


def read_context(metadata: Mapping[str, Any]) -> Context:
    """Read what the conversation knows; whatever is left out leans nothing."""
    entities, minutes = metadata.get("entities") or {}, metadata.get("minutes") or 0
    if not isinstance(entities, dict):
        raise WrongField("metadata.entities", "entities must be an object: names with their values")
    if not isinstance(minutes, int | float) or not minutes >= 0:
        raise WrongField("metadata.minutes", "minutes must be 0 or more: how long the conversation lasts")
    for name in ("tier", "channel"):
        if not isinstance(metadata.get(name) or "", str):
            raise WrongField(f"metadata.{name}", f"{name} must be a string")
    return Context(
        last_intents=read_last_intents(metadata.get("last_intents") or []),
        entities=len(entities),
        tier=metadata.get("tier") or "",
        channel=metadata.get("channel") or "",
        minutes=float(minutes),
    )


def read_last_intents(given: Any) -> tuple[str, ...]:
    """Read the latest intents, oldest first."""
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise WrongField("metadata.last_intents", "last_intents must be a list of intent names, oldest first")
    return tuple(given[-LAST_INTENTS:])


def read_batch(body: bytes) -> list[ParseRequest]:
    """Read the body of `/model/parse/batch`: texts, and what their common conversation knows."""
    sent = read_object(body)
    return [parse_request({**sent, "text": text}) for text in texts_of(sent)]


def read_texts(body: bytes) -> list[str]:
    """Read the body of `/embed`."""
    return texts_of(read_object(body))


def texts_of(sent: Mapping[str, Any]) -> list[str]:
    """Read the field `texts`."""
    texts = sent.get("texts")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise WrongField("texts", "texts must be a list of strings")
    if len(texts) > MAX_TEXTS:
        raise WrongField("texts", f"texts holds {len(texts)}, at most {MAX_TEXTS} are read at once")
    return texts


def read_model(body: bytes) -> Path | None:
    """Read the body of `PUT /model`; nothing, or no `model_file`, means the present folder."""
    path = read_object(body).get("model_file") if body.strip() else None
    if not isinstance(path, str | None):
        raise WrongField("model_file", "model_file must be the path of a model folder")
    return Path(path).resolve() if path else None
