"""Slack, mended: events keep Slack's own ids, files are kept, replies tell whether they arrived."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from rasa.core.channels.slack import SlackBot, SlackInput
from sanic.request import Request
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from frontdesk_channels.connectors.fetching import fetch_file, same_origin
from frontdesk_channels.edge import Edge, sent
from frontdesk_channels.events import Attachment, Event, Kind, Said
from frontdesk_channels.failures import FailureKind, Forged, Undelivered

API = "https://slack.com/api/"
FILES = "https://files.slack.com/"
FRESH_S = 300
LATER = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
}
OUR_FAULT = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
}


class SlackOutput(SlackBot):
    """Posts to one place in Slack and keeps the id of what it posted."""

    def __init__(self, client: AsyncWebClient, token: str, channel: str | None, thread: str | None) -> None:
        super().__init__(token, channel, thread)
        self.client = client

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Post a text as one message."""
        await self._post_message(channel=self.slack_channel or recipient_id, text=text)

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        """Post a text with buttons below it."""
        marked = "plain_text" if kwargs.get("markup") == "plain" else "mrkdwn"
        blocks = [
            {"type": "section", "text": {"type": marked, "text": text}},
            {"type": "actions", "elements": [_button(button) for button in buttons]},
        ]
        await self._post_message(channel=self.slack_channel or recipient_id, text=text, blocks=blocks)

    async def _post_message(self, channel: str, **kwargs: Any) -> None:
        # Tokens of today's apps do not know these two.
        wanted = {name: value for name, value in kwargs.items() if name not in ("as_user", "type")}
        if self.thread_id:
            wanted["thread_ts"] = self.thread_id
        try:
            posted = await self.client.chat_postMessage(channel=channel, **wanted)
        except SlackApiError as error:
            raise explain(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Undelivered("retryable", f"Slack is not reached: {type(error).__name__}") from None
        sent(f"{posted['channel']}:{posted['ts']}")


def _button(button: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"type": "button", "text": {"type": "plain_text", "text": button["title"]}}
    return {**shown, "url": button["url"]} if button.get("url") else {**shown, "value": button["payload"]}


def explain(error: SlackApiError) -> Undelivered:
    """Tell an error of Slack's that passes from one that stays."""
    response: Any = error.response
    code, status = str(response.get("error") or ""), int(getattr(response, "status_code", 200))
    kind: FailureKind = "refused"
    if status == 429 or status >= 500 or code in LATER:
        kind = "retryable"
    elif code in OUR_FAULT:
        kind = "outage"
    retry_after = {name.lower(): value for name, value in response.headers.items()}.get("retry-after")
    return Undelivered(kind, f"Slack says {code or status}", float(retry_after) if retry_after else None)


class Slack(Edge, SlackInput):
    """Slack's Events API and interactive messages."""

    longest_text = 3000  # what a section of blocks may have; a plain message may have 40,000
    most_buttons = 25
    longest_label = 75
    api_url = API

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "Slack":
        """Make it from Rasa's fields; `api_url` may name another address of Slack's API."""
        made: Slack = super().from_credentials(credentials)
        made.api_url = str((credentials or {}).get("api_url") or API)
        if not (credentials or {}).get("errors_ignore_retry"):
            # A repeated event may be the first that is stored: its id tells, not why it is repeated.
            made.errors_ignore_retry = ()
        return made

    @property
    def unsigned(self) -> str:
        """Slack signs, and Rasa insists on the secret."""
        return ""

    async def authenticate(self, request: Request) -> None:
        """Check Slack's signature over time and body, and that it is of the last five minutes."""
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > FRESH_S:
            raise Forged("X-Slack-Request-Timestamp is missing or not of the last five minutes.")
        wanted = slack_signature(self.slack_signing_secret, stamp, request.body)
        if not hmac.compare_digest(wanted.encode(), request.headers.get("X-Slack-Signature", "").encode()):
            raise Forged("X-Slack-Signature does not fit the body.")

    def read(self, request: Request) -> Sequence[Event]:
        """Read an event or a pressed button."""
        if request.form and "payload" in request.form:
            return self._pressed(json.loads(request.form["payload"][0]))
        told = request.json or {}
        event = told.get("event") or {}
        return self._written(told, event) if told.get("type") == "event_callback" else ()

    def _written(self, told: Mapping[str, Any], event: Mapping[str, Any]) -> Sequence[Event]:
        kept = event.get("subtype") in (None, "file_share", "thread_broadcast")
        if event.get("type") not in ("message", "app_mention") or not kept or event.get("bot_id"):
            return ()
        files = tuple(_attachment(file) for file in event.get("files", ()))
        if not self._is_supported_channel(dict(told), {"out_channel": event.get("channel")}):
            return ()
        if not files and not event.get("text"):
            return ()
        channel, ts = str(event["channel"]), str(event["ts"])
        thread = str(event.get("thread_ts") or ts)
        sender = str(self._get_conversation_id(str(event["user"]), channel, thread))
        said = Said(
            # A mention comes twice, as message and as app_mention; both have the same time stamp.
            message_id=f"{channel}:{ts}",
            sender=sender,
            text=self._sanitize_user_message(str(event.get("text") or ""), _bots(told)),
            attachments=files,
            reply_to=self._way_back(channel, thread),
            sent_at=float(ts),
            metadata={"event_id": told.get("event_id"), "team": told.get("team_id")},
        )
        return (said,)

    def _pressed(self, payload: Mapping[str, Any]) -> Sequence[Event]:
        if not self._is_interactive_message(dict(payload)):
            return ()
        action = payload["actions"][0]
        value = self._get_interactive_response(action)
        if value is None:
            return ()
        channel, message = str(payload["channel"]["id"]), payload.get("message") or {}
        thread = str(message.get("thread_ts") or message.get("ts") or "")
        stamp = str(action.get("action_ts") or payload.get("trigger_id"))
        said = Said(
            message_id=f"{channel}:pressed:{stamp}",
            sender=str(self._get_conversation_id(payload["user"]["id"], channel, thread)),
            text=value,
            pressed=True,
            reply_to=self._way_back(channel, thread),
            sent_at=float(stamp) if stamp.replace(".", "", 1).isdigit() else None,
        )
        return (said,)

    def _way_back(self, channel: str, thread: str) -> dict[str, str]:
        return {"channel": channel, **({"thread": thread} if self.use_threads and thread else {})}

    def output_for(self, reply_to: Mapping[str, Any]) -> SlackOutput:
        """Answer in the channel, and with `use_threads` in the thread, that the message came from."""
        return SlackOutput(
            self._client(),
            self.slack_token,
            reply_to.get("channel") or self.slack_channel,
            reply_to.get("thread"),
        )

    def get_output_channel(self, channel: str | None = None, thread_id: str | None = None) -> SlackOutput:
        """See Rasa's; ours tells whether a message arrived."""
        return SlackOutput(self._client(), self.slack_token, channel or self.slack_channel, thread_id)

    def _client(self) -> AsyncWebClient:
        return AsyncWebClient(self.slack_token, base_url=self.api_url, proxy=self.proxy)

    async def file(self, kept: Attachment) -> bytes | None:
        """Fetch a file with our token, which goes to Slack's own servers only."""
        if not (same_origin(kept.url, FILES) or same_origin(kept.url, self.api_url)):
            return None
        return await fetch_file(kept.url, {"Authorization": f"Bearer {self.slack_token}"})

    async def whoami(self) -> str:
        """Ask Slack whom the token belongs to."""
        try:
            known = await self._client().auth_test()
        except SlackApiError as error:
            raise explain(error) from None
        return f"{known.get('user')} in {known.get('team')}"


def slack_signature(secret: str, stamp: str, body: bytes) -> str:
    """Sign a request's time and body as Slack does."""
    signed = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _bots(told: Mapping[str, Any]) -> list[str]:
    """Return the ids under which we ourselves are mentioned."""
    given = told.get("authorizations") or ()
    return [*told.get("authed_users", ()), *(str(one["user_id"]) for one in given if one.get("user_id"))]


def _attachment(file: Mapping[str, Any]) -> Attachment:
    kind, _, _ = str(file.get("mimetype") or "").partition("/")
    known: Mapping[str, Kind] = {"image": "image", "audio": "audio", "video": "video"}
    return Attachment(
        kind=known.get(kind, "file"),
        url=str(file.get("url_private") or ""),
        id=str(file.get("id") or ""),
        name=str(file.get("name") or ""),
        content_type=str(file.get("mimetype") or ""),
        size=file.get("size"),
    )
