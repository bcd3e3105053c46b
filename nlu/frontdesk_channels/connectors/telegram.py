"""Telegram, mended: a secret proves who calls, files are kept, nothing blocks the loop at the start."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import aiohttp
from aiogram.bot.api import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, User
from aiogram.utils import exceptions
from rasa.core.channels.telegram import TelegramInput, TelegramOutput
from sanic.request import Request

from frontdesk_channels.connectors.fetching import fetch_file
from frontdesk_channels.edge import Edge, sent
from frontdesk_channels.events import Attachment, Event, Kind, Said
from frontdesk_channels.failures import FailureKind, Forged, Undelivered

API = "https://api.telegram.org"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
FILES: Mapping[str, Kind] = {
    "document": "file",
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "sticker": "image",
}
WANTED = ["message", "edited_message", "callback_query"]


class Sender(TelegramOutput):
    """Speaks to Telegram's bot API and keeps the ids of what it sent."""

    def __init__(self, access_token: str, name: str, api_url: str) -> None:
        super().__init__(access_token)
        self.server = TelegramAPIServer.from_base(api_url)
        self._name = name

    async def get_me(self) -> User:
        """Return who we are; the webhook's secret proves it, so Telegram is not asked at each message."""
        return User(id=self.id, is_bot=True, username=self._name)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Send a text as one message."""
        await self.send_message(recipient_id, text, parse_mode=_mode(kwargs))

    async def send_text_with_buttons(
        self,
        recipient_id: str,
        text: str,
        buttons: list[dict[str, Any]],
        button_type: str | None = "inline",
        **kwargs: Any,
    ) -> None:
        """Send a text with a keyboard; each button has a row of its own, where its label has room."""
        if button_type == "reply":
            await super().send_text_with_buttons(recipient_id, text, buttons, button_type)
            return
        keyboard = InlineKeyboardMarkup(row_width=1)
        for button in buttons:
            opens = {"url": button["url"]} if button.get("url") else {"callback_data": button["payload"]}
            keyboard.add(InlineKeyboardButton(button["title"], **opens))
        await self.send_message(recipient_id, text, reply_markup=keyboard, parse_mode=_mode(kwargs))

    async def request(self, method: str, data: Any = None, files: Any = None, **kwargs: Any) -> Any:
        """Call a method of the API, or raise `Undelivered` with what kind of failure it was."""
        try:
            result = await super().request(method, data, files, **kwargs)
        except exceptions.TelegramAPIError as error:
            raise explain(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Undelivered("retryable", f"Telegram is not reached: {type(error).__name__}") from None
        if isinstance(result, dict) and "message_id" in result:
            sent(f"{result['chat']['id']}:{result['message_id']}")
        return result


def _mode(given: Mapping[str, Any]) -> str | None:
    """Return Telegram's name of the markup that a text is written in."""
    return "HTML" if given.get("markup") == "telegram" else None


def explain(error: exceptions.TelegramAPIError) -> Undelivered:
    """Tell an error of Telegram's that passes from one that stays."""
    why, kind = f"Telegram says {error}", _kind_of(error)
    return Undelivered(kind, why, float(error.timeout) if isinstance(error, exceptions.RetryAfter) else None)


def _kind_of(error: exceptions.TelegramAPIError) -> FailureKind:
    gone = (exceptions.BotKicked, exceptions.BotBlocked, exceptions.UserDeactivated, exceptions.BadRequest)
    unwelcome = (exceptions.CantInitiateConversation, exceptions.CantTalkWithBots, exceptions.MigrateToChat)
    if isinstance(error, (*gone, *unwelcome)):
        return "refused"
    # A token that is not known is answered as "not found".
    return "outage" if isinstance(error, exceptions.Unauthorized | exceptions.NotFound) else "retryable"


class Telegram(Edge, TelegramInput):
    """Telegram's bot API."""

    longest_text = 4096
    most_buttons = 100
    longest_label = 64
    longest_payload = 64
    api_url = API
    secret = ""
    _sender: Sender

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "Telegram":
        """Make it from Rasa's fields; `secret_token` and `api_url` are there for who wants them otherwise."""
        made: Telegram = super().from_credentials(credentials)
        given = credentials or {}
        made.api_url = str(given.get("api_url") or API)
        made.secret = str(given.get("secret_token") or derived_secret(str(made.access_token)))
        made._sender = Sender(str(made.access_token), str(made.verify or ""), made.api_url)
        return made

    @property
    def unsigned(self) -> str:
        """Every request carries the secret that we gave Telegram with our address."""
        return ""

    async def open(self) -> None:
        """Tell Telegram our address and the secret to call it with."""
        if self.webhook_url:
            await self._sender.request(
                "setWebhook",
                {
                    "url": self.webhook_url,
                    "secret_token": self.secret,
                    "allowed_updates": '["' + '","'.join(WANTED) + '"]',
                },
            )

    async def close(self) -> None:
        """Close the connections to Telegram."""
        if self._sender._session is not None:
            await self._sender._session.close()

    async def authenticate(self, request: Request) -> None:
        """Check the secret; Telegram signs nothing else."""
        if request.path.endswith("/set_webhook"):
            raise Forged("The address is set when the connector starts.", 403)
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self.secret.encode()):
            raise Forged(f"{SECRET_HEADER} is missing or wrong.")

    def read(self, request: Request) -> Sequence[Event]:
        """Read a message, a corrected message or a pressed button; other updates say nothing."""
        update = request.json
        if pressed := update.get("callback_query"):
            return _pressed(pressed)
        if edited := update.get("edited_message"):
            return _written(edited, f"{edited['message_id']}:edit:{edited.get('edit_date')}")
        message = update.get("message")
        return _written(message, str(message["message_id"])) if message else ()

    async def taken(self, request: Request) -> None:
        """Stop the pressed button's spinner."""
        if pressed := (request.json or {}).get("callback_query"):
            await self._sender.request("answerCallbackQuery", {"callback_query_id": pressed["id"]})

    def get_output_channel(self) -> Sender:
        """Return the one sender; where our webhook is was told when we opened."""
        return self._sender

    async def file(self, kept: Attachment) -> bytes | None:
        """Ask where a file lies, and fetch it."""
        if not kept.id:
            return None
        found = await self._sender.request("getFile", {"file_id": kept.id})
        return await fetch_file(self._sender.get_file_url(found["file_path"]), {})

    async def whoami(self) -> str:
        """Ask Telegram whom the token belongs to, and compare with `verify`."""
        known = await self._sender.request("getMe")
        name = str(known.get("username"))
        if self.verify and self.verify != name:
            raise Undelivered("refused", f"the token is {name}'s, but `verify` says {self.verify}")
        return name


def derived_secret(access_token: str) -> str:
    """Make the webhook's secret from the bot's token: no field is needed, each start has the same."""
    return hmac.new(access_token.encode(), b"frontdesk telegram webhook", hashlib.sha256).hexdigest()


def _written(message: Mapping[str, Any], message_id: str) -> Sequence[Event]:
    attachments = tuple(_attachments(message))
    text = str(message.get("text") or message.get("caption") or "")
    if not text and not attachments:
        return ()
    said = Said(
        message_id=message_id,
        sender=str(message["chat"]["id"]),
        text=text,
        attachments=attachments,
        sent_at=float(message.get("edit_date") or message["date"]),
        metadata=_language(message.get("from") or {}),
    )
    return (said,)


def _pressed(query: Mapping[str, Any]) -> Sequence[Event]:
    message = query.get("message")
    if not message or not query.get("data"):
        return ()
    said = Said(
        message_id=f"press:{query['id']}",
        sender=str(message["chat"]["id"]),
        text=str(query["data"]),
        pressed=True,
        metadata=_language(query.get("from") or {}),
    )
    return (said,)


def _language(sender: Mapping[str, Any]) -> dict[str, str]:
    code = sender.get("language_code")
    return {"language": str(code)} if code else {}


def _attachments(message: Mapping[str, Any]) -> Iterator[Attachment]:
    if sizes := message.get("photo"):
        best = max(sizes, key=lambda size: int(size.get("width") or 0))
        yield Attachment(kind="image", id=str(best["file_id"]), size=best.get("file_size"))
    for field, kind in FILES.items():
        if file := message.get(field):
            yield Attachment(
                kind=kind,
                id=str(file["file_id"]),
                name=str(file.get("file_name") or ""),
                content_type=str(file.get("mime_type") or ""),
                size=file.get("file_size"),
            )
    if place := message.get("location"):
        yield Attachment(kind="location", more={"lat": place["latitude"], "lng": place["longitude"]})
    if card := message.get("contact"):
        yield Attachment(kind="contact", name=str(card.get("first_name") or ""), more=dict(card))
