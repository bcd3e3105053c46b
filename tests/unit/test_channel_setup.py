"""Channels: the file of credentials, the forms, what is passed on, and replies as connectors take them."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.channels.credentials import add_channel, read_channels, remove_channel
from app.channels.errors import ChannelError
from app.channels.forms import FORMS
from app.channels.inbound import ChannelMessage, described, rasa_message
from app.channels.kit.peers import PEERS, make_peer
from app.channels.process import outcome
from app.channels.proxy import passed, target
from app.channels.sender import rasa_shape
from app.channels.senders import Senders
from app.channels.setting_up import filled, form_of, webhook_address
from app.conversations.entry import Button, Entry
from app.embedded.channels import start_channels
from app.embedded.supervisor import Server
from app.formatting.parts import Part
from app.formatting.reply import Attachment, Card, Choice
from app.outbox.port import Errand, Outage, Refused, Retryable
from app.settings import Settings

SLACK = {"slack_token": "xoxb-1", "slack_signing_secret": "s"}


def test_a_channel_that_is_added_leaves_the_others_alone_and_is_for_our_eyes_only(tmp_path: Path) -> None:
    file = tmp_path / "credentials.yml"
    file.write_text("rest:\ntelegram:\n  access_token: ${TELEGRAM_TOKEN}\n", "utf-8")
    add_channel(file, "slack", SLACK)
    assert read_channels(file) == {"telegram": {"access_token": "${TELEGRAM_TOKEN}"}, "slack": SLACK}
    assert "rest:" in file.read_text("utf-8")
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600


def test_a_channel_can_be_taken_out_once(tmp_path: Path) -> None:
    file = tmp_path / "credentials.yml"
    add_channel(file, "slack", SLACK)
    assert [remove_channel(file, "slack"), remove_channel(file, "slack")] == [True, False]
    assert read_channels(file) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [("a: [", r"line \d: it cannot be read"), ("- slack", "must name channels"), ("a: b", "must")],
)
def test_a_file_that_is_none_of_rasas_is_told_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "credentials.yml"
    file.write_text(text, "utf-8")
    with pytest.raises(ChannelError, match=f"credentials.yml.*{said}"):
        read_channels(file)


def test_a_form_names_every_answer_that_is_missing() -> None:
    with pytest.raises(ChannelError, match="Slack needs slack_token, slack_signing_secret"):
        filled(FORMS["slack"], {}, "https://x.example/webhooks/slack/webhook")


def test_a_channel_that_must_know_our_address_is_given_it() -> None:
    address = webhook_address("https://x.example", "telegram")
    made = filled(FORMS["telegram"], {"access_token": "1:a", "verify": "bot"}, address)
    assert made["webhook_url"] == "https://x.example/webhooks/telegram/webhook"


def test_yes_and_no_become_what_yaml_means_by_them() -> None:
    assert filled(FORMS["socketio"], {}, "")["session_persistence"] is True


def test_an_unknown_channel_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ChannelError, match=r"no form for 'pager'.*slack"):
        form_of("pager")


def test_every_form_belongs_to_a_channel_that_proves_itself() -> None:
    assert set(FORMS) <= set(PEERS)


@pytest.mark.parametrize("name", sorted(PEERS))
def test_a_form_asks_for_nothing_that_its_connector_would_not_read(name: str) -> None:
    peer = make_peer(name)
    peer.url, peer.webhook_url = "http://127.0.0.1:1", "http://127.0.0.1:2/webhook"
    needed = (
        {one.name for one in FORMS[name].fields if not (one.optional or one.default)}
        if name in FORMS
        else set()
    )
    assert needed <= set(peer.credentials())


def test_what_belongs_to_one_connection_or_to_us_is_not_passed_on() -> None:
    given = {
        "X-Slack-Signature": "v0=1",
        "Content-Type": "application/json",
        "Host": "x",
        "Connection": "close",
        "X-Frontdesk-URL": "https://forged.example",
        "X-Channels-Token": "guess",
    }
    assert passed(given) == {"X-Slack-Signature": "v0=1", "Content-Type": "application/json"}


def test_an_address_is_passed_on_as_it_was_written() -> None:
    scope = {"path": "/webhooks/x/a b", "raw_path": b"/webhooks/x/a%20b", "query_string": b"crc_token=a%2Bb"}
    assert target(scope) == "/webhooks/x/a%20b?crc_token=a%2Bb"


def test_files_without_words_are_words_for_people() -> None:
    assert (
        described([{"kind": "image", "name": "lamp.jpg"}, {"kind": "location"}])
        == "[image: lamp.jpg] [location]"
    )


def test_a_message_without_an_id_of_the_channel_is_none() -> None:
    with pytest.raises(ValueError, match="message_id"):
        ChannelMessage.model_validate({"channel": "slack", "address": "U1", "text": "hi"})


def test_a_reply_reaches_the_connector_with_everything_in_it() -> None:
    yes, page = Choice(title="Yes", payload="/affirm"), Choice(title="Open", url="https://x.example")
    part = Part(
        kind="cards",
        text="*Which?*",
        markup="slack",
        choices=(yes, page),
        cards=(Card(title="Lamp", text="Brass", image_url="https://x.example/l.png", choices=(yes,)),),
        media=Attachment(name="l.png", url="https://x.example/l.png", media_type="image/png"),
    )
    assert rasa_shape(part) == {
        "text": "*Which?*",
        "markup": "slack",
        "buttons": [
            {"title": "Yes", "payload": "/affirm"},
            {"title": "Open", "payload": "", "url": "https://x.example", "type": "web_url"},
        ],
        "elements": [
            {
                "title": "Lamp",
                "subtitle": "Brass",
                "image_url": "https://x.example/l.png",
                "buttons": [{"title": "Yes", "payload": "/affirm"}],
            }
        ],
        "image": "https://x.example/l.png",
    }


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (422, b'{"kind":"refused","why":"gone"}', Refused),
        (502, b'{"kind":"outage","why":"token revoked"}', Outage),
        (503, b'{"kind":"retryable","why":"busy","retry_after_s":4}', Retryable),
        (500, b"<html>", Retryable),
    ],
)
def test_what_the_connector_says_of_a_failure_is_what_the_outbox_is_told(
    status: int, body: bytes, failure: type[Exception]
) -> None:
    with pytest.raises(failure) as told:
        outcome(status, body)
    assert getattr(told.value, "after_s", None) == (4 if b"retry_after" in body else None)


class Sends:
    async def deliver(self, errand: Errand) -> str:
        """Take anything."""
        return errand.key


def test_a_channel_that_is_connected_meanwhile_is_written_to_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "credentials.yml"
    senders = Senders(file, Sends(), {"email": Sends()})
    assert list(senders) == ["email"]
    add_channel(file, "slack", SLACK)
    assert list(senders) == ["email", "slack"]
    file.write_text("a: [", "utf-8")
    assert list(senders) == ["email", "slack"]
    senders.heard("my_pager")
    senders.heard("rest")
    assert list(senders) == ["email", "slack", "my_pager"]


def test_google_chat_is_written_to_with_a_service_account_only(tmp_path: Path) -> None:
    file = tmp_path / "credentials.yml"
    add_channel(file, "hangouts", {"project_id": "1"})
    senders = Senders(file, Sends(), {})
    senders.heard("hangouts")
    assert list(senders) == []
    add_channel(file, "hangouts", {"project_id": "1", "service_account": "{}"})
    assert list(senders) == ["hangouts"]


async def test_the_connectors_start_as_soon_as_a_channel_is_named_and_say_once_what_is_wrong(
    tmp_path: Path,
) -> None:
    file, said, started = tmp_path / "credentials.yml", list[str](), list[str]()
    file.write_text("a: [", "utf-8")

    async def start(server: Server) -> None:
        started.append(server.name)

    def say(line: str) -> None:
        said.append(line)
        file.write_text("rest:\n", "utf-8")
        add_channel(file, "slack", SLACK)

    class Named:
        name = "channels"

    await start_channels(Settings(data_dir=tmp_path), lambda: Named(), start, say)  # type: ignore[arg-type, return-value]
    assert (started, len(said)) == (["channels"], 1)


def test_an_entry_is_shown_to_a_channel_that_waits_for_its_reply() -> None:
    entry = Entry(
        entry_no=1,
        message_id="m",
        kind="message",
        seq=1,
        thread_id="c",
        direction="outbound",
        sender="assistant",
        sender_name="",
        channel="twilio_voice",
        timestamp=datetime(2026, 1, 1, tzinfo=UTC),
        text="Shall I?",
        buttons=(Button(title="Yes", payload="/affirm"),),
    )
    assert rasa_message(entry) == {"text": "Shall I?", "buttons": [{"title": "Yes", "payload": "/affirm"}]}
