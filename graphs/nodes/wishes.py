"""What follows when the customer answers to several wishes of theirs."""

from dataclasses import replace

import orjson

from graphs.events import CustomerSays
from graphs.planner import commands
from graphs.planner.rules import plan
from graphs.ports import InterpreterAway, Understood
from graphs.state import ConversationState, Wish
from graphs.turn import Turn
from graphs.wishes import entities_of, in_words


async def take_up(turn: Turn, memory: ConversationState) -> commands.PlanCommand:
    """Go on as if the customer had just written the offered wish; returns what follows from it."""
    wish = memory.get("offered")
    if wish is None or not isinstance(turn.event, CustomerSays):
        raise RuntimeError("there is no offered wish to take up")
    memory["offered"] = None
    intent = turn.rules.book.intents.get(wish["intent"])
    turn.wishes, turn.meant = True, wish["words"]
    turn.understood = await understood_again(turn, wish)
    turn.draft.intent, turn.draft.confidence = wish["intent"], 1.0
    if intent is not None and (intent.complex or intent.name in turn.rules.book.routing.complex_intents):
        return commands.HandOver(kind="complex", text=f"{intent.name} is for a person")
    return plan(memory, turn.event, turn.understood, turn.rules.book)


async def understood_again(turn: Turn, wish: Wish) -> Understood:
    """Read a kept wish once more for its vector; its intent and entities are known."""
    try:
        read = await turn.desk.interpreter.parse(wish["words"], turn.hints())
    except InterpreterAway:
        read = Understood(intent=None, confidence=0.0, path="cache")
    return replace(
        read, intent=wish["intent"], confidence=1.0, path="cache", entities=entities_of(wish), clauses=()
    )


def decline(turn: Turn, memory: ConversationState, *, tone: str) -> None:
    """Leave the offered wish; the next one, if any, is offered behind it."""
    memory["offered"] = None
    turn.say("offer_declined", tone=tone)


def choose(turn: Turn, memory: ConversationState, *, tone: str) -> None:
    """Ask which of two wishes is meant; what was known about them before counts no more."""
    first, second = memory.get("choose") or []
    memory["choose"], memory["queued"], memory["offered"] = [], [], None
    memory["intents"] = []
    for name in {name for wish in (first, second) for name in _slots_of(turn, wish)}:
        memory["slots"].pop(name, None)
    words = [in_words(turn, wish) or wish["words"] for wish in (first, second)]
    buttons = tuple((_title(text), _payload(wish)) for text, wish in zip(words, (first, second), strict=True))
    turn.say("choose_wish", {"first": words[0], "second": words[1]}, tone=tone, buttons=buttons)


def _slots_of(turn: Turn, wish: Wish) -> tuple[str, ...]:
    """Name the slots that the flow of a wish fills."""
    flow = turn.rules.book.flows.get(turn.rules.book.flow_of_intent.get(wish["intent"], ""))
    return tuple(flow.slots) if flow else ()


def _title(words: str) -> str:
    """Write a wish as a button says it."""
    return words[:1].upper() + words[1:]


def _payload(wish: Wish) -> str:
    """Write a wish as a button sends it."""
    values = dict(wish["entities"])
    return f"/{wish['intent']}{orjson.dumps(values).decode() if values else ''}"
