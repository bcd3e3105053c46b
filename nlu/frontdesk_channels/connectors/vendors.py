"""The connectors that stand on a vendor's wire format, each with what its messages may hold."""

from frontdesk_channels.connectors.by_vendor import ByVendor
from frontdesk_channels.vendors.botframework import BotFramework as BotFrameworkWire
from frontdesk_channels.vendors.facebook import Facebook as FacebookWire
from frontdesk_channels.vendors.hangouts import Hangouts as HangoutsWire
from frontdesk_channels.vendors.line import Line as LineWire
from frontdesk_channels.vendors.rocketchat import RocketChat as RocketChatWire
from frontdesk_channels.vendors.twilio import Twilio as TwilioWire
from frontdesk_channels.vendors.twilio_voice import TwilioVoice as TwilioVoiceWire
from frontdesk_channels.vendors.webexteams import WebexTeams as WebexTeamsWire
from frontdesk_channels.vendors.whatsapp import WhatsApp as WhatsAppWire
from frontdesk_channels.vendors.x import X as XWire


class BotFramework(ByVendor):
    """Teams and Microsoft's other channels."""

    longest_text = 20_000
    most_buttons = 6
    longest_label = 250
    wire = BotFrameworkWire


class Facebook(ByVendor):
    """Messenger and Instagram."""

    longest_text = 2000
    most_buttons = 13
    longest_payload = 1000
    wire = FacebookWire


class Hangouts(ByVendor):
    """Google Chat."""

    longest_text = 4096
    most_buttons = 20
    longest_label = 100
    wire = HangoutsWire


class Line(ByVendor):
    """LINE."""

    longest_text = 5000
    most_buttons = 13
    longest_payload = 300
    wire = LineWire


class RocketChat(ByVendor):
    """Rocket.Chat."""

    longest_text = 5000
    most_buttons = 5
    longest_label = 64
    wire = RocketChatWire


class Twilio(ByVendor):
    """SMS and WhatsApp by Twilio."""

    longest_text = 1600
    wire = TwilioWire


class TwilioVoice(ByVendor):
    """Calls by Twilio."""

    longest_text = 4096
    most_buttons = 9
    longest_label = 100
    wire = TwilioVoiceWire

    @classmethod
    def name(cls) -> str:
        """Return Rasa's name of it."""
        return "twilio_voice"


class WebexTeams(ByVendor):
    """Webex."""

    longest_text = 7439
    most_buttons = 20
    longest_label = 100
    wire = WebexTeamsWire


class WhatsApp(ByVendor):
    """WhatsApp's Cloud API."""

    longest_text = 4096
    most_buttons = 10
    longest_label = 24
    longest_payload = 200
    wire = WhatsAppWire


class X(ByVendor):
    """Direct messages of X."""

    longest_text = 10_000
    most_buttons = 20
    longest_label = 36
    longest_payload = 1000
    wire = XWire
