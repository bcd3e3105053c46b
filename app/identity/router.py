"""`/api/v1/identity`: a customer proves an address by a code, or goes on in another channel."""

from dataclasses import dataclass
from typing import Annotated, NoReturn

from fastapi import APIRouter, Depends, Request

from app.auth.caller import AgentCaller, require
from app.auth.customer_token import read_token
from app.gateway.body import body_of, documented
from app.gateway.deps import GatewayDeps
from app.identity.contacts import read_contact
from app.identity.joining import Identities
from app.identity.links import Made
from app.identity.outcomes import NoCode, NoConversation, NotSent, Proved, Sent, TooMany, WrongCode
from app.identity.shapes import (
    AskForCode,
    AskForLink,
    CodeSent,
    GiveCode,
    LinkMade,
    ProvedShape,
    Who,
)
from app.problems import Problem, not_found


@dataclass(frozen=True, kw_only=True)
class _For:
    """For which conversation it is asked."""

    tenant_id: str
    conversation_id: str


def build_router(identities: Identities, gateway: GatewayDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/identity", tags=["identity"])

    @router.post("/codes", status_code=202, openapi_extra=documented(AskForCode))
    async def send(request: Request, body: Annotated[AskForCode, Depends(body_of(AskForCode))]) -> CodeSent:
        """Send a code to an email address or phone number that a customer says is theirs."""
        asked = await _asked(gateway, request, body)
        contact = read_contact(body.contact)
        if contact is None:
            raise Problem(
                422,
                "wrong-fields",
                "Some fields do not fit.",
                "contact: write an email address, or a phone number that begins with + and the country.",
            )
        match await identities.proving.send(asked.tenant_id, asked.conversation_id, contact):
            case Sent() as sent:
                return CodeSent(code_id=sent.code_id, to=sent.to, expires_at=sent.expires_at)
            case TooMany(wait_s=wait_s):
                _too_many("codes", wait_s)
            case NotSent() as failed:
                raise Problem(409, "code-not-sent", failed.why, failed.hint)
            case NoConversation():
                raise not_found("conversation")

    @router.post("/codes/{code_id}", openapi_extra=documented(GiveCode))
    async def check(
        request: Request, code_id: str, body: Annotated[GiveCode, Depends(body_of(GiveCode))]
    ) -> ProvedShape:
        """Check the code: the right one makes the address the customer's, and one of all who have it."""
        asked = await _asked(gateway, request, body)
        match await identities.proving.check(asked.tenant_id, asked.conversation_id, body.code, code_id):
            case Proved() as proved:
                return ProvedShape(
                    customer_id=proved.customer_id,
                    merged=proved.merged,
                    candidates=proved.apart,
                    verified=proved.verified,
                )
            case WrongCode(tries_left=left):
                hint = f"{left} tries are left." if left else "Ask for a new one."
                raise Problem(422, "wrong-code", "This is not the code that was sent.", hint)
            case NoCode():
                raise Problem(410, "code-over", "This code is used or out of date.", "Ask for a new one.")

    @router.post("/links", status_code=201, openapi_extra=documented(AskForLink))
    async def link(request: Request, body: Annotated[AskForLink, Depends(body_of(AskForLink))]) -> LinkMade:
        """Make a code with which the customer goes on from another channel, in the same conversation."""
        asked = await _asked(gateway, request, body)
        match await identities.links.make(asked.tenant_id, asked.conversation_id, body.channel, body.kind):
            case Made(code=code, expires_at=expires_at):
                return LinkMade(
                    code=code, channel=body.channel, kind=body.kind, expires_at=expires_at, say=_say(body)
                )
            case TooMany(wait_s=wait_s):
                _too_many("links", wait_s)
            case NoConversation():
                raise not_found("conversation")

    return router


async def _asked(gateway: GatewayDeps, request: Request, who: Who) -> _For:
    """Say for whom it is asked: a customer's token speaks for its own conversation only."""
    if who.token is not None:
        token = read_token(gateway.vault, who.token, gateway.clock())
        if token is not None:
            return _For(tenant_id=token.tenant_id, conversation_id=token.conversation_id)
    caller = await gateway.authenticator.caller(request)
    require(caller, "conversations:act" if isinstance(caller, AgentCaller) else "messages:write")
    if who.conversation_id is None:
        raise Problem(
            422, "wrong-fields", "Some fields do not fit.", "conversation_id: name it when you send no token."
        )
    await gateway.authenticator.keep_in_sight(caller, who.conversation_id)
    return _For(tenant_id=caller.tenant_id, conversation_id=who.conversation_id)


def _too_many(what: str, wait_s: int) -> NoReturn:
    raise Problem(
        429,
        "too-many",
        f"Too many {what} were asked for.",
        f"Try again in {wait_s} seconds.",
        headers={"Retry-After": str(wait_s)},
    )


def _say(body: AskForLink) -> str:
    if body.kind == "link":
        return "Open the page with the chat, with this code behind #frontdesk= in its address."
    return f"Send this code by {body.channel}."
