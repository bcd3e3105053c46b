"""Asking for a slot: openly, among values that may be meant, again, and not for ever."""

from collections.abc import Sequence

from graphs.near import options
from graphs.planner.options import opened
from graphs.walking import Walk, end_flow
from policies.flow_model import Collect, Slot


def ask(here: Walk, name: str, *, invalid: bool = False) -> bool:
    """Ask for a slot; asked often enough, leave an optional one empty, else hand over.

    True when the flow can go on without an answer.
    """
    memory, slot = here.memory, here.flow.slots[name]
    asks = memory.setdefault("asks", {})
    if asks.get(name, 0) >= slot.attempts:
        if slot.optional:
            skip(here, name)
            return True
        here.turn.hand_over("unsure", f"{name} was asked {slot.attempts} times without an answer", rule=5)
        end_flow(memory)
        return False
    asks[name] = asks.get(name, 0) + 1
    memory["asked"] = name
    if invalid and slot.invalid:
        here.turn.say(slot.invalid, here.facts, tone=here.tone, buttons=_buttons(here, slot, slot.invalid))
    else:
        say_question(here, slot)
    return False


def skip(here: Walk, name: str) -> None:
    """Leave an optional slot empty for the rest of the flow."""
    here.memory["skipped"] = [*here.memory.get("skipped", []), name]
    here.memory["asked"], here.memory["suggested"] = None, []


def say_question(here: Walk, slot: Slot) -> None:
    """Ask for a slot: which of the values that may be meant where there are some, else openly."""
    suggested = here.memory.get("suggested") or []
    if not suggested:
        template = _question(here, slot)
        here.turn.say(template, here.facts, tone=here.tone, buttons=_buttons(here, slot, template))
        return
    template = "order_suggested" if len(suggested) == 1 else "order_which"
    offer(here, slot, template, suggested)


def _question(here: Walk, slot: Slot) -> str:
    """Return the words that ask: those of the step where the flow stands, else the slot's."""
    at, steps = here.memory.get("step", 0), here.flow.steps
    step = steps[at] if at < len(steps) else None
    if isinstance(step, Collect) and step.slot == slot.name and step.ask:
        return step.ask
    asks = (one.ask for one in steps if isinstance(one, Collect) and one.slot == slot.name)
    return slot.ask or next(filter(None, asks), "")


def _buttons(here: Walk, slot: Slot, template: str) -> tuple[tuple[str, str], ...] | None:
    """Give each choice its button, unless the reply brings its own."""
    slot = opened(slot, here.memory)
    if not slot.choices or here.turn.rules.book.templates[template].buttons:
        return None
    return tuple(
        (words[0][:1].upper() + words[0][1:], _payload(slot, value)) for value, words in slot.choices.items()
    )


def _payload(slot: Slot, value: str) -> str:
    """Write a value as its button sends it."""
    kind = slot.entities[0] if slot.entities else slot.name
    return f'/inform{{"{kind}":"{value}"}}'


def offer(here: Walk, slot: Slot, template: str, values: Sequence[str]) -> None:
    """Name values that may be meant, with a button for each; none is used before the customer says so."""
    here.memory["suggested"] = list(values)
    named = tuple((f"#{value}", _payload(slot, value)) for value in values)
    plain = here.turn.rules.book.templates[template].buttons
    here.turn.say(template, {"options": options(values)}, tone=here.tone, buttons=(*named, *plain))
