"""The connectors' parts: credentials as Rasa has them, signatures as published, texts cut well."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import InputChannel, UserMessage

from frontdesk_channels.arrival import merged
from frontdesk_channels.connectors.slack import slack_signature
from frontdesk_channels.connectors.telegram import derived_secret
from frontdesk_channels.credentials import make_channels, read_credentials
from frontdesk_channels.delivery import split_text, within_limits
from frontdesk_channels.edge import Edge, edge_of
from frontdesk_channels.events import Said
from frontdesk_channels.failures import Unusable


def credentials(folder: Path, text: str) -> Path:
    file = folder / "credentials.yml"
    file.write_text(textwrap.dedent(text))
    return file


def test_rasas_default_file_names_no_channel_of_ours(tmp_path: Path) -> None:
    file = credentials(tmp_path, 'rest:\n\nrasa:\n  url: "http://localhost:5002/api"\n')
    assert make_channels(file) == []


def test_secrets_may_stand_in_variables_as_rasa_users_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_SLACK_TOKEN", "xoxb-7")
    file = credentials(tmp_path, "slack:\n  slack_token: ${OUR_SLACK_TOKEN}\n  slack_signing_secret: s\n")
    assert read_credentials(file)["slack"]["slack_token"] == "xoxb-7"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pager:\n  a: b\n", "there is no channel 'pager'"),
        ("slack:\n  slack_token: x\n", "slack: .*signing secret"),
        ("telegram:\n", "telegram"),
    ],
)
def test_what_is_wrong_with_a_channel_is_told_with_the_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unusable, match=f"credentials.yml: .*{said}"):
        make_channels(credentials(tmp_path, text))


def test_a_companys_own_connector_beside_the_file_is_served_as_rasa_serves_it(tmp_path: Path) -> None:
    (tmp_path / "our_pager.py").write_text(
        textwrap.dedent(
            """
            from rasa.core.channels.rest import RestInput

            class Pager(RestInput):
                @classmethod
                def name(cls):
                    return "pager"
            """
        )
    )
    (pager,) = make_channels(credentials(tmp_path, "our_pager.Pager:\n"))
    assert (pager.name(), isinstance(pager, InputChannel), edge_of(pager).reads_all) == ("pager", True, False)


def test_slacks_published_example_is_signed_as_slack_signs_it() -> None:
    # Slack's documentation, "Verifying requests from Slack".
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
        b"response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
        b"96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signed = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert slack_signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == signed


def test_telegrams_secret_is_the_same_at_each_start_and_tells_nothing_of_the_token() -> None:
    secret = derived_secret("12:abc")
    assert (secret, len(secret)) == (derived_secret("12:abc"), 64)
    assert secret != derived_secret("13:abc")


def test_a_message_that_no_reading_of_ours_knows_keeps_what_rasa_read() -> None:
    said = merged(UserMessage("hello", None, "me", message_id="m1", metadata={"a": 1}), None)
    assert (said.message_id, said.sender, said.text, said.metadata) == ("m1", "me", "hello", {"a": 1})


def test_our_own_reading_wins_and_takes_only_missing_words_from_rasas() -> None:
    twin = Said(message_id="own", sender="U1", text="")
    said = merged(UserMessage("spoken", None, "other", message_id="random"), twin)
    assert (said.message_id, said.sender, said.text) == ("own", "U1", "spoken")


@pytest.mark.parametrize("longest", [10, 24, 1000])
def test_a_long_text_is_cut_between_words_and_loses_none(longest: int) -> None:
    text = "Your parcel left today.\nIt comes on Friday, or on Monday at the latest."
    pieces = split_text(text, longest)
    assert all(len(piece) <= longest for piece in pieces)
    assert " ".join(pieces).split() == text.split()


def test_a_word_longer_than_a_message_is_cut_and_whole_when_put_together() -> None:
    assert "".join(split_text("a" * 25, 10)) == "a" * 25


class Small(Edge):
    longest_text, most_buttons, longest_label, longest_payload = 40, 2, 5, 8


def shown(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    return list(within_limits(Small(), [{"text": "Which?", "buttons": list(buttons)}]))


def test_buttons_that_fit_stay_buttons() -> None:
    yes = {"title": "Yes", "payload": "/affirm"}
    assert shown(yes) == [{"text": "Which?", "buttons": [yes]}]


@pytest.mark.parametrize(
    "buttons",
    [
        [{"title": f"n{n}", "payload": "/n"} for n in range(3)],
        [{"title": "much too long", "payload": "/n"}],
        [{"title": "n", "payload": "/much_too_long"}],
    ],
)
def test_buttons_that_do_not_fit_are_written_as_lines(buttons: list[dict[str, Any]]) -> None:
    written = shown(*buttons)
    assert all("buttons" not in one for one in written)
    assert all(button["title"] in " ".join(one["text"] for one in written) for button in buttons)


def test_a_button_that_opens_a_page_keeps_its_address_when_it_is_written() -> None:
    written = shown({"title": "Open the page", "payload": "", "url": "https://x.example/p"})
    assert "https://x.example/p" in " ".join(one["text"] for one in written)
