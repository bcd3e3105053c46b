"""What every journal promises: whatever is asked twice, nothing happens twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

import pytest

from app.db import Database
from app.privacy.vault import Vault
from tests.fakes.journal import FakeJournal
from tools.journal.journal import DatabaseJournal
from tools.journal.port import Busy, Call, Claimed, Finished, Journal, KeyTaken
from tools.spec import ActionKey, Failed, NotFound, Refused, Succeeded, ToolOutcome, Unknown

LEASE_S = 60.0
RUN_OUT_S = 0.0
DONE = Succeeded(result={"refund_id": "R-1", "amount": 120.0}, ms=12.5)
DOWN = Failed(code="http_500", detail="down", ms=1.0)
LOST = Unknown(code="timeout", detail="silence", ms=1500.0)
_numbers = count(1)


@pytest.fixture(params=["fake", "database"])
async def journal(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Journal]:
    if request.param == "fake":
        yield FakeJournal()
        return
    pool = Database(database, most=4)
    await pool.open()
    yield DatabaseJournal(pool.tenant, Vault({1: b"k" * 32}))
    await pool.close()


@pytest.fixture
def call() -> Call:
    number = next(_numbers)
    return Call(
        tenant_id="demo",
        key=ActionKey(f"cv_{number}:a1:run"),
        conversation_id=f"cv_{number}",
        tool="refund_order",
        args={"order_id": "1042", "amount": "120.00"},
    )


async def claimed(journal: Journal, call: Call, lease_s: float = LEASE_S) -> Claimed:
    claim = await journal.claim(call, lease_s)
    assert isinstance(claim, Claimed), claim
    return claim


async def test_the_first_claim_of_a_key_is_free_of_doubt(journal: Journal, call: Call) -> None:
    assert await journal.claim(call, LEASE_S) == Claimed(attempt=1, in_doubt=False)


async def test_a_key_in_use_is_busy(journal: Journal, call: Call) -> None:
    await claimed(journal, call)

    assert await journal.claim(call, LEASE_S) == Busy()


@pytest.mark.parametrize(
    "outcome", [DONE, NotFound(ms=1.0), Refused(code="more_than_paid", detail="too much", ms=2.0)]
)
async def test_a_settled_key_gives_its_outcome_for_ever(
    journal: Journal, call: Call, outcome: ToolOutcome
) -> None:
    assert await journal.finish(call, await claimed(journal, call), outcome) == outcome

    assert await journal.claim(call, LEASE_S) == Finished(outcome=outcome)
    assert await journal.claim(call, RUN_OUT_S) == Finished(outcome=outcome)


async def test_a_failure_without_effect_may_be_tried_again_without_doubt(
    journal: Journal, call: Call
) -> None:
    await journal.finish(call, await claimed(journal, call), DOWN)

    assert await journal.claim(call, LEASE_S) == Claimed(attempt=2, in_doubt=False)


async def test_an_unknown_outcome_may_be_tried_again_in_doubt(journal: Journal, call: Call) -> None:
    await journal.finish(call, await claimed(journal, call), LOST)

    assert await journal.claim(call, LEASE_S) == Claimed(attempt=2, in_doubt=True)


async def test_doubt_stays_until_the_key_is_settled(journal: Journal, call: Call) -> None:
    await journal.finish(call, await claimed(journal, call), LOST)
    await journal.finish(call, await claimed(journal, call), DOWN)

    assert await journal.claim(call, LEASE_S) == Claimed(attempt=3, in_doubt=True)


async def test_who_takes_over_from_a_vanished_worker_is_in_doubt(journal: Journal, call: Call) -> None:
    await claimed(journal, call, RUN_OUT_S)

    assert await journal.claim(call, LEASE_S) == Claimed(attempt=2, in_doubt=True)


async def test_who_was_overtaken_gets_the_successors_outcome(journal: Journal, call: Call) -> None:
    slow = await claimed(journal, call, RUN_OUT_S)
    quick = await claimed(journal, call)

    while_under_way = await journal.finish(call, slow, LOST)
    assert isinstance(while_under_way, Unknown)
    assert while_under_way.code == "overtaken"
    assert await journal.finish(call, quick, DONE) == DONE
    assert await journal.finish(call, slow, LOST) == DONE
    assert await journal.claim(call, LEASE_S) == Finished(outcome=DONE)


async def test_a_late_finish_counts_when_nobody_took_over(journal: Journal, call: Call) -> None:
    late = await claimed(journal, call, RUN_OUT_S)

    assert await journal.finish(call, late, DONE) == DONE
    assert await journal.claim(call, LEASE_S) == Finished(outcome=DONE)


async def test_a_key_cannot_name_two_effects(journal: Journal, call: Call) -> None:
    await journal.finish(call, await claimed(journal, call), DONE)
    more = {"order_id": "1042", "amount": "149.99"}

    assert await journal.claim(replace(call, args=more), LEASE_S) == KeyTaken()
    assert await journal.claim(replace(call, tool="cancel_order"), LEASE_S) == KeyTaken()


async def test_two_tenants_may_use_the_same_key(journal: Journal, call: Call) -> None:
    await journal.finish(call, await claimed(journal, call), DONE)

    assert await journal.claim(replace(call, tenant_id="other"), LEASE_S) == Claimed(
        attempt=1, in_doubt=False
    )


async def test_of_many_claims_at_once_one_wins(journal: Journal, call: Call) -> None:
    claims = await asyncio.gather(*(journal.claim(call, LEASE_S) for _ in range(8)))

    assert sorted(type(claim).__name__ for claim in claims) == ["Busy"] * 7 + ["Claimed"]


async def test_a_conversations_effects_can_be_read(journal: Journal, call: Call) -> None:
    other = replace(call, key=ActionKey(f"{call.key}2"), tool="cancel_order", args={"order_id": "1090"})
    await journal.finish(call, await claimed(journal, call), DONE)
    await claimed(journal, other)

    entries = await journal.of_conversation("demo", call.conversation_id)

    assert [(e.key, e.tool, e.state, e.attempts, e.args, e.outcome) for e in entries] == [
        (call.key, "refund_order", "succeeded", 1, call.args, DONE),
        (other.key, "cancel_order", "started", 1, other.args, None),
    ]
    assert await journal.of_conversation("other", call.conversation_id) == []


async def test_what_was_begun_stays_begun_until_it_certainly_failed(journal: Journal, call: Call) -> None:
    assert not await journal.begun(call.tenant_id, call.key)
    first = await claimed(journal, call)
    assert await journal.begun(call.tenant_id, call.key)

    await journal.finish(call, first, DOWN)
    assert not await journal.begun(call.tenant_id, call.key)

    await journal.finish(call, await claimed(journal, call), LOST)
    assert await journal.begun(call.tenant_id, call.key)

    await journal.finish(call, await claimed(journal, call), DONE)
    assert await journal.begun(call.tenant_id, call.key)
