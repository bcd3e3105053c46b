"""What a channel can show: its limits as data. Pure."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["characters", "utf16", "bytes"]
DialectName = Literal[
    "plain", "markdown", "commonmark", "slack", "whatsapp", "telegram", "google_chat", "html", "ssml"
]

LONGEST_TEXT = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Limits of things to choose from that are offered with one message."""

    most: int
    label: int
    """Characters of one label."""
    payload: int = 500
    """Bytes that come back when it is chosen."""
    text: int | None = None
    """How long the text beside them may be, where that is shorter than otherwise."""
    description: int = 0
    """Characters of a line that explains one; 0: there is none."""
    links: bool = False
    """Whether one may open a page."""


@dataclass(frozen=True, kw_only=True)
class CardLimits:
    """Limits of cards in one message."""

    most: int
    title: int
    text: int
    choices: Labels


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """One channel's limits."""

    channel: str
    text: int
    """How long one message may be, counted in `unit`."""
    unit: Unit = "characters"
    dialect: DialectName = "plain"
    buttons: Labels | None = None
    quick_replies: Labels | None = None
    menu: Labels | None = None
    cards: CardLimits | None = None
    media: bool = False
    """Whether files are shown or sent as such."""
    pushed: bool = True
    """False: who writes there gets the answer where they ask, and cannot be written to."""


def measure(text: str, unit: Unit) -> int:
    """Count as the channel counts."""
    match unit:
        case "characters":
            return len(text)
        case "utf16":
            return len(text.encode("utf-16-le")) // 2
        case "bytes":
            return len(text.encode())
