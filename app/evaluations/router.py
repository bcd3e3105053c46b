"""`/api/v1/evals`: runs kept, opened and compared; doubtful messages labelled."""

from collections.abc import Callable
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from app.audit.record import Deed, actor_of, record
from app.auth.caller import AgentCaller
from app.auth.rights import ReadsEvals, WritesLabels
from app.console.deps import ConsoleDeps
from app.corrections.candidates import Use, candidates
from app.corrections.router import NDJSON
from app.evaluations import keeping, labelling
from app.evaluations import repository as sql
from app.evaluations.comparing import changes, figure_changes, passed_in_both
from app.evaluations.shapes import (
    DoubtfulPage,
    Label,
    Labelled,
    OpenedRun,
    Run,
    RunComparison,
    RunLine,
    Runs,
)
from app.gateway.body import body_of, documented, fit, parse_json, too_large
from app.problems import Problem, not_found
from policies.model import Book

MOST_BYTES = 32_000_000


def build_router(deps: ConsoleDeps, book: Callable[[], Book]) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/evals", tags=["evals"])
    _add_runs(router, deps)
    _add_labels(router, deps, book)
    return router


def _add_runs(router: APIRouter, deps: ConsoleDeps) -> None:
    @router.get("/runs")
    async def runs(caller: ReadsEvals, suite: str | None = None) -> Runs:
        """List the kept runs, the newest first."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            rows = await sql.runs(conn, caller.tenant_id, suite, 200)
        return Runs(items=[keeping.line_of(row) for row in rows])

    @router.post("/runs", status_code=201, openapi_extra=documented(Run))
    async def keep(caller: WritesLabels, request: Request) -> RunLine:
        """Keep a run that was made elsewhere, as `frontdesk eval --keep FILE` wrote it."""
        run = fit(Run, parse_json(await _large_body(request)))
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            run_id = await keeping.keep(conn, deps.vault, caller.tenant_id, run)
            deed = Deed(action="eval.kept", subject="eval", subject_id=run_id, detail={"suite": run.suite})
            await record(conn, deps.vault, caller.tenant_id, actor_of(caller), deed, deps.clock())
            row = await sql.run(conn, caller.tenant_id, run_id)
        assert row is not None
        return keeping.line_of(row)

    @router.get("/runs/{run_id}")
    async def one(caller: ReadsEvals, run_id: str) -> OpenedRun:
        """Open a run with every conversation, what failed and why."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await keeping.read(conn, deps.vault, caller.tenant_id, run_id)
            if found is None:
                raise not_found("run")
            names = [played.conversation_id for played in found[1].conversations]
            here = await sql.here(conn, caller.tenant_id, names)
        return OpenedRun(run_id=run_id, run=found[1], here=here)

    @router.get("/compare")
    async def compare(caller: ReadsEvals, old: str, new: str) -> RunComparison:
        """Put two runs beside each other: what broke, what was mended, which figures moved."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            first = await keeping.read(conn, deps.vault, caller.tenant_id, old)
            second = await keeping.read(conn, deps.vault, caller.tenant_id, new)
        if first is None or second is None:
            raise not_found("run")
        return RunComparison(
            old=first[0],
            new=second[0],
            figures=figure_changes(first[1], second[1]),
            changes=changes(first[1], second[1]),
            same=passed_in_both(first[1], second[1]),
        )


def _add_labels(router: APIRouter, deps: ConsoleDeps, book: Callable[[], Book]) -> None:
    @router.get("/doubtful")
    async def doubtful(
        caller: WritesLabels, below: Annotated[float, Query(gt=0, le=1)] = 0.7
    ) -> DoubtfulPage:
        """List last month's messages that were understood with little confidence, the least sure first."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await labelling.doubtful(conn, deps.vault, caller.tenant_id, below, deps.clock())
            count = await sql.count_labels(conn, caller.tenant_id)
        return DoubtfulPage(items=found, intents=sorted(book().intents), labelled=count)

    @router.put("/labels/{entry_id}", openapi_extra=documented(Label))
    async def label(
        caller: WritesLabels, entry_id: str, body: Annotated[Label, Depends(body_of(Label))]
    ) -> Labelled:
        """Say what a message means, or null to leave it."""
        if body.intent is not None and body.intent not in book().intents:
            raise Problem(
                422, "wrong-fields", "Some fields do not fit.", "intent is none of the rule book's intents."
            )
        by = caller.agent_id if isinstance(caller, AgentCaller) else caller.key_id
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            known = await labelling.label(
                conn, deps.vault, caller.tenant_id, entry_id, body.intent, by, deps.clock()
            )
        if not known:
            raise not_found("message")
        return Labelled(entry_id=entry_id, intent=body.intent)

    @router.get("/labels/export", response_class=Response)
    async def export(caller: WritesLabels, use: Use) -> Response:
        """Return the labels as lines to learn from or to measure with, as corrections are exported."""
        async with deps.tenants.tenant(caller.tenant_id) as conn:
            found = await labelling.labelled(conn, deps.vault, caller.tenant_id)
        lines = b"".join(orjson.dumps(line) + b"\n" for line in candidates(found, use))
        return Response(lines, media_type=NDJSON)


async def _large_body(request: Request) -> bytes:
    """Read a run, which is larger than other bodies."""
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > MOST_BYTES:
            raise too_large(f"A run may have {MOST_BYTES // 1_000_000} MB.")
    return bytes(chunks)
