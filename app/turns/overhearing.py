"""A message for the person who has the conversation, or will have it: noted, and left to them."""

from collections.abc import Awaitable, Callable

from app.turns.claim import Claim
from graphs.draft import Notice
from graphs.events import CustomerSays
from graphs.persons import PERSON, read
from graphs.ports import InterpreterAway, Understood
from graphs.turn import Turn

Stands = Callable[[Claim], Awaitable[Notice | None]]
"""Says to a customer who asks for a person again how that stands: the place in the queue, or who has it."""


async def overhear(turn: Turn, claim: Claim, says: CustomerSays, stands: Stands | None) -> None:
    """Note what it means and how the customer feels; who asks for a person again is told how that stands."""
    try:
        understood = await _read(turn, says)
    except InterpreterAway:
        return
    draft = turn.draft
    draft.intent, draft.confidence = understood.intent, understood.confidence
    if understood.path != "fast":
        draft.sentiment = understood.sentiment
    if understood.intent == PERSON and stands is not None:
        notice = await stands(claim)
        draft.notices += [notice] if notice else []


async def _read(turn: Turn, says: CustomerSays) -> Understood:
    """Read it as a message for the assistant is read: plain words, and what denies them."""
    rules = turn.newest
    match = rules.fast_path.match(says.payload or says.text)
    named = match if match is not None and match.intent == PERSON else None

    async def parse(text: str) -> Understood:
        return await turn.desk.interpreter.parse(text, turn.hints())

    found = await read(says.text, named, rules.fast_path, parse, rules.book.thresholds)
    return found.understood
