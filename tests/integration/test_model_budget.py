"""What models cost is written down, and no day costs a tenant more than it may."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from psycopg import AsyncConnection

from app.db import Database
from app.models.metered import MeteredModels
from app.models.openai import OpenAiModels
from app.models.prices import Price
from app.models.repository import use_by_day
from evals.peers.openai_wire import Answer
from graphs.planner.llm_port import ModelHelp, Question
from tests.peers.openai import OpenAiPeer, openai_peer
from tests.talk import Talk, said

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DEAR = Price(read=100.0, written=1000.0)


@pytest.fixture(scope="module")
async def engine(database: str) -> AsyncIterator[Database]:
    opened = Database(database, most=6)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[OpenAiPeer]:
    async with openai_peer() as opened:
        yield opened


@pytest.fixture
def peer(server: OpenAiPeer) -> OpenAiPeer:
    server.begin_anew()
    return server


def metered(engine: Database, peer: OpenAiPeer, *, daily: float | None, at: datetime = NOON) -> MeteredModels:
    """Models over the real tables, at a price."""
    models = OpenAiModels(url=peer.url, key="k", names={"large": "large-1"}, answers_by="tool")
    return MeteredModels(models, engine.tenant, prices={"large-1": DEAR}, daily_usd=daily, clock=lambda: at)


def asked_by(tenant: str, **given: Any) -> Question:
    return Question(
        purpose="write",
        size="large",
        task="Say it again.",
        text="<reply>It is on its way.</reply>",
        most_tokens=20,
        tenant_id=tenant,
        conversation_id="cnv_1",
        seq=3,
        **given,
    )


async def test_a_call_is_written_down_with_its_tokens_and_its_price(
    engine: Database, peer: OpenAiPeer
) -> None:
    answer = await metered(engine, peer, daily=None).ask(asked_by("t-kept"), within_s=2.0)
    call = answer.call
    assert answer.text == "It is on its way."
    assert call.cost_usd == pytest.approx(DEAR.of(call.prompt_tokens, call.completion_tokens))
    async with engine.tenant("t-kept") as conn:
        days = await use_by_day(conn, "t-kept", NOON - timedelta(days=1))
    assert [(day.model, day.calls, day.answered, day.prompt_tokens) for day in days] == [
        ("large-1", 1, 1, call.prompt_tokens)
    ]
    assert float(days[0].cost_usd or 0) == pytest.approx(call.cost_usd)


async def test_beyond_the_days_budget_no_model_is_asked(engine: Database, peer: OpenAiPeer) -> None:
    models = metered(engine, peer, daily=0.05)
    ended = [(await models.ask(asked_by("t-limit"), within_s=2.0)).call.outcome for _ in range(8)]
    assert ended[0] == "answered"
    assert ended[-1] == "over_budget"
    assert len(peer.asked) == ended.count("answered")
    tomorrow = metered(engine, peer, daily=0.05, at=NOON + timedelta(days=1))
    assert (await tomorrow.ask(asked_by("t-limit"), within_s=2.0)).call.outcome == "answered"
    assert (await models.ask(asked_by("t-other"), within_s=2.0)).call.outcome == "answered"


async def test_calls_at_once_share_one_budget(engine: Database, peer: OpenAiPeer) -> None:
    models = metered(engine, peer, daily=0.1)
    peer.writes = [Answer(text="x" * 80)]
    answers = await asyncio.gather(*(models.ask(asked_by("t-crowd"), within_s=5.0) for _ in range(12)))
    paid = sum(Decimal(str(answer.call.cost_usd or 0)) for answer in answers)
    assert Decimal(0) < paid <= Decimal("0.1")
    assert {answer.call.outcome for answer in answers} == {"answered", "over_budget"}


async def test_over_budget_the_rules_answer(engine: Database, peer: OpenAiPeer) -> None:
    talk = Talk()
    talk.use(models=ModelHelp(models=metered(engine, peer, daily=0.0)))
    unclear = "it is about the thing from last week"
    assert said(await talk.say(unclear)) == said(await Talk().say(unclear))
    assert talk.why("planner")["because"] == "large: over_budget"
    assert peer.asked == []


async def test_what_a_failed_call_may_have_cost_is_counted(engine: Database, peer: OpenAiPeer) -> None:
    peer.writes = [Answer(text="It is on its way.", cut_after=3)]
    answer = await metered(engine, peer, daily=1.0).ask(asked_by("t-cut"), within_s=2.0)
    assert (answer.text, answer.call.outcome, answer.call.estimated) == (None, "cut", True)
    assert (answer.call.cost_usd or 0) > 0


@asynccontextmanager
async def nowhere(tenant_id: str) -> AsyncIterator[AsyncConnection]:
    """Connect to a port where no database listens."""
    async with await AsyncConnection.connect("postgresql://nobody@127.0.0.1:9/none") as conn:
        yield conn


async def test_an_unreachable_budget_asks_no_model(peer: OpenAiPeer) -> None:
    models = OpenAiModels(url=peer.url, key="k", names={"large": "large-1"}, answers_by="tool")
    paid = MeteredModels(models, nowhere, prices={"large-1": DEAR}, daily_usd=1.0, clock=lambda: NOON)
    answer = await paid.ask(asked_by("t-gone"), within_s=2.0)
    assert (answer.call.outcome, peer.asked) == ("uncounted", [])
