"""Rasa's own dialogue bot: `peer.py setup | train | run`, used by the benchmarks.

It understands with DIET and decides with TED and rules, as Rasa recommends,
on the book's own examples, and answers on Rasa's REST channel. It calls no
backend, so whatever it costs is the cost of the dialogue alone.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from policies.loader import load_book
from policies.model import Intent
from policies.nlu_data import compile_training

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PYTHON = HERE / ".venv" / "bin" / "python"
LOCK = HERE / "requirements.lock"
BOOK = ROOT / "policies" / "book"
CACHE = ROOT / ".frontdesk" / "peers" / "rasa"


def absent(cache: Path = CACHE) -> str | None:
    """Say why the peer cannot be measured, or None when it can."""
    if not PYTHON.exists():
        return f"not installed; run `python {Path(__file__).relative_to(ROOT)} setup`"
    if not (cache / "models" / "peer.tar.gz").exists():
        return f"not trained; run `python {Path(__file__).relative_to(ROOT)} train`"
    return None


def is_trained(cache: Path = CACHE) -> bool:
    """Say whether the model is that of the present corpus."""
    stamp, wanted = cache / "trained", fingerprint(corpus(load_book(BOOK).intents))
    return absent(cache) is None and stamp.exists() and stamp.read_text() == wanted


def fingerprint(files: Mapping[str, str]) -> str:
    """Hash everything that a model is trained from."""
    return hashlib.sha256("\0".join(files.values()).encode()).hexdigest()


def epochs() -> int:
    """Read how often DIET sees its examples."""
    config = yaml.safe_load((HERE / "bot" / "config.yml").read_text())
    return next(int(one["epochs"]) for one in config["pipeline"] if one["name"] == "DIETClassifier")


def setup() -> None:
    """Make the environment, TensorFlow included, from its own lock."""
    uv = shutil.which("uv") or str(ROOT / ".tools" / "uv" / "bin" / "uv")
    stamp = HERE / ".venv" / "lock"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", "3.11", HERE / ".venv"], check=True)
    sync = ["pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON), str(LOCK)]
    subprocess.run([uv, *sync], check=True)
    stamp.write_text(wanted)


def train(cache: Path) -> None:
    """Train the bot on the book's examples, unless they and the bot are as they were."""
    if is_trained(cache):
        return
    files = corpus(load_book(BOOK).intents)
    for name, text in files.items():
        target = cache / "bot" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    command = rasa("train", "--config", "bot/config.yml", "--domain", "bot/domain", "--data", "bot/data")
    log = cache / "train.log"
    with log.open("wb") as out:
        done = subprocess.run(
            [*command, "--fixed-model-name", "peer"],
            cwd=cache,
            env=quiet(),
            stdout=out,
            stderr=out,
            check=False,
        )
    if done.returncode != 0:
        sys.exit(f"Rasa could not be trained; its own words are in {log}")
    (cache / "trained").write_text(fingerprint(files))


def corpus(intents: Mapping[str, Intent]) -> dict[str, str]:
    """Put together what Rasa trains from: the bot's files, and the book's intents."""
    named = "".join(f"  - {name}\n" for name in sorted(intents))
    return {
        "config.yml": (HERE / "bot" / "config.yml").read_text(),
        "credentials.yml": (HERE / "bot" / "credentials.yml").read_text(),
        "domain/domain.yml": (HERE / "bot" / "domain.yml").read_text(),
        "domain/intents.yml": f'version: "3.1"\nintents:\n{named}',
        "data/stories.yml": (HERE / "bot" / "stories.yml").read_text(),
        "data/regex.yml": (HERE / "bot" / "regex.yml").read_text(),
        "data/nlu.yml": compile_training(intents),
    }


def run(cache: Path, port: int, api: bool) -> None:
    """Become Rasa's server, so that this process's id is the one to measure."""
    os.chdir(cache)
    serve = ["run", "--interface", "127.0.0.1", "--port", str(port), "--credentials", "bot/credentials.yml"]
    command = rasa(*serve, "--model", "models/peer.tar.gz", *(["--enable-api"] if api else []))
    os.execve(command[0], command, quiet())  # noqa: S606 - our own environment's interpreter


def rasa(*arguments: str) -> list[str]:
    """Return a command of Rasa in the peer's environment."""
    return [str(PYTHON), "-m", "rasa", *arguments]


def quiet() -> dict[str, str]:
    """Return the environment without telemetry and without TensorFlow's chatter."""
    return dict(os.environ) | {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
    }


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Rasa's own dialogue bot, to be measured against.")
    parser.add_argument("command", choices=["setup", "train", "run"])
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the model lies")
    parser.add_argument("--port", type=int, default=5055)
    parser.add_argument("--api", action="store_true", help="serve `/model/parse` too")
    chosen = parser.parse_args()
    if chosen.command == "setup":
        return setup()
    chosen.cache.mkdir(parents=True, exist_ok=True)
    if chosen.command == "train":
        return train(chosen.cache)
    if why := absent(chosen.cache):
        sys.exit(f"Rasa's bot is {why}")
    return run(chosen.cache, chosen.port, chosen.api)


if __name__ == "__main__":
    main()
