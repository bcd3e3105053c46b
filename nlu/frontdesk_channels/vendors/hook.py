"""What a vendor sends to a webhook, and the answers that are no message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from frontdesk_channels.failures import Forged
from frontdesk_channels.vendors.signing import same


def unsigned(header: str) -> Forged:
    """Say that the proof of origin is missing."""
    return Forged(f"{header} is missing: only the channel itself may call this address.", 401)


def forged(header: str) -> Forged:
    """Say that the proof of origin does not belong to what was sent."""
    return Forged(f"{header} does not fit what was sent; compare the secret with the channel's console.", 403)


def not_told(channel: str, field: str) -> Forged:
    """Say that we were not told how to know the channel: then nobody is believed."""
    return Forged(f"{channel}: set {field} in credentials.yml; until then every request is refused.", 401)


def prove(hook: "Hook", header: str, expected: str) -> None:
    """Return when a header carries the expected proof; else raise `Forged`."""
    proof = hook.headers.get(header.lower())
    if proof is None:
        raise unsigned(header)
    if not same(expected, proof):
        raise forged(header)


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
            raise Forged("The form cannot be read.", 400) from None

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
            raise Forged("The body is not JSON.", 400) from None
        if not isinstance(value, dict):
            raise Forged("The body is not a JSON object.", 400)
        return value


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the vendor hears when it asked for more than to be heard."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
