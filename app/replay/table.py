"""A comparison for eyes in a terminal, and for programs."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.replay.outcome import Outcome
from app.replay.summary import groups, headline, remarks, what_changes
from app.replay.verdict import Comparison, Difference, Verdict

LONGEST = 48
SHOWN = 5
"""Conversations named under each change; the report and `--json` have all."""


def show(comparison: Comparison, screen: Console) -> None:
    """Print what changes, how often, and where; then what limits the result."""
    screen.print(f"[bold]{headline(comparison)}[/bold]  [dim]{comparison.old} against {comparison.new}[/dim]")
    if comparison.changed:
        screen.print(_table(comparison))
    for remark in remarks(comparison):
        screen.print(f"[dim]{escape(remark)}[/dim]")


def _table(comparison: Comparison) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("What changes", "Example", "Conversations"):
        table.add_column(name, overflow="fold")
    table.add_column("How many", justify="right")
    for group in groups(comparison):
        named = [verdict.conversation_id for verdict in group.conversations[:SHOWN]]
        more = ", …" if len(group.conversations) > SHOWN else ""
        table.add_row(
            escape(group.what),
            escape(f"“{_short(group.example)}”"),
            escape(", ".join(named) + more),
            f"[bold]{len(group.conversations):,}[/bold]",
        )
    return table


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Put a comparison into plain values; the same comparison gives the same text."""
    return {
        "old": comparison.old,
        "new": comparison.new,
        "conversations": len(comparison.verdicts),
        "changed": len(comparison.changed),
        "unreadable": comparison.unreadable,
        "counts": dict(sorted(comparison.counts.items())),
        "ended_early": dict(sorted(comparison.ended.items())),
        "groups": [
            {"kind": one.kind, "what": one.what, "conversations": len(one.conversations)}
            for one in groups(comparison)
        ],
        "differences": [_difference(verdict) for verdict in comparison.changed],
    }


def _difference(verdict: Verdict) -> Mapping[str, Any]:
    found = verdict.difference
    if not isinstance(found, Difference):
        raise TypeError("only a changed conversation has a difference")
    return {
        "conversation_id": verdict.conversation_id,
        "thread_id": found.thread_id,
        "seq": found.seq,
        "kinds": list(found.kinds),
        "what": what_changes(found),
        "happened": found.happened,
        "old": _outcome(found.old),
        "new": _outcome(found.new),
    }


def _outcome(outcome: Outcome) -> Mapping[str, Any]:
    return {
        name: value
        for name, value in vars(outcome).items()
        if value is not None and (name in ("reply", "places") or value)
    }
