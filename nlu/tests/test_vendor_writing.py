"""What is said to vendors, and what their answers mean."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from orjson import dumps, loads

from frontdesk_channels.connectors.by_vendor import sayings_of
from frontdesk_channels.connectors.vendors import WebexTeams as WebexTeamsChannel
from frontdesk_channels.edge import RECEIPTS
from frontdesk_channels.failures import Undelivered, Unusable
from frontdesk_channels.vendors.access import Login, OAuthToken, client_credentials, service_account
from frontdesk_channels.vendors.botframework import BotFramework
from frontdesk_channels.vendors.facebook import Facebook
from frontdesk_channels.vendors.hangouts import Hangouts
from frontdesk_channels.vendors.line import Line
from frontdesk_channels.vendors.rocketchat import RocketChat
from frontdesk_channels.vendors.saying import NO_ANSWER, Call, Card, Choice, Heard, Media, Saying
from frontdesk_channels.vendors.twilio import Twilio
from frontdesk_channels.vendors.twilio_voice import TwilioVoice
from frontdesk_channels.vendors.vendor import Vendor
from frontdesk_channels.vendors.webexteams import WebexTeams
from frontdesk_channels.vendors.whatsapp import WhatsApp
from frontdesk_channels.vendors.x import X

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ACCOUNT = {"account_sid": "AC", "auth_token": "t", "twilio_number": "+1800"}
PAGE = {"verify": "v", "secret": "s", "page-access-token": "p"}
YES_NO = (Choice(title="Yes", payload="/affirm"), Choice(title="No", payload="/deny"))


async def nobody(_: Call) -> Heard:
    return Heard(status=NO_ANSWER)


def whatsapp(**more: str) -> WhatsApp:
    fields = {"access_token": "a", "phone_number_id": "1065", "app_secret": "s", "verify_token": "v"}
    return WhatsApp.from_credentials({**fields, **more}, nobody)


def line() -> Line:
    return Line.from_credentials({"channel_secret": "s", "channel_access_token": "t"}, nobody)


def teams(**more: str) -> BotFramework:
    return BotFramework.from_credentials({"app_id": "us", "app_password": "p", **more}, nobody)


def written(vendor: Vendor, saying: Saying, now: datetime = NOW) -> Any:
    return loads(vendor.write(saying, now).body)


def heard_before(age: timedelta) -> Mapping[str, Any]:
    return {"heard_at": (NOW - age).timestamp()}


def test_whatsapp_is_told_anything_for_a_day_and_a_template_after_it() -> None:
    vendor = whatsapp(template="answer_later", template_language="de")
    soon = Saying(to="49", text="It leaves today.\nBye", reply_to=heard_before(timedelta(hours=23)))
    late = Saying(to="49", text="It leaves today.\nBye", reply_to=heard_before(timedelta(hours=24)))
    assert written(vendor, soon)["type"] == "text"
    told = written(vendor, late)
    assert (told["type"], told["template"]["name"]) == ("template", "answer_later")
    assert told["template"]["language"] == {"code": "de"}
    (body,) = told["template"]["components"]
    assert body["parameters"] == [{"type": "text", "text": "It leaves today. Bye"}]


def test_without_a_template_nothing_is_said_on_whatsapp_after_a_day() -> None:
    late = Saying(to="49", text="Hello", reply_to=heard_before(timedelta(days=2)))
    with pytest.raises(Undelivered) as told:
        whatsapp().write(late, NOW)
    assert told.value.kind == "refused"


@pytest.mark.parametrize(
    ("choices", "text", "kind"),
    [
        (YES_NO, "Shall I?", "button"),
        (YES_NO * 2, "Shall I?", "list"),
        (YES_NO, "x" * 1025, "list"),
        ((Choice(title="Next Tuesday afternoon", payload="/a"),), "When?", "list"),
    ],
)
def test_choices_on_whatsapp_are_buttons_while_they_fit(choices: Any, text: str, kind: str) -> None:
    told = written(whatsapp(), Saying(to="49", text=text, choices=choices))
    assert told["interactive"]["type"] == kind


def test_a_file_on_whatsapp_is_sent_as_what_it_is() -> None:
    pdf = Media(url="https://a.example/bill.pdf", name="bill.pdf", media_type="application/pdf")
    told = written(whatsapp(), Saying(to="49", media=pdf))
    assert told["document"] == {"link": "https://a.example/bill.pdf", "filename": "bill.pdf"}


def test_our_token_for_teams_is_shown_to_microsoft_only() -> None:
    way = {"conversation": "19:abc", "bot": "28:bot"}
    good = "https://smba.trafficmanager.net/emea/"
    call = teams().write(Saying(to="29:1", text="Hi", reply_to={**way, "service_url": good}), NOW)
    assert call.url == "https://smba.trafficmanager.net/emea/v3/conversations/19%3Aabc/activities"
    for trap in (
        "https://collector.example/",
        "http://smba.trafficmanager.net/",
        "https://smba.trafficmanager.net.collector.example/",
        "https://trafficmanager.net@collector.example/",
        "https://evilsmba.trafficmanager.net/",
        "https://collector.trafficmanager.net/",
        "",
    ):
        with pytest.raises(Undelivered):
            teams().write(Saying(to="29:1", text="Hi", reply_to={**way, "service_url": trap}), NOW)


def test_buttons_in_teams_show_what_was_pressed_and_send_what_it_stands_for() -> None:
    way = {"conversation": "c", "service_url": "https://smba.trafficmanager.net/emea/", "channel": "msteams"}
    told = written(teams(), Saying(to="29:1", text="Shall I?", choices=YES_NO, reply_to=way))
    (card,) = told["attachments"]
    assert card["content"]["text"] == "Shall I?"
    assert [one["value"] for one in card["content"]["buttons"]] == [
        {"payload": "/affirm"},
        {"payload": "/deny"},
    ]


def test_line_is_answered_for_free_once_and_soon_and_else_pushed_under_a_key() -> None:
    vendor = line()
    way = {"token": "free", "sent_at": NOW.timestamp() - 10}
    saying = Saying(to="U1", text="Hi", key="k1", reply_to=way)
    first, again = vendor.write(saying, NOW), vendor.write(saying, NOW)
    assert first.url.endswith("/reply")
    assert "x-line-retry-key" not in first.headers, "LINE refuses a reply that carries one"
    assert again.url.endswith("/push")
    assert again.headers["x-line-retry-key"] == vendor.write(saying, NOW).headers["x-line-retry-key"]
    late = line().write(saying, NOW + timedelta(minutes=1))
    assert late.url.endswith("/push")


def test_a_push_that_line_took_before_counts_as_sent() -> None:
    body = dumps({"message": "already accepted", "sentMessages": [{"id": "461"}]})
    assert line().taken(Heard(status=409, body=body)) == "461"


def test_what_cannot_be_a_quick_reply_on_line_is_a_template_with_all_of_it_as_text_beside() -> None:
    choices = (*YES_NO, Choice(title="Track it", url="https://t.example/1"))
    told = written(line(), Saying(to="U1", text="Shall I?", choices=choices))
    (message,) = told["messages"]
    assert message["template"]["actions"][2] == {
        "type": "uri",
        "label": "Track it",
        "uri": "https://t.example/1",
    }
    assert "Track it: https://t.example/1" in message["altText"]


def test_people_on_instagram_are_written_to_by_their_own_number() -> None:
    facebook = Facebook.from_credentials(PAGE, nobody)
    told = written(facebook, Saying(to="instagram:12", text="Hi", choices=YES_NO))
    assert told["recipient"] == {"id": "12"}
    assert [one["payload"] for one in told["message"]["quick_replies"]] == ["/affirm", "/deny"]


def test_a_card_on_messenger_keeps_its_buttons_and_its_link() -> None:
    facebook = Facebook.from_credentials(PAGE, nobody)
    card = Card(
        title="Lamp", text="42 euros", choices=(*YES_NO, Choice(title="See", url="https://l.example"))
    )
    told = written(facebook, Saying(to="12", cards=[card]))
    (element,) = told["message"]["attachment"]["payload"]["elements"]
    assert [one["type"] for one in element["buttons"]] == ["postback", "postback", "web_url"]


def test_an_answer_by_twilio_comes_from_the_number_that_was_written_to() -> None:
    twilio = Twilio.from_credentials(
        {"account_sid": "AC", "auth_token": "t", "twilio_number": "+1800"}, nobody
    )

    def sender(to: str, **way: str) -> str:
        form = parse_qs(twilio.write(Saying(to=to, text="Hi", reply_to=way), NOW).body.decode())
        return form["From"][0]

    assert sender("+1415", number="+1900") == "+1900"
    assert sender("+1415") == "+1800"
    assert sender("whatsapp:+1415") == "whatsapp:+1800"


def voice() -> TwilioVoice:
    return TwilioVoice.from_credentials({"auth_token": "t", "assistant_voice": "Polly.Joanna"}, nobody)


def test_a_caller_hears_everything_and_is_listened_to_after_the_last_of_it() -> None:
    said = [Saying(to="+1", text="Order <1042> & more."), Saying(to="+1", text="Shall I?", choices=YES_NO)]
    answer = voice().answer(said)
    (first, pause, gather) = ElementTree.fromstring(answer.body)
    assert (first.tag, first.text, pause.tag) == ("Say", "Order <1042> & more.", "Pause")
    assert gather[0].text == "Shall I? Yes, No."
    assert gather.attrib["action"] == "/webhooks/twilio_voice/webhook"
    assert gather[0].attrib["voice"] == "Polly.Joanna"
    assert answer.media_type.startswith("text/xml")


def test_a_silent_caller_is_asked_again_and_one_whose_answer_takes_long_is_not() -> None:
    (gather,) = ElementTree.fromstring(voice().answer([], heard=False).body)
    assert gather[0].text == voice().reprompt
    (gather,) = ElementTree.fromstring(voice().answer([]).body)
    assert len(gather) == 0


def test_chat_without_a_service_account_is_answered_in_one_message() -> None:
    chat = Hangouts.from_credentials({"project_id": "1"}, nobody)
    assert chat.answers_at_once
    told = loads(chat.answer([Saying(to="u", text="One."), Saying(to="u", text="Two?", choices=YES_NO)]).body)
    assert told["text"] == "One.\n\nTwo?"
    (button, _) = told["cardsV2"][0]["card"]["sections"][0]["widgets"][0]["buttonList"]["buttons"]
    assert button["onClick"]["action"]["parameters"] == [{"key": "payload", "value": "/affirm"}]
    assert loads(chat.answer([]).body) == {}


def test_chat_knows_a_repeated_message_by_its_request() -> None:
    own = generate_private_key(public_exponent=65537, key_size=2048)
    pem = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"client_email": "a", "private_key": pem}
    chat = Hangouts.from_credentials({"project_id": "1", "service_account": account}, nobody)
    saying = Saying(
        to="u", text="Hi", key="k-1", reply_to={"space": "spaces/A", "thread": "spaces/A/threads/T"}
    )
    call = chat.write(saying, NOW)
    assert "requestId=k-1" in call.url
    assert loads(call.body)["thread"] == {"name": "spaces/A/threads/T"}
    with pytest.raises(Undelivered):
        chat.write(Saying(to="u", text="Hi", reply_to={"space": "../evil"}), NOW)


CHAT = {"user": "bot", "password": "p", "server_url": "chat.example"}


@pytest.mark.parametrize(
    ("vendor", "status", "body", "kind"),
    [
        (whatsapp(), 400, {"error": {"code": 131047}}, "refused"),
        (whatsapp(), 400, {"error": {"code": 131056}}, "retryable"),
        (whatsapp(), 401, {"error": {"code": 190}}, "outage"),
        (whatsapp(), NO_ANSWER, {}, "outage"),
        (line(), 429, {"message": "You have reached your monthly limit."}, "retryable"),
        (line(), 400, {"message": "Invalid reply token"}, "retryable"),
        (line(), 400, {"message": "The property, 'to', in the request body is invalid"}, "refused"),
        (teams(), 403, {"error": {"code": "ConversationBlockedByUser"}}, "refused"),
        (teams(), 403, {"error": {"code": "Forbidden"}}, "outage"),
        (teams(), 502, {}, "retryable"),
        (RocketChat.from_credentials(CHAT, nobody), 400, {"errorType": "error-not-allowed"}, "refused"),
        (WebexTeams.from_credentials({"access_token": "t"}, nobody), 404, {}, "refused"),
    ],
)
def test_a_failure_that_passes_is_told_from_one_that_stays(
    vendor: Vendor, status: int, body: Any, kind: str
) -> None:
    with pytest.raises(Undelivered) as told:
        vendor.taken(Heard(status=status, body=dumps(body), headers={"retry-after": "7"}))
    assert (told.value.kind, told.value.retry_after_s) == (kind, 7.0)


def test_people_who_take_no_message_of_ours_on_x_are_not_taken_for_a_wrong_key() -> None:
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    vendor = X.from_credentials(dict.fromkeys(names, "k"), nobody)
    for code, kind in ((349, "refused"), (32, "outage")):
        with pytest.raises(Undelivered) as told:
            vendor.taken(Heard(status=403, body=dumps({"errors": [{"code": code}]})))
        assert told.value.kind == kind


class Office:
    """Gives out tokens, and remembers how often it was asked."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked = 0

    async def __call__(self, call: Call) -> Heard:
        self.asked += 1
        told = {"access_token": f"t{self.asked}", "expires_in": 3600}
        data = {"data": {"authToken": f"t{self.asked}", "userId": "u"}}
        return Heard(status=self.status, body=dumps({**told, **data}))


def test_a_token_is_fetched_once_and_anew_when_it_was_refused() -> None:
    office = Office()
    token = OAuthToken("https://login.example", client_credentials("us", "p", "scope"), office)

    async def shown() -> list[str]:
        first, again = await token.headers(), await token.headers()
        token.forget()
        return [first["authorization"], again["authorization"], (await token.headers())["authorization"]]

    assert asyncio.run(shown()) == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_wrong_password_stops_the_channel_and_not_the_message() -> None:
    for access in (
        OAuthToken("https://login.example", client_credentials("us", "p", "scope"), Office(401)),
        Login("https://chat.example/api/v1/login", "bot", "p", Office(401)),
    ):
        with pytest.raises(Undelivered) as told:
            asyncio.run(access.headers())
        assert told.value.kind == "outage"


def test_a_service_account_s_key_that_is_none_is_named() -> None:
    with pytest.raises(Unusable, match="private_key"):
        service_account("a@b", "no key", "scope", "https://login.example")


def test_a_part_in_rasa_s_shape_is_said_whole() -> None:
    part = {
        "text": "Which one?",
        "buttons": [{"title": "Yes", "payload": "/affirm"}],
        "elements": [
            {"title": "Lamp", "subtitle": "42 euros", "buttons": [{"title": "See", "url": "https://l"}]}
        ],
        "attachment": "https://a.example/bill.pdf",
    }
    said, shown = sayings_of("u", part, {"room": "r"})
    assert (said.text, said.choices[0].payload, said.cards[0].choices[0].url) == (
        "Which one?",
        "/affirm",
        "https://l",
    )
    assert shown.media is not None
    assert shown.media.media_type == "application/pdf"
    with pytest.raises(Undelivered):
        sayings_of("u", {"text": ""}, {})


def test_nothing_is_told_as_sent_while_the_vendor_is_away() -> None:
    ids: list[str] = []
    RECEIPTS.set(ids)
    fields = {"access_token": "t", "api_url": "http://127.0.0.1:9"}  # nobody listens there

    async def said() -> None:
        webex = WebexTeamsChannel.from_credentials(fields)
        try:
            await webex.output_for({"room": "r"}).send_response("u", {"text": "Hi"})
        finally:
            await webex.close()

    with pytest.raises(Undelivered) as told:
        asyncio.run(said())
    assert (told.value.kind, ids) == ("outage", [])


def test_a_long_text_for_instagram_is_cut_within_its_bytes_and_its_buttons_stand_below_the_last() -> None:
    facebook = Facebook.from_credentials(PAGE, nobody)
    words = [f"Wörter{number}" for number in range(400)]
    parts = facebook.pieces(Saying(to="instagram:12", text=" ".join(words), choices=YES_NO))
    assert max(len(one.text.encode()) for one in parts) <= 1000
    assert " ".join(one.text for one in parts).split() == words
    assert [len(one.choices) for one in parts] == [0] * (len(parts) - 1) + [2]
    assert len(facebook.pieces(Saying(to="12", text=" ".join(words)[:2000]))) == 1
