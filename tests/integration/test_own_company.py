"""A company of one's own from its first command to its first answers, with servers and a model of its own."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from app.embedded.children import NLU_PYTHON, free_port
from tests.peers.faults import serving
from tests.peers.library import KEY, Library, document

ROOT = Path(__file__).parents[2]


@pytest.fixture
def here() -> Iterator[Path]:
    """A folder short enough for the servers' sockets."""
    with tempfile.TemporaryDirectory(prefix="fd-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def variables(**more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")}
    return {**plain, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


def frontdesk(folder: Path, *words: str) -> str:
    """Run one command in a folder to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        cwd=folder,
        env=variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ask(port: int, sender: str, text: str) -> str:
    """What the engine answers to a customer who is signed in."""
    body = {"sender": sender, "message": text, "metadata": {"customer_id": "C-1001"}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/webhooks/rest/webhook",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return "\n".join(reply.get("text") or "" for reply in json.load(answer))


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_company_begun_now_answers_from_its_article_and_reads_through_its_tool(here: Path) -> None:
    if not NLU_PYTHON.exists():
        pytest.skip("NLU's environment nlu/.venv is missing; `make setup` makes it")
    app = web.Application()
    app.add_routes(Library().routes())
    async with serving(app) as url:
        answers = await asyncio.to_thread(lived_through, here, url)
    assert "9:00 to 17:00" in answers["hours"]
    assert "[1]" in answers["hours"]
    assert "Which isbn" in answers["book"]
    assert "Title: Rivers." in answers["isbn"]
    assert "I am bringing a person" in answers["person"]


def lived_through(here: Path, url: str) -> dict[str, str]:
    """Begin a company, check it, run it and ask it."""
    (here / "catalogue.json").write_text(json.dumps(document(url)))
    frontdesk(here, "init", "Brook Books", "--from-openapi", "catalogue.json", "--folder", "b")
    home = here / "b"
    (home / "secrets" / "frontdesk_secret_brook_catalogue_key").write_text(KEY)
    assert "problem" not in frontdesk(home, "check")
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "run", "--port", str(port)],
        cwd=home,
        env=variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = wait_for(running, "Ctrl-C stops everything")
        assert not re.search(r"^\s+(Demo|Shop)\s", said, re.MULTILINE)
        return {
            "hours": ask(port, "one", "when are you open?"),
            "book": ask(port, "two", "can you check a book for me"),
            "isbn": ask(port, "two", "978-1"),
            "person": ask(port, "three", "I want to talk to a human"),
        }
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)


def wait_for(running: "subprocess.Popen[str]", line: str) -> str:
    """Everything said until a line; the command's end means that it never comes."""
    assert running.stdout is not None
    told = []
    for said in running.stdout:
        told.append(said)
        if line in said:
            return "".join(told)
    raise AssertionError("".join(told))
