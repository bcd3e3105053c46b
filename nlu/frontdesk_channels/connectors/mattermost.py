"""Mattermost, mended: webhooks carry their token, buttons a seal, posts their id; nothing blocks the loop."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.channels.mattermost import MattermostBot, MattermostInput
from sanic.request import Request
from sanic.response import HTTPResponse, json

from frontdesk_channels.connectors.fetching import fetch_file
from frontdesk_channels.edge import KEY, Edge, sent
from frontdesk_channels.events import Attachment, Event, Said
from frontdesk_channels.failures import Forged
from frontdesk_channels.posting import ask_json, post_json

WHO = "Mattermost"


class Poster(MattermostBot):
    """Posts to one channel of Mattermost and keeps the ids of the posts."""

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Post a text as one post."""
        await self._post({"message": text})

    async def send_image_url(self, recipient_id: str, image: str, **kwargs: Any) -> None:
        """Post an image."""
        await self._post({"props": {"attachments": [{"image_url": image}]}})

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
        """Post a post of the company's own making."""
        await self._post({"message": "", **json_message})

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        """Post a text with buttons; each carries a seal, so that nobody else presses ours."""
        actions = [
            {
                "name": button["title"],
                "integration": {
                    "url": self.webhook_url,
                    "context": {
                        "action": button["payload"],
                        "seal": seal(self.token, self.bot_channel, button["payload"]),
                    },
                },
            }
            for button in buttons
        ]
        await self._post({"message": text, "props": {"attachments": [{"actions": actions}]}})

    async def _post(self, post: dict[str, Any]) -> None:
        body = {"channel_id": self.bot_channel, **post}
        if key := KEY.get():
            # A post under an id that the server has seen lately is not made again.
            body["pending_post_id"] = hashlib.sha256(key.encode()).hexdigest()[:26]
        posted = await post_json(WHO, f"{self.url}/posts", body, {"Authorization": f"Bearer {self.token}"})
        sent(str(posted.get("id") or ""))


def seal(token: str, channel: str, action: str) -> str:
    """Seal what a button stands for, in the channel it is shown in."""
    return hmac.new(token.encode(), f"{channel}:{action}".encode(), hashlib.sha256).hexdigest()


class Mattermost(Edge, MattermostInput):
    """Mattermost's outgoing webhooks and interactive buttons."""

    longest_text = 16_383
    most_buttons = 10
    longest_label = 100
    outgoing_token = ""

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "Mattermost":
        """Make it from Rasa's fields and, of ours, `outgoing_token`."""
        made: Mattermost = super().from_credentials(credentials)
        made.outgoing_token = str((credentials or {}).get("outgoing_token") or "")
        return made

    @property
    def unsigned(self) -> str:
        """Rasa knows no field for the webhook's token; without it, messages are believed."""
        if self.outgoing_token:
            return ""
        return "set outgoing_token to the token that Mattermost shows with the outgoing webhook"

    async def authenticate(self, request: Request) -> None:
        """Check the webhook's token, or the seal of the button that was pressed."""
        told = _body(request)
        context = told.get("context")
        if isinstance(context, Mapping):
            wanted = seal(self.token, str(told.get("channel_id")), str(context.get("action")))
            given, why = str(context.get("seal") or ""), "The button is none of ours."
        else:
            wanted, why = self.outgoing_token, "The webhook's token is missing or wrong."
            given = str(told.get("token") or "") if wanted else ""
        if not hmac.compare_digest(wanted.encode(), given.encode()):
            raise Forged(why)

    def read(self, request: Request) -> Sequence[Event]:
        """Read a post or a pressed button."""
        told = _body(request)
        if isinstance(told.get("context"), Mapping):
            return (self._pressed(told),)
        return (self._posted(told),) if told.get("post_id") else ()

    def _pressed(self, told: Mapping[str, Any]) -> Said:
        pressed = str(told.get("trigger_id") or told.get("post_id"))
        return Said(
            message_id=f"press:{hashlib.sha256(pressed.encode()).hexdigest()}",
            sender=str(told["user_id"]),
            text=str(told["context"]["action"]),
            pressed=True,
            reply_to={"channel": str(told["channel_id"])},
        )

    def _posted(self, told: Mapping[str, Any]) -> Said:
        text, word = str(told.get("text") or ""), str(told.get("trigger_word") or "")
        files = str(told.get("file_ids") or "").split(",")
        stamp = told.get("timestamp")
        return Said(
            message_id=str(told["post_id"]),
            sender=str(told["user_id"]),
            text=text.removeprefix(word).strip() or text,
            attachments=tuple(self._file(file) for file in files if file),
            reply_to={"channel": str(told["channel_id"])},
            # Seconds in older servers, milliseconds in newer ones.
            sent_at=_seconds(float(stamp)) if stamp else None,
            metadata={"name": told.get("user_name")},
        )

    def _file(self, file_id: str) -> Attachment:
        return Attachment(kind="file", id=file_id, url=f"{self.url}/files/{file_id}")

    def acknowledgement(self, request: Request) -> HTTPResponse:
        """Answer with JSON: after a pressed button Mattermost shows anything else as an error."""
        return json({})

    def output_for(self, reply_to: Mapping[str, Any]) -> Poster:
        """Post in the channel that the message came from."""
        return Poster(self.url, self.token, str(reply_to.get("channel") or ""), self.webhook_url)

    async def file(self, kept: Attachment) -> bytes | None:
        """Fetch a file as the bot, which must be in the channel."""
        if not kept.id:
            return None
        return await fetch_file(f"{self.url}/files/{kept.id}", {"Authorization": f"Bearer {self.token}"})

    async def whoami(self) -> str:
        """Ask Mattermost whom the token belongs to."""
        known = await ask_json(
            WHO, "GET", f"{self.url}/users/me", None, {"Authorization": f"Bearer {self.token}"}
        )
        return str(known.get("username") or "")


def _seconds(stamp: float) -> float:
    return stamp / 1000 if stamp > 1e11 else stamp


def _body(request: Request) -> Mapping[str, Any]:
    """Return the fields, whichever of Mattermost's two content types they came in."""
    if request.form:
        return {name: values[0] for name, values in request.form.items()}
    found = request.json
    return found if isinstance(found, Mapping) else {}
