"""The queue finds people: offered or assigned, never above the limit, taken back from who left."""

# Long because every test needs the same queue and the same people.

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Literal

from app.auth.caller import AgentCaller
from app.conversations.repository import standing_of
from app.desk import repository as sql
from app.desk.giving import DeskDeps, Giving, waiting_of
from app.desk.matching import in_order
from app.desk.presence import Presence
from app.desk.round import DeskRound, TellingRound
from app.handoff.outcomes import AgentName
from app.handoff.service import claim
from policies.desk import DeskRules, Group
from tests.integration.front import RULES, TENANT, Front, HandOff, hire, open_front
from tests.unit.books.altered import shop_book

BOOK = shop_book()
REFUSING = """create or replace function refuse_one() returns trigger language plpgsql as $$
  begin raise exception 'this one not'; end $$"""
ASSIGNED = DeskRules(groups=(Group(name="all", gives="assign"),), targets=BOOK.desk.targets)
OFFERED = replace(ASSIGNED, groups=(Group(name="all", gives="offer"),))


@pytest.fixture
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        async with opened.database.tenant(TENANT) as conn:
            await conn.execute("update users set status = 'offline'")
            await conn.execute("update handoffs set status = 'closed', closed_at = now()")
            await conn.execute("update conversations set status = 'resolved', owner_id = null")
        yield opened


class Desk:
    """Both rounds of one engine, one after the other."""

    def __init__(self, deps: DeskDeps) -> None:
        giving = Giving(deps)
        self.giving, self.telling = DeskRound(deps, giving), TellingRound(deps, giving)

    async def visit(self, tenant_id: str) -> int:
        given = await self.giving.visit(tenant_id)
        await self.telling.visit(tenant_id)
        return given


def desk_of(front: Front, rules: DeskRules) -> Desk:
    def say(tenant_id: str, template: str, values: Any, language: str) -> str:
        return BOOK.templates[template].render(values, language=language)

    return Desk(DeskDeps(handoff=front.handoff, rules=lambda tenant_id: rules, say=say))


async def at_work(front: Front, *people: str, skills: Sequence[str] = ("refunds",)) -> None:
    """Let people open their consoles."""
    presence = Presence(front.database, front.clock)
    for person in people:
        await hire(front, person, "agent", skills)
        presence.beat(AgentCaller(tenant_id=TENANT, agent_id=person, name=person, role="agent"))
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("update users set status = 'online' where user_id = any(%s)", [list(people)])
    await presence.flush()


async def queued(front: Front, *customers: str) -> list[str]:
    """Let customers wait for a person."""
    conversations = []
    for customer in customers:
        conversation = await front.says("A person, please", customer=customer)
        await front.hands_off(conversation)
        conversations.append(conversation)
    return conversations


async def shown(front: Front, conversation: str) -> dict[str, Any]:
    status, answer = await front.call("GET", f"/api/v1/conversations/{conversation}")
    assert status == 200
    return dict(answer)


def notices(conversation: dict[str, Any]) -> list[str]:
    return [entry["text"] for entry in conversation["timeline"] if entry["kind"] == "notice"]


async def loads(front: Front) -> dict[str, int]:
    status, answer = await front.call("GET", "/api/v1/agents")
    assert status == 200
    return {agent["agent_id"]: agent["load"] for agent in answer["items"]}


async def test_a_waiting_conversation_is_the_agents_whose_console_is_open(front: Front) -> None:
    await at_work(front, "ada")
    (conversation,) = await queued(front, "C-given")

    assert await desk_of(front, ASSIGNED).visit(TENANT) == 1

    now_is = await shown(front, conversation)
    assert (now_is["status"], now_is["owner"]["agent_id"]) == ("assigned", "ada")


async def test_two_engines_at_once_give_nobody_more_than_five_and_nothing_twice(front: Front) -> None:
    await at_work(front, "ada", "ben")
    await queued(front, *(f"C-many-{number}" for number in range(14)))
    engines = [desk_of(front, ASSIGNED) for _ in range(3)]

    given = await asyncio.gather(*(engine.visit(TENANT) for engine in engines))
    given += await asyncio.gather(*(engine.visit(TENANT) for engine in engines))

    found = await loads(front)
    assert (found["ada"], found["ben"], sum(given)) == (5, 5, 10)


async def test_an_offer_leaves_the_conversation_in_the_queue_and_goes_on_to_the_next(front: Front) -> None:
    await at_work(front, "ada", "ben")
    (conversation,) = await queued(front, "C-offered")
    desk = desk_of(front, OFFERED)
    await desk.visit(TENANT)
    first = await offered_to(front, conversation)

    assert await desk.visit(TENANT) == 0
    front.clock.ahead += timedelta(seconds=40)
    await at_work(front, "ada", "ben")
    await desk.visit(TENANT)

    assert {first, await offered_to(front, conversation)} == {"ada", "ben"}
    assert (await shown(front, conversation))["status"] == "escalating"


async def test_what_is_offered_takes_a_place_on_the_desk(front: Front) -> None:
    await at_work(front, "ada")
    await queued(front, *(f"C-places-{number}" for number in range(7)))

    assert await desk_of(front, OFFERED).visit(TENANT) == 5


async def offered_to(front: Front, conversation: str) -> str:
    async with front.database.tenant(TENANT) as conn:
        found = await conn.execute(
            "select offered_to from handoffs where conversation_id = %s", [conversation]
        )
        row = await found.fetchone()
    assert row is not None
    return str(row[0])


async def test_who_closed_the_console_is_given_nothing_and_the_customer_is_told(front: Front) -> None:
    await at_work(front, "ada")
    front.clock.ahead += timedelta(minutes=1)
    (conversation,) = await queued(front, "C-nobody")
    desk = desk_of(front, ASSIGNED)

    assert await desk.visit(TENANT) == 0
    assert "None of my colleagues is at their desk" in notices(await shown(front, conversation))[-1]

    await at_work(front, "ada")
    assert await desk.visit(TENANT) == 1


async def test_who_lacks_the_skill_is_not_asked(front: Front) -> None:
    await at_work(front, "cleo", skills=("billing",))
    await queued(front, "C-skill")

    assert await desk_of(front, ASSIGNED).visit(TENANT) == 0


async def test_a_customer_behind_others_reads_the_place_and_the_minutes_once(front: Front) -> None:
    await at_work(front, "ada")
    waiting = await queued(front, *(f"C-line-{number}" for number in range(8)))
    desk = desk_of(front, ASSIGNED)
    await desk.visit(TENANT)
    await desk.visit(TENANT)

    told = [text for one in waiting for text in notices(await shown(front, one)) if "number" in text]

    assert len(told) == 3
    assert any("You are number 1 in line. It takes about 2 minutes." in text for text in told)


async def test_what_an_agent_left_behind_waits_again_and_comes_back_to_somebody_else(front: Front) -> None:
    await at_work(front, "ada")
    (conversation,) = await queued(front, "C-left")
    await desk_of(front, ASSIGNED).visit(TENANT)
    front.clock.ahead += timedelta(minutes=4)
    await at_work(front, "ben")

    await desk_of(front, ASSIGNED).visit(TENANT)

    now_is = await shown(front, conversation)
    assert (now_is["status"], now_is["owner"]["agent_id"]) == ("assigned", "ben")
    assert any("had to leave" in text for text in notices(now_is))


async def test_an_agent_who_works_over_the_api_keeps_what_is_theirs(front: Front) -> None:
    await hire(front, "nils", "agent", ("refunds",))
    (conversation,) = await queued(front, "C-api")
    await claim(front.handoff, TENANT, conversation, AgentName(agent_id="nils", name="Nils"))
    front.clock.ahead += timedelta(hours=1)

    await desk_of(front, ASSIGNED).visit(TENANT)

    assert (await shown(front, conversation))["owner"]["agent_id"] == "nils"


async def test_whoever_helped_the_customer_before_helps_again(front: Front) -> None:
    await at_work(front, "ada", "ben")
    (first,) = await queued(front, "C-again")
    await claim(front.handoff, TENANT, first, AgentName(agent_id="ben", name="Ben"))
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("update conversations set status = 'archived', owner_id = null")
        await conn.execute("update handoffs set status = 'closed', closed_at = now()")
    (second,) = await queued(front, "C-again")

    await desk_of(front, ASSIGNED).visit(TENANT)

    assert (await shown(front, second))["owner"]["agent_id"] == "ben"


async def queue(front: Front, **asked: int) -> dict[str, Any]:
    status, answer = await front.call("GET", "/api/v1/queue", params=asked)
    assert status == 200
    return dict(answer)


async def test_the_queue_is_shown_in_the_order_in_which_it_is_given_out(front: Front) -> None:
    waiting = await queued(front, *(f"C-order-{number}" for number in range(7)))
    await at_work(front, "ada")
    async with front.database.tenant(TENANT) as conn:
        for number, (urgency, priority, late_minutes) in enumerate(
            [(5, "high", 0), (9.5, "normal", 0), (5, "normal", 0), (2, "urgent", 0), (1, "normal", 200)]
        ):
            await conn.execute(
                "update conversations set urgency = %s, priority = %s, sla_due_at = now() - %s"
                " where conversation_id = %s",
                [urgency, priority, timedelta(minutes=late_minutes), waiting[number]],
            )

    shown_as = [row["conversation_id"] for row in (await queue(front))["items"]]

    async with front.database.tenant(TENANT) as conn:
        rows = await sql.waiting(conn, TENANT)
    in_matching = in_order([waiting_of(row, RULES) for row in rows], RULES, front.clock())
    assert shown_as == [one.conversation_id for one in in_matching]
    assert shown_as[:3] == [waiting[4], waiting[1], waiting[3]]


async def test_a_page_of_the_queue_goes_on_where_the_one_before_ended(front: Front) -> None:
    await queued(front, *(f"C-page-{number}" for number in range(5)))

    first = await queue(front, limit=3)
    second = await queue(front, limit=3, cursor=first["next_cursor"])

    assert [row["position"] for row in first["items"] + second["items"]] == [1, 2, 3, 4, 5]
    assert (first["total_queued"], second["next_cursor"]) == (5, None)


async def test_the_queue_says_what_was_promised_and_what_is_to_be_expected(front: Front) -> None:
    await queued(front, "C-promised")
    nobody = (await queue(front))["items"][0]
    await at_work(front, "ada")
    front.clock.ahead += timedelta(minutes=6)
    await at_work(front, "ada")

    late = await queue(front)

    assert (nobody["expected_wait_s"], nobody["sla"]["state"], nobody["sla"]["forecast"]) == (
        None,
        "running",
        None,
    )
    row = late["items"][0]
    assert (row["sla"]["state"], row["sla"]["forecast"], row["expected_wait_s"]) == ("late", "late", 0)
    assert (late["late"], late["agents_available"], late["free_places"]) == (1, 1, 5)


async def test_an_offer_that_an_agent_lets_pass_goes_to_the_next(front: Front) -> None:
    await at_work(front, "ada", "ben")
    (conversation,) = await queued(front, "C-pass")
    desk = desk_of(front, OFFERED)
    await desk.visit(TENANT)
    first = await offered_to(front, conversation)
    assert (await queue(front))["items"][0]["offered"]["agent_id"] == first

    status, _ = await front.call("POST", f"/api/v1/agents/{first}/pass/{conversation}")
    again, problem = await front.call("POST", f"/api/v1/agents/{first}/pass/{conversation}")
    await desk.visit(TENANT)

    assert (status, again, problem["type"].rsplit("/", 1)[-1]) == (204, 409, "not-offered")
    assert await offered_to(front, conversation) not in (first, None)


async def test_a_conversations_promises_stand_still_while_the_customer_has_to_act(front: Front) -> None:
    (conversation,) = await queued(front, "C-paused")
    await claim(front.handoff, TENANT, conversation, AgentName(agent_id="runa", name="Runa"))
    async with front.database.tenant(TENANT) as conn:
        await conn.execute(
            "update conversations set status = 'waiting', status_since = %(now)s, updated_at = %(now)s"
            " where conversation_id = %(conversation)s",
            {"now": front.clock(), "conversation": conversation},
        )

    status, told = await front.call("GET", f"/api/v1/conversations/{conversation}/promises")

    assert status == 200
    first_reply = next(one for one in told["items"] if one["kind"] == "first_reply")
    assert (first_reply["state"], first_reply["due_at"]) == ("paused", None)


async def damage(front: Front, table: str, column: str, conversation: str) -> None:
    """Let a stored value be one that no key opens."""
    async with front.database.tenant(TENANT) as conn:
        await conn.execute(
            f"update {table} t set {column} = %s from conversations c where c.conversation_id = %s"
            " and c.tenant_id = t.tenant_id and c.customer_id = t.customer_id",
            [b"damaged", conversation],
        )


async def test_a_customer_whose_profile_does_not_open_is_served_like_the_others(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    await at_work(front, "ada")
    damaged, whole = await queued(front, "C-damaged", "C-whole")
    await damage(front, "customers", "profile", damaged)

    assert await desk_of(front, ASSIGNED).visit(TENANT) == 2

    for conversation in (damaged, whole):
        async with front.database.tenant(TENANT) as conn:
            standing = await standing_of(conn, TENANT, conversation)
        assert standing is not None
        assert standing.owner_id == "ada"
    assert damaged in caplog.text


async def test_the_queue_is_shown_though_one_profile_does_not_open(front: Front) -> None:
    damaged, whole = await queued(front, "C-unread", "C-read")
    await damage(front, "customers", "profile", damaged)
    await damage(front, "conversations", "preview", damaged)

    items = {row["conversation_id"]: row for row in (await queue(front))["items"]}

    assert (items[damaged]["customer"]["name"], items[damaged]["preview"]) == ("A customer", "")
    _, listed = await front.call("GET", "/api/v1/conversations?status=waiting")
    assert {damaged, whole} <= {row["conversation_id"] for row in listed["items"]}
    assert items[whole]["preview"]


async def test_what_cannot_be_given_is_left_out_a_while_and_the_next_is_served(
    front: Front, caplog: pytest.LogCaptureFixture
) -> None:
    await at_work(front, "ada")
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("update users set max_load = 1 where user_id = 'ada'")
    broken, next_one = await queued(front, "C-first", "C-next")
    desk = desk_of(front, ASSIGNED)
    async with await psycopg.AsyncConnection.connect(front.database.url, autocommit=True) as owner:
        await owner.execute(REFUSING)
        await owner.execute(
            SQL(
                "create trigger refuse_one before update of owner_id on conversations for each row"
                " when (new.conversation_id = {}) execute function refuse_one()"
            ).format(Literal(broken))
        )
        assert await desk.visit(TENANT) == 0
        assert await desk.visit(TENANT) == 1
        await owner.execute("drop trigger refuse_one on conversations")

    assert (await shown(front, next_one))["owner"]["agent_id"] == "ada"
    assert broken in caplog.text
    async with front.database.tenant(TENANT) as conn:
        await conn.execute("update users set max_load = 5 where user_id = 'ada'")
    front.clock.ahead += timedelta(minutes=1, seconds=1)
    await at_work(front, "ada")
    await desk.visit(TENANT)
    assert (await shown(front, broken))["owner"]["agent_id"] == "ada"


async def wrong_queue(front: Front, conversation: str, number: int) -> None:
    """A colleague says that the conversation belonged to `care`."""
    async with front.database.tenant(TENANT) as conn:
        await conn.execute(
            "insert into corrections (tenant_id, correction_id, conversation_id, seq, kind, was, should_be,"
            " author_id, created_at, updated_at)"
            " values (%(t)s, %(id)s, %(c)s, 1, 'queue', 'orders', 'care', 'runa', now(), now())",
            {"t": TENANT, "id": f"cor_{conversation}_{number}", "c": conversation},
        )


async def test_what_colleagues_keep_calling_misrouted_waits_where_they_said(front: Front) -> None:
    groups = (
        Group(name="orders", takes=frozenset({"refunds"}), gives="offer"),
        Group(name="care", takes=frozenset({"billing"}), gives="offer"),
        Group(name="all"),
    )
    rules = replace(OFFERED, groups=groups)
    for number in range(3):
        conversation = await front.says("charged twice", customer=f"C-wrong-{number}")
        await front.answers(conversation, intent="charged_twice", hand_off=HandOff(**ASKED))
        await desk_of(front, rules).visit(TENANT)
        assert await group_of(front, conversation) == "orders"
        await wrong_queue(front, conversation, number)

    later = await front.says("charged twice", customer="C-right")
    await front.answers(later, intent="charged_twice", hand_off=HandOff(**ASKED))
    other = await front.says("my parcel", customer="C-other")
    await front.answers(other, intent="order_track", hand_off=HandOff(**ASKED))
    await desk_of(front, rules).visit(TENANT)

    assert (await group_of(front, later), await group_of(front, other)) == ("care", "orders")


ASKED: dict[str, Any] = {
    "kind": "asked",
    "text": "asked",
    "rule": 1,
    "priority": "normal",
    "skills": ("refunds",),
}


async def group_of(front: Front, conversation: str) -> str | None:
    async with front.database.tenant(TENANT) as conn:
        found = await conn.execute(
            "select group_name from handoffs where conversation_id = %s", [conversation]
        )
        row = await found.fetchone()
    assert row is not None
    return None if row[0] is None else str(row[0])
