"""A run as the evaluator's room keeps it, and where it is put."""

import asyncio
from datetime import datetime
from pathlib import Path

from app.evaluations.shapes import ExchangeShape, Metric, Played, Run, ScoreShape
from evals.suite.record import Exchange
from evals.suite.results import Judged, Results

HERE = Path("here")
"""Instead of a file: the installation that runs or is configured here."""


def run_of(results: Results, at: datetime) -> Run:
    """Put a run into the shape in which it is kept."""
    return Run(
        suite=results.suite,
        at=at,
        passed=results.good,
        figures=dict(results.figures),
        metrics=[
            Metric(
                metric=line.metric,
                promise=line.promise,
                conversations=line.conversations,
                passed=line.passed,
                wanted=line.wanted,
            )
            for line in results.lines
        ],
        conversations=[_played(one) for one in results.judged],
    )


def keep(results: Results, at: datetime, target: Path) -> str:
    """Write a run to a file, or put it where the console shows it; returns where it is."""
    run = run_of(results, at)
    if target == HERE:
        return f"run {asyncio.run(_stored(run))} in the console's room Evals"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(run.model_dump_json(), "utf-8")
    return str(target)


async def _stored(run: Run) -> str:
    from app.commands.letters import open_tenant
    from app.evaluations.keeping import keep as store
    from app.privacy.vault import Vault
    from app.settings import load_settings

    vault = Vault.from_file(load_settings().master_key)
    async with open_tenant(None) as (conn, tenant_id):
        return await store(conn, vault, tenant_id, run)


def _played(one: Judged) -> Played:
    record = one.record
    return Played(
        name=record.scenario.name,
        conversation_id=record.conversation_id or "never-begun",
        passed=one.passed,
        broke=record.broke,
        scores=[ScoreShape(metric=s.metric, passed=s.passed, reason=s.reason) for s in one.scores],
        exchanges=[_exchange(exchange) for exchange in record.exchanges],
    )


def _exchange(exchange: Exchange) -> ExchangeShape:
    return ExchangeShape(
        who=exchange.who,
        said=exchange.said,
        replies=[reply.text for reply in (*exchange.replies, *exchange.later)],
        seq=exchange.why.seq if exchange.why else None,
    )
