"""A message against its conversation: how the customer feels, and how the matter stands."""

from dataclasses import dataclass, field

from graphs.assess.mood import Mood, mood_of, phase_of, worth_keeping
from graphs.assess.sentiment import frustration
from graphs.assess.standing import LAST, Ending, Spoke, Standing, failing
from graphs.events import CustomerSays
from graphs.persons import PERSON
from graphs.ports import Understood
from graphs.state import ConversationState
from graphs.turn import Turn

CLOSING = frozenset({"thanks", "goodbye"})
SETTLED = 0.5
OPEN_QUESTION = (0.1, 0.9)
"""Between these the small model leaves the judgement to a large one, where there is one."""


@dataclass(frozen=True, kw_only=True)
class Stood:
    """How the conversation stands, who judged it, and what is remembered of that."""

    standing: Standing | None = None
    by: str = "weights"
    attempts: int = 0
    tried: int = 0
    changes: ConversationState = field(default_factory=ConversationState)


def feel(
    turn: Turn, state: ConversationState, says: CustomerSays, understood: Understood
) -> tuple[Understood, ConversationState]:
    """Weigh the measured sentiment by voice, phase and habit; return it with what is remembered."""
    if not understood.measured:
        return understood, {}
    kept = turn.customer.baseline
    turn.mood = mood_of(
        understood.sentiment,
        voice=says.voice,
        phase=phase_of(messages=state.get("turns", 0) + 1, closes=understood.intent in CLOSING),
        baseline=kept,
        thresholds=turn.rules.book.thresholds,
    )
    return understood.felt(turn.mood.score), _usual(turn, state, turn.mood)


def _usual(turn: Turn, state: ConversationState, mood: Mood) -> ConversationState:
    """Learn how the customer usually feels; the profile is written only when that moved enough."""
    fresh = [*state.get("fresh_moods", []), round(mood.text, 2)]
    now = turn.customer.baseline.with_scores(fresh)
    if worth_keeping(turn.customer.baseline, now):
        turn.draft.baseline = now
        fresh = []
    return {"fresh_moods": fresh}


async def stand(turn: Turn, state: ConversationState, says: CustomerSays, understood: Understood) -> Stood:
    """Judge how the conversation stands and count what did not help; only measured messages are judged."""
    attempts, tried, model = state.get("attempts", 0), state.get("tried", 0), turn.desk.standing
    if model is None or not understood.measured:
        return Stood(attempts=attempts, tried=tried)
    ending = ending_of(state, says, understood, model.signs(says.text), turn)
    standing, by = model.standing(ending), "weights"
    least, most = OPEN_QUESTION
    if turn.desk.judge is not None and ending.spoke and least < standing.escalation < most:
        judged = await turn.desk.judge.judge(turn.caller.tenant_id, turn.conversation_id, says.text)
        standing, by = (judged, "model") if judged is not None else (standing, by)
    settled = standing.resolution > SETTLED
    unhelped = int(failing(ending.signs) and ending.spoke == "told" and not settled)
    attempts, tried = (0, 0) if settled else (attempts + unhelped, tried + unhelped)
    signs = [*state.get("signs", []), sorted(ending.signs)][-LAST:]
    return Stood(
        standing=standing,
        by=by,
        attempts=attempts,
        tried=tried,
        changes={"signs": signs, "attempts": attempts, "tried": tried},
    )


def ending_of(
    state: ConversationState, says: CustomerSays, understood: Understood, signs: frozenset[str], turn: Turn
) -> Ending:
    """Gather what the judgement looks at."""
    sure = understood.confidence >= turn.rules.book.thresholds.confidence_clarify
    return Ending(
        text=says.text,
        signs=signs,
        earlier=state.get("signs", []),
        spoke=spoke(state),
        mood=understood.sentiment,
        frustration=frustration(understood.emotions),
        asks_person=understood.intent == PERSON and sure,
        vector=understood.vector,
    )


def spoke(state: ConversationState) -> Spoke:
    """Say whether the assistant's last reply asked or told something."""
    said = state.get("said") or []
    if not said:
        return ""
    return "asked" if said[-1]["text"].rstrip().endswith("?") else "told"
