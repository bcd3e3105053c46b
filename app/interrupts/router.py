"""`/threads`, `/assistants`, `/info`: the part of LangGraph Server's API that inboxes and its SDK call."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.auth.caller import Caller
from app.auth.rights import DecidesApprovals, ReadsConversations
from app.console.approvals_router import decider_of
from app.console.deps import ConsoleDeps
from app.gateway.api_stream import MEDIA_TYPE
from app.gateway.body import body_of, documented
from app.interrupts import repository as sql
from app.interrupts import threads
from app.interrupts.answers import selected, unfit
from app.interrupts.runs import as_events, resume, run_named, runs_of, values_at_rest
from app.interrupts.shapes import (
    MOST_STATES,
    CheckpointShape,
    CountBody,
    HistoryBody,
    RunBody,
    RunShape,
    SearchBody,
    StateAtBody,
    StateShape,
    StateUpdate,
    ThreadShape,
)
from app.problems import Problem, not_found

ForAgent = Annotated[str | None, Header(alias="X-Agent-Id", description="The agent for whom a key decides")]
END = "__end__"


def build_router(deps: ConsoleDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(tags=["langgraph"])
    _add_threads(router, deps)
    _add_states(router, deps)
    _add_runs(router, deps)
    _add_waiting(router, deps)
    _add_server(router)
    return router


def _add_threads(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.post("/threads/search", openapi_extra=documented(SearchBody), response_model=list[ThreadShape])
    async def search(
        caller: ReadsConversations, body: Annotated[SearchBody, Depends(body_of(SearchBody, empty={}))]
    ) -> Response:
        """Find action threads; `status: interrupted` are those that wait for a person."""
        _refuse_inner(body)
        wanted = sql.Wanted(
            ids=body.ids,
            status=body.status,
            metadata=body.metadata,
            sort_by=body.sort_by,
            falling=body.sort_order == "desc",
            limit=body.limit,
            offset=body.offset,
        )
        found = await threads.find(deps, caller.tenant_id, wanted)
        shown = [threads.show_thread(deps, caller.tenant_id, row).model_dump(mode="json") for row in found]
        return JSONResponse([selected(row, body.select) for row in shown])

    @router.post("/threads/count", openapi_extra=documented(CountBody))
    async def count(
        caller: ReadsConversations, body: Annotated[CountBody, Depends(body_of(CountBody, empty={}))]
    ) -> int:
        """Count action threads."""
        _refuse_inner(body)
        wanted = sql.Wanted(status=body.status, metadata=body.metadata)
        return await threads.count(deps, caller.tenant_id, wanted)

    @router.get("/threads/{thread_id}")
    async def thread(caller: ReadsConversations, thread_id: str) -> ThreadShape:
        """Return one thread with what it waits for."""
        row = await threads.thread_named(deps, caller.tenant_id, thread_id)
        return threads.show_thread(deps, caller.tenant_id, row)


def _refuse_inner(body: CountBody) -> None:
    """What threads remember is encrypted and cannot be searched; say so instead of finding nothing."""
    if body.values:
        raise unfit("values", "cannot be searched; use metadata, as action or conversation_id")
    if isinstance(body, SearchBody) and body.extract:
        raise unfit("extract", "is not offered; read the values you need from the thread")


def _add_states(router: APIRouter, deps: ConsoleDeps) -> None:
    async def state_at(caller: Caller, thread_id: str, checkpoint_id: str | None) -> StateShape:
        row = await threads.thread_named(deps, caller.tenant_id, thread_id)
        state = threads.newest_state(row)
        if checkpoint_id is not None:
            async with deps.tenants.tenant(caller.tenant_id) as conn:
                found = await sql.history(conn, caller.tenant_id, thread_id, limit=1, one=checkpoint_id)
            if not found:
                raise not_found("checkpoint")
            state = found[0]
        return threads.show_state(deps, caller.tenant_id, row, state)

    @router.get("/threads/{thread_id}/state")
    async def state(caller: ReadsConversations, thread_id: str) -> StateShape:
        """Return what a thread remembers now."""
        return await state_at(caller, thread_id, None)

    @router.get("/threads/{thread_id}/state/{checkpoint_id}")
    async def earlier_state(caller: ReadsConversations, thread_id: str, checkpoint_id: str) -> StateShape:
        """Return what a thread remembered at a checkpoint."""
        return await state_at(caller, thread_id, checkpoint_id)

    @router.post("/threads/{thread_id}/state/checkpoint", openapi_extra=documented(StateAtBody))
    async def named_state(
        caller: ReadsConversations,
        thread_id: str,
        body: Annotated[StateAtBody, Depends(body_of(StateAtBody))],
    ) -> StateShape:
        """Return what a thread remembered at the checkpoint in the body."""
        return await state_at(caller, thread_id, body.checkpoint.get("checkpoint_id"))

    @router.post("/threads/{thread_id}/history", openapi_extra=documented(HistoryBody))
    async def history(
        caller: ReadsConversations,
        thread_id: str,
        body: Annotated[HistoryBody, Depends(body_of(HistoryBody, empty={}))],
    ) -> list[StateShape]:
        """Return what a thread remembered after each of its turns, newest first."""
        before = body.before.get("checkpoint_id") if isinstance(body.before, dict) else body.before
        return await _history(deps, caller.tenant_id, thread_id, body.limit, before)

    @router.get("/threads/{thread_id}/history")
    async def listed_history(
        caller: ReadsConversations,
        thread_id: str,
        limit: Annotated[int, Query(ge=1, le=MOST_STATES)] = 10,
        before: str | None = None,
    ) -> list[StateShape]:
        """Return what a thread remembered after each of its turns, newest first."""
        return await _history(deps, caller.tenant_id, thread_id, limit, before)


async def _history(
    deps: ConsoleDeps, tenant_id: str, thread_id: str, limit: int, before: str | None
) -> list[StateShape]:
    row = await threads.thread_named(deps, tenant_id, thread_id)
    async with deps.tenants.tenant(tenant_id) as conn:
        found = await sql.history(conn, tenant_id, thread_id, limit=limit, before=before)
    return [threads.show_state(deps, tenant_id, row, state) for state in found]


def _answer_in(body: RunBody) -> Any:
    """Return the answer that a run carries; a run that would begin something new is refused."""
    if body.assistant_id not in (threads.GRAPH, threads.ASSISTANT_ID):
        raise Problem(
            422, "wrong-assistant", "Invalid assistant ID.", f"Use the assistant {threads.GRAPH!r}."
        )
    if body.command is None or body.command.resume is None or body.input is not None:
        raise unfit("command", 'carries the answer, as {"resume": [{"type": "accept", "args": null}]}')
    return body.command.resume


def _add_runs(router: APIRouter, deps: ConsoleDeps) -> None:
    async def resumed(caller: Caller, thread_id: str, body: RunBody, agent_id: str | None) -> RunShape:
        by = await decider_of(deps, caller, agent_id)
        return await resume(deps, caller, thread_id, _answer_in(body), by)

    @router.post("/threads/{thread_id}/runs", openapi_extra=documented(RunBody))
    async def run(
        caller: DecidesApprovals,
        thread_id: str,
        body: Annotated[RunBody, Depends(body_of(RunBody))],
        response: Response,
        x_agent_id: ForAgent = None,
    ) -> RunShape:
        """Answer what a thread waits for; the action goes on by itself."""
        begun = await resumed(caller, thread_id, body, x_agent_id)
        response.headers["Content-Location"] = _place(begun)
        return begun

    @router.post("/threads/{thread_id}/runs/wait", openapi_extra=documented(RunBody))
    async def run_and_wait(
        caller: DecidesApprovals,
        thread_id: str,
        body: Annotated[RunBody, Depends(body_of(RunBody))],
        response: Response,
        x_agent_id: ForAgent = None,
    ) -> dict[str, Any]:
        """Answer what a thread waits for, and return what it remembers when it rests again."""
        begun = await resumed(caller, thread_id, body, x_agent_id)
        response.headers["Content-Location"] = _place(begun)
        response.headers["Location"] = f"{_place(begun)}/join"
        return dict(await values_at_rest(deps, caller.tenant_id, thread_id))

    @router.post(
        "/threads/{thread_id}/runs/stream",
        openapi_extra=documented(RunBody),
        response_class=StreamingResponse,
    )
    async def run_aloud(
        caller: DecidesApprovals,
        thread_id: str,
        body: Annotated[RunBody, Depends(body_of(RunBody))],
        x_agent_id: ForAgent = None,
    ) -> StreamingResponse:
        """Answer what a thread waits for, and tell as events how it went on."""
        begun = await resumed(caller, thread_id, body, x_agent_id)
        said = as_events(deps, caller.tenant_id, begun)
        return StreamingResponse(said, media_type=MEDIA_TYPE, headers={"Content-Location": _place(begun)})

    @router.post("/threads/{thread_id}/state", openapi_extra=documented(StateUpdate))
    async def end_thread(
        caller: DecidesApprovals,
        thread_id: str,
        body: Annotated[StateUpdate, Depends(body_of(StateUpdate))],
        x_agent_id: ForAgent = None,
    ) -> dict[str, CheckpointShape]:
        """Dismiss what a thread waits for, as an inbox does that ignores it."""
        if body.values is not None or body.as_node != END:
            raise unfit("as_node", f'is "{END}" with no values: only dismissing is possible')
        by = await decider_of(deps, caller, x_agent_id)
        await resume(deps, caller, thread_id, {"type": "ignore", "args": None}, by)
        row = await threads.thread_named(deps, caller.tenant_id, thread_id)
        return {"checkpoint": CheckpointShape(thread_id=thread_id, checkpoint_id=row.checkpoint_id)}


def _place(run: RunShape) -> str:
    return f"/threads/{run.thread_id}/runs/{run.run_id}"


def _add_waiting(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("/threads/{thread_id}/runs")
    async def runs(caller: ReadsConversations, thread_id: str) -> list[RunShape]:
        """List the decisions that were taken on a thread, newest first."""
        return await runs_of(deps, caller.tenant_id, thread_id)

    @router.get("/threads/{thread_id}/runs/{run_id}")
    async def run(caller: ReadsConversations, thread_id: str, run_id: str) -> RunShape:
        """Return one decision and what the action makes of it."""
        return await run_named(deps, caller.tenant_id, thread_id, run_id)

    @router.get("/threads/{thread_id}/runs/{run_id}/join")
    async def join(caller: ReadsConversations, thread_id: str, run_id: str) -> dict[str, Any]:
        """Wait until a thread rests, and return what it remembers."""
        await run_named(deps, caller.tenant_id, thread_id, run_id)
        return dict(await values_at_rest(deps, caller.tenant_id, thread_id))


def _add_server(router: APIRouter) -> None:
    assistant = {
        "assistant_id": threads.ASSISTANT_ID,
        "graph_id": threads.GRAPH,
        "name": threads.GRAPH,
        "description": "Actions with effect that wait for a person's decision.",
        "config": {},
        "metadata": {"created_by": "system"},
        "version": 1,
    }

    @router.get("/info")
    async def about() -> dict[str, Any]:
        """Say which parts of the API are here."""
        flags = {"assistants": True, "crons": False, "langsmith": False, "strict_resume": True}
        return {"version": "1", "flags": flags}

    @router.post("/assistants/search")
    async def assistants(caller: ReadsConversations) -> list[dict[str, Any]]:
        """List the one assistant whose threads can be resumed."""
        return [assistant]

    @router.get("/assistants/{assistant_id}")
    async def one_assistant(caller: ReadsConversations, assistant_id: str) -> dict[str, Any]:
        """Return the one assistant whose threads can be resumed."""
        if assistant_id not in (threads.GRAPH, threads.ASSISTANT_ID):
            raise not_found("assistant")
        return assistant
