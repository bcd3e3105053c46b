"""The results as a person reads them in a terminal."""

from rich.console import Console
from rich.table import Table

from evals.suite.results import Judged, Results


def show(results: Results, console: Console) -> None:
    """Print what failed, line by line, then the table."""
    for one in results.judged:
        if not one.passed:
            _show_failure(one, console)
    console.print(_table(results))
    whole = sum(one.passed for one in results.judged)
    console.print(f"{whole} of {len(results.judged)} conversations without a fault.", highlight=False)
    if len(results.judged) < results.least:
        console.print(f"At least {results.least} conversations are demanded.", highlight=False)


def _table(results: Results) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("metric")
    table.add_column("promise")
    table.add_column("passed", justify="right")
    table.add_column("rate", justify="right")
    table.add_column("demanded", justify="right")
    table.add_column("")
    for line in results.lines:
        table.add_row(
            line.metric,
            line.promise,
            f"{line.passed}/{line.conversations}",
            f"{line.rate:.1%}",
            f"{line.wanted:.1%}",
            "ok" if line.good else "[bold red]too low[/]",
        )
    return table


def _show_failure(one: Judged, console: Console) -> None:
    scenario = one.record.scenario
    place = f"{scenario.file}:{scenario.line}"
    console.print(f"[bold]{scenario.name}[/]  {place}  {one.record.conversation_id}", highlight=False)
    for score in one.scores:
        for check in score.checks:
            if not check.passed:
                console.print(f"  {score.metric}: {check}", highlight=False, markup=False, soft_wrap=True)
