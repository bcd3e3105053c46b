"""A company's own handoff triggers: listed beside the book's, counted from the next message."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from policies.handoff_triggers import Said
from tests.integration.front import Browser, Front, hire, open_front
from tests.talk import shelf

PATH = "/api/v1/handoff-triggers"


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        for person, role in (("dora", "designer"), ("ada", "admin")):
            await hire(opened, person, role)  # type: ignore[arg-type]
        yield opened


@pytest.fixture
async def designer(front: Front) -> Browser:
    return await front.sign_in("dora")


def called(front: Front, text: str) -> list[str]:
    table = front.triggers.table("t1", shelf().rulebook)
    return [one.trigger_id for one in table.called(Said(text=text))]


async def row(browser: Browser, name: str) -> dict[str, Any] | None:
    _, found = await browser.call("GET", PATH)
    return next((dict(one) for one in found["items"] if one["trigger_id"] == name), None)


async def test_a_row_of_ones_own_counts_at_once_and_can_be_switched_off_and_removed(
    front: Front, designer: Browser
) -> None:
    new = {"trigger_id": "press", "type": "keyword", "value": "(newspaper|journalist)", "priority": "high"}
    status, added = await designer.call("POST", PATH, new)
    assert (status, added["source"], added["enabled"]) == (201, "company", True)
    assert called(front, "I will call a journalist") == ["press"]
    assert (await designer.call("POST", PATH, new))[0] == 409

    await designer.call("PATCH", f"{PATH}/press", {"enabled": False})
    assert called(front, "I will call a journalist") == []
    assert (await designer.call("DELETE", f"{PATH}/press"))[0] == 204
    assert await row(designer, "press") is None
    assert (await designer.call("DELETE", f"{PATH}/press"))[0] == 404


async def test_a_row_of_the_book_is_changed_for_this_company_alone_and_comes_back(
    front: Front, designer: Browser
) -> None:
    status, changed = await designer.call("PATCH", f"{PATH}/complaint", {"enabled": True})
    assert (status, changed["source"]) == (200, "changed")
    assert called(front, "That is not helpful") == ["complaint"]
    assert front.triggers.table("t2", shelf().rulebook) is shelf().rulebook.triggers

    await designer.call("DELETE", f"{PATH}/complaint")
    back = await row(designer, "complaint")
    assert back is not None
    assert (back["source"], back["enabled"]) == ("book", False)


async def test_every_change_is_audited_with_what_it_was_before(front: Front, designer: Browser) -> None:
    await designer.call("PATCH", f"{PATH}/furious", {"threshold": -0.9})
    await designer.call("DELETE", f"{PATH}/furious")
    admin = await front.sign_in("ada")
    _, audit = await admin.call("GET", "/api/v1/admin/audit?subject=trigger&subject_id=furious")

    assert [one["action"] for one in audit["items"]] == ["trigger.removed", "trigger.changed"]
    change = audit["items"][1]["detail"]
    assert (change["before"]["threshold"], change["after"]["threshold"]) == (-0.85, -0.9)


@pytest.mark.parametrize(
    "body",
    [
        {"trigger_id": "x", "type": "keyword", "value": ""},
        {"trigger_id": "x", "type": "keyword", "value": "(open"},
        {"trigger_id": "x", "type": "sentiment"},
        {"trigger_id": "x", "type": "confidence", "threshold": -0.5},
        {"trigger_id": "x", "type": "intent", "value": "no_such_intent"},
        {"trigger_id": "X Y", "type": "keyword", "value": "hello"},
    ],
)
async def test_a_row_that_cannot_be_meant_is_refused_and_nothing_is_stored(
    designer: Browser, body: dict[str, Any]
) -> None:
    status, told = await designer.call("POST", PATH, body)
    assert (status, told["type"]) == (422, "/problems/wrong-fields")
    assert await row(designer, "x") is None


async def test_agents_read_the_table_and_cannot_change_it(front: Front) -> None:
    agent = await front.sign_in("runa")
    assert (await agent.call("GET", PATH))[0] == 200
    status, told = await agent.call("PATCH", f"{PATH}/complaint", {"enabled": True})
    assert (status, told["type"]) == (403, "/problems/not-allowed")
