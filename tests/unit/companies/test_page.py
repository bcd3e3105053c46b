"""The page on one's own company: its commands run as they are written, and its table says what is there."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import command
from app.settings import Settings
from tests.peers.library import document
from tests.unit.companies.making import PROJECTS

PAGE = (Path(__file__).parents[3] / "docs" / "your-own-company.md").read_text("utf-8")
LINES = [line for block in re.findall(r"```\n(.+?)```", PAGE, re.DOTALL) for line in block.splitlines()]
STAY = ("frontdesk run", "frontdesk shell")
"""Commands that stay; tests/integration/test_own_company.py runs them."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the page's commands name."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FRONTDESK_{name.upper()}", raising=False)
    (tmp_path / "catalogue.json").write_text(json.dumps(document("https://library.example")))
    shutil.copytree(PROJECTS / "cheer", tmp_path / "cheer")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_runs_and_every_company_passes_its_check(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in (line for line in LINES if line not in STAY):
        if line.startswith("cd "):
            monkeypatch.chdir(here / line[3:])
            continue
        monkeypatch.chdir(Path.cwd() if line == "frontdesk check" else here)
        done = CliRunner().invoke(command, shlex.split(line)[1:])
        assert done.exit_code == 0, (line, done.output, done.exception)
    made = sorted(path.parent.name for path in here.glob("*/frontdesk.env"))
    assert made == ["brook-books", "brook-lending", "cheer-desk"]
    paths = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    assert [path for path in paths if not (here / "brook-books" / path).exists()] == []
    assert (here / "brook-lending" / "book" / "flows" / "look_up.yaml").is_file()


def test_a_mistake_is_one_sentence_and_leaves_nothing(here: Path) -> None:
    before = sorted(here.iterdir())
    told = CliRunner().invoke(command, ["init", "Brook", "--from-openapi", "gone.json"])
    assert (told.exit_code, "there is no file gone.json" in str(told.exception)) == (1, True)
    told = CliRunner().invoke(command, ["import", "rasa", "nowhere", "--name", "Brook"])
    assert "There is no folder nowhere" in str(told.exception)
    assert sorted(here.iterdir()) == before
