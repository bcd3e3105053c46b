"""`/api/v1/webhooks`: who is told of what, tests, messages on their way, replay."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from app.auth.rights import ManagesWebhooks
from app.gateway.body import body_of, documented
from app.problems import Problem, not_found
from app.webhooks import repository as sql
from app.webhooks import sending, service
from app.webhooks.deps import WebhookDeps
from app.webhooks.shapes import (
    ChangedWebhook,
    MadeWebhook,
    Messages,
    MessageShape,
    NewSecret,
    NewWebhook,
    Replay,
    Replayed,
    SecretShape,
    State,
    Tried,
    Webhooks,
    WebhookShape,
)
from app.webhooks.signing import key_of
from app.webhooks.targets import fault_of


def build_router(deps: WebhookDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])
    _add_making(router, deps)
    _add_changing(router, deps)
    _add_sending(router, deps)
    return router


def _add_making(router: APIRouter, deps: WebhookDeps) -> None:
    @router.post("", status_code=201, openapi_extra=documented(NewWebhook))
    async def make(
        caller: ManagesWebhooks, wanted: Annotated[NewWebhook, Depends(body_of(NewWebhook))]
    ) -> MadeWebhook:
        """Make a webhook; its secret is shown in this answer only."""
        check_url(deps, wanted.url)
        if wanted.secret is not None and key_of(wanted.secret) is None:
            raise wrong("secret", "it must be whsec_ and 24 to 64 bytes in base64")
        row, secret = await service.make(deps, caller.tenant_id, wanted)
        return MadeWebhook(**shape_of(deps, caller.tenant_id, row).model_dump(), secret=secret)

    @router.get("")
    async def webhooks(caller: ManagesWebhooks) -> Webhooks:
        """List all webhooks, oldest first."""
        found = await service.listed(deps, caller.tenant_id)
        return Webhooks(items=[shape_of(deps, caller.tenant_id, row) for row in found])

    @router.get("/{webhook_id}")
    async def webhook(caller: ManagesWebhooks, webhook_id: str) -> WebhookShape:
        """Show one webhook, and why it is off when it is."""
        row = await service.one(deps, caller.tenant_id, webhook_id)
        return shape_of(deps, caller.tenant_id, found(row))


def _add_changing(router: APIRouter, deps: WebhookDeps) -> None:
    @router.patch("/{webhook_id}", openapi_extra=documented(ChangedWebhook))
    async def change(
        caller: ManagesWebhooks,
        webhook_id: str,
        wanted: Annotated[ChangedWebhook, Depends(body_of(ChangedWebhook))],
    ) -> WebhookShape:
        """Change what is named; a webhook that is switched on again is told what happens from now on."""
        if wanted.url is not None:
            check_url(deps, wanted.url)
        row = await service.change(deps, caller.tenant_id, webhook_id, wanted)
        return shape_of(deps, caller.tenant_id, found(row))

    @router.delete("/{webhook_id}", status_code=204)
    async def remove(caller: ManagesWebhooks, webhook_id: str) -> Response:
        """Remove a webhook and what it has not been told yet."""
        if not await service.remove(deps, caller.tenant_id, webhook_id):
            raise not_found("webhook")
        return Response(status_code=204)

    @router.post("/{webhook_id}/secret", openapi_extra=documented(NewSecret))
    async def rotate(
        caller: ManagesWebhooks,
        webhook_id: str,
        wanted: Annotated[NewSecret, Depends(body_of(NewSecret, empty={}))],
    ) -> SecretShape:
        """Give a new secret; the old one signs beside it for a while."""
        made = await service.rotate(deps, caller.tenant_id, webhook_id, wanted.keep_old_hours)
        if made is None:
            raise not_found("webhook")
        return SecretShape(secret=made[0], old_until=made[1])


def _add_sending(router: APIRouter, deps: WebhookDeps) -> None:
    @router.post("/{webhook_id}/test")
    async def test(caller: ManagesWebhooks, webhook_id: str) -> Tried:
        """Send `webhook.test` now and say what came of it."""
        tried = await service.test(deps, caller.tenant_id, webhook_id)
        if tried is None:
            raise not_found("webhook")
        message_id, receipt = tried
        return Tried(
            message_id=message_id,
            delivered=receipt.arrived,
            status=receipt.status,
            error=receipt.error,
            ms=receipt.ms,
        )

    @router.get("/{webhook_id}/messages")
    async def messages(
        caller: ManagesWebhooks,
        webhook_id: str,
        state: State | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Messages:
        """List what a webhook was told or is still to be told, newest first."""
        found(await service.one(deps, caller.tenant_id, webhook_id))
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            rows = await sql.messages(conn, caller.tenant_id, webhook_id, state, limit)
        return Messages(items=[message_shape(row) for row in rows])

    @router.post("/{webhook_id}/replay", openapi_extra=documented(Replay))
    async def replay(
        caller: ManagesWebhooks, webhook_id: str, wanted: Annotated[Replay, Depends(body_of(Replay))]
    ) -> Replayed:
        """Tell one message, or everything of a time, again under the same ids."""
        if wanted.message_id is not None:
            again = await service.tell_again(deps, caller.tenant_id, webhook_id, wanted.message_id)
        else:
            assert wanted.since is not None
            again = await service.replay(deps, caller.tenant_id, webhook_id, wanted.since, wanted.until)
        if again is None:
            raise not_found("webhook-message" if wanted.message_id else "webhook")
        deps.hub.changed(caller.tenant_id, None)
        return Replayed(
            messages=again.messages, more=again.next_since is not None, next_since=again.next_since
        )


def found(row: sql.Row | None) -> sql.Row:
    """The row, or 404."""
    if row is None:
        raise not_found("webhook")
    return row


def check_url(deps: WebhookDeps, url: str) -> None:
    """Refuse an address that messages must not go to."""
    if (fault := fault_of(url, deps.networks)) is not None:
        raise wrong("url", fault)


def wrong(field: str, reason: str) -> Problem:
    """Name the field that does not fit, and why."""
    return Problem(
        422,
        "wrong-fields",
        "Some fields do not fit.",
        f"{field}: {reason}.",
        errors=[{"field": field, "reason": reason}],
    )


def shape_of(deps: WebhookDeps, tenant_id: str, row: sql.Row) -> WebhookShape:
    """A webhook as the API shows it."""
    return WebhookShape(
        webhook_id=row.webhook_id,
        url=sending.opened(deps.vault, tenant_id, row).url,
        events=row.events,
        description=row.description,
        include_text=row.include_text,
        enabled=row.state == "on",
        off_reason=row.off_reason,
        last_delivered_at=row.delivered_at,
        created_at=row.created_at,
    )


def message_shape(row: sql.MessageRow) -> MessageShape:
    """A message as the API shows it."""
    values = {name: getattr(row, name) for name in MessageShape.model_fields if name != "next_attempt_at"}
    return MessageShape(next_attempt_at=row.due_at if row.state == "waiting" else None, **values)
