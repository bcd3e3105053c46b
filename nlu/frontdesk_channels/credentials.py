"""Reads a Rasa user's credentials.yml as it is, and makes the connectors that it names."""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import rasa.shared.utils.common
import rasa.shared.utils.io
from rasa.core.channels import BUILTIN_CHANNELS
from rasa.core.channels.channel import InputChannel
from rasa.shared.exceptions import RasaException

from frontdesk_channels.failures import Unusable

MENDED = {
    "botframework": "frontdesk_channels.connectors.vendors:BotFramework",
    "callback": "frontdesk_channels.connectors.callback:Callback",
    "facebook": "frontdesk_channels.connectors.vendors:Facebook",
    "hangouts": "frontdesk_channels.connectors.vendors:Hangouts",
    "line": "frontdesk_channels.connectors.vendors:Line",
    "mattermost": "frontdesk_channels.connectors.mattermost:Mattermost",
    "rocketchat": "frontdesk_channels.connectors.vendors:RocketChat",
    "slack": "frontdesk_channels.connectors.slack:Slack",
    "socketio": "frontdesk_channels.connectors.socketio:SocketIO",
    "telegram": "frontdesk_channels.connectors.telegram:Telegram",
    "twilio": "frontdesk_channels.connectors.vendors:Twilio",
    "twilio_voice": "frontdesk_channels.connectors.vendors:TwilioVoice",
    "webexteams": "frontdesk_channels.connectors.vendors:WebexTeams",
    "whatsapp": "frontdesk_channels.connectors.vendors:WhatsApp",
    "x": "frontdesk_channels.connectors.vendors:X",
}
"""Connectors of Rasa's that we mend, and connectors of our own, by the name they have in the file."""
SERVED_ELSEWHERE = ("rest", "rasa", "cmdline")
"""The core serves `rest` itself; the other two belong to programs that are not here."""


def read_credentials(file: Path) -> dict[str, dict[str, Any]]:
    """Return each channel of the file with its credentials; `${NAME}` stands for a variable."""
    try:
        found = rasa.shared.utils.io.read_config_file(file)
    except (RasaException, ValueError) as mistake:
        raise Unusable(f"{file}: {mistake}") from None
    named = {name: dict(given or {}) for name, given in found.items() if name not in SERVED_ELSEWHERE}
    if "twilio" in named and "twilio_voice" in named:
        # One account signs both; Rasa asks for its token with the texts only.
        named["twilio_voice"].setdefault("auth_token", named["twilio"].get("auth_token"))
    return named


def make_channels(file: Path) -> list[InputChannel]:
    """Make every connector that the file names."""
    # A company's own connectors lie beside the file, as they lie beside it in a Rasa project.
    sys.path.insert(0, str(file.resolve().parent))
    return [make_channel(file, name, given) for name, given in read_credentials(file).items()]


def make_channel(file: Path, name: str, given: Mapping[str, Any]) -> InputChannel:
    """Make one connector, or say what is wrong with its part of the file."""
    try:
        return cast("InputChannel", _class_of(name).from_credentials(dict(given)))
    except (AttributeError, ImportError):
        known = ", ".join(sorted({*BUILTIN_CHANNELS, *MENDED} - set(SERVED_ELSEWHERE)))
        raise Unusable(
            f"{file}: there is no channel '{name}'. Known are {known}; another one is named by the path"
            " of its class, such as `my_folder.my_channel.MyChannel`."
        ) from None
    except (RasaException, KeyError, ValueError, TypeError) as mistake:
        raise Unusable(f"{file}: {name}: {mistake}") from None


def _class_of(name: str) -> Any:
    if name in MENDED:
        module, _, class_name = MENDED[name].partition(":")
        return getattr(import_module(module), class_name)
    if name in BUILTIN_CHANNELS:
        return BUILTIN_CHANNELS[name]
    return rasa.shared.utils.common.class_from_module_path(name)
