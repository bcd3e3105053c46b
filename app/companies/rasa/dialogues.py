"""Makes flows of a book: what follows an intent, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.companies.rasa.asking import Asking
from app.companies.rasa.left import Origin
from app.companies.rasa.replies import reply_name
from app.companies.rasa.sequences import ByHand, Do, Fill, Say, Sequences, name_of_do
from app.companies.words import name_of, spoken

OF_THE_ENGINE = frozenset(
    {"action_restart", "action_back", "action_default_fallback", "action_deactivate_loop"}
    | {"action_unlikely_intent", "action_two_stage_fallback", "action_revert_fallback_events"}
)
"""Actions of Rasa's own that the engine has no need of."""

Step = dict[str, Any]


@dataclass(kw_only=True)
class Dialogue:
    """One flow while it is made."""

    asking: Asking
    sequences: Sequences
    slots: dict[str, dict[str, Any]] = field(default_factory=dict)
    within: list[str] = field(default_factory=list)
    """The forms that are being filled: none is filled inside itself."""

    def steps(self, does: Sequence[Do]) -> list[Step]:
        """Write what the bot did as steps, up to the first code, where a person goes on."""
        made: list[Step] = []
        for index, one in enumerate(does):
            made += self.step(one)
            if made and "hand_over" in made[-1]:
                self.note_unreached(does[index + 1 :])
                break
        return made

    def step(self, one: Do) -> list[Step]:
        """Write one thing that the bot did."""
        match one:
            case Say() if reply_name(one.template) not in self.asking.parts.templates:
                what = f"there is no response '{one.template}'"
                self.asking.left.at(one.origin, what, "Add it to book/templates and say it in the flow.")
                return []
            case Say() if one.asks:
                return self.question(one)
            case Say():
                return [{"say": reply_name(one.template)}]
            case Fill():
                return self.form(one)
            case ByHand():
                return self.by_hand(one)

    def question(self, one: Say) -> list[Step]:
        """Ask for a yes or a no, and go on by it."""
        name = f"answer_{sum(slot['type'] == 'truth' for slot in self.slots.values()) + 1}"
        asked = reply_name(one.template)
        self.slots[name] = {"type": "truth", "ask": asked, "attempts": 3}
        self.asking.without_buttons(asked)
        if one.yes is None or one.no is None:
            told = "no" if one.yes is None else "yes"
            what = f"nothing tells what follows another answer to '{one.template}' than {told}"
            self.asking.left.at(one.origin, what, "Say it in the flow: now it ends there.")
        yes = self.steps(one.yes or []) or [{"say": "offer_declined" if one.no else "affirm_nothing"}]
        no = self.steps(one.no or []) or [{"say": "offer_declined"}]
        return [{"collect": name}, {"if": f"slots.{name} == true", "then": yes, "else": no}]

    def form(self, one: Fill) -> list[Step]:
        """Ask for what a form wants, then do what follows its end."""
        form = self.asking.domain.forms.get(one.form)
        if form is None or one.form in self.within:
            return []
        self.within.append(one.form)
        collects: list[Step] = []
        for slot in form.slots:
            self.slots[name_of(slot)] = self.asking.slot(form, slot)
            collects.append({"collect": name_of(slot)})
        after = self.steps(self.sequences.forms.get(one.form, []))
        self.within.pop()
        if not after:
            what = f"nothing follows the form '{one.form}'"
            self.asking.left.at(form.origin, what, "A person goes on: write what shall happen in its flow.")
            after = [{"hand_over": f"{name_of(one.form)}_filled"}]
        return [*collects, *after]

    def by_hand(self, one: ByHand) -> list[Step]:
        """Let a person stand in for code, and say so."""
        if one.action in OF_THE_ENGINE:
            return []
        what = f"'{one.action}' is code"
        todo = "A person takes over there: declare a tool in book/connections and use it in the flow."
        self.asking.left.at(one.origin, what, todo)
        return [{"hand_over": name_of(one.action) or "by_hand"}]

    def note_unreached(self, rest: Sequence[Do]) -> None:
        """Note what stood behind code."""
        if rest:
            what = f"behind the code {', '.join(name_of_do(one) for one in rest)} is left out"
            self.asking.left.at(rest[0].origin, what, "Say it in the flow once the tool is there.")


def flow_of(intent: str, dialogue: Dialogue, does: Sequence[Do]) -> dict[str, Any] | None:
    """Make the flow of an intent; None when nothing is left of it."""
    steps = dialogue.steps(does)
    if not steps:
        return None
    flow: dict[str, Any] = {"description": spoken(intent).capitalize(), "intents": [intent]}
    return flow | ({"slots": dialogue.slots} if dialogue.slots else {}) | {"steps": steps}


def only_says(does: Sequence[Do]) -> tuple[str, Origin] | None:
    """The one reply that is all that follows."""
    match does:
        case [Say() as one] if not one.asks:
            return reply_name(one.template), one.origin
        case _:
            return None
