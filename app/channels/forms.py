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
    "botframework": Form(
        title="Microsoft Teams (Bot Framework)",
        fields=(
            Field(name="app_id", ask="Microsoft App ID (Azure Bot, Configuration)"),
            Field(name="app_password", ask="Client secret of the app", secret=True),
            Field(name="tenant_id", ask="Tenant ID, when the app is single-tenant", optional=True),
        ),
        paste="Azure Bot, Configuration: as messaging endpoint.",
    ),
    "facebook": Form(
        title="Messenger and Instagram",
        fields=(
            Field(name="verify", ask="A word of your own that Meta repeats to us", secret=True),
            Field(name="secret", ask="App secret (App settings > Basic)", secret=True),
            Field(name="page-access-token", ask="Page access token", secret=True),
        ),
        paste="Webhooks: callback URL, with the word above; messages, messaging_postbacks, message_echoes.",
    ),
    "hangouts": Form(
        title="Google Chat",
        fields=(
            Field(name="project_id", ask="Project number, or the app's HTTP address, as its settings say"),
            Field(
                name="service_account",
                ask="Service account's key file as one line of JSON, to send later answers too",
                secret=True,
                optional=True,
            ),
        ),
        paste="Google Chat API, Configuration: as HTTP endpoint URL.",
    ),
    "line": Form(
        title="LINE",
        fields=(
            Field(name="channel_secret", ask="Channel secret (Basic settings)", secret=True),
            Field(name="channel_access_token", ask="Channel access token (Messaging API)", secret=True),
        ),
        paste='Messaging API: as webhook URL, with "Use webhook" on and auto-reply messages off.',
        to="user id, such as U4af4980629... (who must have added the account)",
    ),
    "rocketchat": Form(
        title="Rocket.Chat",
        fields=(
            Field(name="user", ask="The bot's user name"),
            Field(name="password", ask="The bot's password", secret=True),
            Field(name="server_url", ask="Server address, such as https://chat.example.com"),
            Field(name="token", ask="The outgoing webhook's token", secret=True, optional=True),
        ),
        paste="Integrations > Outgoing (Message Sent), or Omnichannel > Webhooks: as URL.",
        to="room id, such as GENERAL",
    ),
    "twilio": Form(
        title="SMS and WhatsApp by Twilio",
        fields=(
            Field(name="account_sid", ask="Account SID"),
            Field(name="auth_token", ask="Auth token", secret=True),
            Field(name="twilio_number", ask="Number that answers, such as +18005551212"),
            Field(name="whatsapp_number", ask="WhatsApp sender, when it is another number", optional=True),
        ),
        paste='Phone number, Messaging: "A message comes in", HTTP POST; also as status callback URL.',
        to="number, such as +14158675309",
    ),
    "twilio_voice": Form(
        title="Calls by Twilio",
        fields=(
            Field(name="auth_token", ask="Auth token", secret=True),
            Field(
                name="initial_prompt", ask="What a call begins with, as the customer's words", default="hello"
            ),
            Field(name="assistant_voice", ask="Voice", default="woman"),
        ),
        paste='Phone number, Voice: "A call comes in", HTTP POST.',
    ),
    "webexteams": Form(
        title="Webex",
        fields=(
            Field(name="access_token", ask="The bot's access token", secret=True),
            Field(
                name="secret",
                ask="The secret of the webhook",
                secret=True,
                optional=True,
            ),
        ),
        paste="POST /v1/webhooks: as targetUrl, resources messages and attachmentActions, event created.",
        to="room id",
    ),
    "whatsapp": Form(
        title="WhatsApp (Cloud API)",
        fields=(
            Field(name="access_token", ask="System user's access token", secret=True),
            Field(name="phone_number_id", ask="Phone number ID (WhatsApp > API Setup)"),
            Field(name="app_secret", ask="App secret (App settings > Basic)", secret=True),
            Field(name="verify_token", ask="A word of your own that Meta repeats to us", secret=True),
            Field(
                name="template", ask="Approved template with one variable, for late answers", optional=True
            ),
            Field(name="template_language", ask="The template's language", default="en"),
        ),
        paste="WhatsApp > Configuration: as callback URL, with the word above; field messages.",
        to="number without +, such as 16505551234",
    ),
    "x": Form(
        title="X, direct messages",
        fields=(
            Field(name="consumer_key", ask="API key", secret=True),
            Field(name="consumer_secret", ask="API key secret", secret=True),
            Field(name="access_token", ask="The account's access token", secret=True),
            Field(name="access_token_secret", ask="The account's access token secret", secret=True),
        ),
        paste="Account Activity API: register it as webhook and subscribe the account.",
        to="user id, such as 2244994945",
    ),
}
"""The form of each channel that can be set up by question and answer."""
