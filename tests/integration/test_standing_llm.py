"""A model's judgement of a conversation, over the real protocol, and going on without one."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from app.conversations.entry import Entry
from app.models.openai import OpenAiModels
from app.understanding.standing_llm import LlmJudge, judge_from
from evals.peers.openai_wire import Answer
from graphs.assess.standing import Standing
from tests.peers.openai import OpenAiPeer, openai_peer


def line(number: int, sender: str, text: str) -> Entry:
    return Entry(
        entry_no=number,
        message_id=f"ent_{number}",
        kind="message",
        seq=number,
        thread_id="cnv_1",
        direction="inbound" if sender == "customer" else "outbound",
        sender=sender,  # type: ignore[arg-type]
        sender_name=None,
        channel="web",
        timestamp=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
        text=text,
    )


async def recent(tenant_id: str, conversation_id: str) -> Sequence[Entry]:
    """What was said before, in one conversation of one tenant."""
    assert (tenant_id, conversation_id) == ("acme", "cnv_1")
    return [
        line(1, "customer", "my lamp is dead, write to jo.berg@example.com"),
        line(2, "assistant", "Please change the bulb."),
    ]


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[OpenAiPeer]:
    async with openai_peer() as opened:
        yield opened


@pytest.fixture
def peer(server: OpenAiPeer) -> OpenAiPeer:
    server.begin_anew()
    return server


def judge_at(peer: OpenAiPeer, within_s: float = 1.2) -> LlmJudge:
    names = {"small": "small-1", "large": "large-1"}
    models = OpenAiModels(url=peer.url, key="k-1", names=names, answers_by="tool")  # type: ignore[arg-type]
    return LlmJudge(models, recent, within_s=within_s)


def says(resolution: int, escalation: int) -> Answer:
    return Answer(arguments=orjson.dumps({"resolution": resolution, "escalation": escalation}).decode())


async def test_the_two_figures_of_the_model_are_taken(peer: OpenAiPeer) -> None:
    peer.plans = [says(10, 95)]
    standing = await judge_at(peer).judge("acme", "cnv_1", "I've tried everything you said")
    assert standing == Standing(resolution=0.10, escalation=0.95)
    assert peer.models == ["small-1"]
    assert peer.asked[0]["authorization"] == "Bearer k-1"


async def test_the_model_reads_the_whole_conversation_without_personal_details(peer: OpenAiPeer) -> None:
    peer.plans = [says(95, 5)]
    await judge_at(peer).judge("acme", "cnv_1", "does that mean it's fixed now?")
    read = peer.asked[0]["messages"][-1]["content"]
    assert read.splitlines()[1:] == [
        "assistant: Please change the bulb.",
        "customer: does that mean it's fixed now?",
    ]
    assert "my lamp is dead" in read
    assert "jo.berg" not in read


@pytest.mark.parametrize(
    "arguments", ["", "no JSON", "{}", '{"resolution": 400, "escalation": 1}', '{"resolution": "x"}']
)
async def test_an_answer_of_another_shape_is_no_judgement(peer: OpenAiPeer, arguments: str) -> None:
    peer.plans = [Answer(arguments=arguments)]
    assert await judge_at(peer).judge("acme", "cnv_1", "still dead") is None


async def test_a_failing_model_is_no_judgement(peer: OpenAiPeer) -> None:
    peer.plans = [Answer(status=500)]
    assert await judge_at(peer).judge("acme", "cnv_1", "still dead") is None


async def test_a_slow_model_is_not_waited_for(peer: OpenAiPeer) -> None:
    peer.plans = [replace(says(10, 95), late_s=5.0)]
    assert await judge_at(peer, within_s=0.05).judge("acme", "cnv_1", "still dead") is None


def test_without_a_model_there_is_no_judge() -> None:
    assert judge_from(None, recent) is None
