"""Makes a book's intents, flows and replies of what was read from a project."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.companies.rasa.asking import FOUND, Asking
from app.companies.rasa.dialogues import OF_THE_ENGINE, Dialogue, flow_of, only_says
from app.companies.rasa.domain import Domain
from app.companies.rasa.examples import Example, Group, Taught
from app.companies.rasa.left import Leftovers
from app.companies.rasa.parts import NEEDLESS, OWN, Parts
from app.companies.rasa.replies import reply_name, reply_of
from app.companies.rasa.sequences import Sequences, put_together
from app.companies.rasa.talks import SILENT, Talk
from app.companies.words import name_of, unique

FIXED = frozenset({"affirm", "deny", "stop", "human_request"})
"""Intents whose meaning is the engine's, whatever a project does behind them."""
LONGEST = 400


@dataclass(frozen=True, kw_only=True)
class Read:
    """All that was read from a project."""

    domain: Domain
    taught: Taught
    talks: tuple[Talk, ...]


def parts_of_book(read: Read, left: Leftovers) -> Parts:
    """Make the entries of the book; what has no place in one is noted."""
    parts = Parts()
    names = intent_names(read, left)
    filled = {name_of(slot) for form in read.domain.forms.values() for slot in form.slots}
    for response in read.domain.responses.values():
        if made := reply_of(response, names, filled, left):
            parts.add("templates", reply_name(response.name), made, response.origin)
    sequences = put_together(read.talks, frozenset(read.domain.forms), names, left)
    asking = Asking(domain=read.domain, taught=read.taught, parts=parts, left=left)
    for intent, group in read.taught.intents.items():
        if intent in names:
            _intent(intent, names[intent], group, sequences, asking)
    _note_unused(read, parts, sequences, left)
    return parts


def intent_names(read: Read, left: Leftovers) -> dict[str, str]:
    """The book's name of every intent that has a place there; others are noted."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for intent, group in read.taught.intents.items():
        plain = name_of(intent) or "intent"
        if plain in NEEDLESS:
            left.at(group.origin, f"the intent '{intent}' was not taken", NEEDLESS[plain])
        elif not group.examples:
            left.at(group.origin, f"the intent '{intent}' has no examples", "Give it some in book/intents.")
        else:
            names[intent] = OWN.get(plain) or unique(plain, taken)
    retrieved = {intent.partition("/")[0] for intent in names if "/" in intent}
    for intent, origin in read.domain.intents.items():
        if intent not in {*names, *retrieved} and name_of(intent) not in NEEDLESS:
            left.at(origin, f"the intent '{intent}' has no examples", "Give it some in book/intents.")
    return names


def _intent(intent: str, name: str, group: Group, sequences: Sequences, asking: Asking) -> None:
    """Add one intent with its examples, and what answers it."""
    parts = asking.parts
    said = [example for one in group.examples if (example := marked(one))]
    known = parts.intents.get(name)
    if known:
        known["examples"] += said
        return
    entry = {"category": "inquiry", "subcategory": "imported"}
    parts.add("intents", name, entry | _answer(intent, name, group, sequences, asking), group.origin)
    parts.intents[name]["examples"] = said


def _answer(intent: str, name: str, group: Group, sequences: Sequences, asking: Asking) -> dict[str, Any]:
    """Say who answers: a reply, a flow, the articles; nothing for those that the engine answers."""
    parts, left = asking.parts, asking.left
    followed = sequences.intents.get(intent)
    if name in FIXED:
        return {}
    if "/" in intent and reply_name(f"utter_{intent}") in parts.templates:
        return {"answer": "template", "template": reply_name(f"utter_{intent}")}
    if followed is None:
        if name not in OWN.values():
            left.at(group.origin, f"nothing says what follows '{intent}'", "The articles answer: write one.")
        return {} if name in OWN.values() else {"answer": "knowledge"}
    only = only_says(followed.does) if intent not in sequences.between else None
    if only and only[0] in parts.templates:
        return {"answer": "template", "template": only[0]}
    flow = flow_of(name, Dialogue(asking=asking, sequences=sequences), followed.does)
    if flow is None:
        left.at(
            group.origin, f"nothing is left of what followed '{intent}'", "The articles answer: write one."
        )
        return {"answer": "knowledge"}
    parts.add("flows", name, flow, followed.talk.origin)
    return {"answer": "flow"}


def marked(example: Example) -> str:
    """Write an example as the book has it: entities that understanding finds stay marked."""
    written = "".join(
        f"[{part.text}]({FOUND[name_of(part.entity)]})"
        if part.entity and name_of(part.entity) in FOUND
        else part.text
        for part in example
    )
    return " ".join(written.split())[:LONGEST]


def _note_unused(read: Read, parts: Parts, sequences: Sequences, left: Leftovers) -> None:
    """Note code, forms, slots and word lists that nothing in the book stands for."""
    domain, groups = read.domain, read.taught.groups
    for action, origin in domain.actions.items():
        if not action.startswith("utter_") and action not in {*domain.forms, *SILENT, *OF_THE_ENGINE}:
            left.at(origin, f"the action '{action}' is code", _about_code(action))
    asked = {slot for form in domain.forms.values() for slot in form.slots}
    for slot in domain.slots.values():
        if slot.name not in asked:
            left.at(
                slot.origin,
                f"no form asks for the slot '{slot.name}'",
                "Collect it in a flow if it is needed.",
            )
    used = {entity for slot in domain.slots.values() if slot.name in asked for entity in slot.entities}
    for kind in ("lookup", "regex"):
        for name, group in groups[kind].items():
            if name not in used:
                left.at(
                    group.origin,
                    f"the {kind} '{name}' fills no slot of a form",
                    "Use it in a slot if needed.",
                )
    _note_synonyms(groups["synonym"], parts, left)


def _about_code(action: str) -> str:
    """What to do instead of an action."""
    if action.startswith("validate_"):
        return "Write what it checks as `valid` of the slots in book/flows."
    return "Declare a tool in book/connections, and read it or make it an action in the flows."


def _note_synonyms(groups: Mapping[str, Group], parts: Parts, left: Leftovers) -> None:
    """Note synonyms that are no choice of any flow."""
    listed = (
        slot.get("choices", {}) for flow in parts.flows.values() for slot in flow.get("slots", {}).values()
    )
    words = {word for choices in listed for said in choices.values() for word in _lower(said)}
    for value, group in groups.items():
        if value.lower() not in words:
            todo = "Write its words where the value is chosen, as `choices` of a slot."
            left.at(group.origin, f"the synonym '{value}' is not used", todo)


def _lower(words: Iterable[str]) -> Iterable[str]:
    """Words in small letters."""
    return (word.lower() for word in words)
