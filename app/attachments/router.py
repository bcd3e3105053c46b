"""`/api/v1/attachments` and `/files`: files brought before their message, and links to read them by."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from app.attachments.kinds import INLINE
from app.attachments.service import File, Files, too_large
from app.auth.authenticate import authenticator_of
from app.auth.caller import KeyCaller, require
from app.auth.customer_token import CustomerToken, read_token
from app.blobs.port import BlobsAway
from app.problems import Problem, not_found
from graphs.events import Attached

CUSTOMER = "X-Customer-Token"
_BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


class StoredFile(BaseModel):
    """A file that a message may bring within a day, by its id."""

    attachment_id: str
    name: str
    media_type: str
    size: int
    url: str
    """Ends in a quarter of an hour."""


class Link(BaseModel):
    """Where a file can be read for a quarter of an hour, without a key."""

    url: str


@dataclass(frozen=True, kw_only=True)
class _Uploader:
    """Who brings a file."""

    tenant_id: str
    name: str


def _customer(files: Files, request: Request) -> CustomerToken | None:
    """Return a customer's token when the request brings one; one that does not hold is refused."""
    given = request.headers.get(CUSTOMER)
    if given is None:
        return None
    token = read_token(files.vault, given, files.clock())
    if token is None:
        raise Problem(401, "token-ended", "This customer's token does not hold.", "Say hello for a new one.")
    return token


async def _uploader(files: Files, request: Request) -> _Uploader:
    token = _customer(files, request)
    if token is not None:
        return _Uploader(tenant_id=token.tenant_id, name=f"visitor:{token.visitor}")
    caller = await authenticator_of(request).caller(request)
    require(caller, "messages:write")
    if not isinstance(caller, KeyCaller):
        raise Problem(403, "not-allowed", "Only programs and customers bring files.", "Use a key.")
    return _Uploader(tenant_id=caller.tenant_id, name=f"key:{caller.key_id}")


async def _content(files: Files, tenant_id: str, request: Request) -> bytes:
    """Read the body, and stop as soon as it is larger than a file may be."""
    rules = files.rules(tenant_id)
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > rules.most_bytes:
        raise too_large(rules)
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > rules.most_bytes:
            raise too_large(rules)
    return bytes(read)


async def _may_read(files: Files, request: Request, attachment_id: str) -> str:
    """Return the tenant of a file that the caller may read: the customer's own, or one of a conversation."""
    token = _customer(files, request)
    if token is not None:
        conversation_id, index = await files.standing(token.tenant_id, attachment_id)
        own = files.is_uploader(token.tenant_id, f"visitor:{token.visitor}", index)
        if not own and conversation_id != token.conversation_id:
            raise not_found("file")
        return token.tenant_id
    authenticator = authenticator_of(request)
    caller = await authenticator.caller(request)
    require(caller, "conversations:read")
    conversation_id, _ = await files.standing(caller.tenant_id, attachment_id)
    if conversation_id is not None:
        await authenticator.keep_in_sight(caller, conversation_id)
    return caller.tenant_id


def served(file: File) -> Response:
    """Serve a file so that no browser runs it: pictures in place, everything else to be saved."""
    attached = file.attached
    shown = "inline" if attached.media_type in INLINE else "attachment"
    headers = {
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(attached.name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=900",
    }
    return Response(file.content, headers=headers, media_type=attached.media_type)


def store_away() -> Problem:
    """Say that files cannot be kept or read just now."""
    return Problem(
        503,
        "files-away",
        "The store of files does not answer.",
        "Nothing was lost; try again in a minute.",
        headers={"Retry-After": "60"},
    )


def _stored(files: Files, tenant_id: str, attached: Attached) -> StoredFile:
    attachment_id = str(attached.attachment_id)
    return StoredFile(
        attachment_id=attachment_id,
        name=attached.name,
        media_type=attached.media_type,
        size=attached.size or 0,
        url=files.link(tenant_id, attachment_id),
    )


def _documented(*problems: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": "See the problem's type."} for status in problems}


def build_router(files: Files) -> APIRouter:
    """Build the routes."""
    router = APIRouter(tags=["files"])

    @router.post(
        "/api/v1/attachments",
        status_code=201,
        openapi_extra={"requestBody": {"required": True, **_BYTES}},
        responses=_documented(413, 415, 429),
    )
    async def upload(
        request: Request, name: Annotated[str, Query(max_length=200, description="As people see it.")] = ""
    ) -> StoredFile:
        """Bring a file for a message that is to come: its bytes are the body."""
        uploader = await _uploader(files, request)
        if files.door is not None:
            await files.door.admit_upload(uploader.tenant_id, uploader.name)
        content = await _content(files, uploader.tenant_id, request)
        try:
            attached = await files.take(uploader.tenant_id, uploader.name, name, content)
        except BlobsAway:
            raise store_away() from None
        return _stored(files, uploader.tenant_id, attached)

    @router.post("/api/v1/attachments/{attachment_id}/link")
    async def link(request: Request, attachment_id: str) -> Link:
        """Give a link to a file that ends in a quarter of an hour."""
        tenant_id = await _may_read(files, request, attachment_id)
        return Link(url=files.link(tenant_id, attachment_id))

    @router.get("/files/{link}", response_class=Response, responses={200: _BYTES})
    async def read(link: str) -> Response:
        """Give a file to whoever has a link that is not over."""
        linked = files.linked(link)
        try:
            return served(await files.read(linked.tenant_id, linked.attachment_id))
        except BlobsAway:
            raise store_away() from None

    return router
