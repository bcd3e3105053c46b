"""Runs understanding's own interpreter: it has the packages that the core cannot have."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from typing import Any

import orjson
from rich.console import Console

from app.embedded.children import NLU_PYTHON
from app.settings import ROOT, inherited_environment
from evals.errors import EvalError

SPEAKER = "frontdesk_nlu: "
PROGRESS = re.compile(r"\s*\d+\.\d s  ")
"""What is worth showing: not the warnings of old packages."""


class NotMeasured(EvalError):
    """A file cannot be used, or understanding's environment is missing; the message says what to do."""


def ask_nlu(arguments: Sequence[str], console: Console) -> dict[str, Any]:
    """Run one subcommand to its end and read its last line; its progress is shown as it comes."""
    if not NLU_PYTHON.exists():
        raise NotMeasured("NLU's environment nlu/.venv is missing. Run `make setup`.")
    command = [str(NLU_PYTHON), "-m", "frontdesk_nlu", *arguments]
    last = ""
    with (
        tempfile.TemporaryFile() as out,
        subprocess.Popen(
            command,
            cwd=ROOT / "nlu",
            env=inherited_environment(),
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as child,
    ):
        for line in child.stderr or ():
            last = line.rstrip() or last
            if PROGRESS.match(line):
                console.print(line.rstrip(), highlight=False, markup=False, soft_wrap=True)
        if child.wait():
            raise NotMeasured(last.removeprefix(SPEAKER) or f"`{' '.join(command[2:4])}` ended unexpectedly")
        out.seek(0)
        told: dict[str, Any] = orjson.loads(out.read().splitlines()[-1])
    return told
