"""A question that is only a part of one is read together with the one before: "and to Austria?"."""

from dataclasses import replace

from graphs.persons import PERSON, Parse, Read
from graphs.ports import Entity, Understood
from graphs.state import ConversationState
from graphs.turn import Turn
from knowledge.following import completed, leaning
from policies.fast_path import FastMatch


async def read_following(
    turn: Turn, state: ConversationState, text: str, match: FastMatch | None, parse: Parse
) -> Read | None:
    """Read a fragment as the whole question it stands for; None for what has to be read by itself.

    Only right after an answer from the articles, and only as another question:
    a wish for anything else is never read out of an older message.
    """
    before = state.get("answered")
    if not before or match is not None or state.get("asked") or state.get("pending"):
        return None
    whole = completed(text, before) or await _pointing_back(turn, text, before, parse)
    if whole is None or turn.newest.fast_path.taken_back(text):
        return None
    understood = await parse(whole)
    if not _asks(turn, understood):
        return None
    return Read(understood=replace(understood, entities=_located(understood, text), clauses=()), meant=whole)


async def _pointing_back(turn: Turn, text: str, before: str, parse: Parse) -> str | None:
    """Complete a question that points back, unless it is understood as it stands."""
    whole = leaning(text, before)
    if whole is None:
        return None
    alone = await parse(text)
    unsure = alone.confidence < turn.rules.book.thresholds.confidence_clarify
    return whole if unsure and alone.intent != PERSON else None


def _asks(turn: Turn, understood: Understood) -> bool:
    """Say whether it is a question for the articles, or for nothing that the book knows."""
    intent = turn.rules.book.intents.get(understood.intent or "")
    unsure = understood.confidence < turn.rules.book.thresholds.confidence_clarify
    return unsure or intent is None or intent.answer == "knowledge"


def _located(understood: Understood, text: str) -> tuple[Entity, ...]:
    """Keep the values that stand in the message itself, where they stand in it."""
    found = ((entity, text.lower().find(entity.value.lower())) for entity in understood.entities)
    return tuple(
        replace(entity, start=place, end=place + len(entity.value)) for entity, place in found if place >= 0
    )
