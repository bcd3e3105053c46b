"""Rasa's callback channel, mended: metadata and message ids are kept, failures are told."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from rasa.core.channels.callback import CallbackInput, CallbackOutput
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from sanic.request import Request

from frontdesk_channels.edge import KEY, Edge, sent
from frontdesk_channels.events import Attachment, Event, Said
from frontdesk_channels.failures import Forged, Undelivered
from frontdesk_channels.posting import refusal

KEY_HEADER = "X-API-Key"


class Caller(CallbackOutput):
    """Posts each reply to the company's address."""

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Post a text as one message."""
        await self._persist_message(self._message(recipient_id, text=text))

    async def _persist_message(self, message: dict[str, Any]) -> None:
        headers = {"Idempotency-Key": KEY.get()} if KEY.get() else {}
        try:
            taken = await self.callback_endpoint.request("post", json=message, headers=headers)
        except ClientResponseError as error:
            raise refusal("The callback", int(error.status), None) from None
        except (orjson.JSONDecodeError, ValueError):
            taken = None  # any body is fine, also none
        except Exception as error:
            raise Undelivered("retryable", f"The callback is not reached: {type(error).__name__}") from None
        sent(str((taken or {}).get("id") or KEY.get()) if isinstance(taken, Mapping | None) else KEY.get())


class Callback(Edge, CallbackInput):
    """Messages in by REST, replies out to an address of the company's."""

    longest_text = 64 * 1024
    most_buttons = 100
    longest_label = 1000
    key = ""

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "Callback":
        """Make it from Rasa's fields and, of ours, `key`: what callers send as X-API-Key."""
        given = dict(credentials or {})
        key = str(given.pop("key", "") or "")
        made = cls(EndpointConfig.from_dict(given))
        made.key = key
        return made

    @property
    def unsigned(self) -> str:
        """Rasa's callback channel is open; with a key it is not."""
        return "" if self.key else f"set key, and send it as {KEY_HEADER}"

    async def authenticate(self, request: Request) -> None:
        """Check the key, where there is one."""
        given = request.headers.get(KEY_HEADER, "")
        if self.key and not hmac.compare_digest(given.encode(), self.key.encode()):
            raise Forged(f"{KEY_HEADER} is missing or wrong.")

    def read(self, request: Request) -> Sequence[Event]:
        """Read a message in the shape of Rasa's REST channel, with what stands beside it."""
        told = request.json
        metadata = dict(told.get("metadata") or {})
        message_id = metadata.pop("message_id", None) or told.get("message_id")
        attachments = tuple(_attachment(one) for one in metadata.pop("attachments", ()))
        text = str(told.get("message") or "")
        if not told.get("sender") or not (text or attachments):
            return ()
        said = Said(
            message_id=str(message_id or request.id),
            sender=str(told["sender"]),
            text=text,
            pressed=text.startswith("/"),
            attachments=attachments,
            sent_at=metadata.pop("sent_at", None),
            metadata=metadata,
        )
        return (said,)

    def get_output_channel(self) -> Caller:
        """See Rasa's; ours tells whether a reply arrived."""
        return Caller(self.callback_endpoint)


def _attachment(given: Mapping[str, Any]) -> Attachment:
    known = {name: given[name] for name in ("url", "id", "name", "content_type", "size") if name in given}
    return Attachment(kind=given.get("kind", "file"), **known)
