"""What is to be said, before any channel's limits are known. Pure."""

from dataclasses import dataclass
from urllib.parse import urljoin

from app.conversations.entry import Entry


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something the customer can choose: an answer to press or to type, or a page to open."""

    title: str
    payload: str = ""
    url: str | None = None
    """Set: it opens a page and answers nothing."""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One thing with a picture and what can be done with it."""

    title: str
    text: str = ""
    image_url: str | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with a reply, by its address."""

    name: str
    url: str
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Citation:
    """Where a claim comes from, by the number that stands in the text."""

    number: int
    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One reply; the text may carry light Markdown."""

    text: str
    items: tuple[Choice, ...] = ()
    """A list to choose from, each line with a description."""
    cards: tuple[Card, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    choices: tuple[Choice, ...] = ()
    """Buttons."""
    quick_replies: tuple[Choice, ...] = ()
    """Buttons that need not stay once something was answered."""
    citations: tuple[Citation, ...] = ()
    language: str = "en"

    @property
    def answers(self) -> tuple[Choice, ...]:
        """All that can be answered, in the order of their numbers: the first is 1."""
        on_cards = [choice for card in self.cards for choice in card.choices]
        listed = (*self.items, *on_cards, *self.choices, *self.quick_replies)
        return tuple(choice for choice in listed if choice.url is None)


def reply_of(entry: Entry, *, language: str = "en", base_url: str | None = None) -> Reply:
    """Take a line of the timeline as a reply; addresses within our own pages are made whole."""
    return Reply(
        text=entry.text,
        choices=tuple(Choice(title=button.title, payload=button.payload) for button in entry.buttons),
        attachments=tuple(
            Attachment(name=one.name, url=_whole(one.url, base_url), media_type=one.media_type)
            for one in entry.attachments
            if one.url
        ),
        citations=tuple(
            Citation(number=one.number, title=_titled(one.title, one.heading), url=_whole(one.url, base_url))
            for one in entry.citations
        ),
        language=language,
    )


def _titled(title: str, heading: str) -> str:
    return f"{title}, {heading}" if heading and heading != title else title


def _whole(url: str, base_url: str | None) -> str:
    return urljoin(base_url, url) if base_url else url
