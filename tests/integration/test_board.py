"""The supervisor's board over a real database: figures, what stands behind them, important customers."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from app.board.repository_behind import FIGURES
from policies.delivery import DeliveryRules
from tests.integration.front import TENANT, Front, give_key, open_front
from tests.integration.outbox_house import outbox_house


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        opened.key = await give_key(opened, "board", (*SCOPES,))
        yield opened


SCOPES = (
    *("messages:write", "conversations:read", "conversations:act", "handoffs:write", "customers:read"),
    *("agents:any", "agents:read", "board:read", "board:act", "customers:manage"),
)


async def get(front: Front, path: str) -> Any:
    status, answer = await front.call("GET", path)
    assert status == 200, answer
    return answer


async def behind(front: Front, figure: str, value: str = "", period: str = "7d") -> list[str]:
    """Open a figure; over days, because a test may run at midnight."""
    path = f"/api/v1/board/conversations?figure={figure}&value={value}&period={period}&limit=200"
    found = await get(front, path)
    assert found["total"] == len(found["items"])
    return [row["conversation_id"] for row in found["items"]]


async def test_every_figure_counts_the_conversations_that_open_behind_it(front: Front) -> None:
    alone = await front.says("Where is my parcel?", customer="C-b1")
    await front.answers(alone, "On its way.")
    waits = await front.says("A person please", customer="C-b2")
    await front.hands_off(waits, "sentiment", priority="urgent")
    held = await front.says("A person, now", customer="C-b3")
    await front.hands_off(held)
    await front.call("POST", f"/api/v1/agents/runa/claim/{held}")

    board = await get(front, "/api/v1/board")

    now, whole = board["now"], board["whole"]
    assert (now["active"], now["waiting"], now["with_person"], now["with_assistant"]) == (3, 1, 1, 1)
    assert await behind(front, "waiting") == [waits]
    assert await behind(front, "person") == [held]
    assert await behind(front, "agent", "runa") == [held]
    assert set(await behind(front, "active")) == {alone, waits, held}
    assert (whole["conversations"], whole["contained"]) == (3, 1)
    assert await behind(front, "contained") == [alone]
    assert set(await behind(front, "handed_over")) == {waits, held}
    assert (whole["sla_counted"], whole["sla_met"]) == (1, 1)
    assert await behind(front, "sla_met") == [held]
    reasons = {one["kind"]: one["number"] for one in board["reasons"]}
    for kind, number in reasons.items():
        assert len(await behind(front, "reason", kind)) == number
    assert [one["number"] for one in board["channels"]] == [3]
    urgent = {one["urgency"]: one["active"] for one in board["urgency"] if one["active"]}
    for urgency, number in urgent.items():
        assert len(await behind(front, "urgency", str(urgency))) == number
    runa = next(one for one in board["agents"] if one["agent_id"] == "runa")
    assert (runa["load"], runa["max_load"], runa["status"]) == (1, 5, "online")


async def test_a_promise_that_was_not_kept_is_late_and_missed(front: Front) -> None:
    conversation = await front.says("Somebody?", customer="C-b4")
    await front.hands_off(conversation, priority="normal")
    front.clock.ahead += timedelta(hours=1)

    board = await get(front, "/api/v1/board?period=7d")

    assert conversation in await behind(front, "late")
    assert conversation in await behind(front, "sla_missed")
    assert board["now"]["late"] == len(await behind(front, "late"))
    assert board["sla"]["as_staffed"][0]["value"] <= board["sla"]["with_one_more"][0]["value"]


async def test_every_figure_can_be_opened_and_an_unknown_one_is_refused(front: Front) -> None:
    values = {
        "urgency": "5",
        "day": "2026-11-01",
        "quarter": "2026-11-01T10:00:00Z",
        "mood": "2026-11-01T10:00Z",
    }
    for figure in FIGURES:
        await behind(front, figure, values.get(figure, "web"))
    status, problem = await front.call("GET", "/api/v1/board/conversations?figure=profit")
    assert (status, problem["errors"][0]["field"]) == (422, "figure")
    status, problem = await front.call("GET", "/api/v1/board/conversations?figure=urgency&value=high")
    assert (status, problem["errors"][0]["field"]) == (422, "value")
    status, problem = await front.call("GET", "/api/v1/board?zone=Atlantis")
    assert (status, problem["errors"][0]["field"]) == (422, "zone")


async def test_only_who_leads_the_desk_sees_the_board(front: Front) -> None:
    for person, expected in (("runa", 403), ("tove", 200)):
        browser = await front.sign_in(person)
        status, _ = await browser.call("GET", "/api/v1/board")
        assert status == expected
        await browser.session.close()


async def test_an_important_customer_counts_for_more_until_the_mark_goes(front: Front) -> None:
    conversation = await front.says("Hello", customer="C-b5")
    customer = (await get(front, f"/api/v1/conversations/{conversation}"))["profile"]["customer_id"]

    status, marked = await front.call("POST", f"/api/v1/customers/{customer}/vip", {"vip": True})

    assert (status, marked) == (200, {"vip": True, "tier": "gold"})
    seen = await get(front, f"/api/v1/conversations/{conversation}")
    assert (seen["priority"], seen["profile"]["tier"]) == ("high", "gold")
    assert seen["urgency"] == 3.0
    again = await front.call("POST", f"/api/v1/customers/{customer}/vip", {"vip": True})
    assert again == (200, marked)
    assert (await get(front, f"/api/v1/conversations/{conversation}"))["urgency"] == 3.0
    async with front.database.tenant("t1") as conn:  # a turn that began before writes what it knew
        await conn.execute("update customers set tier = 'silver' where customer_id = %s", [customer])
    assert (await get(front, f"/api/v1/conversations/{conversation}"))["profile"]["tier"] == "gold"
    assert await front.call("POST", f"/api/v1/customers/{customer}/vip", {"vip": False}) == (
        200,
        {"vip": False, "tier": "silver"},
    )
    status, _ = await front.call("POST", "/api/v1/customers/cus_nobody/vip", {"vip": True})
    assert status == 404


async def test_what_was_set_aside_is_put_back_from_the_board(front: Front) -> None:
    conversation = await front.says("Too much", customer="C-b6")
    async with front.database.tenant("t1") as conn:
        await conn.execute(
            "update inbox set state = 'dead', attempts = 6, done_at = now() where conversation_id = %s",
            [conversation],
        )
    stuck = (await get(front, "/api/v1/board"))["stuck"]
    letter = next(one for one in stuck if one["conversation_id"] == conversation)
    assert letter["kind"] == "dead_letter"

    status, _ = await front.call("POST", f"/api/v1/board/dead-letters/{letter['id']}/replay")

    assert status == 204
    assert (await get(front, "/api/v1/board"))["stuck_in_all"] == len(stuck) - 1
    status, _ = await front.call("POST", f"/api/v1/board/dead-letters/{letter['id']}/replay")
    assert status == 404


async def test_a_reply_that_no_channel_took_is_sent_again_from_the_board(front: Front) -> None:
    async with outbox_house(front, "sms") as house:
        conversation, address = await house.writes()
        house.sms.faults.append("refused")
        await house.told(conversation, "It leaves today.")
        stuck = (await get(front, "/api/v1/board"))["stuck"]
        (reply,) = (one for one in stuck if one["conversation_id"] == conversation)
        assert reply["title"] == "A reply did not arrive on sms."

        replay = f"/api/v1/board/dead-letters/{reply['id']}/replay"
        assert (await front.call("POST", replay))[0] == 204
        await house.carry()

        assert house.sms.texts(address) == ["It leaves today."]
        assert reply["id"] not in [one["id"] for one in (await get(front, "/api/v1/board"))["stuck"]]
        assert (await front.call("POST", replay))[0] == 404


async def test_a_reply_that_another_channel_carried_is_not_stuck(front: Front) -> None:
    async with outbox_house(front, "sms", "whatsapp") as house:
        house.rules[TENANT] = DeliveryRules(instead={"sms": ("whatsapp",)})
        conversation, _ = await house.writes()
        await house.verify(conversation, "whatsapp", "+49-instead")
        house.sms.faults.append("refused")
        await house.told(conversation, "It leaves today.")

        assert await house.states(conversation) == ["dead", "sent"]
        stuck = (await get(front, "/api/v1/board"))["stuck"]
        assert [one for one in stuck if one["conversation_id"] == conversation] == []
