"""The demo's people and key: made once, kept, and open on this machine only."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.console.demo import Addresses, DemoCustomer, seed_demo
from tests.integration.front import Front, open_front

ADDRESSES = Addresses(base_url="http://127.0.0.1:1", console_url="", shop_url="", nlu_url="")


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


async def login(front: Front, email: str, password: str) -> tuple[int, Any]:
    return await front.call("POST", "/api/v1/auth/login", {"email": email, "password": password}, key=None)


async def test_the_demo_keeps_its_secrets_from_start_to_start(front: Front, tmp_path: Path) -> None:
    marta = DemoCustomer(
        id="C-1", name="Marta", email="m@example.com", tier="gold", language="en", orders=["1042"]
    )

    async def start() -> dict[str, Any]:
        return await seed_demo(front.database, front.vault, "t1", tmp_path, ADDRESSES, [marta])

    first, second = await start(), await start()

    assert first == second
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    assert (await front.call("GET", "/api/v1/queue", key=first["api_key"]))[0] == 200
    agent = first["agents"][0]
    assert (await login(front, agent["email"], agent["password"]))[0] == 200
    front.session.cookie_jar.clear()


async def test_the_demo_signs_in_without_a_password_on_this_machine_only(
    front: Front, tmp_path: Path
) -> None:
    await seed_demo(front.database, front.vault, "t1", tmp_path, ADDRESSES, [])

    status, me = await front.call("POST", "/api/v1/demo/login", key=None)
    front.session.cookie_jar.clear()
    refused = await front.call(
        "POST", "/api/v1/demo/login", {}, key=None, headers={"Origin": "https://elsewhere.example"}
    )
    not_demo = await front.call("POST", "/api/v1/demo/login", {"agent_id": "nils"}, key=None)

    assert (status, me["name"]) == (200, "Runa Solberg")
    assert (refused[0], refused[1]["type"]) == (403, "/problems/not-local")
    assert not_demo[0] == 404


async def status_of(front: Front, conversation_id: str) -> str:
    _, found = await front.call("GET", f"/api/v1/conversations/{conversation_id}")
    return str(found["status"])


async def start_over(front: Front, customer_id: str = "C-1001", **options: Any) -> tuple[int, Any]:
    body = {"customer_id": customer_id}
    return await front.call("POST", "/api/v1/demo/start-over", body, key=None, **options)


async def test_starting_over_resets_the_customer_and_puts_finished_talk_away(front: Front) -> None:
    answered, somebody_else = await front.says("where is it?"), await front.says("hello", customer=None)
    for conversation_id in (answered, somebody_else):
        await front.answers(conversation_id, "It is on its way.")
    front.reset.clear()

    status, _ = await start_over(front)

    assert (status, front.reset) == (204, ["C-1001"])
    found = [await status_of(front, one) for one in (answered, somebody_else)]
    assert found == ["archived", "active"]
    anew = await front.says("where is it?")
    assert anew != answered
    await front.answers(anew, "It is on its way.")


async def test_a_question_that_waits_for_its_answer_is_not_put_away(front: Front) -> None:
    asked = await front.says("where is it?")

    await start_over(front)

    assert await status_of(front, asked) == "active"
    await front.answers(asked, "It is on its way.")


async def test_a_refund_that_waits_for_a_decision_keeps_its_conversation_open(front: Front) -> None:
    asked = await front.says("money back, please")
    await front.answers(asked, "One moment.")
    await start_over(front)
    undecided = await front.says("money back, please")
    await front.wants_approval(undecided)

    await start_over(front)

    assert [await status_of(front, one) for one in (asked, undecided)] == ["archived", "active"]


async def test_when_the_company_is_away_nothing_starts_over(front: Front) -> None:
    answered = await front.says("where is it?")
    await front.answers(answered, "It is on its way.")
    front.company_answers = False

    status, problem = await start_over(front)
    front.company_answers = True

    assert (status, problem["type"]) == (503, "/problems/not-reset")
    assert await status_of(front, answered) == "active"


async def test_only_this_machine_starts_over_and_only_for_customers_who_exist(front: Front) -> None:
    front.reset.clear()

    far = await start_over(front, headers={"Origin": "https://elsewhere.example"})
    by_proxy = await start_over(front, headers={"X-Forwarded-For": "203.0.113.7"})
    unknown = await start_over(front, "C-9999")

    assert [far[0], by_proxy[0], unknown[0]] == [403, 403, 404]
    assert front.reset == []


async def test_the_api_page_and_the_mark_are_served_from_here(front: Front) -> None:
    async with front.session.get(f"{front.url}/docs") as page:
        text = await page.text()
        assert (page.status, page.content_type) == (200, "text/html")
    async with front.session.get(f"{front.url}/favicon.ico") as mark:
        assert (mark.status, mark.content_type) == (200, "image/svg+xml")
        assert (await mark.text()).startswith("<svg")

    assert "/api/v1/demo/start-over" in text
    assert "customer_id" in text
    assert "//cdn" not in text
