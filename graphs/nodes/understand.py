"""First node: what does the customer mean, and how do they feel about it?"""

import asyncio
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.assessing import feel
from graphs.events import ActionAsks, CustomerSays, Released
from graphs.following import out_of_place
from graphs.following_up import read_following
from graphs.heeding import heed, heed_input, heed_meaning, refuse, strange_language
from graphs.languages import Heard, heard
from graphs.model_rails import SELF_CHECK, self_check, wanted
from graphs.nodes.asking import ask_again, leave_questions
from graphs.nodes.old_button import answer_old_button
from graphs.persons import PERSON, from_words, read
from graphs.ports import InterpreterAway, Understood
from graphs.state import ConversationState
from graphs.turn import Turn
from graphs.versions import go_on_with
from graphs.wishes import Sorted, sort_out
from guardrails.verdict import RailReport
from policies.fast_path import AGREEMENT

LAST_INTENTS = 3
LAST_SCORES = 5


async def understand(
    state: ConversationState, runtime: Runtime[Turn]
) -> Command[Literal["route", "hand_off", "respond"]]:
    """Check the text, find its intent, entities and sentiment, remember what later turns need."""
    turn = runtime.context
    if isinstance(turn.event, Released):
        return _taken_back(turn, state, turn.event)
    if isinstance(turn.event, ActionAsks):
        return Command(goto="respond", update=ask_again(turn, state, turn.event))
    says = turn.event
    if not isinstance(says, CustomerSays):
        raise TypeError(f"the conversation graph takes no {type(says).__name__}")
    left = go_on_with(turn, state)
    state = {**state, **left}
    if says.payload and out_of_place(says, state):
        answer_old_button(turn, state)
        return Command(goto="respond", update=left)
    admitted = await _admitted(turn, says, state)
    if admitted is None:
        return Command(goto=refuse(turn))
    says, understood, language = admitted
    wishes = None if language.not_served else sort_out(understood, turn.meant or says.text, turn.rules.book)
    if wishes is not None:
        understood, turn.meant = wishes.first, wishes.words
        turn.wishes = bool(wishes.others or wishes.choose)
    understood, felt = feel(turn, state, says, understood)
    turn.understood = understood
    _keep(turn, understood)
    memory: ConversationState = {
        **left,
        **_remember(state, understood),
        **felt,
        **language.changes,
        **_waiting(wishes),
    }
    if language.not_served and turn.rules.book.rails.run("language", turn.channel):
        return _not_spoken(turn, language.not_served, memory)
    return Command(goto="route", update=memory)


async def _admitted(
    turn: Turn, says: CustomerSays, state: ConversationState
) -> tuple[CustomerSays, Understood, Heard] | None:
    """Understand a message as far as the rails let it; None when one stops it."""
    heeded = await heed_input(turn, says)
    if heeded is None:
        return None
    with turn.trace.stage("understand"):
        understood, report = await _read_and_checked(turn, heeded, state)
    if report is not None and not heed(turn, report):
        return None
    language = heard(state, understood, heeded.text, turn.rules.book)
    if not language.not_served and not await heed_meaning(turn, heeded, understood):
        return None
    return heeded, understood, language


async def _read_and_checked(
    turn: Turn, says: CustomerSays, state: ConversationState
) -> tuple[Understood, RailReport | None]:
    """Understand a message, and let a model look at it meanwhile where the book wants that."""
    if not wanted(turn, SELF_CHECK):
        return await _interpret(turn, says, state), None
    return await asyncio.gather(_interpret(turn, says, state), self_check(turn, says))


def _taken_back(
    turn: Turn, state: ConversationState, released: Released
) -> Command[Literal["route", "hand_off", "respond"]]:
    """Say that the assistant is back; what it asked before a person came is no longer open."""
    turn.notify("assistant_is_back", {"agent": released.agent_name})
    if leave_questions(turn, state):
        turn.notify("action_left_open")
    return Command(goto="respond", update={"pending": None, "paused": []})


def _not_spoken(
    turn: Turn, language: str, memory: ConversationState
) -> Command[Literal["route", "hand_off", "respond"]]:
    """Say in the customer's own language that a person takes over."""
    strange_language(turn, language)
    turn.hand_over("language", f"writes in another language: {language}", rule=6)
    turn.notify("language_not_served", {"language": language}, hold=True, language=language)
    return Command(goto="hand_off", update=memory)


def _waiting(wishes: Sorted | None) -> ConversationState:
    """Return the wishes that wait; those of an earlier message stay until the customer moves on."""
    if wishes is None or not (wishes.others or wishes.choose):
        return {"choose": []}
    return {"choose": wishes.choose, "queued": wishes.others, "offered": None}


async def read_message(turn: Turn, says: CustomerSays, state: ConversationState) -> Understood | None:
    """Read a message for its meaning alone; None, with an answer, when a rail stops it."""
    heeded = await heed_input(turn, says)
    if heeded is not None:
        understood = await _interpret(turn, heeded, state)
        if await heed_meaning(turn, heeded, understood):
            _keep(turn, understood)
            return understood
    turn.say("input_refused")
    return None


async def _interpret(turn: Turn, says: CustomerSays, state: ConversationState) -> Understood:
    fast_path = turn.newest.fast_path
    match = fast_path.match(says.payload or says.text)
    if match is not None and (match.plain or match.intent != PERSON):
        return from_words(match, says.text)
    asked = state.get("pending") or state.get("offered") or state.get("suggested")
    if asked and fast_path.agrees(says.text):
        return Understood(intent=AGREEMENT, confidence=1.0, path="fast")

    async def parse(text: str) -> Understood:
        """Ask the interpreter with what this conversation knows."""
        return await turn.desk.interpreter.parse(text, turn.hints(state))

    limits = turn.rules.book.thresholds
    try:
        found = await read_following(turn, state, says.text, match, parse) or await read(
            says.text, match, fast_path, parse, limits
        )
    except InterpreterAway:
        return Understood(intent=None, confidence=0.0, path="away", language=turn.customer.language)
    turn.meant, turn.denied = found.meant, found.denied
    return found.understood


def _keep(turn: Turn, understood: Understood) -> None:
    """Write into trace and draft what was understood."""
    turn.draft.intent, turn.draft.confidence = understood.intent, understood.confidence
    if understood.measured:
        turn.draft.sentiment = understood.sentiment
    turn.trace.understanding = {
        "path": understood.path,
        "intent": understood.intent,
        "confidence": round(understood.confidence, 4),
        "ranking": [{"name": name, "confidence": round(value, 4)} for name, value in understood.ranking[:5]],
        "entities": [{"entity": entity.name, "value": entity.value} for entity in understood.entities],
        "sentiment": round(understood.sentiment, 3),
        "emotions": {name: round(share, 3) for name, share in (understood.emotions or {}).items()},
        "mood": {**vars(turn.mood)} if turn.mood else None,
        "language": understood.language,
        "language_confidence": round(understood.language_confidence, 3),
        "mixed_language": understood.mixed_language,
        "wishes": [
            {"intent": one.intent, "confidence": round(one.confidence, 4)} for one in understood.clauses
        ],
        "out_of_scope": round(understood.out_of_scope, 3),
        **({"by": "nearest examples"} if understood.neighbours else {}),
    }


def _remember(state: ConversationState, understood: Understood) -> ConversationState:
    intents = [*state.get("intents", []), understood.intent or "none"][-LAST_INTENTS:]
    scores = state.get("scores", [])
    if understood.measured:
        scores = [*scores, round(understood.sentiment, 4)][-LAST_SCORES:]
    turns = state.get("turns", 0) + 1
    return {"intents": intents, "scores": scores, "turns": turns, "answered": None}
