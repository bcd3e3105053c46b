"""Makes replies of a project's responses."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from app.companies.rasa.domain import Response
from app.companies.rasa.left import Leftovers
from app.companies.rasa.parts import OWN
from app.companies.words import name_of

LONGEST = 4000
INFORM = "inform"
"""What a button says that gives a value and nothing else."""
_PAYLOAD = re.compile(r"/([^\s{]+)\s*(\{.*\})?")
_HOLE = re.compile(r"( ?)\{([^{}]*)\}")
UNUSED_KEYS = ("image", "custom", "attachment", "quick_replies", "elements", "condition")
"""Keys of a variation that a reply of the book does not have."""


def reply_name(name: str) -> str:
    """The book's name of a response: `utter_faq/hours` is `utter_faq_hours`."""
    return f"utter_{name_of(name.removeprefix('utter_')) or 'it'}"


def reply_of(
    response: Response, names: Mapping[str, str], slots: Collection[str], left: Leftovers
) -> dict[str, Any] | None:
    """Make a reply; its first variation is said, the rest is for other channels or noted."""
    said = [one for one in response.variations if isinstance(one.get("text"), str) and one["text"].strip()]
    _note_losses(response, said, left)
    if not said:
        return None
    everywhere = [one for one in said if not one.get("channel")] or said[:1]
    reply: dict[str, Any] = {"text": text_of(response, everywhere[0], slots, left)}
    variants = [
        {"channel": name_of(str(one["channel"])), "text": text_of(response, one, slots, left)}
        for one in said
        if one.get("channel") and name_of(str(one["channel"]))
    ]
    if variants:
        reply["variants"] = variants
    buttons = [made for one in _buttons(everywhere) if (made := button_of(response, one, names, left))]
    return reply | ({"buttons": buttons} if buttons else {})


def _buttons(variations: list[Mapping[str, Any]]) -> list[Any]:
    """The buttons of the variation that is said, or of the first that has some."""
    return next((list(one["buttons"]) for one in variations if isinstance(one.get("buttons"), list)), [])


def _note_losses(response: Response, said: list[Mapping[str, Any]], left: Leftovers) -> None:
    """Note variations and keys that the reply does not have."""
    name, at = response.name, response.origin
    if not said:
        left.at(at, f"'{name}' has no text", "Write in book/templates what shall be said instead.")
    plain = [one for one in said if not one.get("channel")]
    if len(plain) > 1:
        others = " | ".join(str(one["text"]).strip() for one in plain[1:])
        left.at(at, f"'{name}' has {len(plain)} texts; the first is said", f"The others: {others}")
    for key in UNUSED_KEYS:
        if any(key in one for one in response.variations):
            left.at(
                at, f"'{name}' has '{key}'", "A reply has text and buttons: write in words what it showed."
            )


def text_of(response: Response, variation: Mapping[str, Any], slots: Collection[str], left: Leftovers) -> str:
    """The words of a variation; a value that may be missing is left out with the blank before it."""
    text = str(variation["text"]).strip()[:LONGEST]
    if "{" in text:
        text = text.replace("[", "(").replace("]", ")")
    said, done = "", 0
    for found in _HOLE.finditer(text):
        said += bare(text[done : found.start()]) + _value(response, found, slots, left)
        done = found.end()
    return said + bare(text[done:])


def _value(response: Response, found: re.Match[str], slots: Collection[str], left: Leftovers) -> str:
    """A value's place in the reply, where a form fills it."""
    slot = name_of(found[2])
    if slot in slots:
        return f"[{found[1]}{{slots.{slot}}}]"
    what = f"'{response.name}' names {{{found[2]}}}, which is no slot that a form fills"
    left.at(response.origin, what, "Read it in the flow and name it in the reply.")
    return ""


def bare(text: str) -> str:
    """Plain words: a brace means a value."""
    return text.replace("{", "").replace("}", "")


def button_of(
    response: Response, given: Any, names: Mapping[str, str], left: Leftovers
) -> dict[str, str] | None:
    """A button that says an intent; one that says anything else is noted."""
    title = given.get("title") if isinstance(given, dict) else None
    payload = given.get("payload") if isinstance(given, dict) else None
    found = _PAYLOAD.fullmatch(payload.strip()) if isinstance(payload, str) else None
    if not isinstance(title, str) or found is None or (intent := _said(found[1], names)) is None:
        what = f"the button '{title or payload}' of '{response.name}' says no intent of the book"
        left.at(response.origin, what, "Give it a payload such as /affirm in book/templates.")
        return None
    return {"title": title.strip(), "payload": f"/{intent}{found[2] or ''}"}


def _said(intent: str, names: Mapping[str, str]) -> str | None:
    """The book's name of what a button says; a value alone has the engine's name."""
    if intent == INFORM:
        return INFORM
    return names.get(intent) or OWN.get(name_of(intent))
