"""What may not be done is refused with a clear message and written down, and nothing has changed."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest

from app.handoff.outcomes import AgentName
from app.handoff.service import claim
from tests.integration.front import TENANT, Browser, Front, hire, open_front

SCRIPT = "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        await hire(opened, "ada", "admin")
        yield opened


@pytest.fixture(scope="module")
async def runa(front: Front) -> AsyncIterator[Browser]:
    browser = await front.sign_in("runa")
    yield browser
    await browser.session.close()


@pytest.fixture(scope="module")
async def ada(front: Front) -> AsyncIterator[Browser]:
    browser = await front.sign_in("ada")
    yield browser
    await browser.session.close()


async def shown(front: Front, conversation: str) -> dict[str, Any]:
    status, answer = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert status == 200, answer
    return dict(answer)


async def written(ada: Browser, subject_id: str) -> list[tuple[str, str, str]]:
    """What the audit holds of somebody's refusals."""
    _, found = await ada.call("GET", f"/api/v1/admin/audit?subject_id={subject_id}")
    lines = [line for line in found["items"] if line["action"].endswith(".refused")]
    return [(line["action"], line["actor_id"], line["detail"]["why"]) for line in lines]


async def approval_of(front: Front, customer: str) -> tuple[str, dict[str, Any]]:
    conversation = await front.says("I want my money back", customer=customer)
    await front.wants_approval(conversation)
    (approval,) = (await shown(front, conversation))["approvals"]
    return conversation, approval


async def test_a_colleagues_conversation_is_not_taken_nor_written_into(
    front: Front, runa: Browser, ada: Browser
) -> None:
    conversation = await front.says("A person, please", customer="C-theirs")
    await front.hands_off(conversation)
    await claim(front.handoff, TENANT, conversation, AgentName(agent_id="nils", name="Nils"))
    before = await shown(front, conversation)

    status, problem = await runa.call("POST", f"/api/v1/agents/runa/claim/{conversation}")

    assert (status, problem["type"]) == (409, "/problems/claimed-already")
    assert (problem["title"], problem["detail"]) == (
        "Nils has this conversation.",
        "Ask Nils to pass it on, or to release it.",
    )
    assert await written(ada, conversation) == [("conversation.refused", "runa", "claimed-already")]
    assert await shown(front, conversation) == before


async def test_of_two_approvals_the_second_is_told_who_was_first(
    front: Front, runa: Browser, ada: Browser
) -> None:
    conversation, approval = await approval_of(front, "C-twice")
    path = f"/api/v1/approvals/{approval['approval_id']}"
    assert (await runa.call("POST", path, {"type": "accept"}))[0] == 200
    before = await shown(front, conversation)

    status, problem = await runa.call("POST", path, {"type": "ignore"})

    assert (status, problem["type"], problem["decided_by"]) == (409, "/problems/decided-already", "Runa")
    assert await written(ada, conversation) == [("approval.refused", "runa", "decided-already")]
    assert (await shown(front, conversation))["approvals"] == before["approvals"]


@pytest.mark.parametrize("amount", [150.0, -5, 0, "120", 99.999])
async def test_an_amount_that_may_not_be_is_named_and_nothing_is_decided(
    front: Front, runa: Browser, ada: Browser, amount: object
) -> None:
    conversation, approval = await approval_of(front, f"C-amount-{amount}")
    edit = {"type": "edit", "args": {"amount": amount}}

    status, problem = await runa.call("POST", f"/api/v1/approvals/{approval['approval_id']}", edit)

    assert (status, problem["errors"][0]["field"]) == (422, "args.amount")
    assert await written(ada, conversation) == [("approval.refused", "runa", "wrong-fields")]
    assert (await shown(front, conversation))["approvals"] == [approval]


async def test_a_stale_form_overwrites_nothing(front: Front, runa: Browser, ada: Browser) -> None:
    conversation = await front.says("hello", customer="C-stale")
    customer = (await shown(front, conversation))["profile"]["customer_id"]
    path = f"/api/v1/customers/{customer}"
    version = (await runa.call("GET", path))[1]["version"]
    assert (await runa.call("PATCH", path, {"version": version, "note": "calls back"}))[0] == 200

    status, problem = await runa.call("PATCH", path, {"version": version, "note": "never calls"})

    assert (status, problem["type"]) == (409, "/problems/changed-meanwhile")
    assert "nothing was overwritten" in problem["detail"]
    assert await written(ada, customer) == [("customer.refused", "runa", "changed-meanwhile")]
    assert (await runa.call("GET", path))[1]["note"] == "calls back"


async def test_a_script_in_a_message_stays_the_words_it_is(front: Front, runa: Browser) -> None:
    conversation = await front.says(SCRIPT, customer="C-script")
    await front.answers(conversation, "I read text only.")

    path = f"{front.url}/api/v1/conversations/{conversation}"
    async with runa.session.get(path, headers={"X-Frontdesk": "1"}) as answer:
        assert answer.content_type == "application/json"
        timeline = orjson.loads(await answer.read())["timeline"]
    assert [line["text"] for line in timeline if line["sender"] == "customer"] == [SCRIPT]
    async with front.session.get(f"{front.url}/help/returns") as page:
        policy = page.headers["Content-Security-Policy"]
        assert page.headers["X-Content-Type-Options"] == "nosniff"
    scripts = next(
        (part for part in policy.split("; ") if part.startswith("script-src")), "default-src 'self'"
    )
    assert "'self'" in scripts
    assert "unsafe" not in scripts


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Origin": "https://elsewhere.example"}, "not-from-console"),
        ({"Cookie": "frontdesk_session=made-up"}, "login-expired"),
        ({"X-API-Key": "fd_made_up"}, "wrong-key"),
        ({}, "sign-in-needed"),
    ],
    ids=["from another site", "with a made-up login", "with a made-up key", "without anything"],
)
async def test_a_forged_socket_is_closed_with_a_reason_and_logged_without_its_secret(
    front: Front, headers: dict[str, str], why: str, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(front.url.replace("http", "ws") + "/ws/console", headers=headers) as socket,
    ):
        frame = orjson.loads((await socket.receive()).data)
        assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE

    assert frame["problem"]["type"] == f"/problems/{why}"
    assert frame["problem"]["detail"]
    logged = caplog.text + capsys.readouterr().out
    assert "console_socket_refused" in logged
    assert why in logged
    assert "made" not in logged
