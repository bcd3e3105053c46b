"""The page on a company's own handoff triggers, carried out as it is written."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from graphs.ports import Rulebook
from policies.handoff_triggers import TriggerTable
from tests.integration.front import TENANT, Browser, Front, hire, open_front
from tests.talk import Talk, shelf

PAGE = (Path(__file__).parents[2] / "docs" / "your-own-triggers.md").read_text("utf-8")
CALLS = re.findall(r"```http\n(GET|POST|PATCH|DELETE) (\S+)\n(\{.+?\}\n)?```", PAGE, re.DOTALL)
GOES, STAYS, TAKEN_BACK = re.findall(r"\"([^\"]+)\"", PAGE.split("## 4.")[1])[:3]
LOW = "It arrived with a scratch again"
"""A message that understanding measures: words of the fast path have no mood."""


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        await hire(opened, "dora", "designer")
        yield opened


class OfThisCompany:
    """The rows of the tests' company, whoever's conversation it is."""

    def __init__(self, front: Front) -> None:
        self._shelf = front.triggers

    def table(self, tenant_id: str, rulebook: Rulebook) -> TriggerTable:
        """See `OwnTriggers`."""
        return self._shelf.table(TENANT, rulebook)


async def carry_out(designer: Browser, method: str, path: str, body: str) -> Any:
    status, told = await designer.call(method, path, orjson.loads(body) if body else None)
    assert status in (200, 201, 204), told
    return told


async def reason(front: Front, text: str, sentiment: float = 0.0) -> str | None:
    """Say a message to the assistant, and return why a person was called, if one was."""
    talk = Talk()
    talk.interpreter.sentiment = sentiment
    talk.use(triggers=OfThisCompany(front))
    handed = (await talk.say(text)).hand_off
    return handed.text if handed else None


async def test_the_pages_calls_do_what_the_page_says(front: Front) -> None:
    designer = await front.sign_in("dora")
    look, add, change, undo = CALLS
    assert await reason(front, GOES) is None
    assert await reason(front, LOW, -0.58) is None

    assert {row["source"] for row in (await carry_out(designer, *look))["items"]} == {"book"}
    assert (await carry_out(designer, *add))["source"] == "company"
    assert (await carry_out(designer, *change))["source"] == "changed"

    assert "trigger press" in (await reason(front, GOES) or "")
    assert await reason(front, STAYS) is None
    assert "trigger press" not in (await reason(front, TAKEN_BACK) or "")
    assert "trigger furious" in (await reason(front, LOW, -0.58) or "")
    assert front.triggers.table("another", shelf().rulebook) is shelf().rulebook.triggers

    await carry_out(designer, *undo)
    assert await reason(front, LOW, -0.58) is None
    assert "trigger press" in (await reason(front, GOES) or "")
    await designer.session.close()
