"""Makes slots of a book: what a form asks for, and how an answer is recognised."""

import re
from dataclasses import dataclass
from typing import Any

from app.companies.rasa.domain import Domain, Form, Slot
from app.companies.rasa.examples import Taught
from app.companies.rasa.left import Leftovers
from app.companies.rasa.parts import Parts
from app.companies.rasa.replies import reply_name
from app.companies.words import name_of, spoken, unique

MOST_CHOICES = 60
MOST_WORDS = 40
FOUND: dict[str, str] = {
    **dict.fromkeys(("email", "email_address", "mail"), "email"),
    **dict.fromkeys(("phone", "phone_number", "telephone", "mobile"), "phone"),
    **dict.fromkeys(("date", "time", "day"), "date"),
    **dict.fromkeys(("amount", "amount_of_money", "price"), "amount"),
    **dict.fromkeys(("order_number", "order_id", "order_no"), "order_number"),
    "address": "address",
}
"""Entities that understanding finds by itself, with the type of slot that takes them."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Makes a flow's slots from what the project says about them."""

    domain: Domain
    taught: Taught
    parts: Parts
    left: Leftovers

    def slot(self, form: Form, name: str) -> dict[str, Any]:
        """Make one slot of a form, with the question that asks for it."""
        known = self.domain.slots.get(name) or Slot(name=name, type="text", given={}, origin=form.origin)
        if name not in self.domain.slots:
            self.left.at(
                form.origin, f"'{form.name}' asks for '{name}', which is no slot", "It takes any text."
            )
        made = self.kind(known) | {"ask": self.question(form, known), "attempts": 3}
        if made["type"] in ("choice", "truth"):
            self.without_buttons(made["ask"])
        return made

    def question(self, form: Form, slot: Slot) -> str:
        """The reply that asks; one is made where the project asks in code or not at all."""
        for wanted in (f"utter_ask_{form.name}_{slot.name}", f"utter_ask_{slot.name}"):
            if reply_name(wanted) in self.parts.templates:
                return reply_name(wanted)
        made = f"ask_{name_of(slot.name)}"
        if made not in self.parts.templates:
            self.parts.add(
                "templates", made, {"text": f"Which {spoken(name_of(slot.name))} is it?"}, slot.origin
            )
            what = f"no response asks for '{slot.name}'"
            self.left.at(slot.origin, what, f"Mend the words of '{made}' in book/templates.")
        return made

    def without_buttons(self, template: str) -> None:
        """Take the buttons from a question whose slot brings its own."""
        self.parts.templates[template].pop("buttons", None)

    def kind(self, slot: Slot) -> dict[str, Any]:
        """What an answer must be."""
        if any(one.get("type") == "custom" for one in slot.mappings):
            todo = "It takes the whole answer; say with `valid` or `choices` what fits."
            self.left.at(slot.origin, f"'{slot.name}' is filled by code", todo)
        match slot.type:
            case "bool":
                return {"type": "truth"}
            case "categorical" if values := self.listed(slot):
                return self.choice(slot, values)
            case "float":
                return {"type": "number"} | self.bounds(slot)
            case _:
                return self.text(slot)

    def listed(self, slot: Slot) -> list[str]:
        """The values of a categorical slot."""
        values = slot.given.get("values")
        return [str(value) for value in values if value is not None] if isinstance(values, list) else []

    def bounds(self, slot: Slot) -> dict[str, Any]:
        """The least and the most that a number may be."""
        least, most = slot.given.get("min_value"), slot.given.get("max_value")
        said = [
            f"value {sign} {float(bound)}"
            for sign, bound in ((">=", least), ("<=", most))
            if isinstance(bound, int | float)
        ]
        return {"valid": " && ".join(said)} if said else {}

    def text(self, slot: Slot) -> dict[str, Any]:
        """A text: one that understanding finds, one of some, one of a form, or the whole answer."""
        for entity in slot.entities:
            if found := FOUND.get(name_of(entity)):
                return {"type": found, "entities": [found]}
            if words := self.taught.words_for(entity):
                return self.choice(slot, list(words), words)
            if pattern := self.pattern(entity):
                self.parts.values[name_of(entity)] = pattern
                what = f"'{entity}' is recognised where it is the whole message"
                origin = self.taught.groups["regex"][entity].origin
                self.left.at(origin, what, "In a longer one it is asked for again.")
                return {"type": "text", "entities": [name_of(entity)]}
        if slot.entities:
            what = f"'{slot.name}' is learnt from examples of {', '.join(slot.entities)}"
            self.left.at(slot.origin, what, "It takes the whole answer; give it `choices` or `valid`.")
        return {"type": "text"}

    def choice(
        self, slot: Slot, values: list[str], words: dict[str, list[str]] | None = None
    ) -> dict[str, Any]:
        """One of several values, each known by its words."""
        if len(values) > MOST_CHOICES:
            what = f"'{slot.name}' has {len(values)} values, too many to choose from"
            self.left.at(slot.origin, what, "It takes the whole answer; look it up with a tool instead.")
            return {"type": "text"}
        taken: set[str] = set()
        known = {value.lower(): meant for value, meant in (words or self.meant(slot)).items()}
        choices: dict[str, list[str]] = {}
        for value in values:
            said = [value, *known.get(value.lower(), ())]
            name = unique(name_of(value) or "value", taken)
            choices[name] = list(dict.fromkeys(word for one in said if (word := one.strip()[:400])))[
                :MOST_WORDS
            ]
        return {"type": "choice", "choices": choices, "heard": True}

    def meant(self, slot: Slot) -> dict[str, list[str]]:
        """The words for the values of a slot's entities."""
        return {value: said for one in slot.entities for value, said in self.taught.words_for(one).items()}

    def pattern(self, entity: str) -> str | None:
        """One regular expression for all that the project has for an entity."""
        group = self.taught.groups["regex"].get(entity)
        joined = "|".join(group.texts) if group else ""
        try:
            re.compile(joined)
        except re.error:
            return None
        return f"({joined})" if 0 < len(joined) <= 390 else None
