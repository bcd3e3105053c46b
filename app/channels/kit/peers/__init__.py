"""Vendors on loopback, one file each, speaking the wire format that the vendor documents."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, cast

from app.channels.kit.peer import VendorPeer

if TYPE_CHECKING:
    from app.channels.kit.edges import EdgePeer

PEERS: Mapping[str, str] = {
    "botframework": "app.channels.kit.peers.botframework:BotFrameworkPeer",
    "callback": "app.channels.kit.peers.callback:CallbackPeer",
    "facebook": "app.channels.kit.peers.facebook:FacebookPeer",
    "hangouts": "app.channels.kit.peers.hangouts:HangoutsPeer",
    "line": "app.channels.kit.peers.line:LinePeer",
    "mattermost": "app.channels.kit.peers.mattermost:MattermostPeer",
    "rocketchat": "app.channels.kit.peers.rocketchat:RocketChatPeer",
    "slack": "app.channels.kit.peers.slack:SlackPeer",
    "socketio": "app.channels.kit.peers.socketio:SocketIOPeer",
    "telegram": "app.channels.kit.peers.telegram:TelegramPeer",
    "twilio": "app.channels.kit.peers.twilio:TwilioPeer",
    "twilio_voice": "app.channels.kit.peers.twilio:TwilioVoicePeer",
    "webexteams": "app.channels.kit.peers.webexteams:WebexTeamsPeer",
    "whatsapp": "app.channels.kit.peers.whatsapp:WhatsAppPeer",
    "x": "app.channels.kit.peers.x:XPeer",
}
"""The vendor of each connector's channel that the kit knows."""

EDGES: Mapping[str, str] = {
    "email": "app.channels.kit.peers.email:EmailPeer",
    "widget": "app.channels.kit.peers.widget:WidgetPeer",
}
"""Who uses the doors that the engine itself has."""


def make_edges(names: Sequence[str] = tuple(EDGES)) -> dict[str, "EdgePeer"]:
    """Make those who use the engine's own doors, by name."""
    return {name: cast("EdgePeer", make_peer(name)) for name in names}


def make_peer(name: str) -> VendorPeer:
    """Make the vendor of a channel, or of a class path such as `my_channels.pager_peer:PagerPeer`."""
    module, _, class_name = {**PEERS, **EDGES}.get(name, name).partition(":")
    peer: VendorPeer = getattr(import_module(module), class_name)()
    return peer
