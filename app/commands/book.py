"""`check` and `train`: the rule book, and the model that learns its intents."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def training_text(folder: Path) -> str:
    """The rule book's intents as NLU's training text."""
    from policies.loader import load_book
    from policies.nlu_data import compile_training

    return compile_training(load_book(folder).intents)


def train(
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")
    ] = None,
) -> None:
    """Train the NLU model from the rule book, unless nothing it depends on has changed."""
    from app.embedded.lock import prepare_data_dir
    from app.embedded.training import train as learn
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    if settings.nlu_url:
        print(f"NLU is configured at {settings.nlu_url}; its model is unchanged.")
        return
    prepare_data_dir(settings.state)
    work = learn(
        training_text(settings.book),
        settings.state / "nlu",
        print,
        log=settings.state / "log" / "training.log",
    )
    model = asyncio.run(work)
    print(f"NLU model {model.fingerprint} in {model.folder}" + ("" if model.fresh else " (unchanged)"))


def check(
    book: Annotated[
        Path | None, typer.Argument(help="Folder of a rule book; FRONTDESK_BOOK otherwise.")
    ] = None,
) -> None:
    """Check a rule book; every problem is told with file, line and remedy."""
    from policies.check import check as examine

    from app.settings import load_settings

    report = examine(book or load_settings().book)
    print(report)
