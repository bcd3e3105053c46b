"""Second node: who answers, and how sure must we be? The ladder decides."""

from dataclasses import asdict, replace
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.assess.sentiment import RiskSigns, direction, escalation_risk, frustration, trend
from graphs.assess.urgency import urgency
from graphs.assessing import Stood, stand
from graphs.events import CustomerSays
from graphs.persons import PERSON
from graphs.planner.commands import Answer
from graphs.planner.rules import answers_something, plan
from graphs.ports import Understood
from graphs.state import ConversationState
from graphs.turn import Turn
from policies.fast_path import SAFETY
from policies.ladder import Route, Signals, route
from policies.model import Book, Intent

NO_QUESTION = frozenset({"affirm", "deny", "stop", "inform", "option", "greeting", "thanks", "goodbye"})


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
        signals = _signals(turn, state, turn.event, understood, stood)
        decided = route(signals, turn.rules.book.thresholds, turn.rules.book.routing)
        if signals.confidence > understood.confidence and decided.rule in (11, 12):
            decided = replace(decided, reasons=(_why_sure(signals, understood, turn.rules.book),))
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
        "urgency": signals.urgency,
        "risk": signals.risk,
        "trend": direction(trend(state.get("scores", []))),
        "standing": {**asdict(stood.standing), "by": stood.by} if stood.standing else None,
    }
    command = _go(turn, state, decided)
    return replace(command, update={**stood.changes, **(command.update or {})})


def _go(
    turn: Turn, state: ConversationState, decided: Route
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
            return Command(goto=_way(turn, state), update={"unsure": 0})


def _way(turn: Turn, state: ConversationState) -> Literal["answer", "plan"]:
    """Questions go to the articles, everything else to the planner."""
    if turn.understood is None or not isinstance(turn.event, CustomerSays):
        return "plan"
    command = plan(state, turn.event, turn.understood, turn.rules.book)
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


def _signals(
    turn: Turn, state: ConversationState, says: CustomerSays, understood: Understood, stood: Stood
) -> Signals:
    book = turn.rules.book
    intent = book.intents.get(understood.intent or "")
    scores = state.get("scores", [])
    measured = understood.measured
    plain = not measured and understood.intent in NO_QUESTION
    answered = plain or answers_something(state, says, understood, book)
    urgent = urgency(
        sentiment=understood.sentiment,
        category=intent.category if intent else "inquiry",
        tier=turn.customer.tier,
        text=says.text,
        vip=turn.customer.vip,
    )
    return Signals(
        asked_for_person=understood.intent == PERSON
        and (not measured or understood.confidence >= book.thresholds.confidence_clarify),
        safety_word=understood.intent == SAFETY,
        sentiment=understood.sentiment,
        previous_sentiment=scores[-2] if measured and len(scores) > 1 else None,
        aside=_aside(turn, intent),
        risk=_risk(turn, state, understood),
        intent=understood.intent,
        confidence=1.0 if answered else confidence_of_flow(understood, book),
        low_confidence_streak=state.get("unsure", 0),
        risk_rising=trend(scores) < 0,
        frustration=frustration(understood.emotions),
        turns=state.get("turns", 0),
        complex_intent=bool(intent and intent.complex),
        tier_is_vip=turn.customer.vip,
        attempts_without_resolution=stood.attempts,
        escalation=stood.standing.escalation if stood.standing else 0.0,
        resolution=stood.standing.resolution if stood.standing else 1.0,
        troubleshooting_attempts=stood.tried,
        urgency=urgent.score,
        out_of_scope=0.0 if answered else understood.out_of_scope,
    )


def _aside(turn: Turn, intent: Intent | None) -> bool:
    """Say whether the message leaves the matter aside: small talk, or a person who is not wanted."""
    talk = intent is not None and intent.answer == "template" and intent.category in ("feedback", "inquiry")
    return talk or PERSON in turn.denied


def confidence_of_flow(understood: Understood, book: Book) -> float:
    """Return how sure it is what to do: intents that lead into the same flow count together.

    "It came broken, I want my money back" is two intents and one flow; being
    unsure between the two is no reason to ask.
    """
    flow = book.flow_of_intent.get(understood.intent or "")
    if flow is None:
        return understood.confidence
    together = sum(sure for name, sure in understood.ranking if book.flow_of_intent.get(name) == flow)
    return min(1.0, max(understood.confidence, together))


def _risk(turn: Turn, state: ConversationState, understood: Understood) -> float:
    intents = state.get("intents", [])
    return escalation_risk(
        RiskSigns(
            sentiment=understood.sentiment,
            frustration=frustration(understood.emotions),
            trend=trend(state.get("scores", [])),
            turns=state.get("turns", 0),
            same_intent=intents.count(understood.intent or "none"),
            action_failures=turn.failed_actions - state.get("failures_before", 0),
        )
    )
