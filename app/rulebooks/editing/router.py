"""`/api/v1/book`: the rule book read, checked, compared, published and taken back from the console."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.audit import repository as audit
from app.audit.record import place
from app.auth.rights import EditsBook, ReadsConversations
from app.conversations.seal import open_json
from app.gateway.body import body_of, documented
from app.problems import Problem, not_found
from app.rulebooks.editing import service
from app.rulebooks.editing.diffs import Diff
from app.rulebooks.editing.draft import fingerprint, lay
from app.rulebooks.editing.pictures import picture_of
from app.rulebooks.editing.service import EditingDeps
from app.rulebooks.editing.shapes import (
    BookShape,
    Comparing,
    DiffShape,
    DraftShape,
    FileDifference,
    FileDifferences,
    FileShape,
    FileText,
    JudgedShape,
    Note,
    Publication,
    Published,
    StandingShape,
    Versions,
    VersionShape,
    judged_shape,
    picture_shape,
)
from app.rulebooks.editing.standing import standing
from app.rulebooks.router import finding
from policies.version import version_of

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def build_router(deps: EditingDeps) -> APIRouter:
    """Build the routes."""
    router = APIRouter(prefix="/api/v1/book", tags=["book"])
    _add_reading(router, deps)
    _add_judging(router, deps)
    _add_diffs(router, deps)
    _add_versions(router, deps)
    return router


def _add_reading(router: APIRouter, deps: EditingDeps) -> None:
    @router.get("")
    async def book(caller: ReadsConversations) -> BookShape:
        """List the files of the folder's book."""
        files, state = await service.folder_files(deps), deps.keeper.state
        return BookShape(
            folder=str(state.folder),
            version=str(version_of(files)),
            in_force=state.version,
            writable=service.writable(deps),
            files=[
                FileShape(name=name, fingerprint=fingerprint(content), lines=content.count(b"\n"))
                for name, content in sorted(files.items())
            ],
            problems=[finding(problem) for problem in state.problems],
        )

    @router.get("/file")
    async def file(caller: ReadsConversations, name: str) -> FileText:
        """Read one file."""
        content = (await service.folder_files(deps)).get(name)
        if content is None:
            raise not_found("file")
        return FileText(name=name, text=content.decode("utf-8"), fingerprint=fingerprint(content))

    @router.get("/flows")
    async def flows(caller: ReadsConversations) -> StandingShape:
        """Draw the flows in force, with the conversations that are in them now."""
        in_force = deps.keeper.book
        async with deps.database.tenant(caller.tenant_id) as conn:
            now = await standing(conn, deps.vault, caller.tenant_id, str(in_force.version))
        steps: dict[str, dict[str, int]] = {}
        for (flow, step), count in now.steps.items():
            steps.setdefault(flow, {})[str(step)] = count
        pictures = [picture_shape(picture_of(flow)) for flow in in_force.flows.values()]
        return StandingShape(
            version=str(in_force.version), flows=pictures, steps=steps, older=now.older, deciding=now.deciding
        )


def _add_judging(router: APIRouter, deps: EditingDeps) -> None:
    @router.post("/check", openapi_extra=documented(DraftShape))
    async def check(
        caller: EditsBook, draft: Annotated[DraftShape, Depends(body_of(DraftShape))]
    ) -> JudgedShape:
        """Check a draft as `frontdesk check` does, with pictures of its flows; nothing is written."""
        laid, report = await service.judged(deps, draft.read())
        return judged_shape(report, laid.changed, laid.conflicts)

    @router.post("/publish", openapi_extra=documented(Publication))
    async def publish(
        caller: EditsBook, draft: Annotated[Publication, Depends(body_of(Publication))]
    ) -> Published:
        """Put a draft in force; with a problem or another's change to the same file nothing is written."""
        return await service.publish(deps, caller, draft.read(), draft.note)


def _add_diffs(router: APIRouter, deps: EditingDeps) -> None:
    @router.post("/diffs", status_code=202, openapi_extra=documented(Comparing))
    async def start(caller: EditsBook, draft: Annotated[Comparing, Depends(body_of(Comparing))]) -> DiffShape:
        """Play recorded conversations on the book in force and on a draft; read the result with its id."""
        new = lay(await service.folder_files(deps), draft.read()).files
        old = await deps.keeper.archive.files(caller.tenant_id, deps.keeper.state.version)
        report = await deps.judge(new)
        if old is None or not report.passed:
            raise Problem(422, "book-invalid", "This draft cannot be compared.", "Mend what the check names.")
        since = deps.clock() - timedelta(days=draft.days) if draft.days else None
        return _diff(await deps.diffs.start(caller.tenant_id, old, new, since, draft.most))

    @router.get("/diffs/{diff_id}")
    async def diff(caller: EditsBook, diff_id: str) -> DiffShape:
        """Say how far a comparison is, and what it found."""
        found = await deps.diffs.find(caller.tenant_id, diff_id)
        if found is None:
            raise not_found("diff")
        return _diff(found)

    @router.get("/diffs/{diff_id}/report")
    async def report(caller: EditsBook, diff_id: str) -> Response:
        """Give the comparison's report page."""
        page = await deps.diffs.page(caller.tenant_id, diff_id)
        if page is None:
            raise not_found("report")
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": REPORT_POLICY})


def _add_versions(router: APIRouter, deps: EditingDeps) -> None:
    @router.get("/versions")
    async def versions(caller: ReadsConversations) -> Versions:
        """List the versions that are or were in force, with who published them and why."""
        stored = await deps.keeper.archive.versions(caller.tenant_id, most=100)
        async with deps.database.tenant(caller.tenant_id) as conn:
            lines = await audit.lines(conn, caller.tenant_id, audit.Wanted(subject="book", limit=500))
        by: dict[str, tuple[str, str | None]] = {}
        for line in reversed(lines):
            detail = open_json(deps.vault, caller.tenant_id, line.detail, place(line.audit_id))
            by[line.subject_id] = (line.actor_name or line.actor_id, detail.get("note") or None)
        current = deps.keeper.state.version
        return Versions(
            items=[
                VersionShape(
                    **vars(one),
                    in_force=one.version == current,
                    by=by.get(one.version, (None, None))[0],
                    note=by.get(one.version, (None, None))[1],
                )
                for one in stored
            ]
        )

    @router.get("/versions/{version}")
    async def differences(caller: ReadsConversations, version: str) -> FileDifferences:
        """Show what going back to a version would change in the folder's book."""
        then = await deps.keeper.archive.files(caller.tenant_id, version)
        if then is None:
            raise not_found("version")
        now = await service.folder_files(deps)
        names = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
        items = [FileDifference(name=n, old=_text(now.get(n)), new=_text(then.get(n))) for n in names]
        return FileDifferences(items=items)

    @router.post("/versions/{version}/restore", openapi_extra=documented(Note))
    async def restore(
        caller: EditsBook, version: str, note: Annotated[Note, Depends(body_of(Note, empty={}))]
    ) -> Published:
        """Go back to a version; it is checked with today's tools first."""
        return await service.restore(deps, caller, version, note.note)


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8")


def _diff(diff: Diff) -> DiffShape:
    return DiffShape(
        diff_id=diff.diff_id, state=diff.state, compared=diff.compared, new=diff.new, result=diff.told
    )
