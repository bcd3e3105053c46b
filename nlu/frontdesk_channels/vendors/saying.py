"""What is said on a channel, the call that says it, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

import orjson


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something to press: what is shown, and what comes back; with an address it opens a page instead."""

    title: str
    payload: str = ""
    url: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One thing with a picture and what can be done with it."""

    title: str
    text: str = ""
    image_url: str = ""
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, kw_only=True)
class Media:
    """A file by its public address."""

    url: str
    name: str = ""
    media_type: str = ""

    @property
    def kind(self) -> str:
        """`image`, `video`, `audio`, or `file` for all else."""
        first = self.media_type.partition("/")[0]
        return first if first in ("image", "video", "audio") else "file"


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One message to a customer, within the channel's limits already."""

    to: str
    """The address that came in with the customer's message."""
    text: str = ""
    choices: Sequence[Choice] = ()
    menu: bool = False
    """True: the choices are a list, not buttons."""
    cards: Sequence[Card] = ()
    media: Media | None = None
    key: str = ""
    """The same for every attempt, for vendors that know a message again by it."""
    answers: str = ""
    """The channel's own id of the customer's last message."""
    channel: str = ""
    """Which of a vendor's channels, where it serves several."""
    heard_at: datetime | None = None
    """When the customer last wrote; None when nobody said."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to a vendor."""

    method: str = "POST"
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a vendor answered."""

    status: int
    """599: nothing came in time."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The answer's value; None when it is no JSON."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


@dataclass(frozen=True)
class Sent:
    """The vendor took it."""

    message_id: str


Why: TypeAlias = Literal["busy", "down", "rejected", "unauthorised", "unreachable", "window"]


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The vendor did not take it.

    `busy` and `down` pass; `rejected` and `unauthorised` are ours to mend; `unreachable` is the
    customer's side; `window` means that only a template may be sent now.
    """

    why: Why
    code: str = ""
    retry_after_s: float | None = None

    @property
    def passes(self) -> bool:
        """Trying again may help."""
        return self.why in ("busy", "down")


Outcome: TypeAlias = Sent | Failed


def failed(heard: Heard, code: str = "", why: Why | None = None) -> Failed:
    """Tell from the status what kind of failure it is, unless the vendor's code says more."""
    wait = heard.headers.get("retry-after", "")
    seconds = float(wait) if wait.isdecimal() else None
    return Failed(why=why or _kind(heard.status), code=code, retry_after_s=seconds)


def _kind(status: int) -> Why:
    if status == 429:
        return "busy"
    if status in (401, 403):
        return "unauthorised"
    return "down" if status >= 500 or status == 408 else "rejected"


def posts(url: str, value: object, *, token: str = "", **headers: str) -> Call:
    """Make a call that posts JSON, with a bearer token when there is one."""
    bearer = {"authorization": f"Bearer {token}"} if token else {}
    return Call(
        url=url, headers={"content-type": "application/json", **bearer, **headers}, body=orjson.dumps(value)
    )


def in_words(saying: Saying) -> str:
    """Return all of it as text, for vendors that show nothing else."""
    cards = [line for card in saying.cards for line in (card.title, card.text, *_lines(card.choices))]
    media = [" ".join((saying.media.name, saying.media.url)).strip()] if saying.media else []
    return "\n".join(line for line in (saying.text, *cards, *_lines(saying.choices), *media) if line)


def _lines(choices: Sequence[Choice]) -> list[str]:
    return [f"- {choice.title}: {choice.url}" if choice.url else f"- {choice.title}" for choice in choices]
