"""`/webhooks/live-chat/<system>`: what happens in another chat system, signed by it."""

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel

from app.gateway.body import read_body
from app.handoff.external.bridge import Bridge
from app.handoff.external.port import WebhookRefused
from app.problems import Problem, not_found

SIGNATURE = "x-siqsignature"
log = structlog.get_logger(__name__)


class Heard(BaseModel):
    """The event was read; `known` is false for a chat that was not begun here."""

    known: bool


def build_router(bridge: Bridge, tenant_id: str) -> APIRouter:
    """Build the route for one chat system."""
    router = APIRouter(prefix="/webhooks/live-chat", tags=["handoff"])

    @router.post("/{system}")
    async def hear(system: str, request: Request) -> Heard:
        """Take an event of the other chat system; the same event again changes nothing."""
        if system != bridge.chat.system:
            raise not_found("system")
        body = await read_body(request)
        try:
            call_id, event = bridge.chat.heard(body, request.headers.get(SIGNATURE))
        except WebhookRefused as refused:
            log.warning("live_chat_call_refused", system=system, why=refused.slug)
            status = 422 if refused.slug == "not-an-event" else 401
            raise Problem(status, refused.slug, "This call is refused.", refused.why) from None
        if event is None:
            return Heard(known=True)
        return Heard(known=await bridge.hear(tenant_id, call_id, event))

    return router
