"""`bench` and `eval`, added to the `frontdesk` command by entry point: `app` never imports upwards."""

import importlib
import sys
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


def add_to(command: typer.Typer) -> None:
    """Add this package's commands to the `frontdesk` command."""
    command.command("bench")(bench)
    command.command("eval")(evaluate)


def bench(
    name: Annotated[str, typer.Argument(help="What to measure, such as `turn`.")], as_json: AsJson = False
) -> None:
    """Measure something on servers of its own and print the figures."""
    sys.exit(int(importlib.import_module("evals.bench").main(name, as_json=as_json)))


def evaluate(
    name: Annotated[str, typer.Argument(help="Which suite to run.")] = "conversations",
    as_json: AsJson = False,
) -> None:
    """Run scripted conversations against the whole thing; the status says whether quality holds."""
    sys.exit(int(importlib.import_module("evals.run").main(name, as_json=as_json)))
