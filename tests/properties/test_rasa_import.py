"""Whatever stands in a project's files, an import reads it or says what is wrong with it."""

import contextlib
import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.companies.errors import CompanyError
from app.companies.rasa.left import Leftovers
from app.companies.rasa.parts import Parts
from app.companies.rasa.taking import read_parts

WORDS = st.sampled_from(
    [
        *(
            "greet",
            "affirm",
            "deny",
            "order",
            "utter_a",
            "utter_ask_b",
            "a_form",
            "action_x",
            "b",
            "faq/a",
            "- hi",
        ),
        *(
            "- [x](b)",
            '- [x]{"entity": "b", "value": "y"}',
            "from_entity",
            "text",
            "Hello {b}",
            "/greet",
            "3.1",
            "(",
        ),
    ]
)
KEYS = st.sampled_from(
    [
        *(
            "intent",
            "examples",
            "rule",
            "story",
            "steps",
            "action",
            "active_loop",
            "slot_was_set",
            "condition",
            "or",
        ),
        *(
            "type",
            "mappings",
            "entity",
            "values",
            "required_slots",
            "text",
            "buttons",
            "payload",
            "title",
            "channel",
        ),
        *(
            "lookup",
            "regex",
            "synonym",
            "checkpoint",
            "user",
            "min_value",
            "b",
            "a_form",
            "utter_a",
            "utter_ask_b",
        ),
    ]
)
LEAVES = WORDS | st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
SECTIONS = st.sampled_from(
    [
        "nlu",
        "rules",
        "stories",
        "intents",
        "slots",
        "responses",
        "forms",
        "actions",
        "entities",
        "e2e_actions",
    ]
)
PROJECTS = st.dictionaries(SECTIONS, ANYTHING, min_size=1)

STEP = st.fixed_dictionaries(
    {}, optional={"intent": WORDS, "action": WORDS, "active_loop": WORDS | st.none()}
)
TALKS = st.lists(st.fixed_dictionaries({"rule": WORDS, "steps": st.lists(STEP, max_size=6)}), max_size=5)
TAUGHT = st.lists(
    st.fixed_dictionaries({"intent": WORDS, "examples": st.lists(WORDS, min_size=1, max_size=3)}), max_size=6
)
SHAPED = st.fixed_dictionaries(
    {
        "nlu": TAUGHT,
        "rules": TALKS,
        "forms": st.dictionaries(
            WORDS, st.fixed_dictionaries({"required_slots": st.lists(WORDS, max_size=3)})
        ),
        "slots": st.dictionaries(WORDS, ANYTHING, max_size=3),
        "responses": st.dictionaries(
            WORDS,
            st.lists(st.fixed_dictionaries({"text": WORDS, "buttons": ANYTHING}), max_size=2),
            max_size=5,
        ),
    }
)


def read_or_refused(folder: Path, left: Leftovers) -> Parts | None:
    """What was read, or None for what an import says that it cannot read."""
    with contextlib.suppress(CompanyError):
        return read_parts(folder, left)
    return None


@settings(max_examples=100, deadline=None)
@given(PROJECTS | SHAPED)
def test_every_project_is_read_or_refused_and_everything_left_has_its_place(
    content: dict[str, object],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "domain.yml").write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
        left = Leftovers()
        parts = read_or_refused(Path(folder), left)
    if parts is None:
        return
    assert all(one.file == "domain.yml" and one.line >= 1 and one.todo for one in left.listed())
    assert all(intent["examples"] for intent in parts.intents.values())
    replies = {intent["template"] for intent in parts.intents.values() if "template" in intent}
    assert replies <= set(parts.templates)
    answered = {name for name, intent in parts.intents.items() if intent.get("answer") == "flow"}
    assert answered == {intent for flow in parts.flows.values() for intent in flow["intents"]}
