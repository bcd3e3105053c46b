"""`/oauth/token` and `/oauth/revoke`: access tokens for programs, in the words of RFC 6749 and RFC 7009."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, unquote_plus

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.auth.roles import EVERY_RIGHT
from app.auth.throttle import Throttle
from app.gateway.body import read_body
from app.oauth.service import OAuth, RefusedGrant
from app.oauth.token import LIFETIME
from app.problems import Problem

FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FIELDS = {
    "token": ("grant_type", "scope", "client_id", "client_secret"),
    "revoke": ("token", "token_type_hint", "client_id", "client_secret"),
}


class Granted(BaseModel):
    """An access token: send it as `Authorization: Bearer`."""

    access_token: str
    token_type: Literal["Bearer"] = Field(default="Bearer")
    expires_in: int
    scope: str


class ServerMetadata(BaseModel):
    """What this server speaks of OAuth (RFC 8414)."""

    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    grant_types_supported: Sequence[str] = ("client_credentials",)
    response_types_supported: Sequence[str] = ()
    token_endpoint_auth_methods_supported: Sequence[str] = ("client_secret_basic", "client_secret_post")
    scopes_supported: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class _Form:
    """What a client sent."""

    fields: dict[str, str]
    client_id: str
    secret: str


def _refused(status: int, error: str, description: str, **headers: str) -> Problem:
    """Say no as a problem document that is an error of RFC 6749, too."""
    return Problem(
        status,
        error.replace("_", "-"),
        description,
        headers={**NO_STORE, **headers},
        error=error,
        error_description=description,
    )


async def _form(request: Request) -> _Form:
    if not request.headers.get("content-type", "").startswith(FORM):
        raise _refused(400, "invalid_request", f"Send the fields as {FORM}.")
    try:
        given = parse_qs((await read_body(request)).decode(), max_num_fields=20, keep_blank_values=True)
    except ValueError:
        raise _refused(400, "invalid_request", "The form cannot be read.") from None
    if twice := [name for name, values in given.items() if len(values) > 1]:
        raise _refused(400, "invalid_request", f"{len(twice)} of the fields come twice.")
    fields = {name: values[0] for name, values in given.items()}
    client_id, secret = _basic(request) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    return _Form(fields=fields, client_id=client_id, secret=secret)


def _basic(request: Request) -> tuple[str, str] | None:
    """Return id and secret of HTTP Basic, each of them written as in a form."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise _no_client("The Authorization header cannot be read.") from None
    return unquote_plus(client_id), unquote_plus(secret)


def _no_client(description: str) -> Problem:
    return _refused(401, "invalid_client", description, **{"WWW-Authenticate": 'Basic realm="frontdesk"'})


def _not_too_often(throttle: Throttle, oauth: OAuth, request: Request, client_id: str) -> str:
    """Refuse somebody who guesses secrets; return the address that is counted."""
    address = request.client.host if request.client else ""
    if wait := throttle.seconds_to_wait(address, client_id, oauth.clock()):
        raise _refused(
            429, "slow_down", f"Too many tries. Try again in {wait} s.", **{"Retry-After": str(wait)}
        )
    return address


def _no(refusal: RefusedGrant) -> Problem:
    if refusal.error == "invalid_client":
        return _no_client(refusal.description)
    return _refused(400, refusal.error, refusal.description)


def _form_of(name: str) -> dict[str, Any]:
    """Describe a form for the OpenAPI document; client id and secret may come as HTTP Basic instead."""
    properties = {field: {"type": "string"} for field in _FIELDS[name]}
    required = [_FIELDS[name][0]]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


def build_router(oauth: OAuth, throttle: Throttle) -> APIRouter:
    """Build the routes."""
    router = APIRouter(tags=["oauth"])

    @router.post("/oauth/token", openapi_extra=_form_of("token"), response_model=Granted)
    async def token(request: Request) -> Response:
        """Give a client an access token for `grant_type=client_credentials`."""
        form = await _form(request)
        if form.fields.get("grant_type") != "client_credentials":
            raise _refused(400, "unsupported_grant_type", "Send grant_type=client_credentials.")
        address = _not_too_often(throttle, oauth, request, form.client_id)
        try:
            text, made = await oauth.grant(form.client_id, form.secret, form.fields.get("scope"))
        except RefusedGrant as refusal:
            raise _no(refusal) from None
        throttle.forget(address, form.client_id)
        granted = Granted(access_token=text, expires_in=int(LIFETIME.total_seconds()), scope=made.scope)
        return Response(orjson.dumps(granted.model_dump()), headers=NO_STORE, media_type="application/json")

    @router.post("/oauth/revoke", openapi_extra=_form_of("revoke"), status_code=200)
    async def revoke(request: Request) -> None:
        """End a token before its time; within ten seconds nothing answers to it."""
        form = await _form(request)
        address = _not_too_often(throttle, oauth, request, form.client_id)
        try:
            await oauth.end(form.client_id, form.secret, form.fields.get("token", ""))
        except RefusedGrant as refusal:
            raise _no(refusal) from None
        throttle.forget(address, form.client_id)

    @router.get("/.well-known/oauth-authorization-server")
    async def metadata(request: Request) -> ServerMetadata:
        """Say where tokens are fetched and what may be asked for."""
        base = str(request.base_url).rstrip("/")
        return ServerMetadata(
            issuer=base,
            token_endpoint=f"{base}/oauth/token",
            revocation_endpoint=f"{base}/oauth/revoke",
            scopes_supported=sorted(EVERY_RIGHT),
        )

    return router
