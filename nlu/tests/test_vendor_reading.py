"""What vendors' requests say, in the shapes that they document and in shapes that nobody promised."""

import asyncio
import random
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from orjson import dumps

from frontdesk_channels.connectors.by_vendor import ByVendor
from frontdesk_channels.events import Event, Said, Status
from frontdesk_channels.failures import Forged
from frontdesk_channels.vendors.botframework import BotFramework
from frontdesk_channels.vendors.facebook import Facebook
from frontdesk_channels.vendors.hangouts import Hangouts
from frontdesk_channels.vendors.hook import Hook
from frontdesk_channels.vendors.line import Line
from frontdesk_channels.vendors.rocketchat import RocketChat
from frontdesk_channels.vendors.saying import Call, Heard
from frontdesk_channels.vendors.twilio import Twilio
from frontdesk_channels.vendors.twilio_voice import TwilioVoice
from frontdesk_channels.vendors.vendor import Vendor
from frontdesk_channels.vendors.webexteams import WebexTeams
from frontdesk_channels.vendors.whatsapp import WhatsApp
from frontdesk_channels.vendors.x import X

ACCOUNT = {"account_sid": "AC1", "auth_token": "t", "twilio_number": "+18005551212"}
META = {"verify": "v", "secret": "s", "page-access-token": "p"}
CLOUD = {"access_token": "a", "phone_number_id": "1065", "app_secret": "s", "verify_token": "v"}
CHAT = {"user": "bot", "password": "p", "server_url": "https://chat.example", "token": "t"}
KEYS = dict.fromkeys(("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "k")


class Shelf:
    """A vendor's API that shows what lies under a path, and a login."""

    def __init__(self, **shown: Any) -> None:
        self.shown = shown

    async def __call__(self, call: Call) -> Heard:
        if call.url.endswith("/login"):
            return Heard(status=200, body=dumps({"data": {"authToken": "a", "userId": "u"}}))
        found = self.shown.get(call.url.replace("=", "/").rpartition("/")[2])
        return Heard(status=200 if found else 404, body=dumps(found))


NOTHING = Shelf()


def read(vendor: Vendor, told: Any, **headers: str) -> list[Event]:
    body = urlencode(told).encode() if isinstance(vendor, Twilio | TwilioVoice) else dumps(told)
    return list(asyncio.run(vendor.read(Hook(url="https://a.example/hook", headers=headers, body=body))))


def only(events: list[Event]) -> Said:
    (said,) = events
    assert isinstance(said, Said)
    return said


SMS = {"MessageSid": "SM1", "AccountSid": "AC1", "From": "+14158675309", "To": "+18005551212", "Body": "Hi"}


def test_a_text_by_twilio_keeps_its_files_its_place_and_the_number_that_was_written_to() -> None:
    twilio = Twilio.from_credentials(ACCOUNT, NOTHING)
    files = {"NumMedia": "2", "MediaUrl0": "https://m/0", "MediaContentType0": "image/jpeg"}
    place = {"Latitude": "52.5", "Longitude": "13.4", "Label": "Home"}
    said = only(read(twilio, {**SMS, **files, "MediaUrl1": "https://m/1", **place}))
    assert [(one.kind, one.url) for one in said.attachments] == [
        ("image", "https://m/0"),
        ("file", "https://m/1"),
        ("location", ""),
    ]
    assert said.attachments[2].more == {"lat": "52.5", "lng": "13.4"}
    assert said.reply_to == {"number": "+18005551212"}


@pytest.mark.parametrize(
    ("told", "state"),
    [("delivered", "delivered"), ("undelivered", "failed"), ("read", "read"), ("sent", "sent")],
)
def test_a_state_by_twilio_is_told_with_its_code(told: str, state: str) -> None:
    fields = {"MessageSid": "SM9", "MessageStatus": told, "ErrorCode": "30003"}
    events = read(Twilio.from_credentials(ACCOUNT, NOTHING), fields)
    assert events == [Status(provider_id="SM9", state=state, error="30003")]  # type: ignore[arg-type]


def test_a_call_begins_with_its_prompt_and_silence_is_no_message() -> None:
    voice = TwilioVoice.from_credentials({"auth_token": "t", "initial_prompt": "good morning"}, NOTHING)
    call = {"CallSid": "CA1", "From": "+14158675309"}
    assert only(read(voice, {**call, "CallStatus": "ringing"})).text == "good morning"
    assert only(read(voice, {**call, "CallStatus": "in-progress", "Digits": "2"})).text == "2"
    assert read(voice, {**call, "CallStatus": "in-progress"}) == []
    assert read(voice, {**call, "CallStatus": "completed", "SpeechResult": "bye"}) == []


def test_two_attempts_of_twilio_to_tell_the_same_words_have_the_same_id() -> None:
    voice = TwilioVoice.from_credentials({"auth_token": "t"}, NOTHING)
    told = {"CallSid": "CA1", "From": "+1", "CallStatus": "in-progress", "SpeechResult": "yes"}
    first, again = (only(read(voice, told, **{"i-twilio-idempotency-token": "one"})) for _ in range(2))
    later = only(read(voice, told, **{"i-twilio-idempotency-token": "two"}))
    assert first.message_id == again.message_id != later.message_id


def messenger(event: Mapping[str, Any], where: str = "page") -> dict[str, Any]:
    one = {"sender": {"id": "12"}, "recipient": {"id": "99"}, "timestamp": 1458692752478, **event}
    return {"object": where, "entry": [{"id": "99", "messaging": [one]}]}


def test_people_on_instagram_and_on_messenger_are_never_the_same_by_number_alone() -> None:
    facebook = Facebook.from_credentials(META, NOTHING)
    message = {"message": {"mid": "m1", "text": "Hi"}}
    assert only(read(facebook, messenger(message))).sender == "12"
    assert only(read(facebook, messenger(message, "instagram"))).sender == "instagram:12"


def test_what_the_page_itself_wrote_is_no_customer_s_message() -> None:
    own = {"message": {"mid": "m1", "text": "It leaves today.", "is_echo": True}}
    assert read(Facebook.from_credentials(META, NOTHING), messenger(own)) == []


def test_messenger_s_buttons_places_and_read_marks_are_understood() -> None:
    facebook = Facebook.from_credentials(META, NOTHING)
    pressed = only(read(facebook, messenger({"postback": {"title": "Yes", "payload": "/affirm"}})))
    assert (pressed.text, pressed.pressed, pressed.message_id) == ("/affirm", True, "12:1458692752478")
    coordinates = {"lat": 52.5, "long": 13.4}
    file = {"type": "location", "payload": {"coordinates": coordinates}}
    place = only(read(facebook, messenger({"message": {"mid": "m2", "attachments": [file]}})))
    assert place.attachments[0].more == {"lat": "52.5", "lng": "13.4"}
    seen = messenger({"read": {"mid": "m3"}}, "instagram")
    assert read(facebook, seen) == [Status(provider_id="m3", state="read", at=1458692752.478)]


def cloud(*messages: Mapping[str, Any], **value: Any) -> dict[str, Any]:
    common = {
        "metadata": {"phone_number_id": "1065"},
        "contacts": [{"wa_id": "49", "profile": {"name": "Ada"}}],
    }
    change = {"field": "messages", "value": {**common, "messages": list(messages), **value}}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


@pytest.mark.parametrize(
    ("message", "text", "pressed", "kinds"),
    [
        ({"type": "text", "text": {"body": "Hi"}}, "Hi", False, []),
        (
            {"type": "image", "image": {"id": "i", "mime_type": "image/jpeg", "caption": "Look"}},
            "Look",
            False,
            ["image"],
        ),
        ({"type": "document", "document": {"id": "d", "filename": "bill.pdf"}}, "", False, ["file"]),
        ({"type": "audio", "audio": {"id": "a", "voice": True}}, "", False, ["audio"]),
        ({"type": "location", "location": {"latitude": 1.5, "longitude": 2}}, "", False, ["location"]),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "Bo"}}]}, "", False, ["contact"]),
        ({"type": "button", "button": {"text": "Yes", "payload": "/affirm"}}, "/affirm", True, []),
        (
            {
                "type": "interactive",
                "interactive": {"type": "list_reply", "list_reply": {"id": "/two", "title": "Two"}},
            },
            "/two",
            True,
            [],
        ),
    ],
)
def test_whatsapp_s_kinds_of_messages(message: Any, text: str, pressed: bool, kinds: list[str]) -> None:
    told = cloud({"from": "49", "id": "wamid.1", "timestamp": "1757500012", **message})
    said = only(read(WhatsApp.from_credentials(CLOUD, NOTHING), told))
    assert (said.text, said.pressed, [one.kind for one in said.attachments]) == (text, pressed, kinds)
    assert said.reply_to == {"heard_at": 1757499300}, "a quarter of an hour is exact enough"
    assert said.metadata == {"name": "Ada"}


def test_a_message_that_whatsapp_could_not_send_says_why() -> None:
    failed = {"id": "wamid.2", "status": "failed", "timestamp": "1757500012", "errors": [{"code": 131047}]}
    events = read(WhatsApp.from_credentials(CLOUD, NOTHING), cloud(statuses=[failed]))
    assert events == [Status(provider_id="wamid.2", state="failed", at=1757500012.0, error="131047")]


TEAMS = {
    "type": "message",
    "id": "1485983408511",
    "timestamp": "2026-02-01T21:10:07.437Z",
    "serviceUrl": "https://smba.trafficmanager.net/amer/",
    "channelId": "msteams",
    "from": {"id": "29:1", "name": "Larry"},
    "conversation": {"id": "19:abc@thread.skype"},
    "recipient": {"id": "28:bot"},
    "text": "<at>Frontdesk</at> where is my order?",
    "entities": [{"type": "mention", "text": "<at>Frontdesk</at>", "mentioned": {"id": "28:bot"}}],
}
BOT = {"app_id": "us", "app_password": "p"}


def test_a_message_in_a_team_loses_the_bot_s_name_and_keeps_the_way_back() -> None:
    said = only(read(BotFramework.from_credentials(BOT, NOTHING), TEAMS))
    assert said.text == "where is my order?"
    assert said.reply_to["service_url"] == "https://smba.trafficmanager.net/amer/"
    assert said.reply_to["conversation"] == "19:abc@thread.skype"


def test_a_file_from_teams_is_fetched_from_where_it_can_be_downloaded() -> None:
    content = {"downloadUrl": "https://contoso.sharepoint.com/x"}
    file = {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "contentUrl": "u",
        "content": content,
    }
    said = only(read(BotFramework.from_credentials(BOT, NOTHING), {**TEAMS, "attachments": [file]}))
    assert said.attachments[0].url == "https://contoso.sharepoint.com/x"


def test_a_message_to_a_chat_app_in_a_space_loses_the_app_s_name() -> None:
    told = {
        "type": "MESSAGE",
        "eventTime": "2026-03-02T19:02:59.910959Z",
        "space": {"name": "spaces/A", "type": "ROOM"},
        "message": {
            "name": "spaces/A/messages/M",
            "sender": {"name": "users/1", "type": "HUMAN"},
            "text": "@Frontdesk hello",
            "argumentText": " hello",
            "thread": {"name": "spaces/A/threads/T"},
        },
    }
    said = only(read(Hangouts.from_credentials({"project_id": "1"}, NOTHING), told))
    assert (said.text, said.sender) == ("hello", "users/1")
    assert said.reply_to == {"space": "spaces/A", "thread": "spaces/A/threads/T"}


VISITOR = {
    "_id": "room",
    "visitor": {"_id": "v1", "name": "James", "username": "guest-3"},
    "messages": [
        {"_id": "m1", "username": "guest-3", "msg": "Hi", "ts": "2026-02-02T10:16:09.000Z"},
        {"_id": "m2", "username": "user1", "agentId": "a", "msg": "Hello"},
        {"_id": "m3", "username": "bot", "msg": "I am the assistant"},
    ],
}


def test_only_the_visitor_s_words_of_a_rocket_chat_session_are_the_customer_s() -> None:
    said = only(read(RocketChat.from_credentials(CHAT, NOTHING), VISITOR))
    assert (said.message_id, said.sender, said.text, said.reply_to) == ("m1", "v1", "Hi", {"room": "room"})


def test_without_a_token_rocket_chat_itself_is_asked_whether_it_was_written() -> None:
    fields = {**CHAT, "token": ""}
    told = {"channel_id": "GENERAL", "message_id": "m1", "user_id": "u", "user_name": "ada", "text": "Hi"}
    known = {"message": {"_id": "m1", "rid": "GENERAL", "msg": "Hi"}}
    assert only(read(RocketChat.from_credentials(fields, Shelf(m1=known)), told)).text == "Hi"
    for vendor in (Shelf(), Shelf(m1={"message": {"rid": "GENERAL", "msg": "something else"}})):
        with pytest.raises(Forged):
            read(RocketChat.from_credentials(fields, vendor), told)


def test_without_a_secret_webex_is_believed_only_what_it_shows_itself() -> None:
    told = {
        "resource": "messages",
        "event": "created",
        "createdBy": "bot",
        "data": {"id": "m1", "personId": "p"},
    }
    shown = {"id": "m1", "roomId": "r", "personId": "p", "text": "Hi", "files": ["https://f/1"]}
    said = only(read(WebexTeams.from_credentials({"access_token": "t"}, Shelf(m1=shown)), told))
    assert (said.text, said.reply_to, len(said.attachments)) == ("Hi", {"room": "r"}, 1)
    with pytest.raises(Forged):
        read(WebexTeams.from_credentials({"access_token": "t"}, NOTHING), told)
    other = {**shown, "personEmail": "news@webex.bot"}
    assert read(WebexTeams.from_credentials({"access_token": "t"}, Shelf(m1=other)), told) == []
    own = {**told, "data": {"id": "m1", "personId": "bot"}}
    assert read(WebexTeams.from_credentials({"access_token": "t"}, NOTHING), own) == []


LINE = {"channel_secret": "s", "channel_access_token": "t"}
JOINED = {
    "destination": "U",
    "events": [
        {
            "type": "message",
            "message": {"id": "444573844083572737", "type": "text", "text": "@All @example Good Morning!!"},
            "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
            "timestamp": 1692251666727,
            "source": {"type": "group", "groupId": "C1", "userId": "U1"},
            "replyToken": "38ef843bde154d9b91c21320ffd17a0f",
        }
    ],
}


def test_a_group_on_line_is_answered_as_a_group() -> None:
    said = only(read(Line.from_credentials(LINE, NOTHING), JOINED))
    assert (said.sender, said.metadata) == ("C1", {"author": "U1"})
    assert said.reply_to == {"token": "38ef843bde154d9b91c21320ffd17a0f", "sent_at": 1692251666.727}


DIRECT = {
    "for_user_id": "1",
    "direct_message_events": [
        {
            "type": "message_create",
            "id": "954491830116155396",
            "created_timestamp": "1516403560557",
            "message_create": {
                "sender_id": "2",
                "target": {"recipient_id": "1"},
                "message_data": {
                    "text": "Blue Bird",
                    "attachment": {"type": "media", "media": {"type": "photo", "id_str": "9"}},
                },
            },
        }
    ],
    "users": {"2": {"name": "Ada"}},
}


def test_a_direct_message_keeps_its_picture() -> None:
    said = only(read(X.from_credentials(KEYS, NOTHING), DIRECT))
    assert (said.text, said.attachments[0].kind, said.metadata) == ("Blue Bird", "image", {"name": "Ada"})


JUNK = (None, True, -1, 1e300, "", "x" * 300, [], {}, [None, [1]], {"id": {"id": []}}, "NaN", "\u202e")
SAMPLES = [
    (
        Facebook.from_credentials(META, NOTHING),
        messenger({"message": {"mid": "m", "text": "t", "attachments": [{}]}}),
    ),
    (
        WhatsApp.from_credentials(CLOUD, NOTHING),
        cloud({"from": "4", "id": "w", "timestamp": "1", "type": "image"}),
    ),
    (BotFramework.from_credentials(BOT, NOTHING), TEAMS),
    (Hangouts.from_credentials({"project_id": "1"}, NOTHING), {"type": "MESSAGE", "message": {"name": "n"}}),
    (RocketChat.from_credentials(CHAT, NOTHING), VISITOR),
    (
        WebexTeams.from_credentials({"access_token": "t"}, NOTHING),
        {"resource": "messages", "data": {"id": "m"}},
    ),
    (Line.from_credentials(LINE, NOTHING), JOINED),
    (X.from_credentials(KEYS, NOTHING), DIRECT),
]


@pytest.mark.parametrize(("vendor", "told"), SAMPLES, ids=lambda one: getattr(one, "name", ""))
def test_json_of_any_shape_is_read_without_harm(vendor: Vendor, told: Any) -> None:
    chance = random.Random(11)
    bent = [{name: bend(one, chance) for name, one in told.items()} for _ in range(300)]

    async def all_of_them() -> list[Event]:
        return [event for one in bent for event in await heard(vendor, dumps(one))]

    for event in asyncio.run(all_of_them()):
        dumps(dict(event.reply_to) if isinstance(event, Said) else event.provider_id)


async def heard(vendor: Vendor, body: bytes) -> list[Event]:
    """Read a body; to refuse what the vendor does not confirm is good as well."""
    try:
        return list(await vendor.read(Hook(url="https://a.example", body=body)))
    except Forged:
        return []


def bend(value: Any, chance: random.Random) -> Any:
    """Put junk in place of something in it."""
    if chance.random() < 0.08:
        return chance.choice(JUNK)
    if isinstance(value, dict):
        return {name: bend(one, chance) for name, one in value.items() if chance.random() > 0.03}
    return [bend(one, chance) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"\xf0" * 50, b64encode(b"x" * 200)]
)
def test_what_is_no_json_object_is_refused_and_a_form_of_anything_is_no_message(body: bytes) -> None:
    hook = Hook(url="https://a.example", body=body)
    with pytest.raises(Forged) as told:
        asyncio.run(Line.from_credentials(LINE, NOTHING).read(hook))
    assert told.value.status == 400
    assert asyncio.run(heard(Twilio.from_credentials(ACCOUNT, NOTHING), body)) == []


def test_every_connector_has_the_name_that_its_wire_format_has() -> None:
    import frontdesk_channels.connectors.vendors as all_of_them

    made = [one for one in vars(all_of_them).values() if isinstance(one, type) and issubclass(one, ByVendor)]
    assert {one.name() for one in made if one is not ByVendor} == {
        one.wire.name for one in made if one is not ByVendor
    }
    assert len(made) == 11
