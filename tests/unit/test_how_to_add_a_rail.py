"""The page on adding a rail, carried out as it is written."""

import re
import shutil
from pathlib import Path

import pytest

from guardrails.build import build_rails
from guardrails.configuration import CONFIG_FOLDER, WEIGHTS
from guardrails.rules import CompiledRules, RailRules
from guardrails.verdict import Audience, RailHit, Rails
from policies.check import check
from tests.unit.books.altered import TOOLS, every_step

PAGE = (Path(__file__).parents[2] / "docs" / "how-to-add-a-rail.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```yaml\n# ((?:book|config): \S+)\n(.+?)```", PAGE, re.DOTALL))
CODE = re.findall(r"```python\n# check\n(.+?)```", PAGE, re.DOTALL)[0]


@pytest.fixture
def rails(tmp_path: Path) -> Rails:
    """The rails with the page's files in their folder."""
    shutil.copytree(CONFIG_FOLDER, tmp_path / "config")
    for name, text in BLOCKS.items():
        if name.startswith("config: "):
            (tmp_path / "config" / name.removeprefix("config: ")).write_text(text, "utf-8")
    return build_rails(RailRules(), tmp_path / "config")


def test_a_phrase_in_the_book_passes_the_check(tmp_path: Path) -> None:
    book = every_step(tmp_path)
    with (book / "rails.yaml").open("a", encoding="utf-8") as file:
        file.write(BLOCKS["book: rails.yaml"])

    found = [str(problem) for problem in check(book, TOOLS).problems if problem.file == "rails.yaml"]
    assert found == []


async def test_a_file_of_patterns_is_a_rail_for_messages_and_replies(rails: Rails) -> None:
    nobody = Audience(customer_id=None, own_identifiers=frozenset(), supported=())

    asked = await rails.check_input("Do you sell guns?")
    said = await rails.check_output("Yes, we sell rifles.", nobody)

    assert [(hit.rail, hit.severity, hit.reason) for hit in asked.hits] == [
        ("weapons", "person", "a question about weapons")
    ]
    assert not said.passed
    assert (await rails.check_input("Do you sell the lamp in gun metal?")).passed


def test_the_weights_lie_beside_the_files() -> None:
    assert WEIGHTS.parent == CONFIG_FOLDER


def test_the_pages_check_notes_what_it_says() -> None:
    names: dict[str, object] = {"CompiledRules": CompiledRules, "RailHit": RailHit}
    exec(CODE, names)  # the page's own code, as a reader would paste it

    function = names["check_many_questions"]

    assert callable(function)
    assert [hit.severity for hit in function("a? b? c? d? e?", None)] == ["note"]
    assert function("Where is my order?", None) == ()
