"""Rights as types: a route's signature names what its caller must be allowed to do."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from app.auth.authenticate import authenticator_of
from app.auth.caller import AgentCaller, Caller, require
from app.auth.roles import Right
from app.problems import Problem


def with_right(right: Right) -> Callable[[Request], Awaitable[Caller]]:
    """Return a dependency that lets in only callers with the right."""

    async def let_in(request: Request) -> Caller:
        caller = await authenticator_of(request).caller(request)
        require(caller, right)
        if right == "conversations:read":
            await _keep_in_sight(request, caller)
        return caller

    return let_in


async def _keep_in_sight(request: Request, caller: Caller) -> None:
    """Refuse a colleague's conversation to an agent, whichever of its parts is asked for."""
    named = request.path_params.get("conversation_id") or request.path_params.get("thread_id")
    if named:
        conversation_id = str(named).partition(":action:")[0]
        await authenticator_of(request).keep_in_sight(caller, conversation_id)


async def _agent(request: Request) -> AgentCaller:
    caller = await authenticator_of(request).caller(request)
    if not isinstance(caller, AgentCaller):
        raise Problem(
            403, "not-a-person", "Only a person who signed in can do this.", "Sign in at the console."
        )
    return caller


Person = Annotated[AgentCaller, Depends(_agent)]
ReadsConversations = Annotated[Caller, Depends(with_right("conversations:read"))]
ActsInConversations = Annotated[Caller, Depends(with_right("conversations:act"))]
AsksForPerson = Annotated[Caller, Depends(with_right("handoffs:write"))]
DecidesApprovals = Annotated[Caller, Depends(with_right("approvals:decide"))]
ReadsCustomers = Annotated[Caller, Depends(with_right("customers:read"))]
ReloadsBook = Annotated[Caller, Depends(with_right("book:reload"))]
ReadsAgents = Annotated[Caller, Depends(with_right("agents:read"))]
ManagesWebhooks = Annotated[Caller, Depends(with_right("webhooks:manage"))]
ManagesPeople = Annotated[Caller, Depends(with_right("people:manage"))]
ManagesKeys = Annotated[Caller, Depends(with_right("keys:manage"))]
ReadsAudit = Annotated[Caller, Depends(with_right("audit:read"))]
ManagesCustomers = Annotated[Caller, Depends(with_right("customers:manage"))]
ExportsCustomers = Annotated[Caller, Depends(with_right("customers:export"))]
ErasesCustomers = Annotated[Caller, Depends(with_right("customers:erase"))]
ManagesTriggers = Annotated[Caller, Depends(with_right("triggers:manage"))]
EditsBook = Annotated[Caller, Depends(with_right("book:edit"))]
EditsKnowledge = Annotated[Caller, Depends(with_right("knowledge:edit"))]
ReadsEvals = Annotated[Caller, Depends(with_right("evals:read"))]
WritesLabels = Annotated[Caller, Depends(with_right("labels:write"))]
ReadsBoard = Annotated[Caller, Depends(with_right("board:read"))]
ActsOnBoard = Annotated[Caller, Depends(with_right("board:act"))]
