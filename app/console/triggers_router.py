"""`/api/v1/handoff-triggers`: the table of what brings a person, the book's rows and a company's own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from psycopg import AsyncConnection
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.responses import Response

from app.audit.record import Deed, actor_of, record
from app.auth.caller import AgentCaller, Caller
from app.auth.rights import ManagesTriggers, ReadsAgents
from app.console.deps import ConsoleDeps
from app.gateway.body import body_of, documented
from app.handoff.triggers import repository as sql
from app.handoff.triggers.shelf import Reloads
from app.problems import Problem, not_found
from policies.handoff_rows import HandoffTrigger
from policies.model import Book
from policies.phrases import PhraseInvalid, check_phrase
from policies.schema_triggers import TriggerYaml

Type = Literal["keyword", "sentiment", "confidence", "intent"]
Priority = Literal["low", "medium", "high", "urgent"]
TriggerId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class TriggerChange(BaseModel):
    """What is named is changed; a row of the book is changed for this company alone."""

    model_config = ConfigDict(extra="forbid")

    type: Type | None = None
    value: str | None = Field(default=None, max_length=255)
    threshold: float | None = None
    priority: Priority | None = None
    enabled: bool | None = None


class NewTrigger(TriggerChange):
    """A row of the company's own."""

    trigger_id: TriggerId
    type: Type


class TriggerShape(BaseModel):
    """A row that is in force, or would be if it were enabled."""

    trigger_id: str
    type: Type
    value: str
    threshold: float | None
    priority: Priority
    enabled: bool
    source: Literal["book", "company", "changed"]
    """`changed`: the company's own instead of the book's."""
    updated_at: datetime | None = None
    updated_by: str | None = None


class Triggers(BaseModel):
    """Every row, the book's first."""

    items: Sequence[TriggerShape]


def build_router(deps: ConsoleDeps, book: Callable[[], Book], shelf: Reloads) -> APIRouter:
    """Build the routes; what is changed counts from the next message on."""
    router = APIRouter(prefix="/api/v1/handoff-triggers", tags=["handoff"])
    office = _Office(deps, book, shelf)

    @router.get("")
    async def triggers(caller: ReadsAgents) -> Triggers:
        """List the rows of the book and the company's own."""
        return Triggers(items=await office.listed(caller.tenant_id))

    @router.post("", status_code=201, openapi_extra=documented(NewTrigger))
    async def add(
        caller: ManagesTriggers, new: Annotated[NewTrigger, Depends(body_of(NewTrigger))]
    ) -> TriggerShape:
        """Add a row of the company's own."""
        if any(row.trigger_id == new.trigger_id for row in await office.listed(caller.tenant_id)):
            raise Problem(
                409, "trigger-known", "A trigger of this name is there.", "Change it, or choose another name."
            )
        return await office.write(caller, new.trigger_id, new, "trigger.added")

    @router.patch("/{trigger_id}", openapi_extra=documented(TriggerChange))
    async def change(
        caller: ManagesTriggers,
        trigger_id: TriggerId,
        wanted: Annotated[TriggerChange, Depends(body_of(TriggerChange))],
    ) -> TriggerShape:
        """Change, enable or disable a row; the book itself stays as it is."""
        return await office.write(caller, trigger_id, wanted, "trigger.changed")

    @router.delete("/{trigger_id}", status_code=204)
    async def remove(caller: ManagesTriggers, trigger_id: TriggerId) -> Response:
        """Remove a row of the company's own; the book's row of that name is back in force."""
        await office.remove(caller, trigger_id)
        return Response(status_code=204)

    return router


class _Office:
    """Reads and writes rows, each change with its line in the audit."""

    def __init__(self, deps: ConsoleDeps, book: Callable[[], Book], shelf: Reloads) -> None:
        self._deps = deps
        self._book = book
        self._shelf = shelf

    async def listed(self, tenant_id: str) -> list[TriggerShape]:
        """Merge the company's rows into the book's."""
        async with self._deps.tenants.tenant(tenant_id) as conn:
            own = {row.trigger_id: row for row in await sql.rows(conn, tenant_id)}
        return list(_merged(self._book().routing.handoff_triggers, own))

    async def write(
        self, caller: Caller, trigger_id: str, wanted: TriggerChange, action: str
    ) -> TriggerShape:
        """Write a row as it is with the change, if that can be meant."""
        tenant_id, deps = caller.tenant_id, self._deps
        before = next((row for row in await self.listed(tenant_id) if row.trigger_id == trigger_id), None)
        if before is None and not isinstance(wanted, NewTrigger):
            raise not_found("trigger")
        row = _checked(trigger_id, before, wanted, self._book())
        by, now = caller.agent_id if isinstance(caller, AgentCaller) else caller.key_id, deps.clock()
        async with deps.tenants.tenant(tenant_id) as conn:
            await sql.put(conn, tenant_id, row, by, now)
            await self._note(conn, caller, trigger_id, action, _told(before), _told(row))
        await self._shelf.changed()
        return next(shown for shown in await self.listed(tenant_id) if shown.trigger_id == trigger_id)

    async def remove(self, caller: Caller, trigger_id: str) -> None:
        """Remove a row of the company's own, or answer 404."""
        async with self._deps.tenants.tenant(caller.tenant_id) as conn:
            before = await sql.rows(conn, caller.tenant_id, trigger_id)
            if not await sql.remove(conn, caller.tenant_id, trigger_id):
                raise not_found("trigger")
            await self._note(conn, caller, trigger_id, "trigger.removed", _told(before[0]), None)
        await self._shelf.changed()

    async def _note(
        self,
        conn: AsyncConnection,
        caller: Caller,
        trigger_id: str,
        action: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        detail = {"before": before, "after": after}
        deed = Deed(action=action, subject="trigger", subject_id=trigger_id, detail=detail)
        deps = self._deps
        await record(conn, deps.vault, caller.tenant_id, actor_of(caller), deed, deps.clock())


def _merged(book: Sequence[HandoffTrigger], own: Mapping[str, sql.StoredTrigger]) -> Iterator[TriggerShape]:
    names = {row.trigger_id for row in book}
    for row in book:
        if row.trigger_id not in own:
            yield TriggerShape(**_told(row) or {}, trigger_id=row.trigger_id, source="book")
    for name, kept in own.items():
        yield TriggerShape(
            **_told(kept) or {},
            trigger_id=name,
            source="changed" if name in names else "company",
            updated_at=kept.updated_at,
            updated_by=kept.updated_by,
        )


def _told(row: HandoffTrigger | TriggerShape | None) -> dict[str, Any] | None:
    if row is None:
        return None
    parts = ("type", "value", "threshold", "priority", "enabled")
    return {part: getattr(row, part) for part in parts}


def _checked(
    trigger_id: str, before: TriggerShape | None, wanted: TriggerChange, book: Book
) -> HandoffTrigger:
    """Put the change over what there is and hold it to what the book's rows are held to."""
    changed = wanted.model_dump(exclude_unset=True, exclude={"trigger_id"})
    try:
        row = TriggerYaml(**{**(_told(before) or {}), **changed})
    except ValidationError as error:
        raise _wrong(str(error.errors()[0]["msg"])) from None
    if row.type == "keyword":
        try:
            check_phrase(row.value)
        except PhraseInvalid as error:
            raise _wrong(f"value: {error}. Write words such as `(talk|speak) to [a] manager`") from None
    if row.type == "intent" and row.value not in book.intents:
        raise _wrong("value: the book has no such intent")
    return HandoffTrigger(trigger_id=trigger_id, **row.model_dump())


def _wrong(why: str) -> Problem:
    return Problem(422, "wrong-fields", "Some fields do not fit.", f"{why}.")
