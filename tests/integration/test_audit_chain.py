"""The chain over real turns: nothing is missed, nothing changes unnoticed, erasing leaves it whole."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from app.audit.linking import Chain
from app.audit.verifying import AuditBroken, Holds, read_head, verify
from graphs.draft import Draft, Notice, Reply
from tests.integration.front import TENANT, Front, give_key, open_front

URL = "/api/v1/admin/audit"
RAILS = {"output": {"passed": True, "ran": ["personal_details"], "hits": []}}


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        scopes = ("messages:write", "conversations:read", "conversations:act", "customers:read", "audit:read")
        opened.key = await give_key(opened, "auditor", (*scopes, "customers:manage", "customers:erase"))
        yield opened


@pytest.fixture
async def owner(database: str, front: Front) -> AsyncIterator[psycopg.AsyncConnection]:
    """Somebody who may do everything to the database; what they do is undone afterwards."""
    await chain(front).catch_up(TENANT)
    async with await psycopg.AsyncConnection.connect(database) as conn:
        yield conn
        await conn.rollback()


def chain(front: Front) -> Chain:
    return Chain(front.database, front.vault)


async def answered(front: Front, text: str, *, notice: str = "") -> str:
    """A conversation in which the assistant said something."""
    conversation = await front.says("hello", customer=None)
    draft = Draft(replies=[Reply(text=text)])
    if notice:
        draft.notices.append(Notice(text=notice, template="custom"))
    await front.commit(await front.claim(conversation), draft, rails=RAILS)
    return conversation


async def holds(front: Front, noted: str | None = None) -> Holds:
    async with front.database.tenant(TENANT) as conn:
        return await verify(conn, front.vault, TENANT, read_head(noted) if noted else None)


async def broken(front: Front, conn: psycopg.AsyncConnection, noted: str | None = None) -> str:
    """What is said of the chain as this connection sees it."""
    with pytest.raises(AuditBroken) as told:
        await verify(conn, front.vault, TENANT, read_head(noted) if noted else None)
    return str(told.value)


async def test_every_reply_and_notice_is_in_the_audit_with_what_the_rails_said(front: Front) -> None:
    conversation = await answered(front, "It leaves today.", notice="A person reads along.")
    by_hand = await answered(front, "One moment.")
    await chain(front).catch_up(TENANT)

    _, shown = await front.call("GET", f"{URL}/replies?conversation_id={conversation}")

    assert [item["text"] for item in shown["items"]] == ["A person reads along.", "It leaves today."]
    assert shown["items"][1]["rails"] == RAILS
    assert shown["items"][1]["conversation_id"] == conversation != by_hand
    assert shown["items"][1]["at"].startswith(str(front.clock().year))


async def test_engines_that_link_at_once_make_one_chain_and_miss_nothing(front: Front) -> None:
    engines = [chain(front) for _ in range(4)]
    before = (await holds(front)).links.get("reply", 0)

    async def talk(number: int) -> None:
        for turn in range(3):
            await answered(front, f"{number}.{turn}")
            await engines[number].catch_up(TENANT)

    await asyncio.gather(*map(talk, range(4)))

    assert (await holds(front)).links["reply"] == before + 12


async def test_what_people_do_is_in_the_chain_too(front: Front) -> None:
    before = (await holds(front)).links.get("deed", 0)
    customer = await customer_of(front, await answered(front, "Noted."))
    await front.call("POST", f"/api/v1/customers/{customer}/block", {"reason": "abuse"})

    assert (await holds(front)).links["deed"] == before + 1


async def customer_of(front: Front, conversation: str) -> str:
    _, shown = await front.call("GET", f"/api/v1/conversations/{conversation}")
    return str(shown["profile"]["customer_id"])


async def test_a_customer_is_erased_and_the_chain_still_holds(front: Front) -> None:
    conversation = await answered(front, "Your lamp is on its way.")
    await answered(front, "Somebody else's lamp is not.")
    before = await holds(front)
    status, _ = await front.call("DELETE", f"/api/v1/customers/{await customer_of(front, conversation)}")
    assert status == 200

    after = await holds(front, str(before.head))

    assert after.erased == before.erased + 1
    assert (await front.call("GET", f"{URL}/replies?conversation_id={conversation}"))[1]["items"] == []


ONE_LINK = "where number = %(number)s"
ONE_REPLY = "where entry_id = %(entry)s"
CHANGES = {
    f"update entries set text = text || '\\x00'::bytea {ONE_REPLY}": "was changed after",
    f"update entries set created_at = created_at + interval '1 h' {ONE_REPLY}": "was changed after",
    "update turns set trace = '\\x00' where conversation_id = %(conversation)s": "was changed after",
    f"delete from entries {ONE_REPLY}": "is gone, and no erasure tells of it",
    f"delete from audit_chain {ONE_LINK}": "Link {number} is missing: after {before} comes {next}.",
    f"update audit_chain set content = hash {ONE_LINK}": "Link {number} (reply) does not follow",
    f"update audit_chain set kind = 'deed' {ONE_LINK}": "Link {number} (deed) does not follow",
    "delete from audit_chain where number >= %(number)s": "Link {number} is missing: the chain had",
    f"delete from audited_replies {ONE_LINK}": "Link {number}: its reply is gone",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_whoever_changes_the_database_is_told_of_at_the_first_broken_link(
    front: Front, owner: psycopg.AsyncConnection, change: str
) -> None:
    conversation = await answered(front, "It costs €40.00.")
    await answered(front, "Something later.")
    await chain(front).catch_up(TENANT)
    _, shown = await front.call("GET", f"{URL}/replies?conversation_id={conversation}")
    (item,) = shown["items"]
    named = {"entry": item["message_id"], "conversation": conversation, "number": item["number"]}

    changed = await owner.execute(change.encode(), named)
    assert changed.rowcount >= 1
    numbers = {"number": item["number"], "before": item["number"] - 1, "next": item["number"] + 1}

    assert CHANGES[change].format(**numbers) in await broken(front, owner)
    await owner.rollback()
    assert (await holds(front)).head.number > item["number"]


async def test_a_chain_cut_at_its_end_is_known_by_a_head_noted_before(
    front: Front, owner: psycopg.AsyncConnection
) -> None:
    await answered(front, "The last word.")
    noted = (await holds(front)).head
    last = {"number": noted.number, "tenant": TENANT}
    await owner.execute(
        "delete from entries where direction = 'outbound' and entry_id in (select entry_id"
        " from entries e join audited_replies r using (tenant_id, conversation_id, entry_no)"
        " where r.number = %(number)s)",
        last,
    )
    await owner.execute("delete from audited_replies where number = %(number)s", last)
    await owner.execute("delete from audit_chain where number = %(number)s", last)
    await owner.execute(
        "update audit_heads set number = number - 1, hash = (select hash from audit_chain c"
        " where c.tenant_id = %(tenant)s and c.number = %(number)s - 1) where tenant_id = %(tenant)s",
        last,
    )

    assert (await verify(owner, front.vault, TENANT)).head.number == noted.number - 1
    assert "the chain had" in await broken(front, owner, str(noted))


async def test_a_reply_put_in_from_outside_is_named(front: Front, owner: psycopg.AsyncConnection) -> None:
    conversation = await answered(front, "True.")
    await chain(front).catch_up(TENANT)
    copied = """insert into entries (tenant_id, conversation_id, entry_no, entry_id, kind, direction, sender,
        channel, text, created_at)
      select tenant_id, conversation_id, entry_no - 1000, 'ent_forged', kind, direction, sender, channel,
        text, created_at from entries where conversation_id = %s and direction = 'outbound'"""
    await owner.execute(copied, [conversation])

    assert f"ent_forged of {conversation} has no link" in await broken(front, owner)


async def test_the_application_itself_may_not_change_a_link(front: Front) -> None:
    await holds(front)
    for statement in ("update audit_chain set content = ''", "delete from audit_chain"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with front.database.tenant(TENANT) as conn:
                await conn.execute(statement.encode())


async def test_administrators_ask_over_the_api_whether_it_holds(front: Front) -> None:
    await answered(front, "Yes.")

    _, state = await front.call("POST", f"{URL}/verify", {})

    assert state["holds"] is True
    assert read_head(state["head"]) == (await holds(front)).head
