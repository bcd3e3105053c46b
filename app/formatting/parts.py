"""What is handed to a channel: one message of its own each, within its limits. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

import orjson

from app.formatting.reply import Attachment, Card, Choice

PartKind = Literal["text", "buttons", "quick_replies", "menu", "cards", "media"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One message on a channel."""

    kind: PartKind
    text: str = ""
    """In the channel's own markup."""
    markup: str = "plain"
    """Which markup that is: a name in `dialects.DIALECTS`."""
    choices: tuple[Choice, ...] = ()
    cards: tuple[Card, ...] = ()
    media: Attachment | None = None
    language: str = "en"

    def as_json(self) -> dict[str, Any]:
        """Write it for a wire."""
        found: dict[str, Any] = orjson.loads(orjson.dumps(self))
        return found
