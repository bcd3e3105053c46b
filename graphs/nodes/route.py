"""Second node: who answers, and how sure must we be? The ladder decides."""

from dataclasses import replace
from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.assess.sentiment import direction, trend
from graphs.assess.urgency import Urgency
from graphs.assessing import stand
from graphs.events import CustomerSays
from graphs.planner.commands import Answer
from graphs.planner.llm import advise
from graphs.planner.rules import plan
from graphs.ports import Understood
from graphs.signals import assess
from graphs.state import ConversationState
from graphs.triggers import called_by
from graphs.turn import Turn
from policies.handoff_triggers import with_triggers
from policies.ladder import Route, Signals, route
from policies.model import Book


async def route_message(
    state: ConversationState, runtime: Runtime[Turn]
) -> Command[Literal["answer", "plan", "clarify", "hand_off"]]:
    """Ask the ladder, keep its decision with its reasons, and go where it says."""
    turn = runtime.context
    understood = turn.understood
    if understood is None or not isinstance(turn.event, CustomerSays):
        raise RuntimeError("route was reached without an understood message")
    with turn.trace.stage("route"):
        stood = await stand(turn, state, turn.event, understood)
        assessed = assess(turn, state, turn.event, understood, stood)
        signals = assessed.signals
        decided = route(signals, turn.newest.book.thresholds, turn.newest.book.routing)
        decided = with_triggers(decided, called_by(turn, turn.event, understood, signals))
        if signals.confidence > understood.confidence and decided.rule in (11, 12):
            decided = replace(decided, reasons=(_why_sure(signals, understood, turn.rules.book),))
    guessed = decided.rule == 5
    turn.proposed = await advise(turn, state, decided)
    if turn.proposed is not None and not isinstance(turn.proposed, Answer):
        decided = _as_if_understood(turn, signals, decided)
    turn.route = decided
    turn.draft.urgency = signals.urgency
    turn.draft.flags = decided.flags
    if "sentiment_drop" in decided.flags:
        turn.draft.highlight = "drop"
    turn.trace.route = {
        "rule": decided.rule,
        "kind": decided.kind,
        "reasons": list(decided.reasons),
        "flags": list(decided.flags),
        "rows": [{"rule": row.rule, "kind": row.kind, "reason": row.reason} for row in decided.rows],
        "notes": [{"flag": note.name, "reason": note.reason} for note in decided.notes],
        **_urgency_told(assessed.urgent),
        "risk": signals.risk,
        "trend": direction(trend(state.get("scores", []))),
        "standing": {**vars(stood.standing), "by": stood.by} if stood.standing else None,
    }
    command = _go(turn, state, decided, guessed=guessed)
    return replace(command, update={**stood.changes, **assessed.changes, **(command.update or {})})


def _urgency_told(urgent: Urgency) -> dict[str, Any]:
    """Write the urgency with the part that each factor has in it."""
    return {
        "urgency": urgent.score,
        "urgency_raw": urgent.raw,
        "urgency_reasoning": urgent.reasoning,
        "urgency_factors": [
            {"factor": one.name, "contribution": one.contribution, "description": one.description}
            for one in urgent.factors
        ],
    }


def _as_if_understood(turn: Turn, signals: Signals, unsure: Route) -> Route:
    """Go on down the ladder as if the proposal were barely understood: effects are confirmed first."""
    book, meant = turn.rules.book, turn.understood.intent if turn.understood else None
    intent = book.intents.get(meant or "")
    barely = replace(
        signals,
        intent=meant,
        complex_intent=bool(intent and intent.complex),
        confidence=book.thresholds.confidence_clarify,
        out_of_scope=0.0,
    )
    below = route(barely, turn.newest.book.thresholds, turn.newest.book.routing)
    reasons = (*unsure.reasons, "a model proposed what to do", *below.reasons)
    return replace(below, reasons=reasons, flags=unsure.flags)


def _go(
    turn: Turn, state: ConversationState, decided: Route, *, guessed: bool
) -> Command[Literal["answer", "plan", "clarify", "hand_off"]]:
    match decided.kind:
        case "person":
            turn.hand_over(
                kind_of(decided.rule),
                "; ".join(decided.reasons),
                rule=decided.rule,
                priority=decided.priority,
            )
            turn.draft.highlight = "escalation"
            turn.notify("handing_over_safety" if decided.rule == 2 else "handing_over", hold=True)
            return Command(goto="hand_off", update={"unsure": 0})
        case "clarify":
            return Command(goto="clarify", update={"unsure": state.get("unsure", 0) + 1})
        case _:
            # A model that helps does not make the message understood: the third such brings a person.
            unsure = state.get("unsure", 0) + 1 if guessed else 0
            return Command(goto=_way(turn, state), update={"unsure": unsure})


def _way(turn: Turn, state: ConversationState) -> Literal["answer", "plan"]:
    """Questions go to the articles, everything else to the planner."""
    if turn.understood is None or not isinstance(turn.event, CustomerSays):
        return "plan"
    command = turn.proposed or plan(state, turn.event, turn.understood, turn.rules.book)
    return "answer" if isinstance(command, Answer) else "plan"


def _why_sure(signals: Signals, understood: Understood, book: Book) -> str:
    """Say why a message is acted on although its intent alone was less sure."""
    if signals.confidence == 1.0:
        return "it answers what the assistant asked"
    flow = book.flow_of_intent.get(understood.intent or "")
    return f"understood with {signals.confidence:.2f} as flow {flow}, whichever intent of it"


def kind_of(rule: int) -> str:
    """Name the reason of a ladder rule as the console shows it."""
    names = {1: "asked", 2: "safety", 3: "sentiment", 4: "sentiment", 5: "unsure", 6: "complex", 7: "vip"}
    return names.get(rule, "attempts" if rule in (8, 9) else "complex")
