"""`python -m frontdesk_nlu train|serve`."""

import argparse
import logging
import os
import sys
import time
import warnings
from pathlib import Path


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
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    """Run one command; a failure that the operator can mend is one line that says how."""
    chosen = arguments(given)
    from frontdesk_nlu.without_tensorflow import stand_in

    stand_in()
    quiet()
    from frontdesk_nlu.failures import CannotGoOn

    try:
        return train(chosen) if chosen.command == "train" else serve(chosen)
    except (CannotGoOn, OSError) as why:
        print(f"frontdesk_nlu: {why}", file=sys.stderr)
        return 1


def train(chosen: argparse.Namespace) -> int:
    """Train, with a line for each step."""
    from frontdesk_nlu.model import training

    began = time.monotonic()

    def say(line: str) -> None:
        """Print one progress line with the seconds gone."""
        print(f"{time.monotonic() - began:6.1f} s  {line}", flush=True)

    training.train(chosen.data, chosen.out, say)
    return 0


def serve(chosen: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from frontdesk_nlu.serving.server import run

    run(chosen.model, chosen.host, chosen.port)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
