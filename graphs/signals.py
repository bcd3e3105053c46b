"""What the ladder looks at, gathered from one message and its conversation; nothing here asks anybody."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from graphs.assess.contacts import Contacts, days_since, issue_name, last_contact, with_contact
from graphs.assess.sentiment import RiskSigns, escalation_risk, frustration, trend
from graphs.assess.urgency import Urgency, urgency
from graphs.assessing import Stood
from graphs.events import CustomerSays
from graphs.persons import PERSON
from graphs.planner.rules import answers_something, sure
from graphs.planner.slots import says_choice
from graphs.ports import Understood
from graphs.state import ConversationState
from graphs.turn import Turn
from policies.fast_path import SAFETY
from policies.ladder import Signals
from policies.model import Book, Intent

NO_QUESTION = frozenset({"affirm", "deny", "stop", "inform", "option", "greeting", "thanks", "goodbye"})
TALK = "talk"
NUMBER = "order_number"


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """Everything measured about a message before the ladder decides."""

    signals: Signals
    urgent: Urgency
    changes: ConversationState = field(default_factory=ConversationState)


def assess(
    turn: Turn, state: ConversationState, says: CustomerSays, understood: Understood, stood: Stood
) -> Assessed:
    """Gather urgency, risk and all other signals; returns also what is remembered of them."""
    book = turn.rules.book
    intent = book.intents.get(understood.intent or "")
    days, changes = _repeated(turn, state, understood)
    hours = book.routing.hours
    urgent = urgency(
        sentiment=understood.sentiment,
        category=intent.category if intent and not _chooses(state, says, book) else "inquiry",
        tier=turn.customer.tier,
        text=says.text,
        vip=turn.customer.vip,
        days_since_contact=days,
        after_hours=hours is not None and not hours.open_at(turn.now),
    )
    signals = _signals(turn, state, says, understood, stood, urgent)
    return Assessed(signals=signals, urgent=urgent, changes=changes)


VALUE_WORDS = 4
"""An answer so short is a value, and says nothing about the mood: "for three months"."""


def _signals(
    turn: Turn,
    state: ConversationState,
    says: CustomerSays,
    understood: Understood,
    stood: Stood,
    urgent: Urgency,
) -> Signals:
    book = turn.rules.book
    intent = book.intents.get(understood.intent or "")
    scores = state.get("scores", [])
    slope = trend(scores)
    measured = understood.measured
    plain = not measured and understood.intent in NO_QUESTION
    answered = plain or answers_something(state, says, understood, book)
    return Signals(
        asked_for_person=understood.intent == PERSON
        and (not measured or understood.confidence >= book.thresholds.confidence_clarify)
        and not _chooses(state, says, book),
        safety_word=understood.intent == SAFETY,
        sentiment=understood.sentiment,
        previous_sentiment=scores[-2] if measured and len(scores) > 1 else None,
        aside=_aside(turn, intent) or (answered and len(says.text.split()) <= VALUE_WORDS),
        risk=_risk(turn, state, understood, slope),
        intent=understood.intent,
        confidence=1.0 if answered else confidence_of_flow(understood, book),
        low_confidence_streak=state.get("unsure", 0),
        risk_rising=slope < 0,
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


def _repeated(
    turn: Turn, state: ConversationState, understood: Understood
) -> tuple[float | None, ConversationState]:
    """Say how long ago the customer came with this issue before; the first sight in a conversation counts."""
    issue = _issue(state, understood, turn.rules.book)
    if issue is None:
        return None, {}
    apart = timedelta(minutes=turn.rules.book.thresholds.repeat_after_minutes)
    seen = state.get("contacts") or {}
    if issue in seen:
        return days_since(_moment(seen[issue]), turn.now, apart), {}
    contacts: Contacts = turn.customer.contacts
    last = last_contact(contacts, issue, turn.conversation_id, turn.now)
    turn.draft.contacts = with_contact(contacts, issue, turn.conversation_id, turn.now, apart)
    kept = {**seen, issue: last.isoformat() if last else ""}
    return days_since(last, turn.now, apart), {"contacts": kept}


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _issue(state: ConversationState, understood: Understood, book: Book) -> str | None:
    """Name what the message is about: its own matter when that was understood, else the running flow."""
    intent = book.intents.get(understood.intent or "")
    own = intent is not None and intent.subcategory != TALK and sure(understood, book)
    matter = book.flow_of_intent.get(intent.name, intent.name) if own and intent else state.get("flow")
    if not matter or understood.intent == PERSON:
        return None
    named = next((one.value for one in understood.entities if one.name == NUMBER), None)
    return issue_name(matter, named or (state.get("slots") or {}).get(NUMBER))


def _chooses(state: ConversationState, says: CustomerSays, book: Book) -> bool:
    """Say whether the message is one of the answers that the open question offers: "one", of five."""
    flow, asked = book.flows.get(state.get("flow") or ""), state.get("asked") or ""
    return flow is not None and asked in flow.slots and says_choice(flow.slots[asked], says.text)


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


def _risk(turn: Turn, state: ConversationState, understood: Understood, slope: float) -> float:
    intents = state.get("intents", [])
    return escalation_risk(
        RiskSigns(
            sentiment=understood.sentiment,
            frustration=frustration(understood.emotions),
            trend=slope,
            turns=state.get("turns", 0),
            same_intent=intents.count(understood.intent or "none"),
            action_failures=turn.failed_actions - state.get("failures_before", 0),
        )
    )
