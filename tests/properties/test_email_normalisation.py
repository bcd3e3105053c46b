"""Whatever a customer's mail program writes, the message that arrives has all of it."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from app.email.parse import parse
from app.email.unified import unified
from app.email.writing import WIDE

LETTERS = st.characters(categories=("L", "N"), exclude_characters="\u00ad")
WORD = st.text(LETTERS, min_size=1, max_size=12).filter(str.strip)
LINE = st.lists(WORD, min_size=2, max_size=12).map(" ".join)
NAME = st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=1, max_size=20)
FILES = st.lists(st.tuples(NAME, st.sampled_from(("pdf", "png", "zip")), st.binary(min_size=1)), max_size=3)


@settings(max_examples=100)
@given(
    lines=st.lists(LINE, min_size=1, max_size=5),
    subject=LINE,
    files=FILES,
    encoding=st.sampled_from(("quoted-printable", "base64", "8bit")),
    page=st.booleans(),
    sent=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)),
)
def test_a_mail_becomes_a_complete_message(
    lines: list[str],
    subject: str,
    files: list[tuple[str, str, bytes]],
    encoding: str,
    page: bool,
    sent: datetime,
) -> None:
    """Feature: omnichannel-cx-platform, Property 1: Message Normalization Completeness"""
    at = sent.replace(microsecond=0, tzinfo=UTC)
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Ann <Ann@Example.org>", "help@shop.example", subject
    letter["Date"], letter["Message-ID"] = format_datetime(at), "<m1@example.org>"
    text = "\n".join(lines)
    letter.set_content(text, cte=encoding)
    if page:
        letter.add_alternative("<p>Something else</p>", subtype="html")
    for name, kind, content in files:
        letter.add_attachment(content, maintype="application", subtype=kind, filename=f"{name}.{kind}")

    mail = parse(letter.as_bytes(policy=WIDE))
    told = unified(mail)

    assert (told["channel"], told["address"], told["message_id"]) == (
        "email",
        "ann@example.org",
        "m1@example.org",
    )
    assert told["timestamp"] == at.isoformat()
    assert told["text"].split() == text.split()
    assert told["subject"].split() == subject.split()
    assert [(f.name, f.content) for f in mail.attachments] == [(f"{n}.{kind}", c) for n, kind, c in files]
