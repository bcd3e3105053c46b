"""`bench` and `eval`, added to the `frontdesk` command by entry point: `app` never imports upwards."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

data_group = typer.Typer(help="Examples for understanding.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


def add_to(command: typer.Typer) -> None:
    """Add this package's commands to the `frontdesk` command."""
    command.command("bench")(bench)
    command.command("eval")(evaluate)
    command.add_typer(data_group, name="data")


def bench(
    name: Annotated[str | None, typer.Argument(help="What to measure; without it, the names.")] = None,
    as_json: AsJson = False,
    messages: Annotated[int, typer.Option(min=100, help="How many messages are measured.")] = 2400,
    at_once: Annotated[int, typer.Option(min=1, max=256, help="How many customers write at once.")] = 16,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", "--texts", help="Folder with a `test.csv` of customers' texts (text,category)."
        ),
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
        typer.Argument(help="`conversations`, a scenario file's name, `nlu`, `entities`, `sentiment`, …"),
    ] = "conversations",
    as_json: AsJson = False,
    url: Annotated[
        str | None, typer.Option(help="A demo that runs already; without it one is started.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Folder to write a report page into.")] = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the run for the console: a file, or `here` for this installation."),
    ] = None,
    llm: Annotated[
        Literal["none", "scripted"],
        typer.Option(help="Play the conversations with a scripted model that is often wrong or hostile."),
    ] = "none",
    train: Annotated[Path | None, typer.Option(help="nlu: file to learn from; the book without it.")] = None,
    test: Annotated[Path | None, typer.Option(help="File of labelled texts, .csv or .jsonl.")] = None,
    singles: Annotated[Path | None, typer.Option(help="pairs: texts of which each holds one wish.")] = None,
    val: Annotated[Path | None, typer.Option(help="nlu: file that draws the line of scope.")] = None,
    cross_validate: Annotated[bool, typer.Option(help="nlu: judge the examples in five folds.")] = False,
    learning_curve: Annotated[bool, typer.Option(help="nlu: learn from a fifth, two fifths, …")] = False,
    data: Annotated[
        Path | None,
        typer.Option(help="retail: folder with its db.json and tasks.json; rails: folder to learn from."),
    ] = None,
    fit: Annotated[
        bool, typer.Option("--fit", help="resolution, rails: fit their weights anew first.")
    ] = False,
    label: Annotated[str | None, typer.Option(help="rails: what all texts are, `attack` or `safe`.")] = None,
    text_column: Annotated[str, typer.Option(help="Where its texts stand.")] = "text",
    label_column: Annotated[
        str | None, typer.Option(help="Where its labels stand; `intent` for nlu, `label` for sentiment.")
    ] = None,
) -> None:
    """Run scripted conversations against the whole thing; the status says whether quality holds."""
    asked = Asked(
        as_json=as_json,
        url=url,
        report=report,
        keep=keep,
        with_model=llm == "scripted",
        train=train,
        test=test,
        singles=singles,
        val=val,
        by="folds" if cross_validate else "curve" if learning_curve else "test",
        data=data,
        fit=fit,
        label=label,
        text_column=text_column,
        label_column=label_column,
    )
    _finish(lambda: SUITES.get(suite, partial(_conversations, suite))(asked))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The options of `frontdesk eval`; each suite reads its own."""

    as_json: bool
    url: str | None
    report: Path | None
    keep: Path | None
    with_model: bool
    train: Path | None
    test: Path | None
    singles: Path | None
    val: Path | None
    by: Literal["test", "folds", "curve"]
    data: Path | None
    fit: bool
    label: str | None
    text_column: str
    label_column: str | None


def _retail(asked: Asked) -> int:
    from evals.retail import measure

    return measure.main(asked.data, as_json=asked.as_json)


def _conversations(suite: str, asked: Asked) -> int:
    from evals.run import main

    return main(
        suite,
        as_json=asked.as_json,
        url=asked.url,
        report=asked.report,
        keep=asked.keep,
        with_model=asked.with_model,
    )


def _resolution(asked: Asked) -> int:
    from evals.resolution import measure

    return measure.main(asked.test, refit=asked.fit, as_json=asked.as_json)


def _escalations(asked: Asked) -> int:
    from evals import escalations

    return escalations.main(asked.test, as_json=asked.as_json)


def _sentiment(asked: Asked) -> int:
    from evals import sentiment

    columns = {"text_column": asked.text_column, "label_column": asked.label_column or "label"}
    return sentiment.main(asked.test, **columns, as_json=asked.as_json)


def _rails(asked: Asked) -> int:
    from evals.rails import measure

    wish = measure.Wish(
        test=asked.test,
        text_column=asked.text_column,
        label_column=asked.label_column or "label",
        label=asked.label,
        fit=asked.fit,
        data=asked.data,
        as_json=asked.as_json,
    )
    return measure.main(wish)


def _pairs(asked: Asked) -> int:
    from evals.understanding import pairs

    wish = pairs.Wish(
        train=asked.train,
        test=asked.test,
        singles=asked.singles,
        text_column=asked.text_column,
        label_column=asked.label_column or "intent",
    )
    return pairs.main(wish, as_json=asked.as_json)


def _entities(asked: Asked) -> int:
    from evals.understanding import entities

    return entities.main(asked.test, as_json=asked.as_json)


def _nlu(asked: Asked) -> int:
    from evals.understanding import intents

    wish = intents.Wish(
        train=asked.train,
        test=asked.test,
        val=asked.val,
        by=asked.by,
        text_column=asked.text_column,
        label_column=asked.label_column or "intent",
        report=asked.report,
    )
    return intents.main(wish, as_json=asked.as_json)


def _knowledge(asked: Asked) -> int:
    from evals.knowledge import measure

    return measure.main(asked.test, as_json=asked.as_json)


def _personal(asked: Asked) -> int:
    from evals.personal import measure

    return measure.main(as_json=asked.as_json)


def _redteam(asked: Asked) -> int:
    from evals.redteam import run

    return run.main(asked.test, as_json=asked.as_json)


SUITES: Mapping[str, Callable[[Asked], int]] = {
    "personal": _personal,
    "resolution": _resolution,
    "escalations": _escalations,
    "sentiment": _sentiment,
    "rails": _rails,
    "redteam": _redteam,
    "pairs": _pairs,
    "entities": _entities,
    "nlu": _nlu,
    "retail": _retail,
    "knowledge": _knowledge,
}
"""Suites beside the scripted conversations; whatever has another name is a file of scenarios."""


@data_group.command("validate")
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Training file, then test files; the book and its held-back set without."),
    ] = None,
    text_column: Annotated[str, typer.Option(help="Where the texts stand.")] = "text",
    label_column: Annotated[str, typer.Option(help="Where the labels stand.")] = "intent",
    as_json: AsJson = False,
) -> None:
    """Look for repeated, contradictory, leaking, uneven and too few examples."""
    from evals.understanding import validation

    columns = {"text_column": text_column, "label_column": label_column}
    _finish(lambda: validation.main(files or (), **columns, as_json=as_json))


def _finish(work: Callable[[], int]) -> None:
    """End with the work's status; a known mistake is one text on stderr and status 2."""
    from evals.errors import EvalError

    try:
        status = work()
    except EvalError as mistake:
        print(f"frontdesk: {mistake}", file=sys.stderr)
        sys.exit(2)
    sys.exit(status)
