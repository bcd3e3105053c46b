"""The default planner: flows of the book, no model."""

from graphs.events import CustomerSays
from graphs.planner.commands import (
    Answer,
    AskAgain,
    CancelFlow,
    ConfirmAgain,
    Correct,
    Decide,
    FillSlot,
    HandOver,
    PlanCommand,
    Speak,
    StartFlow,
)
from graphs.planner.slots import from_answer, from_entities
from graphs.ports import Understood
from graphs.state import ConversationState
from policies.model import Book

YES, NO, STOP = "affirm", "deny", "stop"
PLAIN = ("fast", "button")
"""Ways of understanding that leave no room for a guess."""


def plan(memory: ConversationState, says: CustomerSays, understood: Understood, book: Book) -> PlanCommand:
    """Choose the one command that this message asks for."""
    return (
        _about_pending(memory, understood, book)
        or _about_question(memory, says, understood, book)
        or _about_intent(memory, understood, book)
    )


def answers_something(
    memory: ConversationState, says: CustomerSays, understood: Understood, book: Book
) -> bool:
    """Say whether the message answers what the assistant asked, however unsure its intent is."""
    command = _about_pending(memory, understood, book) or _about_question(memory, says, understood, book)
    return isinstance(command, Decide | FillSlot | Correct)


def _about_pending(memory: ConversationState, understood: Understood, book: Book) -> PlanCommand | None:
    pending = memory.get("pending")
    if not pending:
        return None
    if understood.intent == YES and understood.path in PLAIN:
        return Decide(yes=True)
    if understood.intent in (NO, STOP) and (understood.path in PLAIN or sure(understood, book)):
        return Decide(yes=False)
    return _correction(memory, understood, book) or _ask_again(understood, book)


def sure(understood: Understood, book: Book) -> bool:
    """Say whether an intent was understood well enough to act on it."""
    return understood.confidence >= book.thresholds.confidence_clarify


def _ask_again(understood: Understood, book: Book) -> PlanCommand | None:
    """A guess is no consent: what only sounds like a yes or a no, or like nothing, is asked about again."""
    guessed = understood.intent in (None, YES, NO, STOP) or not sure(understood, book)
    return ConfirmAgain() if guessed and understood.path != "away" else None


def _correction(memory: ConversationState, understood: Understood, book: Book) -> PlanCommand | None:
    """ "No, the other order": another value for a slot of the flow that asked."""
    flow = book.flows.get(memory.get("flow") or "")
    if flow is None or not understood.entities:
        return None
    given = from_entities(flow, understood.entities)
    slots = memory.get("slots") or {}
    changed = {name: value for name, value in given.items() if slots.get(name) not in (None, value)}
    starts_other = sure(understood, book) and book.flow_of_intent.get(understood.intent or "") not in (
        None,
        flow.name,
    )
    return Correct(slots=changed) if changed and not starts_other else None


def _about_question(
    memory: ConversationState, says: CustomerSays, understood: Understood, book: Book
) -> PlanCommand | None:
    flow, asked = book.flows.get(memory.get("flow") or ""), memory.get("asked")
    if flow is None or not asked or asked not in flow.slots:
        return None
    if understood.intent in (STOP, NO) and understood.path in ("fast", "button"):
        return CancelFlow()
    slot = flow.slots[asked]
    value = from_answer(slot, says.text, understood.entities)
    if value is None or (not slot.entities and understood.path in ("fast", "button")):
        return None
    other = from_entities(flow, understood.entities)
    return FillSlot(slots={**other, asked: value})


def _about_intent(memory: ConversationState, understood: Understood, book: Book) -> PlanCommand:
    intent = book.intents.get(understood.intent or "")
    flow_name = book.flow_of_intent.get(understood.intent or "")
    if flow_name:
        return StartFlow(flow=flow_name, slots=from_entities(book.flows[flow_name], understood.entities))
    if memory.get("asked") and (intent is None or intent.answer == "template"):
        return AskAgain()
    if intent is None or intent.answer == "knowledge":
        return Answer()
    if intent.answer == "person":
        return HandOver(kind="complex", text=f"{intent.name} is for a person")
    return Speak(template=intent.template or "clarify_once")
