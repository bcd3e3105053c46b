"""A first flow over a tool that reads: it asks for what the tool needs and tells what was found."""

import re

import yaml

from app.companies.offering import Offer, OfferedTool
from app.companies.words import name_of, singular, spoken

ENGINES_OWN = frozenset({"slots", "args", "customer", "conversation", "value", "made", "message", "guesses"})
MOST_ASKED = 2
ONE_WORD = "value.matches('^[^ ]{1,80}$')"
SIGN_IN = "I can look that up only for someone who is signed in. Please sign in and ask again."
EXAMPLES = (
    "look up my {}",
    "what about my {}",
    "can you check a {} for me",
    "I want to know about a {}",
    "please find my {}",
    "how does my {} stand",
    "show me the {}",
    "is there any news about my {}",
    "tell me about this {}",
    "I have a question about a {}",
    "what do you know about my {}",
    "where do I see my {}",
)


def looked_up(offer: Offer) -> OfferedTool | None:
    """The tool for the first flow: the one that asks for least, but for something."""
    fitting = [tool for tool in offer.tools if tool.reads and _askable(tool)]
    return min(fitting, key=lambda tool: (len(_asked(tool)) == 0, len(_asked(tool))), default=None)


def _askable(tool: OfferedTool) -> bool:
    """Whether a customer could be asked for all that a tool needs."""
    asked = _asked(tool)
    return len(asked) <= MOST_ASKED and set(asked.values()) <= {"text", "number"}


def _asked(tool: OfferedTool) -> dict[str, str]:
    """What must be asked for, each with its kind."""
    return {
        name: one.kind
        for name, one in tool.declared.args.items()
        if one.kind is not None and not one.optional
    }


def first_look_files(tool: OfferedTool) -> dict[str, str]:
    """Give the flow, its intent with examples, and its words."""
    thing = thing_of(tool)
    intent = f"look_up_{thing}"
    examples = [example.format(spoken(thing)) for example in EXAMPLES]
    shape = {"category": "inquiry", "subcategory": "records", "answer": "flow", "examples": examples}
    return {
        "book/flows/look_up.yaml": "# A first flow over a tool that reads.\n"
        + dumped({"flows": {intent: flow(tool, thing, intent)}}),
        "book/intents/look_up.yaml": "# Made-up examples: replace them by what your customers write.\n"
        + dumped({"intents": {intent: shape}}),
        "book/templates/look_up.yaml": "# What the flow of flows/look_up.yaml says.\n"
        + dumped({"templates": words(tool, thing, intent)}),
    }


def thing_of(tool: OfferedTool) -> str:
    """What the tool looks up, in one name: the last fixed part of its path."""
    fixed = [part for part in tool.path.split("/") if part and not re.search(r"[{}]", part)]
    *before, last = name_of(fixed[-1] if fixed else tool.name).split("_") or ["record"]
    return "_".join([*before, singular(last)]) or "record"


def saved_as(thing: str) -> str:
    """The name under which the flow knows what it found."""
    return f"found_{thing}" if thing in ENGINES_OWN else thing


def flow(tool: OfferedTool, thing: str, intent: str) -> dict[str, object]:
    """Write the flow itself."""
    asked = _asked(tool)
    slots = {name: slot(name, kind) for name, kind in asked.items()}
    read: dict[str, object] = {"read": tool.name}
    if asked:
        read["with"] = {name: f"slots.{name}" for name in asked}
    read |= {"save": saved_as(thing), "missing": f"{thing}_not_found"}
    if asked:
        read["forget"] = list(asked)
    sign_in = {"if": "customer.verified != true", "then": [{"say": "sign_in_first"}, {"end": True}]}
    collects: list[object] = [{"collect": name} for name in asked]
    steps = [sign_in, *collects, read, {"say": f"{thing}_found"}]
    made: dict[str, object] = {"description": f"Looking up a {spoken(thing)}", "intents": [intent]}
    return made | ({"slots": slots} if slots else {}) | {"steps": steps}


def slot(name: str, kind: str) -> dict[str, object]:
    """A value that the customer is asked for; a text is one word, which is all that an id is."""
    if kind == "number":
        return {"type": "number", "ask": f"ask_{name}", "attempts": 3}
    return {
        "type": "text",
        "ask": f"ask_{name}",
        "valid": ONE_WORD,
        "invalid": f"ask_{name}_alone",
        "attempts": 3,
    }


def words(tool: OfferedTool, thing: str, intent: str) -> dict[str, object]:
    """Write what the flow says."""
    saved = saved_as(thing)
    told = [name for name, one in tool.declared.result.items() if one.kind != "any"]
    parts = "".join(f"[ {spoken(name).capitalize()}: {{{saved}.{name}}}.]" for name in told)
    said: dict[str, object] = {
        "sign_in_first": {"text": SIGN_IN},
        f"{thing}_found": {"text": f"This is what I found.{parts}"},
        f"{thing}_not_found": {"text": f"I cannot find that {spoken(thing)}."},
        f"wish_{intent}": {"text": f"look up a {spoken(thing)}"},
    }
    for name, kind in _asked(tool).items():
        said[f"ask_{name}"] = {"text": f"Which {spoken(name)} is it?"}
        if kind == "text":
            said[f"ask_{name}_alone"] = {"text": f"Please write the {spoken(name)} and nothing else."}
    return said


def dumped(content: object) -> str:
    """Write YAML as a person would lay it out."""
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)
