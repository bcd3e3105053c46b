"""First node: what does the customer mean, and how do they feel about it?"""

from dataclasses import replace
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.events import CustomerSays, Released
from graphs.ports import Entity, Hints, InterpreterAway, Understood
from graphs.state import ConversationState
from graphs.turn import Turn
from policies.fast_path import AGREEMENT, FastMatch

LAST_INTENTS = 3
LAST_SCORES = 5


async def understand(
    state: ConversationState, runtime: Runtime[Turn]
) -> Command[Literal["route", "hand_off", "respond"]]:
    """Check the text, find its intent, entities and sentiment, remember what later turns need."""
    turn = runtime.context
    if isinstance(turn.event, Released):
        turn.notify("assistant_is_back", {"agent": turn.event.agent_name})
        return Command(goto="respond")
    says = turn.event
    if not isinstance(says, CustomerSays):
        raise TypeError(f"the conversation graph takes no {type(says).__name__}")
    with turn.trace.stage("rails in"):
        report = await turn.desk.rails.check_input(says.text)
    turn.trace.rail("input", report)
    if not report.passed:
        return _refused_input(turn)
    with turn.trace.stage("understand"):
        understood = await _interpret(turn, says, state)
    turn.understood = understood
    _keep(turn, understood)
    return Command(goto="route", update=_remember(state, understood))


def _refused_input(turn: Turn) -> Command[Literal["route", "hand_off", "respond"]]:
    """Answer a text that a rail stopped: politely, without acting on it, or by a person."""
    report = turn.trace.rails["input"]
    if any(hit["severity"] == "person" for hit in report["hits"]):
        turn.hand_over("rail", "a rail stopped the message", rule=2, priority="high")
        turn.notify("handing_over", hold=True)
        return Command(goto="hand_off")
    turn.say("input_refused")
    return Command(goto="respond")


async def _interpret(turn: Turn, says: CustomerSays, state: ConversationState) -> Understood:
    match = turn.rules.fast_path.match(says.payload or says.text)
    if match is not None:
        return _from_words(match, says)
    if state.get("pending") and turn.rules.fast_path.agrees(says.text):
        return Understood(intent=AGREEMENT, confidence=1.0, path="fast")
    hints = Hints(
        last_intents=tuple(state.get("intents", [])),
        entities={name: str(value) for name, value in state.get("slots", {}).items()},
        tier=turn.customer.tier,
        channel=turn.channel,
        minutes=turn.minutes,
    )
    unmeant = turn.rules.fast_path.taken_back(says.text)
    turn.meant = turn.rules.fast_path.meant(says.text) if unmeant else says.text
    try:
        understood = await turn.desk.interpreter.parse(turn.meant, hints)
    except InterpreterAway:
        return Understood(intent=None, confidence=0.0, path="away", language=turn.customer.language)
    return without(understood, unmeant)


def without(understood: Understood, unmeant: frozenset[str]) -> Understood:
    """Leave out intents that the words themselves deny; the others share their confidence."""
    if understood.intent not in unmeant:
        return understood
    kept = [(name, confidence) for name, confidence in understood.ranking if name not in unmeant]
    total = sum(confidence for _, confidence in kept)
    if total <= 0:
        return replace(understood, intent=None, confidence=0.0, ranking=())
    ranking = tuple((name, confidence / total) for name, confidence in kept)
    return replace(understood, intent=ranking[0][0], confidence=ranking[0][1], ranking=ranking)


def _from_words(match: FastMatch, says: CustomerSays) -> Understood:
    entities = tuple(
        Entity(name=name, value=value, start=0, end=len(says.text), confidence=1.0)
        for name, value in match.entities.items()
    )
    return Understood(
        intent=match.intent,
        confidence=match.confidence,
        path="button" if match.source == "button" else "fast",
        entities=entities,
    )


def _keep(turn: Turn, understood: Understood) -> None:
    """Write into trace and draft what was understood."""
    turn.draft.intent, turn.draft.confidence = understood.intent, understood.confidence
    if understood.path in ("nlu", "cache"):
        turn.draft.sentiment = understood.sentiment
    turn.trace.understanding = {
        "path": understood.path,
        "intent": understood.intent,
        "confidence": round(understood.confidence, 4),
        "ranking": [{"name": name, "confidence": round(value, 4)} for name, value in understood.ranking[:5]],
        "entities": [{"entity": entity.name, "value": entity.value} for entity in understood.entities],
        "sentiment": round(understood.sentiment, 3),
        "language": understood.language,
        "out_of_scope": round(understood.out_of_scope, 3),
    }


def _remember(state: ConversationState, understood: Understood) -> ConversationState:
    intents = [*state.get("intents", []), understood.intent or "none"][-LAST_INTENTS:]
    scores = state.get("scores", [])
    if understood.path in ("nlu", "cache"):
        scores = [*scores, round(understood.sentiment, 4)][-LAST_SCORES:]
    return {"intents": intents, "scores": scores, "turns": state.get("turns", 0) + 1}
