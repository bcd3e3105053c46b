"""What a mail says, whichever program wrote it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["message", "auto_reply", "bounce", "list", "bulk"]
"""Only a `message` is ever answered. `bulk` is what machines send to whom it may concern."""

Verdict = Literal["pass", "fail", "none"]


@dataclass(frozen=True, kw_only=True)
class Address:
    """A mail address, in small letters, with the name that stood beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of a mail."""

    name: str
    media_type: str
    content: bytes
    inline: bool
    content_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Checks:
    """What a trusted host found out about the sender; `none` where it said nothing."""

    spf: Verdict = "none"
    dkim: Verdict = "none"
    dmarc: Verdict = "none"
    aligned: bool = False
    """True: something that passed speaks for the author's own domain."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a bounce reports: who was not reached, by which mail, and whether that is final."""

    recipient: str
    status: str
    """An enhanced status code such as `5.1.1`, or empty when the report gave none."""

    @property
    def permanent(self) -> bool:
        """Say whether another try would fail as well."""
        return not self.status.startswith(("4.", "2."))


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail, read."""

    kind: Kind
    why: str
    """What told its kind, in words for an operator."""
    sender: Address
    """Who writes: the author, also where a group or mailing list passed it on."""
    reply_to: Address | None
    """Where answers are wanted, when that is elsewhere."""
    recipients: Sequence[str]
    """Every address it was sent to or delivered at."""
    subject: str
    text: str
    """The words that are new: without quotes, signature and stand-ins for pictures."""
    whole_text: str
    """All its words."""
    message_id: str
    """Without brackets; made from the content when the mail has none."""
    sent_at: datetime | None
    """By the sender's own clock; None when it says nothing that can be read."""
    in_reply_to: Sequence[str]
    references: Sequence[str]
    attachments: Sequence[Attachment]
    checks: Checks
    failures: Sequence[Failure] = ()
    bounced: Sequence[str] = ()
    """The ids of mails that a bounce brings back."""
    shortened: bool = False
    """True: something of it was beyond a limit and was left out."""
    headers: Mapping[str, str]
    """The few headers that others need, by their names in small letters."""

    @property
    def thread(self) -> str:
        """The id of the mail with which the exchange began, as far as this one knows."""
        return (*self.references, *self.in_reply_to, self.message_id)[0]

    @property
    def verified(self) -> bool:
        """Say whether their own domain vouches for the author, and nobody else gets the answer."""
        return self.checks.aligned and self.reply_to is None and "x-original-sender" not in self.headers
