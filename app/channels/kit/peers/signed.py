"""What vendors have in common that prove the raw body: how somebody else's call looks."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from app.channels.kit.peer import Call, VendorPeer

JSON = {"Content-Type": "application/json"}


class SigningPeer(VendorPeer):
    """A vendor whose webhooks are JSON with a keyed hash of the body in a header."""

    header = ""
    """The header that carries the proof."""

    @abstractmethod
    def proof(self, body: bytes) -> str:
        """Return the header's value for a body."""

    def signed(self, told: Mapping[str, Any]) -> Call:
        """Make a call that proves itself."""
        body = orjson.dumps(told)
        return Call(body=body, headers={**JSON, self.header: self.proof(body)})

    def tampered(self, call: Call) -> Sequence[Call]:
        """Change the body, leave the proof out, and prove another body."""
        changed = call.body.replace(b'"text"', b'"test"', 1).replace(b"}", b" }", 1)
        return (
            Call(body=changed, headers=call.headers),
            Call(body=call.body, headers=JSON),
            Call(body=call.body, headers={**call.headers, self.header: self.proof(b"another body")}),
        )


def number_of(message_id: str) -> int:
    """Make a number out of an id, the same each time."""
    return int.from_bytes(message_id.encode()[-6:], "big")


def sent_labels(choices: Sequence[Mapping[str, Any]], *path: str) -> tuple[str, ...]:
    """Return what is written on buttons, each found along the same path."""
    found = []
    for choice in choices:
        value: Any = choice
        for step in path:
            value = value[step]
        found.append(str(value))
    return tuple(found)
