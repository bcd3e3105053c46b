"""Keeps runs sealed and opens them again; a run holds conversations, though of invented customers."""

import zlib

from psycopg import AsyncConnection

from app.conversations.seal import Seal
from app.evaluations import repository as sql
from app.evaluations.shapes import Run, RunLine
from app.ids import new_id


async def keep(conn: AsyncConnection, vault: Seal, tenant_id: str, run: Run) -> str:
    """Keep a run and return its id."""
    run_id = new_id("run")
    report = vault.seal(tenant_id, zlib.compress(run.model_dump_json().encode(), 6), place(run_id))
    passed = sum(one.passed for one in run.conversations)
    row = sql.RunRow(
        run_id=run_id,
        suite=run.suite,
        at=run.at,
        passed=passed,
        failed=len(run.conversations) - passed,
        book=run.book,
        report=report,
    )
    await sql.add(conn, tenant_id, row)
    return run_id


async def read(conn: AsyncConnection, vault: Seal, tenant_id: str, run_id: str) -> tuple[RunLine, Run] | None:
    """Open a run; None when there is none."""
    row = await sql.run(conn, tenant_id, run_id)
    if row is None:
        return None
    raw = zlib.decompress(vault.open(tenant_id, row.report, place(run_id)))
    return line_of(row), Run.model_validate_json(raw)


def line_of(row: sql.RunRow) -> RunLine:
    """Show a run in a list."""
    return RunLine(**{name: getattr(row, name) for name in RunLine.model_fields})


def place(run_id: str) -> str:
    """Name the place a run is sealed for."""
    return f"eval_runs:report:{run_id}"
