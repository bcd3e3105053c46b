"""The corpus of public mails, read as a person read them before there was a parser."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.email.parse import parse

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("email_corpus.yaml").read_text("utf-8")
)
FOLDER = Path(os.environ.get("FRONTDESK_EML") or Path(__file__).parents[3] / "shared" / "data" / "eml")
absent = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"no mails in {FOLDER}: set FRONTDESK_EML to the folder of Chatwoot's fixtures",
)


@absent
@pytest.mark.parametrize("name", EXPECTED)
def test_a_mail_of_the_corpus_is_read_as_a_person_reads_it(name: str) -> None:
    expected = EXPECTED[name]
    mail = parse((FOLDER / f"{name}.eml").read_bytes())
    assert mail.sender.address == expected["sender"]
    assert mail.kind == expected["kind"], mail.why
    assert mail.thread == expected["thread"]
    assert list(mail.in_reply_to) == expected.get("in_reply_to", [])
    assert [file.name for file in mail.attachments] == expected.get("attachments", [])
    if "text" in expected:
        assert mail.text == expected["text"]
    else:
        assert mail.text.startswith(expected["begins"])
        assert mail.text.endswith(expected["ends"])


@absent
def test_every_mail_of_the_corpus_has_its_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} <= set(EXPECTED)
