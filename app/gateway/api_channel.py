"""`POST /api/v1/messages`: a message of any channel, sent by the company's own programs."""

from collections.abc import Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from app.auth.authenticate import api_key_in
from app.auth.caller import require
from app.conversations.entry import Entry
from app.gateway.answer import accept, answer_to, standing_headers
from app.gateway.api_stream import MEDIA_TYPE, events
from app.gateway.body import check_text, documented, read_model
from app.gateway.deps import GatewayDeps
from app.gateway.files import files_of, named
from app.gateway.message import Inbound, UnifiedMessage, kept_elsewhere
from app.problems import Problem

LONGEST_WAIT_S = 60


class Stored(BaseModel):
    """The message is stored and will be answered."""

    conversation_id: str
    seq: int


class Answered(Stored):
    """The message is stored, with the answer so far."""

    duplicate: bool
    replies: Sequence[Entry]


def _address(message: UnifiedMessage) -> str:
    """Return the sender's address; a message that names nobody is a stranger's first."""
    return message.address or message.customer_id or message.conversation_id or message.message_id


async def _inbound(deps: GatewayDeps, request: Request) -> Inbound:
    key = api_key_in(request)
    if key is None:
        raise Problem(401, "sign-in-needed", "A key is needed here.", "Send it as X-API-Key.")
    caller = await deps.authenticator.by_key(key)
    require(caller, "messages:write")
    message = await read_model(request, UnifiedMessage)
    uploaded = [one.attachment_id for one in message.attachments if one.attachment_id]
    files = await files_of(deps, caller.tenant_id, f"key:{caller.key_id}", uploaded)
    files += kept_elsewhere(one.model_dump() for one in message.attachments if one.url)
    return Inbound(
        tenant_id=caller.tenant_id,
        channel=message.channel,
        message_id=message.message_id,
        address=_address(message),
        text=check_text(message.text or named(files), "text"),
        payload=message.payload,
        conversation_id=message.conversation_id,
        customer_id=message.customer_id,
        verified=message.customer_id is not None,
        key_id=caller.key_id,
        bulk="messages:bulk" in caller.rights,
        attachments=files,
        metadata=message.metadata,
        received_at=deps.clock(),
    )


def build_router(deps: GatewayDeps) -> APIRouter:
    """Build the channel's route."""
    router = APIRouter(tags=["messages"])

    @router.post(
        "/api/v1/messages",
        openapi_extra=documented(UnifiedMessage),
        status_code=202,
        response_model=Stored,
        responses={200: {"model": Answered}},
    )
    async def send(
        request: Request, wait: Annotated[float | None, Query(ge=0, le=LONGEST_WAIT_S)] = None
    ) -> Response:
        """Take a message; with `wait` the answer comes in the same response, or as events."""
        inbound = await _inbound(deps, request)
        accepted = await accept(deps, inbound)
        stored = {"conversation_id": accepted.conversation_id, "seq": accepted.seq}
        headers = standing_headers(deps, inbound)
        if not wait:
            return Response(orjson.dumps(stored), 202, headers, media_type="application/json")
        if MEDIA_TYPE in request.headers.get("accept", ""):
            said = events(deps, inbound.tenant_id, accepted, wait)
            headers["Cache-Control"] = "no-store"
            return StreamingResponse(said, media_type=MEDIA_TYPE, headers=headers)
        replies = await answer_to(deps, inbound.tenant_id, accepted, wait)
        answered = {**stored, "duplicate": accepted.duplicate, "replies": replies}
        written = orjson.dumps(answered, option=orjson.OPT_UTC_Z)
        return Response(written, 200, headers, media_type="application/json")

    return router
