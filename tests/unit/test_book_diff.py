"""What another rule book would have made of recorded conversations: the first place, and nothing else."""

import shutil
from pathlib import Path

import orjson
import pytest

from app.replay.archive import Tape
from app.replay.comparing import Stages
from app.replay.page import write_report
from app.replay.player import Stage
from app.replay.summary import groups, headline
from app.replay.table import as_json
from app.replay.verdict import Comparison, Difference
from app.rulebooks import compiled, tool_shapes
from app.rulebooks.files import read_files, recompile
from tests.fakes.company import Books
from tests.recorded import TALKS, recorded, recorded_talks
from tests.talk import BOOK, rails, registry_over, shelf, standing


@pytest.fixture(scope="module")
async def tapes() -> list[Tape]:
    """Conversations over the sample book, recorded once."""
    return await recorded_talks()


def on(stages_old: Stage, stages_new: Stage) -> Stages:
    """Two books that are ready."""
    stages = Stages.__new__(Stages)
    stages.old, stages.new = stages_old, stages_new
    return stages


def sample() -> Stage:
    return Stage(rulebook=shelf().rulebook, rails=rails(), standing=standing())


def edited(folder: Path, *changes: tuple[str, str, str]) -> Stage:
    """The sample book with some texts replaced."""
    shutil.copytree(BOOK, folder / "book")
    for file, old, new in changes:
        text = (folder / "book" / file).read_text("utf-8")
        assert old in text, f"{file} holds no {old!r}"
        (folder / "book" / file).write_text(text.replace(old, new), "utf-8")
    book = recompile(read_files(folder / "book"), tool_shapes(registry_over(Books())))
    assert book is not None
    return Stage(rulebook=compiled(book), rails=rails(), standing=standing())


async def compared(tapes: list[Tape], new: Stage) -> Comparison:
    told = await on(sample(), new).judge(tapes)
    assert None not in told
    return Comparison(old="old", new="new", verdicts=tuple(one for one in told if one is not None))


def parted(comparison: Comparison) -> dict[str, Difference]:
    """The differences by what was said in the conversation."""
    return {one.conversation_id: one.difference for one in comparison.changed if one.difference}


async def test_the_same_book_says_again_what_was_recorded(tapes: list[Tape]) -> None:
    comparison = await compared(tapes, sample())
    assert parted(comparison) == {}
    assert [one.conversation_id for one in comparison.verdicts if not one.as_recorded] == []
    assert comparison.ended == {}
    assert sum(one.turns for one in comparison.verdicts) == sum(len(tape.traces) for tape in tapes)
    assert headline(comparison) == f"None of {len(TALKS)} recorded conversations would change."


async def test_a_higher_limit_is_an_approval_less_where_somebody_asked_for_a_refund(
    tapes: list[Tape], tmp_path: Path
) -> None:
    laxer = edited(tmp_path, ("actions.yaml", "if: args.amount > 100\n", "if: args.amount > 200\n"))
    found = parted(await compared(tapes, laxer))
    assert set(found) == {
        "I want my money back for 1042 / yes / !accept",
        "I want my money back for 1042 / yes / !response",
        "I want my money back / 1042 / yes",
        "I want my money back for 1042 / no",
    }
    later = found["I want my money back / 1042 / yes"]
    assert (later.seq, later.kinds[0]) == (2, "approval")
    assert later.old.approval
    assert later.new.approval == ()


async def test_another_wording_is_found_with_its_place_and_both_texts(
    tapes: list[Tape], tmp_path: Path
) -> None:
    reworded = edited(tmp_path, ("templates/actions.yaml", "Shall I cancel order", "Do I cancel order"))
    comparison = await compared(tapes, reworded)
    found = parted(comparison)["please cancel my order / 1090 / yes / thanks"]
    assert found.kinds == ("reply",)
    assert "Shall I cancel" in found.old.reply[0]
    assert "Do I cancel" in found.new.reply[0]
    assert found.new.places[0].startswith("flows/cancel_order.yaml:")
    assert [who for who, _ in found.before] == ["customer", "assistant"]


async def test_a_refusal_in_place_of_an_action_is_told_as_the_action(
    tapes: list[Tape], tmp_path: Path
) -> None:
    forbidding = edited(
        tmp_path,
        ("actions.yaml", "if: order.status == 'cancelled'\n", "if: order.status == 'processing'\n"),
    )
    found = parted(await compared(tapes, forbidding))["please cancel order 1090 / yes"]
    assert found.kinds[0] == "action"
    assert found.new.action == ()


async def test_who_goes_to_a_person_earlier_is_told_as_an_escalation(
    tapes: list[Tape], tmp_path: Path
) -> None:
    impatient = edited(tmp_path, ("thresholds.yaml", "clarify_limit: 2", "clarify_limit: 0"))
    comparison = await compared(tapes, impatient)
    found = parted(comparison)["blah blah / still blah / where is 1042?"]
    assert (found.seq, found.kinds[0]) == (1, "escalation")
    assert groups(comparison)[0].kind == "escalation"


async def test_a_call_that_was_never_made_ends_the_comparison_there(
    tapes: list[Tape], tmp_path: Path
) -> None:
    curious = edited(
        tmp_path,
        (
            "flows/cancel_order.yaml",
            "      - action: cancel_order\n",
            "      - read: list_orders\n        save: orders\n      - action: cancel_order\n",
        ),
    )
    found = parted(await compared(tapes, curious))["please cancel order 1090 / yes"]
    assert found.kinds[-1] == "call"
    assert found.new.call == "would call list_orders()"


async def test_a_comparison_is_the_same_twice(tapes: list[Tape], tmp_path: Path) -> None:
    reworded = edited(tmp_path, ("templates/orders.yaml", "Which order is it about?", "Which one?"))
    first, second = await compared(tapes, reworded), await compared(tapes, reworded)
    assert orjson.dumps(as_json(first)) == orjson.dumps(as_json(second))
    for name, comparison in (("one.html", first), ("two.html", second)):
        write_report(comparison, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


async def test_a_conversation_without_a_whole_recording_is_left_out(tapes: list[Tape]) -> None:
    begun_before = Tape("late", tapes[1].traces[1:])
    written_by_an_older_version = Tape("old", (b'{"replies": []}',))
    assert await on(sample(), sample()).judge([begun_before, written_by_an_older_version]) == [None, None]


async def test_the_page_needs_no_other_file_and_shows_what_customers_wrote_as_text(tmp_path: Path) -> None:
    tape = await recorded(["<script>alert(1)</script>", "please cancel order 1090"])
    reworded = edited(tmp_path, ("templates/actions.yaml", "Shall I cancel order", "Do I cancel order"))
    comparison = await compared([tape], reworded)
    write_report(comparison, tmp_path / "report" / "index.html")
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "http" not in page
    assert "Do I cancel order" in page
