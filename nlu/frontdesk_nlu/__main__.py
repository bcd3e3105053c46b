"""`python -m frontdesk_nlu train|serve|fit-…|measure-…|validate`."""

import argparse
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TextIO


def quiet() -> None:
    """Keep Rasa from reporting home and from writing customers' text into logs."""
    os.environ.update(RASA_TELEMETRY_ENABLED="false", SQLALCHEMY_SILENCE_UBER_WARNING="1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # our products are small: a second thread only spins
    import rasa.utils.log_utils

    rasa.utils.log_utils.configure_structlog(logging.WARNING)
    warnings.simplefilter("ignore")
    logging.getLogger().setLevel(logging.WARNING)


def arguments(given: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="frontdesk_nlu", description="Understanding for Frontdesk.")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a model folder from a folder of Rasa training files")
    train.add_argument("--data", type=Path, required=True, help="folder with nlu.yml")
    train.add_argument("--out", type=Path, required=True, help="model folder")
    serve = commands.add_parser("serve", help="answer HTTP requests from a model folder")
    serve.add_argument("--model", type=Path, required=True, help="model folder")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=5006)
    serve.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1), help="processes that read")
    work = commands.add_parser("work", help="understand for a server; started by `serve`")
    work.add_argument("--model", type=Path, required=True)
    work.add_argument("--lines", type=int, nargs="+", required=True, help="sockets to the server")
    fit = commands.add_parser("fit-moods", help="fit the mood weights of this package anew")
    fit.add_argument("--reviews", type=Path, required=True, help="folder of .jsonl files with text and label")
    fit.add_argument("--posts", type=Path, required=True, help=".jsonl file of public posts, for their prior")
    weigh = commands.add_parser("fit-clauses", help="fit anew what tells two wishes from one")
    weigh.add_argument("--book", type=Path, required=True, help="Rasa .yml file of a company's examples")
    weigh.add_argument("--other", type=Path, required=True, help="file of another company's examples")
    weigh.add_argument("--messages", type=Path, required=True, help=".jsonl file of `text` and `intents`")
    weigh.add_argument("--text-column", default="text")
    weigh.add_argument("--label-column", default="intent")
    rate = commands.add_parser("measure-moods", help="rate a file of labelled texts, print figures")
    rate.add_argument("--test", type=Path, required=True, help=".csv or .jsonl file")
    rate.add_argument("--text-column", default="text")
    rate.add_argument("--label-column", default="label")
    judge = commands.add_parser("measure-intents", help="train on one file, judge another, print figures")
    judge.add_argument("--train", type=Path, required=True, help=".csv, .jsonl or Rasa .yml file")
    judge.add_argument("--test", type=Path, help="file to judge; without it, a way of --by is needed")
    judge.add_argument("--val", type=Path, help="file on which one in twenty texts with an intent is refused")
    judge.add_argument("--by", choices=("test", "folds", "curve"), default="test")
    judge.add_argument("--text-column", default="text")
    judge.add_argument("--label-column", default="intent")
    find = commands.add_parser("measure-entities", help="find entities in a marked file, print figures")
    find.add_argument("--train", type=Path, required=True, help="Rasa .yml file to learn names from")
    find.add_argument("--test", type=Path, required=True, help=".jsonl file of texts with entities")
    part = commands.add_parser("measure-pairs", help="tell wishes apart in a file of messages, print figures")
    part.add_argument("--train", type=Path, required=True, help=".csv, .jsonl or Rasa .yml file")
    part.add_argument("--test", type=Path, help=".jsonl file of `text` and `intents`")
    part.add_argument("--singles", type=Path, help="file of texts of which each holds one wish")
    part.add_argument("--text-column", default="text")
    part.add_argument("--label-column", default="intent")
    check = commands.add_parser("validate", help="look for what is wrong with files of labelled texts")
    check.add_argument("files", type=Path, nargs="+", help="training file first, then test files")
    check.add_argument("--text-column", default="text")
    check.add_argument("--label-column", default="intent")
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    """Run one command; a failure that the operator can mend is one line that says how."""
    chosen = arguments(given)
    if chosen.command != "serve":  # it understands nothing itself, and is spared four seconds of imports
        from frontdesk_nlu.without_tensorflow import stand_in

        stand_in()
        quiet()
    from frontdesk_nlu.failures import CannotGoOn

    try:
        return COMMANDS[chosen.command](chosen)
    except (CannotGoOn, OSError) as why:
        print(f"frontdesk_nlu: {why}", file=sys.stderr)
        return 1


def train(chosen: argparse.Namespace) -> int:
    """Train, with a line for each step."""
    from frontdesk_nlu.model import training

    training.train(chosen.data, chosen.out, progress(sys.stdout))
    return 0


def progress(out: TextIO) -> Callable[[str], None]:
    """Print lines with the seconds gone."""
    began = time.monotonic()
    return lambda line: print(f"{time.monotonic() - began:6.1f} s  {line}", file=out, flush=True)


def fit_moods(chosen: argparse.Namespace) -> int:
    """Fit the mood weights and say how good they are on lines they have not seen."""
    from frontdesk_nlu.mood.shipped import fit_anew

    fitted = fit_anew(chosen.reviews, chosen.posts)
    print(json.dumps({**fitted.made_from, **fitted.figures}))
    return 0


def fit_clauses(chosen: argparse.Namespace) -> int:
    """Fit the weights of clauses and print their lines; progress goes to stderr."""
    from frontdesk_nlu.clauses.fitting import fit_anew
    from frontdesk_nlu.measuring.tables import Columns

    columns = Columns(chosen.text_column, chosen.label_column)
    say = progress(sys.stderr)
    print(json.dumps(fit_anew(chosen.book, chosen.other, columns, chosen.messages, say)))
    return 0


def measure_moods(chosen: argparse.Namespace) -> int:
    """Print figures and confusions as the last line."""
    from frontdesk_nlu.measuring.moods import measure

    print(json.dumps(measure(chosen.test, chosen.text_column, chosen.label_column)))
    return 0


def measure_intents(chosen: argparse.Namespace) -> int:
    """Print figures and what a report needs as the last line; progress goes to stderr."""
    from frontdesk_nlu.measuring import intents
    from frontdesk_nlu.measuring.tables import Columns

    columns = Columns(chosen.text_column, chosen.label_column)
    ways = {"test": intents.measure, "folds": intents.cross_validate, "curve": intents.learning_curve}
    files = intents.Files(chosen.train, chosen.test, chosen.val, columns)
    print(json.dumps(ways[chosen.by](files, progress(sys.stderr))))
    return 0


def measure_entities(chosen: argparse.Namespace) -> int:
    """Print figures and mistakes as the last line."""
    from frontdesk_nlu.measuring.entities import measure

    print(json.dumps(measure(chosen.train, chosen.test)))
    return 0


def measure_pairs(chosen: argparse.Namespace) -> int:
    """Print figures and mistakes as the last line; progress goes to stderr."""
    from frontdesk_nlu.measuring import pairs
    from frontdesk_nlu.measuring.intents import Files
    from frontdesk_nlu.measuring.tables import Columns

    columns = Columns(chosen.text_column, chosen.label_column)
    files = Files(chosen.train, chosen.test, None, columns)
    print(json.dumps(pairs.measure(files, chosen.singles, progress(sys.stderr))))
    return 0


def validate(chosen: argparse.Namespace) -> int:
    """Print every finding as one object in the last line."""
    from frontdesk_nlu.measuring import validation
    from frontdesk_nlu.measuring.tables import Columns

    columns = Columns(chosen.text_column, chosen.label_column)
    print(json.dumps(validation.validate(chosen.files, columns, progress(sys.stderr))))
    return 0


def serve(chosen: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from frontdesk_nlu.serving.server import run

    run(chosen.model, chosen.host, chosen.port, max(1, chosen.workers))
    return 0


def work(chosen: argparse.Namespace) -> int:
    """Understand until the server hangs up."""
    from frontdesk_nlu.serving.worker import run

    run(chosen.model, chosen.lines)
    return 0


COMMANDS = {
    "train": train,
    "serve": serve,
    "work": work,
    "fit-moods": fit_moods,
    "fit-clauses": fit_clauses,
    "measure-moods": measure_moods,
    "measure-intents": measure_intents,
    "measure-entities": measure_entities,
    "measure-pairs": measure_pairs,
    "validate": validate,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
