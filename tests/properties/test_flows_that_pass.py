"""A flow that passes `check` leaves no customer without a reply, whatever it is and whatever they answer."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.rulebooks import BookShelf
from policies.problems import BookInvalid
from tests.talk import Talk
from tests.unit.books.altered import every_step

Steps = list[dict[str, Any]]
SLOTS = {
    "word": {"type": "text", "ask": "any_note", "optional": True},
    "sure": {"type": "truth", "ask": "more_parts"},
    "kind": {"type": "choice", "ask": "which_reason", "choices": {"broken": ["broken"], "size": ["size"]}},
    "count": {"type": "number", "ask": "how_tall", "valid": "value > 0", "invalid": "part_unclear"},
}
CONDITIONS = (
    "slots.sure == true",
    "slots.word == null",
    "slots.kind == 'broken'",
    "slots.kind != 'size'",
    "slots.count != null && slots.count > 3.0",
    "slots.count > 3.0",
    "customer.verified == true",
)
LEAVES = (
    *({"collect": name} for name in SLOTS),
    *({"say": name} for name in ("size_small", "size_large", "stop_kept")),
    {"set_slots": {"word": "null"}},
    {"set_slots": {"kind": "'broken'"}},
    {"call": "contact"},
    {"read": "list_orders", "save": "orders", "missing": "no_order"},
)
ENDS = ({"end": True}, {"hand_over": "asked"}, {"say": "size_done"})
ANSWERS = ("yes", "no", "broken", "size", "7", "2", "0", "nothing in particular", "me@example.com", "???")


def steps(depth: int) -> st.SearchStrategy[Steps]:
    """Lists of steps, with branches and loops down to a depth."""
    leaf = st.sampled_from(LEAVES)
    if depth == 0:
        return st.lists(leaf, min_size=1, max_size=3)
    inner = steps(depth - 1)
    branch = st.fixed_dictionaries(
        {
            "if": st.sampled_from(CONDITIONS),
            "then": inner,
            "else": inner | st.sampled_from(ENDS).map(lambda e: [e]),
        }
    )
    loop = st.fixed_dictionaries(
        {"repeat": inner, "until": st.sampled_from(CONDITIONS), "at_most": st.integers(1, 3)}
    )
    return st.lists(leaf | branch | loop, min_size=1, max_size=4)


def asked(flow: Steps) -> set[str]:
    """The slots that a flow asks for or fills."""
    text = orjson.dumps(flow).decode()
    return {name for name in SLOTS if f'"collect":"{name}"' in text or f'"{name}":"' in text}


def shelf_with(flow: Steps) -> BookShelf | None:
    """A small book with this flow; None when `check` does not let it pass."""
    used = asked(flow)
    if any(f"slots.{name}" in str(flow) for name in SLOTS.keys() - used):
        return None
    tried = {
        "description": "Whatever comes",
        "intents": ["size"],
        "slots": {name: SLOTS[name] for name in sorted(used)},
        "steps": flow,
    }
    with TemporaryDirectory() as folder:
        book = every_step(Path(folder))
        written = (book / "flows" / "every_step.yaml").read_text("utf-8")
        kept = written[: written.index("  size:\n")]
        (book / "flows" / "every_step.yaml").write_text(kept, "utf-8")
        (book / "flows" / "tried.yaml").write_bytes(orjson.dumps({"flows": {"size": tried}}))
        try:
            return BookShelf.load(book)
        except BookInvalid:
            return None
        finally:
            shutil.rmtree(book)


async def talk_through(shelf: BookShelf, answers: list[str]) -> None:
    """Begin the flow, answer whatever is asked, and look for a message that nobody answered."""
    talk = Talk(shelf=shelf)
    talk.interpreter.meanings = {"which size": "size"}
    for text in ("which size do I need", *answers):
        draft = await talk.say(text)
        assert draft.replies or draft.notices or draft.hand_off, f"nothing was said to {text!r}"
        if draft.hand_off is not None:
            return


def tries(examples: int) -> Any:
    """So many flows; most of those made up here do not pass and are left out."""
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    return settings(max_examples=examples, deadline=None, suppress_health_check=quiet)


FLOW = st.tuples(steps(2), st.sampled_from(ENDS)).map(lambda made: [*made[0], made[1]])
TALK = st.lists(st.sampled_from(ANSWERS), min_size=3, max_size=12)


@tries(8)
@given(flow=FLOW, answers=TALK)
async def test_no_customer_is_left_without_a_reply(flow: Steps, answers: list[str]) -> None:
    shelf = shelf_with(flow)
    assume(shelf is not None)
    assert shelf is not None
    await talk_through(shelf, answers)


@pytest.mark.slow
@tries(600)
@given(flow=FLOW, answers=TALK)
async def test_no_customer_of_many_flows_is_left_without_a_reply(flow: Steps, answers: list[str]) -> None:
    shelf = shelf_with(flow)
    assume(shelf is not None)
    assert shelf is not None
    await talk_through(shelf, answers)
