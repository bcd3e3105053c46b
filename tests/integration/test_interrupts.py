"""A foreign inbox over LangGraph's own client, unchanged: what waits for a person is listed and resumed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import (
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    UnprocessableEntityError,
)

from app.interrupts.threads import ASSISTANT_ID
from graphs.draft import ActionChange, Draft
from graphs.events import PersonDecides
from tests.integration.front import Front, give_key, open_front


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


def inbox(front: Front, agent: str = "nils", key: str | None = None) -> LangGraphClient:
    return get_client(url=front.url, api_key=key or front.key, headers={"X-Agent-Id": agent})


async def asked(front: Front, customer: str, **more: Any) -> str:
    """Return the thread of an action that waits for a person."""
    conversation = await front.says("I want my money back", customer=customer)
    return await front.wants_approval(conversation, **more)


def edit(amount: object, action: str = "refund_order") -> list[dict[str, Any]]:
    args = {"order_id": "1042", "amount": amount, "reason": "damaged"}
    return [{"type": "edit", "args": {"action": action, "args": args}}]


async def waiting(front: Front) -> set[str]:
    found = await inbox(front).threads.search(status="interrupted", limit=1000)
    return {thread["thread_id"] for thread in found}


async def test_the_inbox_lists_what_waits_in_the_shape_it_reads(front: Front) -> None:
    thread = await asked(front, "C-1001")

    found = await inbox(front).threads.search(status="interrupted", metadata={"graph_id": "action"})

    shown = next(one for one in found if one["thread_id"] == thread)
    ((interrupt,),) = shown["interrupts"].values()
    assert interrupt["id"] == "int-1"
    (request,) = interrupt["value"]
    assert request["action_request"]["action"] == "refund_order"
    assert request["action_request"]["args"]["amount"] == 149.99
    assert request["config"] == {
        "allow_accept": True,
        "allow_edit": True,
        "allow_respond": True,
        "allow_ignore": True,
    }
    assert "at most 149.99" in request["description"]
    assert "above 100 an agent decides" in request["description"]


async def test_an_edit_reaches_the_action_under_the_name_of_the_person_and_the_thread_waits_no_more(
    front: Front,
) -> None:
    thread = await asked(front, "C-edit")

    run = await inbox(front).runs.create(thread, ASSISTANT_ID, command={"resume": edit(120.0)})

    told = await front.claim(thread)
    assert told.event == PersonDecides(type="edit", by="Nils", args={"amount": 120.0})
    assert thread not in await waiting(front)
    assert (await inbox(front).runs.get(thread, run["run_id"]))["status"] == "running"
    await front.commit(told, Draft(changes=[ActionChange(action_id=thread, state="done")]))
    assert (await inbox(front).runs.get(thread, run["run_id"]))["status"] == "success"


async def test_a_form_that_knows_only_texts_edits_a_number(front: Front) -> None:
    thread = await asked(front, "C-text-form")

    await inbox(front).runs.create(thread, "action", command={"resume": edit("120.50")})

    assert (await front.claim(thread)).event == PersonDecides(type="edit", by="Nils", args={"amount": 120.5})


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        (
            {"type": "accept", "args": {"action": "refund_order", "args": {}}},
            PersonDecides(type="accept", by="Nils"),
        ),
        (
            {"type": "response", "args": "We send a new lamp."},
            PersonDecides(type="response", by="Nils", message="We send a new lamp."),
        ),
        ({"type": "ignore", "args": None}, PersonDecides(type="ignore", by="Nils")),
    ],
)
@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"int-1": [one]}])
async def test_every_answer_of_an_inbox_is_the_consoles_decision(
    front: Front, answer: Any, event: PersonDecides, wrap: Any
) -> None:
    thread = await asked(front, f"C-{answer['type']}-{wrap([])}")

    await inbox(front).runs.create(thread, "action", command={"resume": wrap(answer)})

    assert (await front.claim(thread)).event == event


async def test_an_inbox_that_ignores_a_thread_dismisses_it(front: Front) -> None:
    thread = await asked(front, "C-ignored")

    await inbox(front).threads.update_state(thread, None, as_node="__end__")

    assert (await front.claim(thread)).event == PersonDecides(type="ignore", by="Nils")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ({"resume": edit(150.0)}, "at most 149.99"),
        ({"resume": edit(120.0, action="delete_account")}, "args.action"),
        ({"resume": edit(149.99)}, "changes nothing"),
        ({"resume": [{"type": "edit", "args": {"order_id": "1043"}}]}, "args.order_id"),
        ({"resume": [{"type": "approve"}]}, "accept"),
        ({"resume": [{"type": "accept"}, {"type": "ignore"}]}, "exactly one"),
        ({"resume": "yes"}, "command.resume"),
        ({"update": {"amount": 1}}, "command"),
    ],
)
async def test_an_answer_that_is_not_sound_says_why_and_decides_nothing(
    front: Front, command: Any, told: str
) -> None:
    thread = await asked(front, f"C-{told}-{command}")

    with pytest.raises(UnprocessableEntityError) as refused:
        await inbox(front).runs.create(thread, "action", command=command)

    assert told in str(refused.value.body)
    assert thread in await waiting(front)


async def test_nothing_new_is_begun_and_no_other_assistant_answers(front: Front) -> None:
    thread = await asked(front, "C-new")

    for assistant, options in (
        ("agent", {"command": {"resume": {"type": "accept"}}}),
        ("action", {"input": {"order_id": "1"}}),
    ):
        with pytest.raises(UnprocessableEntityError):
            await inbox(front).runs.create(thread, assistant, **options)  # type: ignore[arg-type]
    assert thread in await waiting(front)


async def test_of_two_inboxes_at_once_one_decides_and_the_other_is_told_who(front: Front) -> None:
    thread = await asked(front, "C-both")
    accept = {"resume": {"type": "accept"}}

    outcomes = await asyncio.gather(
        *(inbox(front, who).runs.create(thread, "action", command=accept) for who in ("runa", "nils")),  # type: ignore[typeddict-item]
        return_exceptions=True,
    )

    (lost,) = [one for one in outcomes if isinstance(one, ConflictError)]
    assert lost.type == "/problems/decided-already"
    with pytest.raises(ConflictError, match="first decision counts"):
        await inbox(front, "tove").runs.create(thread, "action", command=accept)  # type: ignore[arg-type]


async def test_an_answer_to_an_interrupt_that_does_not_wait_is_refused(front: Front) -> None:
    thread = await asked(front, "C-stale")

    with pytest.raises(ConflictError, match="Read the thread again"):
        await inbox(front).runs.create(thread, "action", command={"resume": {"int-0": {"type": "accept"}}})
    assert thread in await waiting(front)


async def test_what_is_above_an_agents_limit_takes_a_supervisor(front: Front) -> None:
    thread = await asked(front, "C-above", amount=800.0, role="supervisor")
    accept: Any = {"resume": {"type": "accept"}}

    with pytest.raises(PermissionDeniedError):
        await inbox(front, "runa").runs.create(thread, "action", command=accept)
    await inbox(front, "tove").runs.create(thread, "action", command=accept)

    assert (await front.claim(thread)).event == PersonDecides(type="accept", by="Tove")


async def test_a_key_that_may_only_read_lists_but_does_not_decide(front: Front) -> None:
    thread = await asked(front, "C-reader")
    key = await give_key(front, "reader", ["conversations:read"])
    reader = get_client(url=front.url, api_key=key)

    assert (await reader.threads.get(thread))["status"] == "interrupted"
    with pytest.raises(PermissionDeniedError):
        await reader.runs.create(thread, "action", command={"resume": {"type": "accept"}})


async def test_another_tenants_threads_are_not_there(front: Front) -> None:
    thread = await asked(front, "C-tenant")
    key = await give_key(front, "other", ["approvals:decide", "conversations:read"], tenant_id="t2")
    other = get_client(url=front.url, api_key=key)

    assert await other.threads.search() == []
    with pytest.raises(NotFoundError):
        await other.runs.create(thread, "action", command={"resume": {"type": "accept"}})


async def test_threads_are_found_by_what_they_are_about_page_by_page(front: Front) -> None:
    conversations = set()
    for number in range(3):
        thread = await asked(front, f"C-page-{number}", amount=200.0 + number)
        conversations.add(thread.partition(":")[0])
    client = inbox(front)

    found = [
        await client.threads.search(
            status="interrupted", limit=1, offset=offset, sort_by="created_at", sort_order="desc"
        )
        for offset in range(3)
    ]
    (one,) = await client.threads.search(
        metadata={"conversation_id": min(conversations)}, select=["metadata"]
    )

    assert {page[0]["metadata"]["conversation_id"] for page in found} == conversations
    assert one == {"metadata": one["metadata"]}
    assert await client.threads.count(metadata={"conversation_id": min(conversations)}) == 1
    assert await client.threads.search(metadata={"action": "nothing_like_it"}) == []
    with pytest.raises(UnprocessableEntityError, match="use metadata"):
        await client.threads.search(values={"amount": 200})


async def test_the_inbox_is_told_how_a_run_went_on_and_ended(front: Front) -> None:
    thread = await asked(front, "C-stream")
    stream = inbox(front).runs.stream(thread, "action", command={"resume": {"type": "accept"}})
    first = await anext(stream)

    await front.commit(
        await front.claim(thread), Draft(changes=[ActionChange(action_id=thread, state="done")])
    )

    rest = [part async for part in stream]
    assert (first.event, [part.event for part in rest]) == ("metadata", ["values", "end"])
    assert rest[-1].data == {"run_id": first.data["run_id"], "status": "success"}


async def test_the_answers_shape_is_told_so_that_a_form_can_be_made_of_it(front: Front) -> None:
    thread = await asked(front, "C-schema")

    ((interrupt,),) = (await inbox(front).threads.get(thread))["interrupts"].values()

    kinds = {
        one["properties"]["type"]["const"]: one for one in interrupt["response_schema"]["items"]["oneOf"]
    }
    assert set(kinds) == {"accept", "edit", "response", "ignore"}
    args = kinds["edit"]["properties"]["args"]["properties"]["args"]["properties"]
    assert args["amount"]["maximum"] == 149.99
    assert args["order_id"] == {"const": "1042"}


async def test_after_its_time_a_thread_waits_for_nobody(front: Front) -> None:
    thread = await asked(front, "C-late")
    front.clock.ahead += timedelta(minutes=61)

    assert thread not in await waiting(front)
    with pytest.raises(ConflictError, match="asked for again"):
        await inbox(front).runs.create(thread, "action", command={"resume": {"type": "accept"}})
