"""Reads, judges, publishes and takes back the book of a folder, for the routes of its editor."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.audit.record import Deed, actor_of, record
from app.auth.caller import Caller
from app.conversations.seal import Seal
from app.db import Database
from app.problems import Problem, not_found
from app.rulebooks.editing.diffs import Diffs
from app.rulebooks.editing.draft import FileChange, Laid, lay
from app.rulebooks.editing.judging import Judge, Judged
from app.rulebooks.editing.publishing import not_writable, write_files
from app.rulebooks.editing.repository import hold_book
from app.rulebooks.editing.shapes import Published
from app.rulebooks.files import Files, read_files
from app.rulebooks.keeper import BookKeeper
from app.rulebooks.router import finding
from policies.version import version_of


@dataclass(frozen=True, kw_only=True)
class EditingDeps:
    """What the editor works with."""

    database: Database
    vault: Seal
    keeper: BookKeeper
    judge: Judge
    diffs: Diffs
    clock: Callable[[], datetime]


async def folder_files(deps: EditingDeps) -> Files:
    """Read the folder's book."""
    return await asyncio.to_thread(read_files, deps.keeper.state.folder)


def writable(deps: EditingDeps) -> bool:
    """Say whether the folder can be changed from here."""
    return os.access(deps.keeper.state.folder, os.W_OK)


async def judged(deps: EditingDeps, changes: list[FileChange]) -> tuple[Laid, Judged]:
    """Check the folder's book with the changes laid over it."""
    laid = lay(await folder_files(deps), changes)
    return laid, await deps.judge(laid.files)


async def publish(deps: EditingDeps, caller: Caller, changes: list[FileChange], note: str) -> Published:
    """Put a draft in force; what others changed in other files meanwhile stays."""

    def wanted(files: Files) -> Mapping[str, bytes]:
        laid = lay(files, changes)
        if laid.conflicts:
            raise _changed_meanwhile(laid.conflicts)
        return laid.files

    return await _put(deps, caller, wanted, "book.published", note)


async def restore(deps: EditingDeps, caller: Caller, version: str, note: str) -> Published:
    """Put the files of a former version in place of the folder's."""
    files = await deps.keeper.archive.files(caller.tenant_id, version)
    if files is None:
        raise not_found("version")
    return await _put(deps, caller, lambda _: files, "book.restored", note)


async def _put(
    deps: EditingDeps,
    caller: Caller,
    wanted: Callable[[Files], Mapping[str, bytes]],
    action: str,
    note: str,
) -> Published:
    """Check, then write under a lock that all engines share, then let the keeper swap the book."""
    if not writable(deps):
        raise not_writable(deps.keeper.state.folder)
    checked: Mapping[str, bytes] | None = None
    while True:
        checked = await _passed(deps, wanted(await folder_files(deps)))
        before = await _written(deps, caller, wanted, checked, action, note)
        if before is not None:
            break
    state = await deps.keeper.reload()
    after = str(version_of(checked))
    return Published(
        version=after,
        before=before,
        in_force=state.version == after,
        problems=[finding(problem) for problem in state.problems],
    )


async def _passed(deps: EditingDeps, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files when their book may be served; else say everything that is wrong."""
    report = await deps.judge(files)
    if not report.passed:
        raise Problem(
            422,
            "book-invalid",
            f"{report.summary[:1].upper()}{report.summary[1:]}.",
            "Mend what `problems` names; nothing was written.",
            problems=[finding(problem).model_dump() for problem in report.problems],
        )
    return files


async def _written(
    deps: EditingDeps,
    caller: Caller,
    wanted: Callable[[Files], Mapping[str, bytes]],
    checked: Mapping[str, bytes],
    action: str,
    note: str,
) -> str | None:
    """Write and record; None when the folder changed since the check, so that it is checked anew."""
    folder = deps.keeper.state.folder
    async with deps.database.tenant(caller.tenant_id) as conn:
        await hold_book(conn, caller.tenant_id)
        files = await folder_files(deps)
        if dict(wanted(files)) != dict(checked):
            return None
        before, after = str(version_of(files)), str(version_of(checked))
        changed = sorted(name for name in {*files, *checked} if files.get(name) != checked.get(name))
        if changed:
            deed = Deed(
                action=action,
                subject="book",
                subject_id=after,
                detail={"before": before, "files": changed, "note": note},
            )
            await record(conn, deps.vault, caller.tenant_id, actor_of(caller), deed, deps.clock())
            await asyncio.to_thread(write_files, folder, files, checked)
    return before


def _changed_meanwhile(names: tuple[str, ...]) -> Problem:
    return Problem(
        409,
        "changed-meanwhile",
        "Somebody changed the same file meanwhile.",
        f"Load {', '.join(names)} again and lay your change over it; nothing was written.",
        files=list(names),
    )
