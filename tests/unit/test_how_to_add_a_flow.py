"""The page on adding a flow, carried out as it is written."""

import re
from pathlib import Path

import pytest

from app.rulebooks import BookShelf, tool_shapes
from policies.check import check
from policies.flow_schema import STEP_KINDS, SlotYaml
from tests.fakes.company import Books
from tests.talk import Talk, registry_over, said
from tests.unit.books.altered import TOOLS, every_step

PAGE = (Path(__file__).parents[2] / "docs" / "how-to-add-a-flow.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n# (\S+)\n(.+?)```", PAGE, re.DOTALL)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small book with the page's files laid into it."""
    folder = every_step(tmp_path)
    for name, text in BLOCKS:
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_pages_files_pass_the_check(book: Path) -> None:
    tools = {**TOOLS, **tool_shapes(registry_over(Books()))}
    assert [str(problem) for problem in check(book, tools).problems] == []


async def test_the_new_flow_talks_as_the_page_says(book: Path) -> None:
    talk = Talk(shelf=BookShelf.load(book))
    talk.interpreter.meanings = {"missing": "parts_missing"}
    await talk.say("there are screws missing")
    assert "name the part" in said(await talk.say("eh"))
    await talk.say("a screw")
    assert said(await talk.say("no")) == "When do you need it?"
    await talk.say("no hurry")
    assert said(await talk.say("no")) == "Noted: a screw. We send them this week."


def test_the_page_names_every_kind_of_step_and_every_key_of_a_slot() -> None:
    slots = set(SlotYaml.model_fields)
    for word in (*STEP_KINDS, *slots):
        assert f"`{word}" in PAGE or f", `{word}" in PAGE, word
