"""Answers as mails: readable in every script, and never taken for a person's by a machine."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from app.email.parse import parse
from app.email.writing import Letter, written


def letter(**more: Any) -> Letter:
    """A letter with what a test is about."""
    return Letter(
        **{
            "message_id": "ent_1.email.1@shop.example",
            "sender": "help@shop.example",
            "sender_name": "Lamps",
            "answers_to": "help+mark@shop.example",
            "recipient": "ann@example.org",
            "subject": "Order",
            "html": "<p>It leaves <strong>today</strong>.</p>",
            "language": "en",
            "in_reply_to": "a1@example.org",
            "references": (),
            "automatic": True,
            "at": datetime(2026, 1, 2, tzinfo=UTC),
            **more,
        }
    )


def sent(**more: Any) -> EmailMessage:
    """The mail as whoever gets it reads it."""
    read = message_from_bytes(written(letter(**more)), policy=default)
    assert isinstance(read, EmailMessage)
    return read


@pytest.mark.parametrize(
    "subject",
    ["Order", "Bestellung für Jörg", "مرحبا بكم في متجرنا " * 5, "注文について " * 12, "Заказ № 1042 " * 9],
)
def test_a_subject_arrives_in_every_script(subject: str) -> None:
    assert sent(subject=subject)["Subject"] == f"Re: {subject.strip()[:150].strip()}"


def test_a_subject_cannot_smuggle_a_header_in() -> None:
    mail = sent(subject="Hi\r\nBcc: all@shop.example", in_reply_to="a\r\nBcc: x@y.example")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Re: Hi Bcc: all@shop.example"


def test_no_line_is_longer_than_mail_servers_take() -> None:
    raw = written(
        letter(
            html=f"<p>{'wörter ' * 500}</p>",
            references=[f"{n}{'x' * 60}@example.org" for n in range(40)],
            sender_name="商店" * 40,
        )
    )
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_machine_that_reads_our_answer_knows_that_a_machine_wrote_it() -> None:
    assert parse(written(letter())).kind == "auto_reply"
    assert parse(written(letter(automatic=False))).kind == "message"


def test_a_text_from_right_to_left_says_so() -> None:
    page = sent(language="ar").get_body(("html",))
    assert page is not None
    assert 'dir="rtl"' in page.get_content()


def test_the_same_letter_is_the_same_mail() -> None:
    assert written(letter()) == written(letter())
