"""Conversations that change hands: at once, after a briefing, against somebody's will, back to the queue."""

# Long because every way of changing hands is seen over one front.

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from app.handoff.context_package import ContextPackage
from app.handoff.packages.store import from_yaml
from app.turns.store import LostFence
from tests.integration.front import Browser, Draft, Front, Reply, hire, open_front


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        await hire(opened, "ada", "admin")
        await hire(opened, "dora", "designer")
        yield opened


async def show(front: Front, conversation: str) -> dict[str, Any]:
    status, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert status == 200, shown
    return dict(shown)


async def owned_by(front: Front, agent: str, customer: str) -> str:
    conversation = await front.says("I want to speak to someone", customer=customer)
    await front.hands_off(conversation)
    status, told = await front.call("POST", f"/api/v1/agents/{agent}/claim/{conversation}")
    assert status == 200, told
    return conversation


async def causes(front: Front, conversation: str) -> list[tuple[str, str, str]]:
    _, found = await front.call("GET", f"/api/v1/conversations/{conversation}/transitions")
    return [(one["cause"], one["actor"], one["to_status"]) for one in found["items"]]


async def passes(front: Front, agent: str, conversation: str, **body: Any) -> tuple[int, Any]:
    return await front.call("POST", f"/api/v1/agents/{agent}/transfer/{conversation}", body)


async def test_a_cold_transfer_makes_the_colleague_the_owner_with_the_whole_context(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-cold")
    status, made = await passes(
        front, "runa", conversation, kind="cold", to_agent="nils", briefing="Needs a refund."
    )
    assert (status, made["state"]) == (200, "taken")

    shown = await show(front, conversation)
    assert shown["owner"]["agent_id"] == "nils"
    assert any("Runa" in one["text"] and "Needs a refund." in one["text"] for one in shown["timeline"])
    status, written = await front.call(
        "POST",
        f"/api/v1/agents/runa/conversations/{conversation}/messages",
        {"message_id": "late", "text": "Still me?"},
    )
    assert (status, written["type"]) == (409, "/problems/claimed-already")
    assert [one[0] for one in await causes(front, conversation)] == ["escalate", "claim", "transfer"]


async def test_in_a_warm_transfer_the_one_who_offers_stays_until_the_other_takes_it(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-warm")
    status, made = await passes(
        front, "runa", conversation, kind="warm", to_agent="nils", briefing="Angry, be kind."
    )
    assert (status, made["state"]) == (200, "offered")
    assert (await show(front, conversation))["owner"]["agent_id"] == "runa"

    _, waiting = await front.call("GET", "/api/v1/agents/nils/transfers")
    assert [one["briefing"] for one in waiting["items"] if one["conversation_id"] == conversation] == [
        "Angry, be kind."
    ]
    status, _ = await front.call(
        "POST",
        f"/api/v1/agents/runa/conversations/{conversation}/messages",
        {"message_id": "m1", "text": "My colleague joins us."},
    )
    assert status == 201
    assert (await front.call("POST", f"/api/v1/agents/nils/transfers/{conversation}/take"))[0] == 204
    assert (await front.call("POST", f"/api/v1/agents/nils/transfers/{conversation}/take"))[0] == 204
    assert (await show(front, conversation))["owner"]["agent_id"] == "nils"
    assert (await causes(front, conversation))[-1] == ("transfer", "agent:nils", "assigned")


async def test_a_declined_or_withdrawn_offer_leaves_the_owner_and_can_be_taken_no_more(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-no")
    for who in ("nils", "runa"):
        await passes(front, "runa", conversation, kind="warm", to_agent="nils", briefing="Please.")
        assert (await front.call("POST", f"/api/v1/agents/{who}/transfers/{conversation}/decline"))[0] == 204
        status, told = await front.call("POST", f"/api/v1/agents/nils/transfers/{conversation}/take")
        assert (status, told["type"]) == (409, "/problems/no-offer")
    assert (await show(front, conversation))["owner"]["agent_id"] == "runa"
    _, found = await front.call("GET", f"/api/v1/conversations/{conversation}/transfers")
    assert [one["state"] for one in found["items"]] == ["withdrawn", "declined"]


async def test_an_offer_ends_when_its_owner_gives_the_conversation_back(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-gone")
    await passes(front, "runa", conversation, kind="warm", to_agent="nils", briefing="Please.")
    await front.call("POST", f"/api/v1/agents/runa/release/{conversation}")

    status, told = await front.call("POST", f"/api/v1/agents/nils/transfers/{conversation}/take")
    assert (status, told["type"]) == (409, "/problems/no-offer")


async def test_a_conversation_passed_to_a_group_waits_for_its_members(front: Front) -> None:
    admin = await front.sign_in("ada")
    added, _ = await admin.call("POST", "/api/v1/admin/groups", {"name": "returns", "members": ["nils"]})
    assert added == 201
    conversation = await owned_by(front, "runa", "C-group")
    status, made = await passes(front, "runa", conversation, kind="cold", to_group="returns")
    assert (status, made["state"]) == (200, "queued"), made
    shown = await show(front, conversation)
    assert (shown["status"], shown["owner"]) == ("escalating", None)
    assert (await causes(front, conversation))[-1] == ("requeue", "agent:runa", "escalating")
    _, handoff = await front.call("GET", f"/api/v1/handoffs/{shown['handoff']['handoff_id']}")
    assert (handoff["status"], handoff["to_group"], handoff["package_why"]) == (
        "queued",
        "returns",
        "transferred",
    )


async def test_a_supervisor_steps_in_and_the_one_who_had_it_can_write_no_more(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-barge")
    agent = await front.sign_in("runa")
    status, told = await agent.call("POST", f"/api/v1/agents/me/barge-in/{conversation}")
    assert (status, told["type"]) == (403, "/problems/not-allowed")
    boss = await front.sign_in("tove")
    assert (await boss.call("POST", f"/api/v1/agents/me/barge-in/{conversation}"))[0] == 204
    assert (await show(front, conversation))["owner"]["agent_id"] == "tove"
    status, _ = await agent.call(
        "POST",
        f"/api/v1/agents/me/conversations/{conversation}/messages",
        {"message_id": "m", "text": "Hello?"},
    )
    assert status == 409
    assert (await causes(front, conversation))[-1] == ("barge_in", "agent:tove", "assigned")


async def test_a_whisper_reaches_the_owner_and_neither_the_customer_nor_other_agents(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-whisper")
    boss = await front.sign_in("tove")
    body = {"message_id": "w1", "text": "Offer the discount."}
    for _ in range(2):
        status, told = await boss.call("POST", f"/api/v1/agents/me/whisper/{conversation}", body)
        assert (status, told["highlight"]) == (201, "whisper")

    async def read_by(person: str) -> list[str]:
        browser = await front.sign_in(person)
        _, shown = await browser.call("GET", f"/api/v1/conversations/{conversation}")
        return [one["text"] for one in shown["timeline"]]

    assert (await read_by("runa")).count("Offer the discount.") == 1
    assert "Offer the discount." not in await read_by("dora")
    agent = await front.sign_in("runa")
    status, told = await agent.call("POST", f"/api/v1/agents/me/whisper/{conversation}", body)
    assert status == 403


async def test_a_resolved_conversation_is_the_assistants_again_when_the_customer_writes(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-resolved")
    status, _ = await front.call("POST", f"/api/v1/agents/runa/resolve/{conversation}", {"note": "Paid."})
    assert status == 204
    assert (await show(front, conversation))["status"] == "resolved"
    await front.says("And another thing", customer="C-resolved")
    await front.answers(conversation, "Yes?")
    shown = await show(front, conversation)
    assert (shown["status"], shown["timeline"][-1]["text"]) == ("active", "Yes?")
    assert [one[0] for one in await causes(front, conversation)][-2:] == ["resolve", "reopen"]


async def test_resolving_with_open_approvals_asks_about_them_first(front: Front) -> None:
    conversation = await front.says("I want my money back", customer="C-open")
    await front.wants_approval(conversation)
    await front.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    path = f"/api/v1/agents/runa/resolve/{conversation}"

    status, told = await front.call("POST", path)
    assert (status, told["type"], told["approvals"]) == (409, "/problems/approvals-open", 1)
    assert (await front.call("POST", path, {"leave_approvals": True}))[0] == 204


async def test_a_conversation_put_back_waits_for_the_next_person_with_its_handoff(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-back")
    before = (await show(front, conversation))["handoff"]["handoff_id"]
    assert (await front.call("POST", f"/api/v1/agents/runa/requeue/{conversation}"))[0] == 204
    shown = await show(front, conversation)
    assert (shown["status"], shown["handoff"]["handoff_id"]) == ("escalating", before)
    told = [one["text"] for one in shown["timeline"] if one["kind"] == "notice"]
    assert told[-1] == "A person will answer here as soon as one is free."
    assert (await front.call("POST", f"/api/v1/agents/nils/claim/{conversation}"))[0] == 200


async def test_the_package_comes_as_yaml_in_the_agreed_structure_and_in_every_version(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-yaml")
    await passes(front, "runa", conversation, kind="cold", to_agent="nils")
    handoff = (await show(front, conversation))["handoff"]["handoff_id"]
    async with front.session.get(
        f"{front.url}/api/v1/handoffs/{handoff}/package", headers={"X-API-Key": front.key}
    ) as response:
        text, kind, versions = (
            await response.text(),
            response.content_type,
            response.headers["X-Package-Versions"],
        )

    assert (kind, versions) == ("application/yaml", "3")
    assert text.startswith("handoff_context:\n  handoff_id: ")
    package = from_yaml(text)
    assert package.conversation.message_count == len(package.conversation.messages)
    status, first = await front.call(
        "GET", f"/api/v1/handoffs/{handoff}/package?version=1", headers={"Accept": "application/json"}
    )
    assert (status, ContextPackage.model_validate(first).handoff_id) == (200, handoff)
    assert (await front.call("GET", f"/api/v1/handoffs/{handoff}/package?version=9"))[0] == 404


async def test_a_damaged_package_is_read_from_its_other_copy(front: Front) -> None:
    conversation = await front.says("A person please", customer="C-damaged")
    await front.hands_off(conversation)
    handoff = (await show(front, conversation))["handoff"]["handoff_id"]
    path = f"/api/v1/handoffs/{handoff}/package"
    for statement in (
        "update handoff_packages set package = 'x' where handoff_id = %s",
        "delete from handoff_packages where handoff_id = %s",
    ):
        async with front.database.tenant("t1") as conn:
            await conn.execute(statement.encode(), [handoff])
        status, _ = await front.call("GET", path, headers={"Accept": "application/json"})
        assert status == 200


async def test_the_same_key_means_the_same_handoff_even_when_it_is_over(front: Front) -> None:
    conversation = await front.says("Hello", customer="C-key")
    await front.answers(conversation, "Hello!")
    path, key = f"/api/v1/conversations/{conversation}/handoff", {"Idempotency-Key": "k-1"}
    asked = {"reason": "a person was asked for", "priority": "urgent", "skills": ["refunds"]}
    _, first = await front.call("POST", path, asked, headers=key)
    await front.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    await front.call("POST", f"/api/v1/agents/runa/release/{conversation}")
    status, again = await front.call("POST", path, asked, headers=key)

    assert (status, again) == (202, first)
    shown = await show(front, conversation)
    assert (shown["status"], shown["handoff"]) == ("active", None)
    _, handoff = await front.call("GET", f"/api/v1/handoffs/{first['handoff_id']}")
    assert (handoff["priority"], handoff["skills"], handoff["status"]) == ("urgent", ["refunds"], "closed")


async def test_what_is_refused_says_why_changes_nothing_and_is_written_down(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-refused")
    before = await show(front, conversation)
    work, passing = "/api/v1/agents/runa", f"/api/v1/agents/runa/transfer/{conversation}"
    tried = (
        ("POST", f"/api/v1/agents/nils/claim/{conversation}", None, 409, "claimed-already"),
        ("POST", f"/api/v1/agents/nils/release/{conversation}", None, 409, "claimed-already"),
        ("POST", passing, {"to_agent": "nobody"}, 409, "no-taker"),
        ("POST", passing, {"to_agent": "runa"}, 409, "no-taker"),
        ("POST", passing, {}, 422, "wrong-fields"),
        (
            "POST",
            f"/api/v1/agents/runa/transfer/{conversation}",
            {"kind": "warm", "to_agent": "nils"},
            422,
            None,
        ),
        ("POST", f"/api/v1/agents/nils/transfers/{conversation}/take", None, 409, "no-offer"),
        ("POST", f"{work}/resolve/cnv_none", None, 404, "no-such-conversation"),
    )
    for method, path, body, status, slug in tried:
        got, told = await front.call(method, path, body)
        assert got == status, (path, told)
        assert slug is None or told["type"] == f"/problems/{slug}"
    assert await show(front, conversation) == before
    admin = await front.sign_in("ada")
    _, audit = await admin.call("GET", f"/api/v1/admin/audit?subject=conversation&subject_id={conversation}")
    assert [one["detail"]["tried"] for one in audit["items"]] == [
        "take",
        "transfer",
        "transfer",
        "release",
        "claim",
    ]


async def test_every_person_of_the_installation_can_be_passed_to_but_not_who_left(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-left")
    async with front.database.tenant("t1") as conn:
        await conn.execute("update users set deactivated_at = now() where user_id = 'nils'")
    try:
        status, told = await passes(front, "runa", conversation, kind="cold", to_agent="nils")
        assert (status, told["type"]) == (409, "/problems/no-taker")
    finally:
        async with front.database.tenant("t1") as conn:
            await conn.execute("update users set deactivated_at = null where user_id = 'nils'")


async def test_a_vip_who_is_treated_badly_is_flagged_for_supervisors_until_it_is_resolved(
    front: Front,
) -> None:
    conversation = await front.says("This is poor", customer="C-vip")
    await front.answers(conversation, "I am sorry.", flags=("supervisor",))
    await front.says("Still poor", customer="C-vip")
    await front.answers(conversation, "I am sorry.", flags=("supervisor",))

    async def flags() -> list[list[str]]:
        _, found = await front.call("GET", "/api/v1/conversations?status=active,resolved,assigned")
        return [one["flags"] for one in found["items"] if one["conversation_id"] == conversation]

    assert await flags() == [["supervisor"]]
    await front.call("POST", f"/api/v1/agents/runa/claim/{conversation}")
    await front.call("POST", f"/api/v1/agents/runa/resolve/{conversation}")
    assert await flags() == [[]]


async def test_agents_read_what_is_theirs_or_nobodys_and_not_what_a_colleague_has(front: Front) -> None:
    conversation = await owned_by(front, "runa", "C-sight")
    handoff = (await show(front, conversation))["handoff"]["handoff_id"]
    paths = (
        f"/api/v1/conversations/{conversation}",
        f"/api/v1/conversations/{conversation}/transitions",
        f"/api/v1/handoffs/{handoff}/package",
    )
    runa, nils, tove = [await front.sign_in(person) for person in ("runa", "nils", "tove")]

    async def listed(browser: Browser) -> bool:
        _, rows = await browser.call("GET", "/api/v1/conversations?status=assigned")
        return conversation in [row["conversation_id"] for row in rows["items"]]

    for path in paths:
        status, told = await nils.call("GET", path, headers={"Accept": "application/json"})
        assert (status, told["type"]) == (403, "/problems/with-a-colleague"), path
        for allowed in (runa, tove):
            assert (await allowed.call("GET", path, headers={"Accept": "application/json"}))[0] == 200
    assert [await listed(one) for one in (runa, nils, tove)] == [True, False, True]

    await passes(front, "runa", conversation, kind="warm", to_agent="nils", briefing="Please.")
    assert (await nils.call("GET", paths[0]))[0] == 200


async def test_agents_who_have_room_can_be_listed_alone(front: Front) -> None:
    await front.call("PATCH", "/api/v1/agents/nils/status", {"status": "away"})
    _, everybody = await front.call("GET", "/api/v1/agents")
    _, free = await front.call("GET", "/api/v1/agents?available=true")
    await front.call("PATCH", "/api/v1/agents/nils/status", {"status": "online"})

    assert "nils" in {one["agent_id"] for one in everybody["items"]}
    assert "nils" not in {one["agent_id"] for one in free["items"]}
    assert "tove" in {one["agent_id"] for one in free["items"]}


async def resolved_by_runa(front: Front, customer: str) -> str:
    conversation = await owned_by(front, "runa", customer)
    status, _ = await front.call("POST", f"/api/v1/agents/runa/resolve/{conversation}", {})
    assert status == 204
    return conversation


async def reopens(front: Front, agent: str, conversation: str) -> tuple[int, str | None]:
    status, told = await front.call("POST", f"/api/v1/agents/{agent}/reopen/{conversation}")
    return status, told and told["type"].rsplit("/", 1)[-1]


async def test_who_resolved_by_mistake_takes_it_back_and_goes_on(front: Front) -> None:
    conversation = await resolved_by_runa(front, "C-undo")

    assert await reopens(front, "runa", conversation) == (204, None)
    assert await reopens(front, "runa", conversation) == (204, None)

    shown = await show(front, conversation)
    assert (shown["status"], shown["owner"]["agent_id"], shown["priority"]) == (
        "human_handling",
        "runa",
        "high",
    )
    assert [one[0] for one in await causes(front, conversation)] == ["escalate", "claim", "resolve", "undo"]
    path = f"/api/v1/agents/runa/conversations/{conversation}/messages"
    assert (await front.call("POST", path, {"message_id": "m", "text": "One more thing."}))[0] == 201
    assert (await front.call("POST", f"/api/v1/agents/runa/resolve/{conversation}", {}))[0] == 204


async def test_a_resolution_is_taken_back_only_by_who_made_it_soon_and_before_the_customer_writes(
    front: Front,
) -> None:
    others = await resolved_by_runa(front, "C-undo-others")
    assert await reopens(front, "nils", others) == (409, "too-late")

    late = await resolved_by_runa(front, "C-undo-late")
    front.clock.ahead += timedelta(minutes=2, seconds=1)
    assert await reopens(front, "runa", late) == (409, "too-late")
    front.clock.ahead -= timedelta(minutes=2, seconds=1)

    went_on = await resolved_by_runa(front, "C-undo-on")
    await front.says("One more question", sender="undo-on", customer="C-undo-on")
    await front.answers(went_on, "Yes?")
    assert await reopens(front, "runa", went_on) == (409, "too-late")
    assert (await show(front, went_on))["owner"] is None


async def test_an_answer_that_was_being_worked_out_when_the_resolution_was_taken_back_is_not_sent(
    front: Front,
) -> None:
    conversation = await resolved_by_runa(front, "C-undo-race")
    await front.says("Wait", sender="undo-race", customer="C-undo-race")
    working = await front.claim(conversation)

    assert await reopens(front, "runa", conversation) == (204, None)

    outcome = await front.commit(working, Draft(replies=[Reply(text="The assistant here.")]))
    assert isinstance(outcome, LostFence)
    texts = [one["text"] for one in (await show(front, conversation))["timeline"]]
    assert "The assistant here." not in texts
