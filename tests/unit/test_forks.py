"""Time travel: a recorded conversation gone over again from one of its turns, with nobody asked."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.forks.sandbox import Change, Forked, Live, Memory, Sandbox, fork
from app.replay.player import Stage
from app.replay.recorded import RecordedConversation, read_conversation
from app.rulebooks import compiled, tool_shapes
from app.rulebooks.files import read_files, recompile
from app.turns.saver import TurnSaver
from tests.fakes.company import Books
from tests.recorded import recorded
from tests.talk import BOOK, Talk, rails, registry_over, shelf, standing


def sample() -> Stage:
    return Stage(rulebook=shelf().rulebook, rails=rails(), standing=standing())


async def conversation(*lines: str) -> RecordedConversation:
    tape = await recorded(lines)
    found = read_conversation(tape.conversation_id, tape.traces)
    assert found is not None
    return found


async def forked(
    told: RecordedConversation,
    number: int,
    *,
    message: str | None = None,
    slots: Mapping[str, Any] | None = None,
    stage: Stage | None = None,
) -> Forked:
    """Fork where the conversation stood, as its stored checkpoints would tell."""
    past = Sandbox(told, sample())
    for before in range(number):
        await past.play(before)
    desk = Talk().desk
    live = Live(interpreter=desk.interpreter, knowledge=desk.knowledge)
    change = Change(message=message, slots=slots or {})
    memory = Memory(snapshots=dict(past.snapshots))
    return await fork(told, number, memory, (sample(), stage or sample()), change, live)


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_a_fork_that_changes_nothing_says_what_was_said(number: int) -> None:
    told = await conversation("where is my order?", "1077", "thank you")

    found = await forked(told, number)

    assert [step.differs for step in found.steps] == [()] * (3 - number)
    assert found.steps[0].would is not None
    assert found.steps[0].would.reply[0].startswith(told.turns[number].replies[0])
    assert found.ended is None


async def test_other_words_are_understood_and_only_a_read_that_was_never_made_stops_the_sandbox() -> None:
    told = await conversation("where is my order?", "1077", "thank you")

    found = await forked(told, 1, message="1042")

    first = found.steps[0]
    assert (first.happened, first.instead) == ("1077", "1042")
    assert first.was is not None
    assert first.would is not None
    assert "1077" in first.was.reply[0]
    assert first.would.call is not None
    assert first.would.call.startswith("would call ")
    assert '"1042"' in first.would.call
    assert found.ended == first.would.call


async def test_an_action_that_would_begin_is_shown_as_the_call_it_would_make_and_is_not_made() -> None:
    told = await conversation("please cancel order 1090", "no")
    assert not any(turn.heard.effects for turn in told.turns)

    found = await forked(told, 1, message="yes")

    would = found.steps[0].would
    assert would is not None
    assert would.action
    assert "cancel" in (would.call or "")
    assert "1090" in (would.call or "")
    assert "action" in found.steps[0].differs


async def test_a_slot_holds_another_value_in_the_sandbox_and_everything_else_stays() -> None:
    told = await conversation("please cancel my order", "1090")
    past = Sandbox(told, sample())
    await past.play(0)
    await past.play(1)
    memory = Memory(snapshots=dict(past.snapshots))
    thread = told.conversation_id if told.conversation_id in past.snapshots else next(iter(past.snapshots))
    before = TurnSaver(thread, memory.snapshots[thread]).remembered()

    changed = memory.with_slots(thread, {"order_id": "1042"})

    after = TurnSaver(thread, changed.snapshots[thread]).remembered()
    assert after["slots"]["order_id"] == "1042" != before["slots"]["order_id"]
    assert {**after, "slots": before["slots"]} == before
    assert TurnSaver(thread, memory.snapshots[thread]).remembered() == before


async def test_another_book_is_tried_on_the_same_words(tmp_path: Path) -> None:
    told = await conversation("can I send something back?", "thanks")
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder)
    thresholds = folder / "thresholds.yaml"
    text = thresholds.read_text("utf-8")
    assert "knowledge_confidence:" in text
    lines = [
        "knowledge_confidence: 1.0" if one.startswith("knowledge_confidence:") else one
        for one in text.splitlines()
    ]
    thresholds.write_text("\n".join(lines) + "\n", "utf-8")
    book = recompile(read_files(folder), tool_shapes(registry_over(Books())))
    assert book is not None
    other = Stage(rulebook=compiled(book), rails=rails(), standing=standing())

    found = await forked(told, 0, stage=other)

    assert found.steps[0].differs
    assert found.steps[0].trace is None or found.steps[0].trace["replies"] != list(told.turns[0].replies)


async def test_the_sandbox_tells_why_it_said_so() -> None:
    told = await conversation("where is my order 1042?", "thanks")

    found = await forked(told, 1, message="I want to talk to a person")

    step = found.steps[0]
    assert step.trace is not None
    assert step.trace["route"]
    assert "escalation" in step.differs
