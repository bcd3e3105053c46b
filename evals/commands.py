"""`bench` and `eval`, added to the `frontdesk` command by entry point: `app` never imports upwards."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


def add_to(command: typer.Typer) -> None:
    """Add this package's commands to the `frontdesk` command."""
    command.command("bench")(bench)
    command.command("eval")(evaluate)


def bench(
    name: Annotated[str | None, typer.Argument(help="What to measure; without it, the names.")] = None,
    as_json: AsJson = False,
    messages: Annotated[int, typer.Option(min=100, help="How many messages are measured.")] = 2400,
    at_once: Annotated[int, typer.Option(min=1, max=256, help="How many customers write at once.")] = 16,
    data: Annotated[
        Path | None, typer.Option(help="Folder with a `test.csv` of customers' texts (text,category).")
    ] = None,
    peers: Annotated[bool, typer.Option(help="Measure Rasa's own bot beside it.")] = True,
) -> None:
    """Measure something on servers of its own and print the figures."""
    from evals.bench import Wish, main

    wish = Wish(messages=messages, at_once=at_once, texts=data, peers=peers)
    _finish(lambda: main(name, wish, as_json=as_json))


def evaluate(
    suite: Annotated[
        str,
        typer.Argument(help="`conversations` for all, the name of one scenario file, or `sentiment`."),
    ] = "conversations",
    as_json: AsJson = False,
    url: Annotated[
        str | None, typer.Option(help="A demo that runs already; without it one is started.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Folder to write a report page into.")] = None,
    test: Annotated[Path | None, typer.Option(help="File of labelled texts, .csv or .jsonl.")] = None,
    text_column: Annotated[str, typer.Option(help="Where its texts stand.")] = "text",
    label_column: Annotated[str, typer.Option(help="Where its labels stand.")] = "label",
) -> None:
    """Run scripted conversations against the whole thing; the status says whether quality holds."""
    if suite == "sentiment":
        from evals import sentiment

        columns = {"text_column": text_column, "label_column": label_column}
        _finish(lambda: sentiment.main(test, **columns, as_json=as_json))
        return
    from evals.run import main

    _finish(lambda: main(suite, as_json=as_json, url=url, report=report))


def _finish(work: Callable[[], int]) -> None:
    """End with the work's status; a known mistake is one text on stderr and status 2."""
    from evals.errors import EvalError

    try:
        status = work()
    except EvalError as mistake:
        print(f"frontdesk: {mistake}", file=sys.stderr)
        sys.exit(2)
    sys.exit(status)
