"""What is said on a channel, the call that says it, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from frontdesk_channels.failures import FailureKind, Undelivered

NO_ANSWER = 599
"""Stands for a status where no answer came."""


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
    cards: Sequence[Card] = ()
    media: Media | None = None
    key: str = ""
    """The same for every attempt, for vendors that know a message again by it."""
    reply_to: Mapping[str, Any] = field(default_factory=dict)
    """What the customer's message said about the way back."""


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


def not_taken(heard: Heard, code: str = "", kind: FailureKind | None = None) -> Undelivered:
    """Tell a failure that passes from one that stays: by the code where it says more than the status."""
    wait = heard.headers.get("retry-after", "")
    after_s = float(wait) if wait.isdecimal() else None
    why = "does not answer" if heard.status == NO_ANSWER else f"answers {heard.status} {code}".rstrip()
    return Undelivered(kind or _kind(heard.status), f"the channel {why}", after_s)


def _kind(status: int) -> FailureKind:
    if status in (NO_ANSWER, 401, 403):
        return "outage"
    return "retryable" if status >= 500 or status in (408, 429) else "refused"


def posts(url: str, value: object, *, token: str = "", **headers: str) -> Call:
    """Make a call that posts JSON, with a bearer token when there is one."""
    bearer = {"authorization": f"Bearer {token}"} if token else {}
    return Call(
        url=url, headers={"content-type": "application/json", **bearer, **headers}, body=orjson.dumps(value)
    )


def gets(url: str, token: str = "") -> Call:
    """Make a call that asks for what stands at an address."""
    return Call(method="GET", url=url, headers={"authorization": f"Bearer {token}"} if token else {})


def gets_own(api: str, url: str, headers: Mapping[str, str]) -> Call:
    """Make a call that asks for a file; the proof goes along only to the vendor's own address."""
    own = url.startswith(f"{api}/")
    return Call(method="GET", url=url, headers=headers if own else {})


def in_words(saying: Saying) -> str:
    """Return all of it as text, for vendors that show nothing else."""
    cards = [line for card in saying.cards for line in (card.title, card.text, *_lines(card.choices))]
    media = [" ".join((saying.media.name, saying.media.url)).strip()] if saying.media else []
    return "\n".join(line for line in (saying.text, *cards, *_lines(saying.choices), *media) if line)


def _lines(choices: Sequence[Choice]) -> list[str]:
    return [f"- {choice.title}: {choice.url}" if choice.url else f"- {choice.title}" for choice in choices]
