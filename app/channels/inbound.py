"""`/internal/channels/…`: the connectors' process hands in what it has verified; nobody else has the key."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.channels.ways import WaysBack
from app.conversations.entry import Entry
from app.gateway.answer import accept, answer_to
from app.gateway.body import PlainRoute, check_text, read_model
from app.gateway.deps import GatewayDeps
from app.gateway.message import Address, Channel, Id, Inbound, kept_elsewhere
from app.outbox.port import DeliveryChanged
from app.problems import Problem
from graphs.events import Attached

TOKEN_HEADER = "X-Channels-Token"  # noqa: S105 - a header's name
LONGEST_WAIT_S = 30.0
TOLD = ("location", "contact")
"""Kinds that are no files: the text says what they are."""
TOLD_FIELDS = ("title", "address", "lat", "lng", "phone_number")


class ChannelMessage(BaseModel):
    """A message of a customer as a connector read it: UnifiedMessage, and the way back."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel
    message_id: Id
    """The channel's own id."""
    address: Address
    text: str = ""
    payload: Annotated[str, Field(max_length=2000, pattern=r"^/")] | None = None
    attachments: Annotated[list[dict[str, Any]], Field(max_length=100)] = Field(default_factory=list)
    reply_to: dict[str, Any] = Field(default_factory=dict)
    """What the connector needs to answer where the message came from."""
    sent_at: float | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    wait_s: Annotated[float, Field(ge=0, le=LONGEST_WAIT_S)] = 0.0
    """How long to wait for the replies; for channels that answer in the same response."""

    @property
    def files(self) -> list[dict[str, Any]]:
        """What came and can be fetched; a place or a card is told in the text."""
        return [one for one in self.attachments if not _only_told(one)]


class ChannelStatus(BaseModel):
    """What became of a reply."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel
    provider_id: str
    state: Literal["sent", "delivered", "read", "failed"]
    at: float | None = None
    error: str = ""


class KeepsFiles(Protocol):
    """Brings files from channels into our own keeping."""

    async def kept(
        self, tenant_id: str, channel: str, address: str, attachments: Sequence[Mapping[str, Any]]
    ) -> tuple[Attached, ...]:
        """Return what a message brought, kept here or pointed to."""


@dataclass(frozen=True, kw_only=True)
class InboundDeps:
    """What taking messages in needs."""

    gateway: GatewayDeps
    ways: WaysBack
    token: str
    delivery_changed: DeliveryChanged
    heard: Callable[[str], None] = lambda channel: None
    """Told of each channel that hands in a message."""
    files: KeepsFiles | None = None
    """None: files stay where the channel has them."""


def build_router(deps: InboundDeps) -> APIRouter:
    """Build the connectors' doors; they are no part of the public contract."""
    router = APIRouter(prefix="/internal/channels", include_in_schema=False, route_class=PlainRoute)

    @router.post("/messages")
    async def message(request: Request) -> Response:
        """Store one message; with `wait_s` its replies come back."""
        _check_key(deps, request)
        return await take(deps, await read_model(request, ChannelMessage))

    @router.post("/statuses")
    async def status(request: Request) -> Response:
        """Note what became of a reply."""
        _check_key(deps, request)
        told = await read_model(request, ChannelStatus)
        tenant_id = deps.gateway.tenant_id
        await deps.delivery_changed(tenant_id, told.channel, told.provider_id, told.state, told.error or None)
        return Response(b"{}", 202, media_type="application/json")

    return router


def _check_key(deps: InboundDeps, request: Request) -> None:
    if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), deps.token.encode()):
        raise Problem(401, "sign-in-needed", "This door is for the connectors' process.")


async def take(deps: InboundDeps, message: ChannelMessage) -> Response:
    """Keep the way back first: whoever is answered must be reachable."""
    tenant_id = deps.gateway.tenant_id
    inbound = as_inbound(message, tenant_id, deps.gateway.clock())
    deps.heard(message.channel)
    await deps.ways.keep(tenant_id, message.channel, message.address, message.reply_to)
    if message.files and deps.files is not None:
        brought = await deps.files.kept(tenant_id, message.channel, message.address, message.files)
        inbound = replace(inbound, attachments=brought)
    accepted = await accept(deps.gateway, inbound)
    stored: dict[str, Any] = {"conversation_id": accepted.conversation_id, "seq": accepted.seq}
    if not message.wait_s:
        return Response(orjson.dumps(stored), 202, media_type="application/json")
    entries = await answer_to(deps.gateway, tenant_id, accepted, message.wait_s)
    stored["replies"] = [rasa_message(entry) for entry in entries]
    return Response(orjson.dumps(stored), 200, media_type="application/json")


def as_inbound(message: ChannelMessage, tenant_id: str, now: datetime) -> Inbound:
    """Translate into the one shape behind all channels; who has no words has brought something."""
    written = message.text if message.text.strip() else ""
    told = [one for one in message.attachments if _only_told(one) or not written]
    text = " ".join(filter(None, [written, described(told)]))
    check_text(text, "text")
    metadata = {**message.metadata, "sent_at": message.sent_at, "attachments": message.attachments}
    return Inbound(
        tenant_id=tenant_id,
        channel=message.channel,
        message_id=message.message_id,
        address=message.address,
        text=text,
        payload=message.payload,
        attachments=kept_elsewhere(message.files),
        metadata={name: value for name, value in metadata.items() if value not in (None, [])},
        received_at=now,
    )


def _only_told(attachment: Mapping[str, Any]) -> bool:
    """Say whether this is no file: a place or a card has nothing to be fetched."""
    return attachment.get("kind") in TOLD


def described(attachments: list[dict[str, Any]]) -> str:
    """Stand in for words where a message is only files, so that people see what came."""
    return " ".join(f"[{one.get('kind', 'file')}{_name(one)}]" for one in attachments)


def _name(attachment: Mapping[str, Any]) -> str:
    more = attachment.get("more") or {}
    told = [attachment.get("name"), *(more.get(field) for field in TOLD_FIELDS)]
    shown = ", ".join(str(one) for one in told if one not in (None, ""))
    return f": {shown}" if shown else ""


def rasa_message(entry: Entry) -> dict[str, Any]:
    """Show an entry in the shape that Rasa's output channels take."""
    buttons = [{"title": button.title, "payload": button.payload} for button in entry.buttons]
    return {"text": entry.text, **({"buttons": buttons} if buttons else {})}
