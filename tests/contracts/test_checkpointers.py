"""What LangGraph expects of a checkpointer: ours keeps every promise that its own keeps."""

import uuid
from pathlib import Path
from typing import Any, TypedDict

import psycopg
import pytest
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

from tests.contracts.checkpointers import Checkpointers, OurTable, Reference


class Memory(TypedDict, total=False):
    said: list[str]
    amount: float
    nested: dict[str, Any]


@pytest.fixture(scope="module")
async def reference_url(postgres_url: str) -> str:
    name = f"reference_{uuid.uuid4().hex[:8]}"
    async with await psycopg.AsyncConnection.connect(postgres_url, autocommit=True) as conn:
        await conn.execute(f"create database {name}")
    return psycopg.conninfo.make_conninfo(postgres_url, dbname=name)


@pytest.fixture(params=["ours", "reference"])
def checkpointers(
    request: pytest.FixtureRequest, database: str, reference_url: str, tmp_path: Path
) -> Checkpointers:
    return OurTable(database, tmp_path) if request.param == "ours" else Reference(reference_url)


@pytest.fixture
def thread() -> str:
    return f"thread-{uuid.uuid4().hex}"


def config(thread: str, **more: Any) -> Any:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": "", **more}}


def metadata(**more: Any) -> Any:
    return {"source": "loop", "step": 1, "parents": {}, **more}


def graph_that_asks(log: list[str]) -> StateGraph[Any]:
    async def ask(state: Memory) -> Memory:
        answer = interrupt({"question": "how much?"})
        log.append("asked")
        return {"amount": float(answer)}

    async def pay(state: Memory) -> Memory:
        log.append(f"paid {state['amount']:.2f}")
        return {"said": [*state.get("said", []), "paid"]}

    graph = StateGraph(Memory)
    graph.add_node("ask", ask)
    graph.add_node("pay", pay)
    graph.add_edge(START, "ask")
    graph.add_edge("ask", "pay")
    return graph


async def test_nothing_is_found_where_nothing_was_stored(checkpointers: Checkpointers, thread: str) -> None:
    async with checkpointers.opened(thread) as saver:
        assert await saver.aget_tuple(config(thread)) is None


async def test_what_was_put_is_found_by_another_process(checkpointers: Checkpointers, thread: str) -> None:
    checkpoint = empty_checkpoint()
    checkpoint["channel_values"] = {"said": ["hello", "grüß dich"], "nested": {"order": {"total": 149.99}}}
    checkpoint["channel_versions"] = {"said": 2, "nested": 2}
    async with checkpointers.opened(thread) as saver:
        await saver.aput(config(thread), checkpoint, metadata(), {"said": 2, "nested": 2})
    async with checkpointers.opened(thread) as saver:
        found = await saver.aget_tuple(config(thread))

    assert found is not None
    assert found.checkpoint["channel_values"] == checkpoint["channel_values"]
    assert found.checkpoint["channel_versions"] == checkpoint["channel_versions"]
    assert found.config["configurable"]["checkpoint_id"] == checkpoint["id"]
    assert found.metadata["step"] == 1


async def test_a_write_of_the_same_task_counts_once(checkpointers: Checkpointers, thread: str) -> None:
    checkpoint = empty_checkpoint()
    async with checkpointers.opened(thread) as saver:
        stored = await saver.aput(config(thread), checkpoint, metadata(), {})
        await saver.aput_writes(stored, [("said", ["a"]), ("amount", 1.0)], "task-1")
        await saver.aput_writes(stored, [("said", ["a"]), ("amount", 1.0)], "task-1")
        await saver.aput_writes(stored, [("said", ["b"])], "task-2")
    async with checkpointers.opened(thread) as saver:
        found = await saver.aget_tuple(config(thread))

    assert found is not None
    assert sorted(found.pending_writes or [], key=str) == sorted(
        [("task-1", "said", ["a"]), ("task-1", "amount", 1.0), ("task-2", "said", ["b"])], key=str
    )


async def test_an_interrupt_is_resumed_once_by_another_process(
    checkpointers: Checkpointers, thread: str
) -> None:
    log: list[str] = []
    async with checkpointers.opened(thread) as saver:
        graph = graph_that_asks(log).compile(checkpointer=saver)
        stopped = await graph.ainvoke({"said": ["hello"]}, config(thread), durability="exit")
    waiting = stopped["__interrupt__"][0]
    assert waiting.value == {"question": "how much?"}
    assert log == []

    async with checkpointers.opened(thread) as saver:
        graph = graph_that_asks(log).compile(checkpointer=saver)
        done = await graph.ainvoke(Command(resume={waiting.id: 120}), config(thread), durability="exit")
    assert done["said"] == ["hello", "paid"]
    assert log == ["asked", "paid 120.00"]


async def test_a_node_that_fails_leaves_the_thread_as_it_was(
    checkpointers: Checkpointers, thread: str
) -> None:
    async def fail(state: Memory) -> Memory:
        raise TimeoutError("the backend did not answer")

    async with checkpointers.opened(thread) as saver:
        graph = graph_that_asks([]).compile(checkpointer=saver)
        await graph.ainvoke({"said": ["hello"]}, config(thread), durability="exit")
    async with checkpointers.opened(thread) as saver:
        before = await saver.aget_tuple(config(thread))
    broken = StateGraph(Memory)
    broken.add_node("ask", fail)
    broken.add_edge(START, "ask")
    with pytest.raises(TimeoutError):
        async with checkpointers.opened(thread) as saver:
            await broken.compile(checkpointer=saver).ainvoke(
                Command(resume={before.pending_writes[0][2][0].id: 1}) if before else None,
                config(thread),
                durability="exit",
            )
    async with checkpointers.opened(thread) as saver:
        after = await saver.aget_tuple(config(thread))
    assert after is not None
    assert before is not None
    assert after.checkpoint["channel_values"]["said"] == before.checkpoint["channel_values"]["said"]


async def test_threads_do_not_see_each_other(checkpointers: Checkpointers, thread: str) -> None:
    async with checkpointers.opened(thread) as saver:
        await saver.aput(config(thread), empty_checkpoint(), metadata(), {})
    other = f"{thread}-other"
    async with checkpointers.opened(other) as saver:
        assert await saver.aget_tuple(config(other)) is None


async def test_memory_grows_from_turn_to_turn(checkpointers: Checkpointers, thread: str) -> None:
    async def remember(state: Memory) -> Memory:
        return {"said": [*state.get("said", []), f"turn {len(state.get('said', [])) + 1}"]}

    graph = StateGraph(Memory)
    graph.add_node("remember", remember)
    graph.add_edge(START, "remember")
    for _ in range(3):
        async with checkpointers.opened(thread) as saver:
            result = await graph.compile(checkpointer=saver).ainvoke(
                {"amount": 1.0}, config(thread), durability="exit"
            )
    assert result["said"] == ["turn 1", "turn 2", "turn 3"]


async def test_our_table_holds_no_word_in_clear(database: str, tmp_path: Path, thread: str) -> None:
    ours = OurTable(database, tmp_path)
    async with ours.opened(thread) as saver:
        graph = graph_that_asks([]).compile(checkpointer=saver)
        await graph.ainvoke({"said": ["my secret sentence"]}, config(thread), durability="exit")
    async with await psycopg.AsyncConnection.connect(database) as conn:
        row = await (
            await conn.execute(
                "select checkpoints::text, data, writes from checkpoints where thread_id = %s", [thread]
            )
        ).fetchone()
    assert row is not None
    everything = row[0].encode() + row[1] + (row[2] or b"")
    assert b"secret" not in everything
    assert b"how much" not in everything


async def test_one_turn_leaves_one_row(database: str, tmp_path: Path, thread: str) -> None:
    ours = OurTable(database, tmp_path)
    async with ours.opened(thread) as saver:
        await (
            graph_that_asks([])
            .compile(checkpointer=saver)
            .ainvoke({"said": []}, config(thread), durability="exit")
        )
    async with await psycopg.AsyncConnection.connect(database) as conn:
        row = await (
            await conn.execute("select count(*) from checkpoints where thread_id = %s", [thread])
        ).fetchone()
    assert row == (1,)
