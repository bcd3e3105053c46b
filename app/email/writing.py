"""An answer as a mail: plain text and simple HTML, in its thread, marked so that no machine answers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from app.email.html_text import html_to_text
from app.email.unified import bare_subject

MOST_REFERENCES = 20
LONGEST_SUBJECT = 150
WIDE = SMTP.clone(max_line_length=900)
"""A header within this is not folded: Python before 3.12 loses spaces where it folds other scripts."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What goes into a mail."""

    message_id: str
    sender: str
    sender_name: str
    answers_to: str
    """Where the customer's reply goes: the sender's address with the conversation's mark."""
    recipient: str
    subject: str
    html: str
    language: str
    in_reply_to: str | None
    references: Sequence[str]
    automatic: bool
    """True when no person wrote it."""
    at: datetime


def write_mail(letter: Letter) -> EmailMessage:
    """Write a mail; the same letter gives the same mail, so that a second attempt is known as one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((_plain(letter.sender_name), letter.sender))
    mail["To"] = letter.recipient
    if letter.answers_to != letter.sender:
        mail["Reply-To"] = letter.answers_to
    mail["Subject"] = _subject(letter)
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.message_id}>"
    if letter.in_reply_to:
        mail["In-Reply-To"] = f"<{_id(letter.in_reply_to)}>"
        earlier = [*letter.references[-MOST_REFERENCES:], letter.in_reply_to]
        mail["References"] = " ".join(f"<{_id(one)}>" for one in dict.fromkeys(earlier))
    mail["Content-Language"] = letter.language
    if letter.automatic:
        # RFC 3834: whoever answers by machine must not answer this; the second is what Exchange reads.
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(html_to_text(letter.html) + "\n", cte="quoted-printable")
    direction = "rtl" if letter.language.split("-")[0] in ("ar", "he", "fa", "ur") else "ltr"
    page = f'<html lang="{letter.language}" dir="{direction}"><body>\n{letter.html}\n</body></html>\n'
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    boundary = "=_" + "".join(sign for sign in letter.message_id if sign.isalnum())[:60]
    mail.set_boundary(boundary)
    return mail


def written(letter: Letter) -> bytes:
    """Write a mail down as it goes over the wire."""
    return write_mail(letter).as_bytes(policy=WIDE)


def _subject(letter: Letter) -> str:
    bare = bare_subject(_plain(letter.subject))[:LONGEST_SUBJECT]
    if not letter.in_reply_to:
        return bare or _plain(letter.sender_name)
    return f"Re: {bare}".strip()


def _plain(text: str) -> str:
    """A header is one line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _id(text: str) -> str:
    """An id as it may stand between brackets."""
    return "".join(sign for sign in text if sign.isprintable() and sign not in "<> ")
