"""What a vendor sends to a webhook, and the answers that are no message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson


class Refused(Exception):
    """Whoever called is not the vendor, or sent what nobody can read; nothing of it may be stored."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def unsigned(header: str) -> Refused:
    """Say that the proof of origin is missing."""
    return Refused(401, f"{header} is missing: only the vendor may call this address.")


def forged(header: str) -> Refused:
    """Say that the proof of origin does not belong to what was sent."""
    return Refused(403, f"{header} does not fit what was sent; compare the secret with the vendor's console.")


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One request of a vendor, raw: signatures cover bytes, not what they mean."""

    method: str = "POST"
    url: str
    """The address that the vendor called, as its console knows it."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address; the last of a name counts."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @cached_property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """The fields of a form, in their order."""
        try:
            return parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=200)
        except ValueError:
            raise Refused(400, "The form cannot be read.") from None

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The fields of a form by name."""
        return dict(self.pairs)

    @cached_property
    def json(self) -> dict[str, Any]:
        """The object in the body."""
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise Refused(400, "The body is not JSON.") from None
        if not isinstance(value, dict):
            raise Refused(400, "The body is not a JSON object.")
        return value


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the vendor hears when it asked for more than to be heard."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
