"""What came with a message is fetched without showing a proof to anybody else; credentials are tried."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from orjson import dumps

from frontdesk_channels.credentials import make_channels
from frontdesk_channels.events import Attachment
from frontdesk_channels.failures import Forged, Undelivered
from frontdesk_channels.vendors.facebook import Facebook
from frontdesk_channels.vendors.hangouts import Hangouts
from frontdesk_channels.vendors.hook import Hook
from frontdesk_channels.vendors.line import Line
from frontdesk_channels.vendors.rocketchat import RocketChat
from frontdesk_channels.vendors.saying import NO_ANSWER, Call, Heard
from frontdesk_channels.vendors.twilio import Twilio
from frontdesk_channels.vendors.twilio_voice import TwilioVoice
from frontdesk_channels.vendors.vendor import Vendor
from frontdesk_channels.vendors.webexteams import WebexTeams
from frontdesk_channels.vendors.whatsapp import WhatsApp

ACCOUNT = {"account_sid": "AC", "auth_token": "t", "twilio_number": "+1800"}
PAGE = {"verify": "v", "secret": "s", "page-access-token": "p"}
CLOUD = {"access_token": "a", "phone_number_id": "1065", "app_secret": "s", "verify_token": "v"}
CHAT = {"user": "bot", "password": "p", "server_url": "chat.example"}


async def nobody(_: Call) -> Heard:
    return Heard(status=NO_ANSWER)


def fetched(vendor: Vendor, **kept: str) -> Call | None:
    return asyncio.run(vendor.file(Attachment(kind="file", **kept)))


@pytest.mark.parametrize(
    ("vendor", "own"),
    [
        (Twilio.from_credentials(ACCOUNT, nobody), "https://api.twilio.com/2010-04-01/Accounts/AC/Media/ME1"),
        (WebexTeams.from_credentials({"access_token": "t"}, nobody), "https://webexapis.com/v1/contents/1"),
    ],
)
def test_a_proof_goes_along_to_the_vendor_s_own_address_only(vendor: Vendor, own: str) -> None:
    at_home = fetched(vendor, url=own)
    assert at_home is not None
    assert "authorization" in at_home.headers
    elsewhere = fetched(vendor, url=own.replace(".com/", ".com.collector.example/"))
    assert elsewhere is not None
    assert elsewhere.headers == {}


@pytest.mark.parametrize(
    "url", ["", "http://files.example/1", "https://127.0.0.1/1", "https://[::1]/1", "https://router/1"]
)
def test_a_message_cannot_have_us_look_into_our_own_network(url: str) -> None:
    facebook = Facebook.from_credentials(PAGE, nobody)
    assert fetched(facebook, url=url) is None
    assert fetched(facebook, url="https://cdn.fbsbx.com/v/1") is not None


def test_whatsapp_is_asked_where_a_file_lies_and_line_has_it_under_the_message_s_id() -> None:
    async def graph(call: Call) -> Heard:
        assert call.url.endswith("/media-1")
        return Heard(status=200, body=dumps({"url": "https://lookaside.fbsbx.com/x"}))

    call = fetched(WhatsApp.from_credentials(CLOUD, graph), id="media-1")
    assert call is not None
    assert (call.url, call.headers) == ("https://lookaside.fbsbx.com/x", {"authorization": "Bearer a"})
    assert fetched(WhatsApp.from_credentials(CLOUD, nobody), id="media-1") is None
    content = fetched(
        Line.from_credentials({"channel_secret": "s", "channel_access_token": "t"}, nobody), id="444"
    )
    assert content is not None
    assert content.url == "https://api-data.line.me/v2/bot/message/444/content"


LINE = Line.from_credentials({"channel_secret": "s", "channel_access_token": "t"}, nobody)
ROCKET = RocketChat.from_credentials(CHAT, nobody)
WEBEX = WebexTeams.from_credentials({"access_token": "t"}, nobody)
TWILIO = Twilio.from_credentials(ACCOUNT, nobody)


@pytest.mark.parametrize(
    ("vendor", "told", "name"),
    [
        (WhatsApp.from_credentials(CLOUD, nobody), {"verified_name": "Lamps and more"}, "Lamps and more"),
        (LINE, {"displayName": "Lamps"}, "Lamps"),
        (ROCKET, {"username": "bot"}, "bot"),
        (WEBEX, {"displayName": "Lamps"}, "Lamps"),
        (TWILIO, {"friendly_name": "Lamps"}, "Lamps"),
    ],
)
def test_credentials_are_good_when_their_owner_is_known(vendor: Vendor, told: Any, name: str) -> None:
    question = vendor.introduction()
    assert question is not None
    assert question.method == "GET"
    assert vendor.introduced(Heard(status=200, body=dumps(told))) == name
    with pytest.raises(Undelivered):
        vendor.introduced(Heard(status=401, body=b"{}"))


# The fields that Rasa documents, and no other.
RASAS = """
twilio:
  account_sid: AC1
  auth_token: token-1
  twilio_number: "+440123456789"
twilio_voice:
  initial_prompt: hello
  assistant_voice: woman
  speech_timeout: "5"
facebook:
  verify: word
  secret: secret-1
  page-access-token: token-2
botframework:
  app_id: app-1
  app_password: password-1
rocketchat:
  user: bot
  password: password-2
  server_url: https://chat.example
webexteams:
  access_token: token-3
  room: room-1
hangouts:
"""


def test_the_file_of_a_rasa_user_connects_every_channel_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "credentials.yml"
    file.write_text(RASAS, "utf-8")
    made = {channel.name(): channel for channel in make_channels(file)}
    assert set(made) == {
        *("twilio", "twilio_voice", "facebook", "botframework"),
        *("rocketchat", "webexteams", "hangouts"),
    }
    assert made["twilio_voice"].vendor.auth_token == made["twilio"].vendor.auth_token


@pytest.mark.parametrize(
    "vendor", [TwilioVoice.from_credentials({}, nobody), Hangouts.from_credentials({}, nobody)]
)
def test_nobody_is_believed_where_we_were_not_told_how_to_know_the_channel(vendor: Vendor) -> None:
    signed = {"x-twilio-signature": "", "authorization": "Bearer x"}
    with pytest.raises(Forged, match="is refused") as told:
        asyncio.run(vendor.verify(Hook(url="https://a.example", headers=signed), datetime.now(UTC)))
    assert told.value.status == 401
