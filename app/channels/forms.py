"""What each channel's setup asks for, where people find it, and where they paste our address. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a channel needs to know."""

    name: str
    """Its name in credentials.yml, which is Rasa's."""
    ask: str
    secret: bool = False
    optional: bool = False
    default: str = ""


@dataclass(frozen=True, kw_only=True)
class Form:
    """How one channel is set up."""

    title: str
    fields: tuple[Field, ...]
    paste: str = ""
    """Where the webhook's address goes; empty when we tell the provider ourselves."""
    address_field: str = ""
    """The field that takes our own address, where the channel needs it among its credentials."""
    to: str = ""
    """To whom a test message can go, in the channel's words; empty when none can be sent first."""


FORMS: Mapping[str, Form] = {
    "callback": Form(
        title="A program of your own (Rasa's callback channel)",
        fields=(
            Field(name="url", ask="Address that replies are posted to"),
            Field(name="key", ask="Key that your program sends as X-API-Key", secret=True, optional=True),
        ),
        paste="Have your program post messages there, in the shape of Rasa's REST channel.",
    ),
    "mattermost": Form(
        title="Mattermost",
        fields=(
            Field(name="url", ask="API address, such as https://chat.example.com/api/v4"),
            Field(name="token", ask="The bot's access token", secret=True),
            Field(name="outgoing_token", ask="The outgoing webhook's token", secret=True, optional=True),
        ),
        paste="Integrations > Outgoing Webhooks: add it as callback URL, content type application/json.",
        address_field="webhook_url",
    ),
    "slack": Form(
        title="Slack",
        fields=(
            Field(
                name="slack_token", ask="Bot User OAuth Token (OAuth & Permissions, xoxb-...)", secret=True
            ),
            Field(name="slack_signing_secret", ask="Signing Secret (Basic Information)", secret=True),
            Field(name="slack_channel", ask="Channel to answer in beside direct messages", optional=True),
        ),
        paste="Event Subscriptions (events message.im and app_mention) and Interactivity: as Request URL.",
        to="member or channel id, such as U024BE7LH",
    ),
    "socketio": Form(
        title="Web chat clients of Rasa (Socket.IO)",
        fields=(
            Field(name="user_message_evt", ask="Event of a customer's message", default="user_uttered"),
            Field(name="bot_message_evt", ask="Event of a reply", default="bot_uttered"),
            Field(
                name="session_persistence", ask="Keep sessions over reloads (true or false)", default="true"
            ),
            Field(name="jwt_key", ask="Key of the tokens that your pages send", secret=True, optional=True),
        ),
        paste="Give the client the address without a path; its socket path is /socket.io/.",
    ),
    "telegram": Form(
        title="Telegram",
        fields=(
            Field(name="access_token", ask="The bot's token, from @BotFather", secret=True),
            Field(name="verify", ask="The bot's user name, without @"),
        ),
        address_field="webhook_url",
        to="chat id, such as 1111111 (the bot must have been written to)",
    ),
}
"""The form of each channel that can be set up by question and answer."""
