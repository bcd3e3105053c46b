"""What each channel can show, from its vendor's documentation. Pure; numbers beside their source.

A channel that is not in the table gets `UNKNOWN`: plain text of moderate length, choices as numbers.
"""

from collections.abc import Mapping

from app.formatting.capabilities import LONGEST_TEXT, Capabilities, CardLimits, Labels

UNKNOWN = Capabilities(channel="unknown", text=1000)

# Our own edges take a reply as it is: the client lays it out.
WIDGET = Capabilities(
    channel="widget",
    pushed=False,
    text=LONGEST_TEXT,
    dialect="markdown",
    buttons=Labels(most=20, label=200, links=True),
    menu=Labels(most=20, label=200, description=500),
    cards=CardLimits(most=10, title=200, text=2000, choices=Labels(most=10, label=200, links=True)),
    media=True,
)
REST = Capabilities(
    channel="rest",
    pushed=False,
    text=LONGEST_TEXT,
    buttons=Labels(most=50, label=200, links=True),
    media=True,
)

# docs.slack.dev: chat.postMessage text is best kept to 4,000 characters; block kit: an actions block has at
# most 25 elements, a button's text 75 characters and its value 2,000; a section's text 3,000.
SLACK = Capabilities(
    channel="slack",
    text=4000,
    dialect="slack",
    buttons=Labels(most=25, label=75, payload=2000, text=3000, links=True),
    media=True,
)

# core.telegram.org/bots/api: text 1 to 4,096 characters (UTF-16 units), callback_data 1 to 64 bytes; an
# inline keyboard takes 100 buttons. The label's length is not documented: long ones are cut on telephones.
TELEGRAM = Capabilities(
    channel="telegram",
    text=4096,
    unit="utf16",
    dialect="telegram",
    buttons=Labels(most=100, label=64, payload=64, links=True),
    media=True,
)

# twilio.com/docs/api/errors/21617: the body of a message may have 1,600 characters, after which it is
# refused.
TWILIO_SMS = Capabilities(channel="twilio", text=1600, unit="utf16")
# WhatsApp by way of Twilio: plain bodies have the same limit, and no buttons without an approved template.
TWILIO_WHATSAPP = Capabilities(channel="twilio_whatsapp", text=1600, dialect="whatsapp", media=True)
# twilio.com/docs/voice/twiml/say: at most 4,096 characters, SSML included.
TWILIO_VOICE = Capabilities(channel="twilio_voice", pushed=False, text=4096, dialect="ssml")

# developers.facebook.com, Messenger Platform: text 2,000 characters; button template text 640, 3 buttons of
# 20; 13 quick replies of 20, payload 1,000; generic template 10 elements, title and subtitle 80, 3 buttons.
_META_BUTTONS = Labels(most=3, label=20, payload=1000, text=640, links=True)
FACEBOOK = Capabilities(
    channel="facebook",
    text=2000,
    buttons=_META_BUTTONS,
    quick_replies=Labels(most=13, label=20, payload=1000),
    cards=CardLimits(most=10, title=80, text=80, choices=_META_BUTTONS),
    media=True,
)
# Instagram Messaging: text 1,000 bytes; quick replies as in Messenger.
INSTAGRAM = Capabilities(
    channel="instagram",
    text=1000,
    unit="bytes",
    quick_replies=Labels(most=13, label=20, payload=1000),
    cards=CardLimits(most=10, title=80, text=80, choices=_META_BUTTONS),
    media=True,
)
# developers.facebook.com, WhatsApp Cloud API: text 4,096; reply buttons 3 of 20, id 256, body 1,024; a list
# has 10 rows of 24 with descriptions of 72, id 200, body 4,096.
WHATSAPP = Capabilities(
    channel="whatsapp",
    text=4096,
    dialect="whatsapp",
    buttons=Labels(most=3, label=20, payload=256, text=1024),
    menu=Labels(most=10, label=24, payload=200, text=4096, description=72),
    media=True,
)

# learn.microsoft.com, Teams: a bot's message is safe within 80 kB of UTF-16; hero cards show 6 buttons.
# Text of 20,000 characters leaves room for all that stands around it.
BOTFRAMEWORK = Capabilities(
    channel="botframework",
    text=20_000,
    unit="utf16",
    dialect="commonmark",
    buttons=Labels(most=6, label=250, payload=2000, links=True),
    cards=CardLimits(most=10, title=250, text=2000, choices=Labels(most=6, label=250, links=True)),
    media=True,
)
# developers.mattermost.com: a post has 16,383 characters; actions stand in an attachment.
MATTERMOST = Capabilities(
    channel="mattermost", text=16_383, dialect="markdown", buttons=Labels(most=5, label=64), media=True
)
# docs.rocket.chat: Message_MaxAllowedSize is 5,000 unless an administrator changes it.
ROCKETCHAT = Capabilities(
    channel="rocketchat", text=5000, dialect="markdown", buttons=Labels(most=5, label=64), media=True
)
# developer.webex.com, messages: the text may have 7,439 bytes, markdown included.
WEBEXTEAMS = Capabilities(channel="webexteams", text=7439, unit="bytes", dialect="commonmark", media=True)
# developers.google.com/workspace/chat: a text message has 4,096 characters; up to 32,000 bytes with cards.
HANGOUTS = Capabilities(channel="hangouts", pushed=False, text=4096, dialect="google_chat")
# docs.x.com, direct messages: text 10,000 characters; 20 quick replies, label 36, description 72, metadata
# 1,000.
X = Capabilities(
    channel="x",
    text=10_000,
    quick_replies=Labels(most=20, label=36, payload=1000, description=72),
)
# developers.line.biz: text 5,000 UTF-16 units; quick reply 13 items, label 20, postback data 300; buttons
# template 4 actions, label 20, text 160; a carousel has 10 columns, title 40, text 60 with a picture, 3
# actions.
LINE = Capabilities(
    channel="line",
    text=5000,
    unit="utf16",
    buttons=Labels(most=4, label=20, payload=300, text=160, links=True),
    quick_replies=Labels(most=13, label=20, payload=300),
    cards=CardLimits(most=10, title=40, text=60, choices=Labels(most=3, label=20, payload=300, links=True)),
)
# developers.viber.com: text 7,000 characters; a keyboard's button text 250, action body 250.
VIBER = Capabilities(channel="viber", text=7000, quick_replies=Labels(most=24, label=250, payload=250))

# A mail has no buttons: what can be answered is numbered, and a number is understood.
EMAIL = Capabilities(channel="email", text=LONGEST_TEXT, dialect="html", media=True)
# What callback and socketio clients of Rasa show is theirs; Rasa's own shapes carry text and buttons.
CALLBACK = Capabilities(
    channel="callback", text=LONGEST_TEXT, buttons=Labels(most=50, label=200, links=True), media=True
)
SOCKETIO = Capabilities(
    channel="socketio", text=LONGEST_TEXT, buttons=Labels(most=50, label=200, links=True), media=True
)

TABLE: Mapping[str, Capabilities] = {
    one.channel: one
    for one in (
        *(
            WIDGET,
            REST,
            CALLBACK,
            SOCKETIO,
            EMAIL,
            SLACK,
            TELEGRAM,
            TWILIO_SMS,
            TWILIO_WHATSAPP,
            TWILIO_VOICE,
        ),
        *(FACEBOOK, INSTAGRAM, WHATSAPP, BOTFRAMEWORK, MATTERMOST, ROCKETCHAT, WEBEXTEAMS, HANGOUTS),
        *(X, LINE, VIBER),
    )
}
ALIASES: Mapping[str, str] = {
    "web": "widget",
    "sms": "twilio",
    "voice": "twilio_voice",
    "teams": "botframework",
    "google_chat": "hangouts",
    "whatsapp_cloud": "whatsapp",
    "twitter": "x",
    "messenger": "facebook",
}


def capabilities_of(channel: str) -> Capabilities:
    """Find what a channel can show; one that nobody described gets plain text."""
    return TABLE.get(ALIASES.get(channel, channel), UNKNOWN)
