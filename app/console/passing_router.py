"""Transfers, barge-in, whispers and the ends of a conversation, over the API."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.auth.caller import Caller, acting_agent, require
from app.auth.rights import ActsInConversations, ReadsConversations
from app.console.deps import ConsoleDeps, agent_named
from app.console.passing_shapes import (
    NoteBody,
    ResolveBody,
    TransferBody,
    TransferMade,
    Transfers,
    TransferShape,
    Transitions,
    TransitionShape,
    WhisperBody,
)
from app.console.refusing import refused
from app.conversations.entry import Entry
from app.gateway.body import body_of, check_text, documented
from app.handoff.outcomes import AgentName, Done, Refusal
from app.handoff.passing import letting_go, offers, stepping_in
from app.handoff.passing import repository as sql
from app.handoff.passing.undoing import undo_resolve
from app.problems import not_found


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1", tags=["handoff"])
    _add_transfers(router, deps)
    _add_offers(router, deps)
    _add_supervision(router, deps)
    _add_ends(router, deps)
    _add_undo(router, deps)
    _add_pauses(router, deps)
    _add_history(router, deps)
    return router


def _add_transfers(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/agents/{agent_id}/transfer/{conversation_id}", openapi_extra=documented(TransferBody))
    async def transfer(
        caller: ActsInConversations,
        agent_id: str,
        conversation_id: str,
        wanted: Annotated[TransferBody, Depends(body_of(TransferBody))],
    ) -> TransferMade:
        """Pass a conversation to an agent or a group; supervisors also pass on those of others."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        order = offers.Order(
            kind=wanted.kind,
            to_agent=wanted.to_agent,
            to_group=wanted.to_group,
            briefing=wanted.briefing.strip(),
        )
        outcome = await offers.transfer(
            deps.handoff,
            caller.tenant_id,
            conversation_id,
            agent,
            order,
            any_owner=supervises(caller),
        )
        if not isinstance(outcome, offers.Moved):
            raise await refused(deps, caller, "transfer", conversation_id, outcome, agent.agent_id)
        return TransferMade(transfer_id=outcome.transfer_id, state=outcome.state)

    @router.get("/conversations/{conversation_id}/transfers")
    async def transfers(caller: ReadsConversations, conversation_id: str) -> Transfers:
        """List a conversation's transfers, newest first."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await sql.transfers_of(conn, caller.tenant_id, conversation_id)
        return Transfers(items=[_shown(deps, caller.tenant_id, one) for one in found])


def _shown(deps: ConsoleDeps, tenant_id: str, one: sql.StoredTransfer) -> TransferShape:
    return TransferShape(
        transfer_id=one.transfer_id,
        conversation_id=one.conversation_id,
        from_agent=one.from_agent,
        from_name=one.from_name or one.from_agent,
        to_agent=one.to_agent,
        to_name=one.to_name,
        to_group=one.to_group,
        kind=one.kind,
        state=one.state,
        briefing=offers.briefing_of(deps.handoff, tenant_id, one),
        taken_by=one.taken_by,
        created_at=one.created_at,
        settled_at=one.settled_at,
    )


def _add_offers(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("/agents/{agent_id}/transfers")
    async def offered(caller: ActsInConversations, agent_id: str) -> Transfers:
        """List the transfers that wait for an agent or for one of the agent's groups."""
        acting = acting_agent(caller, agent_id)
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            groups = await offers.groups_of(conn, deps.handoff, caller.tenant_id, acting)
            found = await sql.offered_to(conn, caller.tenant_id, acting, sorted(groups))
        return Transfers(items=[_shown(deps, caller.tenant_id, one) for one in found])

    @router.post("/agents/{agent_id}/transfers/{conversation_id}/take", status_code=204)
    async def take(caller: ActsInConversations, agent_id: str, conversation_id: str) -> None:
        """Take an offered conversation: its owner is free of it from now on."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await offers.take(deps.handoff, caller.tenant_id, conversation_id, agent)
        await _check(deps, caller, "take", conversation_id, outcome, agent)

    @router.post("/agents/{agent_id}/transfers/{conversation_id}/decline", status_code=204)
    async def decline(caller: ActsInConversations, agent_id: str, conversation_id: str) -> None:
        """Decline an offer, or take one's own offer back."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await offers.decline(deps.handoff, caller.tenant_id, conversation_id, agent)
        await _check(deps, caller, "decline", conversation_id, outcome, agent)


def _add_supervision(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/agents/{agent_id}/barge-in/{conversation_id}", status_code=204)
    async def barge_in(caller: ActsInConversations, agent_id: str, conversation_id: str) -> None:
        """Take a conversation out of somebody's hands; for supervisors."""
        require(caller, "agents:any")
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await stepping_in.barge_in(deps.handoff, caller.tenant_id, conversation_id, agent)
        await _check(deps, caller, "barge_in", conversation_id, outcome, agent)

    @router.post(
        "/agents/{agent_id}/whisper/{conversation_id}",
        status_code=201,
        openapi_extra=documented(WhisperBody),
    )
    async def whisper(
        caller: ActsInConversations,
        agent_id: str,
        conversation_id: str,
        told: Annotated[WhisperBody, Depends(body_of(WhisperBody))],
    ) -> Entry:
        """Tell the owner something the customer never reads; for supervisors, once per message id."""
        require(caller, "agents:any")
        agent, text = (
            await agent_named(deps, caller, acting_agent(caller, agent_id)),
            check_text(told.text, "text"),
        )
        outcome = await stepping_in.whisper(
            deps.handoff, caller.tenant_id, conversation_id, agent, told.message_id, text
        )
        if not isinstance(outcome, Entry):
            raise await refused(deps, caller, "whisper", conversation_id, outcome, agent.agent_id)
        return outcome


def _add_ends(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post(
        "/agents/{agent_id}/resolve/{conversation_id}", status_code=204, openapi_extra=documented(ResolveBody)
    )
    async def resolve(
        caller: ActsInConversations,
        agent_id: str,
        conversation_id: str,
        wanted: Annotated[ResolveBody, Depends(body_of(ResolveBody, empty={}))],
    ) -> None:
        """Resolve a conversation; what the customer writes next, the assistant answers."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await letting_go.resolve(
            deps.handoff,
            caller.tenant_id,
            conversation_id,
            agent,
            wanted.note,
            leave_approvals=wanted.leave_approvals,
        )
        await _check(deps, caller, "resolve", conversation_id, outcome, agent)


def _add_undo(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/agents/{agent_id}/reopen/{conversation_id}", status_code=204)
    async def reopen(caller: ActsInConversations, agent_id: str, conversation_id: str) -> None:
        """Take a resolution of one's own back, within two minutes and before anything else happened."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await undo_resolve(deps.handoff, caller.tenant_id, conversation_id, agent)
        await _check(deps, caller, "reopen", conversation_id, outcome, agent)


def _add_pauses(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post(
        "/agents/{agent_id}/requeue/{conversation_id}", status_code=204, openapi_extra=documented(NoteBody)
    )
    async def requeue(
        caller: ActsInConversations,
        agent_id: str,
        conversation_id: str,
        wanted: Annotated[NoteBody, Depends(body_of(NoteBody, empty={}))],
    ) -> None:
        """Put a conversation back into the queue; supervisors also those of others."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await letting_go.requeue(
            deps.handoff, caller.tenant_id, conversation_id, agent, wanted.note, any_owner=supervises(caller)
        )
        await _check(deps, caller, "requeue", conversation_id, outcome, agent)

    @router.post("/agents/{agent_id}/wait/{conversation_id}", status_code=204)
    async def wait(caller: ActsInConversations, agent_id: str, conversation_id: str) -> None:
        """Say that the next word is the customer's."""
        agent = await agent_named(deps, caller, acting_agent(caller, agent_id))
        outcome = await letting_go.wait(deps.handoff, caller.tenant_id, conversation_id, agent)
        await _check(deps, caller, "wait", conversation_id, outcome, agent)


def _add_history(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("/conversations/{conversation_id}/transitions")
    async def transitions(caller: ReadsConversations, conversation_id: str) -> Transitions:
        """List every change of status and owner with who made it and why, oldest first."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await sql.transitions(conn, caller.tenant_id, conversation_id)
            known = found or await sql.exists(conn, caller.tenant_id, conversation_id)
        if not known:
            raise not_found("conversation")
        return Transitions(items=[TransitionShape.model_validate(one, from_attributes=True) for one in found])


def supervises(caller: Caller) -> bool:
    """Say whether a caller may pass on conversations of others."""
    return "agents:any" in caller.rights


async def _check(
    deps: ConsoleDeps,
    caller: Caller,
    what: str,
    conversation_id: str,
    outcome: Done | Refusal,
    agent: AgentName,
) -> None:
    """Raise the problem of a refusal, after writing it down."""
    if not isinstance(outcome, Done):
        raise await refused(deps, caller, what, conversation_id, outcome, agent.agent_id)
