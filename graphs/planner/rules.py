"""The default planner: flows of the book, no model."""

from graphs.events import CustomerSays
from graphs.planner.commands import (
    Answer,
    AskAgain,
    AskAnew,
    CancelFlow,
    Choose,
    ConfirmAgain,
    Correct,
    Decide,
    Decline,
    FillSlot,
    HandOver,
    PlanCommand,
    Repeat,
    SkipSlot,
    Speak,
    StartFlow,
    TakeUp,
)
from graphs.planner.mending import concerned, only_value
from graphs.planner.options import heard, opened
from graphs.planner.slots import chosen, from_answer, from_entities, gave_value
from graphs.ports import Understood
from graphs.state import ConversationState
from policies.fast_path import INFORM
from policies.model import Book, Flow, Intent, Slot

YES, NO, STOP, CORRECTION, REPEAT = "affirm", "deny", "stop", "correction", "repeat"
NUMBER = "order_number"
PLAIN = ("fast", "button")
"""Ways of understanding that leave no room for a guess."""
TALK = "talk"
"""Subcategory of the intents that hold a conversation together."""


def plan(memory: ConversationState, says: CustomerSays, understood: Understood, book: Book) -> PlanCommand:
    """Choose the one command that this message asks for."""
    return (
        _about_talk(memory, says, understood, book)
        or _about_pending(memory, understood, book)
        or _about_correction(memory, says, understood, book)
        or _about_question(memory, says, understood, book)
        or _about_offer(memory, understood, book)
        or _about_value(memory, understood, book)
        or _about_intent(memory, says, understood, book)
    )


def answers_something(
    memory: ConversationState, says: CustomerSays, understood: Understood, book: Book
) -> bool:
    """Say whether the message answers what the assistant asked, however unsure its intent is."""
    command = _about_pending(memory, understood, book) or _about_question(memory, says, understood, book)
    if isinstance(command, AskAgain):
        return command.invalid
    return isinstance(command, Decide | FillSlot | Correct | SkipSlot)


def sure(understood: Understood, book: Book) -> bool:
    """Say whether an intent was understood well enough to act on it."""
    return understood.path in PLAIN or understood.confidence >= book.thresholds.confidence_clarify


def _about_talk(
    memory: ConversationState, says: CustomerSays, understood: Understood, book: Book
) -> PlanCommand | None:
    """Ask which of two contradictory wishes is meant; say the last replies again, but not for ever."""
    if memory.get("choose"):
        return Choose()
    asked_twice = memory.get("intents", [])[-2:] == [REPEAT, REPEAT]
    again = understood.intent == REPEAT and sure(understood, book) and not asked_twice
    return Repeat() if again and memory.get("said") and not _names_choice(memory, says, book) else None


def _names_choice(memory: ConversationState, says: CustomerSays, book: Book) -> bool:
    """Say whether the message makes the choice that is asked for: "try again" is no wish to hear it again."""
    flow, asked = book.flows.get(memory.get("flow") or ""), memory.get("asked") or ""
    if flow is None or asked not in flow.slots:
        return False
    return chosen(opened(flow.slots[asked], memory), says.text) is not None


def _about_pending(memory: ConversationState, understood: Understood, book: Book) -> PlanCommand | None:
    pending = memory.get("pending")
    if not pending:
        return None
    if understood.intent == YES and understood.path in PLAIN:
        return Decide(yes=True)
    if understood.intent in (NO, STOP) and sure(understood, book):
        return Decide(yes=False)
    return _changed(memory, understood, book) or _ask_again(understood, book)


def _ask_again(understood: Understood, book: Book) -> PlanCommand | None:
    """A guess is no consent: what only sounds like a yes or a no, or like nothing, is asked about again."""
    guessed = understood.intent in (None, YES, NO, STOP) or not sure(understood, book)
    return ConfirmAgain() if guessed and understood.path != "away" else None


def _changed(memory: ConversationState, understood: Understood, book: Book) -> PlanCommand | None:
    """ "No, the other order": another value for a slot of the flow that asked."""
    flow = book.flows.get(memory.get("flow") or "")
    if flow is None or not understood.entities:
        return None
    wanted = book.flow_of_intent.get(understood.intent or "")
    if sure(understood, book) and wanted not in (None, flow.name):
        return None
    changed = _other_values(memory, flow, understood)
    if not sure(understood, book) or wanted or understood.intent in (INFORM, CORRECTION, YES, NO):
        changed = {**_unsaid(memory, flow, understood), **changed}
    return Correct(slots=changed) if changed else None


def _unsaid(memory: ConversationState, flow: Flow, understood: Understood) -> dict[str, object]:
    """Return values that were not given before and narrow what was proposed: "only the mugs"."""
    slots = memory.get("slots") or {}
    given = from_entities(flow, understood.entities)
    return {name: value for name, value in given.items() if slots.get(name) is None}


def _other_values(memory: ConversationState, flow: Flow, understood: Understood) -> dict[str, object]:
    slots = memory.get("slots") or {}
    given = from_entities(flow, understood.entities)
    return {name: value for name, value in given.items() if slots.get(name) not in (None, value)}


def _about_correction(
    memory: ConversationState, says: CustomerSays, understood: Understood, book: Book
) -> PlanCommand | None:
    """Put right what was wrong: with the value that came along, else by asking for it anew."""
    flow = book.flows.get(memory.get("flow") or memory.get("last_flow") or "")
    if flow is None or understood.intent != CORRECTION or not sure(understood, book):
        return None
    if changed := _other_values(memory, flow, understood):
        running = bool(memory.get("flow"))
        return Correct(slots=changed) if running else StartFlow(flow=flow.name, slots=changed)
    if from_entities(flow, understood.entities) and memory.get("asked"):
        return None
    slot = concerned(flow, memory, says.text)
    return AskAnew(flow=flow.name, slot=slot) if slot else None


def _about_question(
    memory: ConversationState, says: CustomerSays, understood: Understood, book: Book
) -> PlanCommand | None:
    flow, asked = book.flows.get(memory.get("flow") or ""), memory.get("asked")
    if flow is None or not asked or asked not in flow.slots:
        return None
    if suggested := memory.get("suggested"):
        if understood.intent == YES and sure(understood, book):
            return FillSlot(slots={asked: suggested[0]}) if len(suggested) == 1 else AskAgain()
        if understood.intent in (STOP, NO) and sure(understood, book) and not understood.entities:
            return AskAgain()
    slot = opened(flow.slots[asked], memory)
    if (choice := _choice(slot, says, understood, book)) is not None:
        return FillSlot(slots={**_beside(memory, flow, understood), asked: choice})
    if (short := _short_answer(slot, understood, book)) is not None:
        return short
    if slot.entities and _wants_elsewhere(memory, says, understood, book):
        return None
    value = from_answer(slot, says.text, understood.entities)
    if value is None:
        return _invalid(flow, slot, says, understood, book)
    if not slot.entities and not slot.choices and understood.path in PLAIN:
        return None
    return FillSlot(slots={**_beside(memory, flow, understood), asked: value})


def _choice(slot: Slot, says: CustomerSays, understood: Understood, book: Book) -> str | None:
    """Name the choice that an answer makes although it sounds like a no: "I changed my mind".

    A yes takes the only thing there is to choose.
    """
    if not slot.choices:
        return None
    if understood.intent == YES and sure(understood, book) and len(slot.choices) == 1:
        return next(iter(slot.choices))
    plain = understood.path in PLAIN and understood.intent in (YES, NO, STOP, CORRECTION)
    return chosen(slot, says.text) if plain else None


def _beside(memory: ConversationState, flow: Flow, understood: Understood) -> dict[str, object]:
    """Return what an answer says besides; an option that was chosen before is not chosen anew by a name."""
    slots, given = memory.get("slots") or {}, from_entities(flow, understood.entities)
    return {
        name: value
        for name, value in given.items()
        if flow.slots[name].options is None or slots.get(name) is None
    }


def _wants_elsewhere(
    memory: ConversationState, says: CustomerSays, understood: Understood, book: Book
) -> bool:
    """Say whether a message that could answer the question surely asks for another flow: "cancel 1090"."""
    flow = book.flow_of_intent.get(understood.intent or "")
    running = {memory.get("flow"), *(caller["flow"] for caller in memory.get("callers") or [])}
    certain = understood.path not in PLAIN and understood.confidence >= book.thresholds.confidence_automate
    return (
        flow is not None
        and flow not in running
        and certain
        and not only_value(says.text, understood.entities)
    )


def _short_answer(slot: Slot, understood: Understood, book: Book) -> PlanCommand | None:
    """Take a yes or a no for what it means to this slot: an answer, nothing to say, or enough of it.

    "Stop" is never an answer: it ends the flow, also where the question may be left.
    """
    if slot.type == "truth" and understood.intent in (YES, NO) and sure(understood, book):
        return FillSlot(slots={slot.name: understood.intent == YES})
    if slot.optional and understood.intent == NO and sure(understood, book) and not understood.entities:
        return SkipSlot(slot=slot.name)
    return CancelFlow() if understood.intent in (STOP, NO) and understood.path in PLAIN else None


def _invalid(
    flow: Flow, slot: Slot, says: CustomerSays, understood: Understood, book: Book
) -> PlanCommand | None:
    """Ask again when a value was given that does not do; what surely means something else is that."""
    same = book.flow_of_intent.get(understood.intent or "") == flow.name
    meant = same or (slot.type == "email" and "@" in says.text)
    guessed = understood.intent is not None and sure(understood, book) and not meant
    elsewhere = understood.path in PLAIN or guessed
    if elsewhere or not gave_value(slot, says.text, understood.entities):
        return None
    return AskAgain(invalid=True)


def _about_offer(memory: ConversationState, understood: Understood, book: Book) -> PlanCommand | None:
    """A yes takes the offered wish up, a no leaves it; everything else is a message of its own."""
    if not memory.get("offered") or not sure(understood, book):
        return None
    if understood.intent == YES:
        return TakeUp()
    return Decline() if understood.intent in (NO, STOP) else None


def _about_value(memory: ConversationState, understood: Understood, book: Book) -> PlanCommand | None:
    """A message that is nothing but a value, which nobody asked for, means what the book says it means."""
    if understood.intent != INFORM or understood.path not in PLAIN or memory.get("asked"):
        return None
    given = {one.name for one in understood.entities}
    meant = next((one.alone for one in book.fast_values if one.entity in given and one.alone), None)
    flow = book.flow_of_intent.get(meant or "")
    return StartFlow(flow=flow, slots=from_entities(book.flows[flow], understood.entities)) if flow else None


def _about_intent(
    memory: ConversationState, says: CustomerSays, understood: Understood, book: Book
) -> PlanCommand:
    intent = book.intents.get(understood.intent or "")
    flow_name = book.flow_of_intent.get(understood.intent or "") or _named(understood, book)
    if flow_name:
        flow = book.flows[flow_name]
        return StartFlow(
            flow=flow_name, slots={**heard(flow, says.text), **from_entities(flow, understood.entities)}
        )
    if memory.get("asked") and (intent is None or intent.answer == "template"):
        return AskAgain(counted=intent is None or intent.subcategory != TALK)
    return _without_flow(intent)


def _named(understood: Understood, book: Book) -> str | None:
    """Name the flow that an intent begins because the message names the order that it is about."""
    if understood.intent is None or not any(one.name == NUMBER for one in understood.entities):
        return None
    return next((flow.name for flow in book.flows.values() if understood.intent in flow.when_named), None)


def _without_flow(intent: Intent | None) -> PlanCommand:
    """Answer what needs no dialogue: from the articles, by a template, or by a person."""
    if intent is None or intent.answer == "knowledge":
        return Answer()
    if intent.answer == "person":
        return HandOver(kind="complex", text=f"{intent.name} is for a person")
    return Speak(template=intent.template or "clarify_once")
