"""`/api/v1/customers`: found, corrected, blocked, merged, exported, erased, and written to first."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Response
from psycopg import AsyncConnection

from app.audit.record import Deed, actor_of, record
from app.auth.caller import Caller, acting_agent
from app.auth.rights import (
    ActsInConversations,
    ErasesCustomers,
    ExportsCustomers,
    ManagesCustomers,
    ReadsCustomers,
)
from app.console.deps import ConsoleDeps, agent_named, refuse
from app.conversations.entry import Entry
from app.conversations.seal import open_json
from app.customers import merging, starting
from app.customers import repository as sql
from app.customers import repository_merging as moving
from app.customers.exporting import export
from app.customers.finding import find
from app.customers.record import sealed
from app.customers.shapes import (
    CustomerChange,
    Customers,
    CustomerView,
    ErasedShape,
    FirstMessage,
    Merged,
    MergeDone,
    MergeWith,
    Started,
    Why,
    address_shape,
    customer_shape,
    past_shape,
)
from app.gateway.body import body_of, check_text, documented
from app.privacy.erasing import NoSuchCustomer, StillAtWork, erase
from app.problems import Problem, not_found

MOST_PAST = 200


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/customers", tags=["customers"])
    _add_reading(router, deps)
    _add_changing(router, deps)
    _add_erasing(router, deps)
    _add_merging(router, deps)
    _add_starting(router, deps)
    return router


def _add_reading(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("")
    async def search(caller: ReadsCustomers, q: str = "") -> Customers:
        """Find by id, email, phone number, address on a channel, or words of a name; all whole words."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            rows = await find(conn, deps.vault, caller.tenant_id, q, deps.clock())
        return Customers(items=[customer_shape(deps.vault, caller.tenant_id, row) for row in rows])

    @router.get("/{customer_id}")
    async def one(caller: ReadsCustomers, customer_id: str) -> CustomerView:
        """Show a customer with addresses and the conversations on all channels."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            return await _view(deps, conn, caller, customer_id)

    @router.get("/{customer_id}/export")
    async def everything(caller: ExportsCustomers, customer_id: str) -> Response:
        """Give everything held of a customer as one JSON file."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            told = await export(conn, deps.vault, caller.tenant_id, customer_id, deps.clock())
            await _note(deps, conn, caller, "customer.exported", customer_id)
        body = orjson.dumps(told, option=orjson.OPT_INDENT_2, default=str)
        name = f'attachment; filename="{customer_id}.json"'
        return Response(body, media_type="application/json", headers={"Content-Disposition": name})


def _add_changing(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.patch("/{customer_id}", openapi_extra=documented(CustomerChange))
    async def change(
        caller: ActsInConversations,
        customer_id: str,
        body: Annotated[CustomerChange, Depends(body_of(CustomerChange))],
    ) -> CustomerView:
        """Correct what is known; 409 when somebody changed the customer since it was read."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            row = await _held(conn, caller, customer_id)
            if row.version == body.version:
                await _change(deps, conn, caller, row, body)
                return await _view(deps, conn, caller, customer_id)
            await _note(deps, conn, caller, "customer.refused", customer_id, why="changed-meanwhile")
        raise _changed()

    @router.post("/{customer_id}/block", openapi_extra=documented(Why))
    async def block(
        caller: ManagesCustomers, customer_id: str, why: Annotated[Why, Depends(body_of(Why, empty={}))]
    ) -> CustomerView:
        """Take no more messages from a customer; the sender is told so, plainly."""
        return await _block(deps, caller, customer_id, why, blocked=True)

    @router.post("/{customer_id}/unblock", openapi_extra=documented(Why))
    async def unblock(
        caller: ManagesCustomers, customer_id: str, why: Annotated[Why, Depends(body_of(Why, empty={}))]
    ) -> CustomerView:
        """Take a customer's messages again."""
        return await _block(deps, caller, customer_id, why, blocked=False)


def _add_erasing(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.delete("/{customer_id}")
    async def erase_all(caller: ErasesCustomers, customer_id: str) -> ErasedShape:
        """Erase a customer with every conversation and trace; 409 while a system does something for them."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            done = await erase(conn, deps.vault, caller.tenant_id, customer_id)
            if isinstance(done, NoSuchCustomer):
                raise not_found("customer")
            if isinstance(done, StillAtWork):
                raise _at_work()
            counts = {"conversations": len(done.conversations), "rows": sum(done.rows.values())}
            await _note(deps, conn, caller, "customer.erased", customer_id, **counts)
        for conversation_id in done.conversations:
            deps.hub.changed(caller.tenant_id, conversation_id)
        deps.hub.changed(caller.tenant_id, None)
        return ErasedShape(**counts)


def _add_merging(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/{customer_id}/merge", openapi_extra=documented(MergeWith))
    async def merge(
        caller: ManagesCustomers, customer_id: str, body: Annotated[MergeWith, Depends(body_of(MergeWith))]
    ) -> MergeDone:
        """Make another customer one with this one; it can be taken back for seven days."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            merge_id = await merging.merge(
                conn, deps.vault, caller.tenant_id, customer_id, body.other, deps.clock()
            )
            await _note(deps, conn, caller, "customer.merged", customer_id, other=body.other)
            return MergeDone(merge_id=merge_id, customer=await _view(deps, conn, caller, customer_id))

    @router.post("/merges/{merge_id}/undo")
    async def undo(caller: ManagesCustomers, merge_id: str) -> CustomerView:
        """Part two customers again; what came since stays with the one who was kept."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            parted = await merging.part(conn, deps.vault, caller.tenant_id, merge_id, deps.clock())
            await _note(deps, conn, caller, "customer.parted", parted.kept_id, other=parted.gone_id)
            return await _view(deps, conn, caller, parted.kept_id)


def _add_starting(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/{customer_id}/conversations", status_code=201, openapi_extra=documented(FirstMessage))
    async def start(
        caller: ActsInConversations,
        customer_id: str,
        body: Annotated[FirstMessage, Depends(body_of(FirstMessage))],
        agent_id: str = "me",
    ) -> Started:
        """Write first, on a verified address that somebody delivers to; the conversation is the agent's."""
        text = check_text(body.text, "text")
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        told = await starting.start(
            *(deps.handoff, caller.tenant_id, customer_id, body.channel, agent, body.message_id, text),
            carried=deps.writes_to(body.channel),
        )
        if not isinstance(told, Entry):
            raise refuse(told, agent.agent_id)
        begun = starting.conversation_of(customer_id, body.channel, agent.agent_id, body.message_id)
        return Started(conversation_id=begun)


async def _block(
    deps: ConsoleDeps, caller: Caller, customer_id: str, why: Why, *, blocked: bool
) -> CustomerView:
    async with deps.tenants.tenant(caller.tenant_id) as conn:
        await _held(conn, caller, customer_id)
        at = deps.clock() if blocked else None
        if await sql.block(conn, caller.tenant_id, customer_id, at):
            action = "customer.blocked" if blocked else "customer.unblocked"
            await _note(deps, conn, caller, action, customer_id, reason=why.reason)
        return await _view(deps, conn, caller, customer_id)


async def _change(
    deps: ConsoleDeps, conn: AsyncConnection, caller: Caller, row: sql.CustomerRow, body: CustomerChange
) -> None:
    given = body.model_dump(exclude_none=True, exclude={"version"})
    values = {
        **sealed(deps.vault, caller.tenant_id, row, given),
        "tier": body.tier or row.tier,
        "language": body.language or row.language,
        "version": row.version,
    }
    await sql.update(conn, caller.tenant_id, row.customer_id, values)
    await _note(deps, conn, caller, "customer.changed", row.customer_id, fields=sorted(given))


async def _held(conn: AsyncConnection, caller: Caller, customer_id: str) -> sql.CustomerRow:
    row = await sql.one(conn, caller.tenant_id, customer_id, held=True)
    if row is None or row.merged_into:
        raise not_found("customer")
    return row


async def _view(deps: ConsoleDeps, conn: AsyncConnection, caller: Caller, customer_id: str) -> CustomerView:
    tenant_id, vault = caller.tenant_id, deps.vault
    row = await sql.one(conn, tenant_id, customer_id)
    if row is not None and row.merged_into:
        row = await sql.one(conn, tenant_id, row.merged_into)
    if row is None:
        raise not_found("customer")
    delivered = await sql.somebody_delivers(conn, tenant_id)
    addresses = await sql.identities(conn, tenant_id, row.customer_id)
    past = await sql.history(conn, tenant_id, row.customer_id, MOST_PAST)
    card = open_json(vault, tenant_id, row.card, f"customers:card:{row.customer_id}")
    return CustomerView(
        **customer_shape(vault, tenant_id, row).model_dump(),
        note=card.get("note") or None,
        version=row.version,
        addresses=[
            address_shape(vault, tenant_id, one, delivered=delivered or deps.writes_to(one.channel))
            for one in addresses
        ],
        conversations=[past_shape(vault, tenant_id, one) for one in past],
        merged=await _merged(deps, conn, tenant_id, row.customer_id),
    )


async def _merged(deps: ConsoleDeps, conn: AsyncConnection, tenant_id: str, kept_id: str) -> list[Merged]:
    rows = await moving.merges(conn, tenant_id, kept_id)
    return [
        Merged(
            merge_id=row.merge_id,
            customer_id=row.gone_id,
            name=open_json(deps.vault, tenant_id, row.before, merging.merge_place(row.merge_id)).get("name"),
            merged_at=row.merged_at,
            undo_until=row.merged_at + merging.UNDO_WITHIN,
        )
        for row in rows
    ]


async def _note(
    deps: ConsoleDeps, conn: AsyncConnection, caller: Caller, action: str, customer_id: str, **detail: object
) -> None:
    deed = Deed(action=action, subject="customer", subject_id=customer_id, detail=detail)
    await record(conn, deps.vault, caller.tenant_id, actor_of(caller), deed, deps.clock())


def _changed() -> Problem:
    return Problem(
        409,
        "changed-meanwhile",
        "Somebody changed this customer meanwhile.",
        "Load the customer again and make the change once more; nothing was overwritten.",
    )


def _at_work() -> Problem:
    return Problem(
        409,
        "action-running",
        "An action is being carried out for this customer.",
        "How it ends has to be written down first; erase in a minute.",
    )
