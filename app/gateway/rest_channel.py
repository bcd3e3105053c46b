"""`POST /webhooks/rest/webhook`: Rasa's REST channel, so that its clients connect unchanged."""

import secrets
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from app.auth.authenticate import api_key_in, is_local
from app.auth.caller import require
from app.auth.customer_token import read_token
from app.conversations.entry import Entry
from app.gateway.answer import accept, answer_to, standing_headers
from app.gateway.body import PlainRoute, check_text, documented, read_model
from app.gateway.deps import GatewayDeps
from app.gateway.message import Inbound, RestMessage
from app.problems import Problem

CHANNEL = "rest"
ANSWER_WITHIN_S = 30.0


@dataclass(frozen=True, kw_only=True)
class _Trust:
    """For whom a request speaks."""

    tenant_id: str
    customer_id: str | None
    verified: bool
    key_id: str | None = None
    bulk: bool = False


async def _trust(deps: GatewayDeps, request: Request, message: RestMessage) -> _Trust:
    """Decide whose tenant this is and whether the customer it names is believed."""
    customer_id = message.metadata.customer_id or None
    key = api_key_in(request)
    if key is not None:
        caller = await deps.authenticator.by_key(key)
        require(caller, "messages:write")
        return _Trust(
            tenant_id=caller.tenant_id,
            customer_id=customer_id,
            verified=customer_id is not None,
            key_id=caller.key_id,
            bulk="messages:bulk" in caller.rights,
        )
    token = read_token(deps.vault, str(message.metadata.token or ""), deps.clock())
    if token is not None:
        return _Trust(tenant_id=token.tenant_id, customer_id=token.customer_id, verified=token.verified)
    if deps.demo and is_local(request):
        believed = customer_id is not None
        return _Trust(tenant_id=deps.tenant_id, customer_id=customer_id, verified=believed, bulk=True)
    raise Problem(
        401,
        "sign-in-needed",
        "A key is needed here.",
        "Send X-API-Key, or a customer's token as metadata.token.",
    )


def conversation_of(deps: GatewayDeps, tenant_id: str, sender: str, customer_id: str | None) -> str:
    """Return the conversation a sender's messages belong to: one for each sender id, as Rasa has it."""
    index = deps.vault.blind_index(tenant_id, f"{CHANNEL}:{sender}:{customer_id or ''}")
    return f"cnv_{index.hex()}"


async def _inbound(deps: GatewayDeps, request: Request) -> tuple[RestMessage, Inbound]:
    message = await read_model(request, RestMessage)
    check_text(message.message, "message")
    trust = await _trust(deps, request, message)
    return message, Inbound(
        tenant_id=trust.tenant_id,
        channel=CHANNEL,
        message_id=message.metadata.message_id or secrets.token_hex(16),
        address=message.sender,
        text=message.message,
        payload=message.message if message.message.startswith("/") else None,
        conversation_id=conversation_of(deps, trust.tenant_id, message.sender, trust.customer_id),
        customer_id=trust.customer_id,
        verified=trust.verified,
        key_id=trust.key_id,
        bulk=trust.bulk,
        begins=True,
        metadata=message.metadata.model_dump(exclude_unset=True, exclude={"token"}),
        received_at=deps.clock(),
    )


def rest_reply(sender: str, conversation_id: str, entry: Entry) -> dict[str, Any]:
    """Show an entry in the shape of Rasa's REST channel; what Rasa has no field for stands in `custom`."""
    reply: dict[str, Any] = {"recipient_id": sender, "text": entry.text}
    if entry.buttons:
        reply["buttons"] = [{"title": b.title, "payload": b.payload} for b in entry.buttons]
    reply["custom"] = {
        "conversation_id": conversation_id,
        "message_id": entry.message_id,
        "seq": entry.seq,
        "kind": entry.kind,
        "sender": entry.sender,
        "hold": entry.hold,
        "citations": entry.citations,
    }
    return reply


def build_router(deps: GatewayDeps) -> APIRouter:
    """Build the channel's route."""
    router = APIRouter(tags=["messages"], route_class=PlainRoute)

    @router.post(
        "/webhooks/rest/webhook", openapi_extra=documented(RestMessage), response_model=list[dict[str, Any]]
    )
    async def webhook(request: Request) -> Response:
        """Take a message and answer it in the same request."""
        message, inbound = await _inbound(deps, request)
        accepted = await accept(deps, inbound)
        entries = await answer_to(deps, inbound.tenant_id, accepted, ANSWER_WITHIN_S)
        replies = [rest_reply(message.sender, accepted.conversation_id, entry) for entry in entries]
        headers = standing_headers(deps, inbound)
        return Response(orjson.dumps(replies), headers=headers, media_type="application/json")

    return router
