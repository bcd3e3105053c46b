"""A model's judgement of a conversation, over the real protocol, and going on without one."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import orjson
import pytest

from app.conversations.entry import Entry
from app.settings import load_settings
from app.understanding.standing_llm import LlmJudge, judge_from
from graphs.assess.standing import Standing
from tests.fakes.openai_server import OpenAiServer, openai_server


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


@pytest.fixture
async def server() -> AsyncIterator[OpenAiServer]:
    async with openai_server() as fake:
        yield fake


@pytest.fixture
def judge(server: OpenAiServer) -> LlmJudge:
    settings = load_settings(llm_url=server.url, llm_key="k-1", llm_model="large", llm_small_model="small")
    found = judge_from(settings, recent)
    assert found is not None
    return found


async def test_the_two_figures_of_the_model_are_taken(server: OpenAiServer, judge: LlmJudge) -> None:
    server.content = orjson.dumps({"resolution": 10, "escalation": 95}).decode()
    standing = await judge.judge("acme", "cnv_1", "I've tried everything you said")
    assert standing == Standing(resolution=0.10, escalation=0.95)
    assert server.keys == ["Bearer k-1"]
    assert server.asked[0]["model"] == "small"
    assert server.asked[0]["response_format"]["type"] == "json_schema"


async def test_the_model_reads_the_whole_conversation_without_personal_details(
    server: OpenAiServer, judge: LlmJudge
) -> None:
    server.content = orjson.dumps({"resolution": 95, "escalation": 5}).decode()
    await judge.judge("acme", "cnv_1", "does that mean it's fixed now?")
    read = server.asked[0]["messages"][-1]["content"]
    assert read.splitlines()[1:] == [
        "assistant: Please change the bulb.",
        "customer: does that mean it's fixed now?",
    ]
    assert "my lamp is dead" in read
    assert "jo.berg" not in read


@pytest.mark.parametrize(
    "content", ["", "no JSON", "{}", '{"resolution": 400, "escalation": 1}', '{"resolution": "x"}']
)
async def test_an_answer_of_another_shape_is_no_judgement(
    server: OpenAiServer, judge: LlmJudge, content: str
) -> None:
    server.content = content
    assert await judge.judge("acme", "cnv_1", "still dead") is None


async def test_a_failing_model_is_no_judgement(server: OpenAiServer, judge: LlmJudge) -> None:
    server.status = 500
    assert await judge.judge("acme", "cnv_1", "still dead") is None


async def test_a_slow_model_is_not_waited_for(server: OpenAiServer) -> None:
    from langchain_openai import ChatOpenAI

    server.late_s = 5.0
    server.content = orjson.dumps({"resolution": 10, "escalation": 95}).decode()
    model = ChatOpenAI(base_url=server.url, api_key=lambda: "k", model="small", max_retries=0)
    assert await LlmJudge(model, recent, within_s=0.05).judge("acme", "cnv_1", "still dead") is None


def test_without_a_model_there_is_no_judge() -> None:
    assert judge_from(load_settings(), recent) is None
