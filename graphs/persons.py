"""Who wants a person: plain words decide, and where they leave doubt a likelihood does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from graphs.planner.mending import without_denied
from graphs.ports import Entity, FastPath, InterpreterAway, Understood
from policies.fast_path import FastMatch
from policies.model import Thresholds

PERSON = "human_request"

Parse = Callable[[str], Awaitable[Understood]]


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a message means, and the part of it that was read for that."""

    understood: Understood
    meant: str = ""
    denied: frozenset[str] = frozenset()
    """Intents that the message names only to say that they are not meant."""


async def read(
    text: str, match: FastMatch | None, fast_path: FastPath, parse: Parse, limits: Thresholds
) -> Read:
    """Read a message that plain words do not decide; raises `InterpreterAway` when nothing else decides.

    What is denied is left out before it is read, but a person may be wanted by any part.
    """
    denied = fast_path.taken_back(text) if match is None else frozenset[str]()
    meant = fast_path.meant(text) if denied else text
    try:
        understood = await parse(meant)
        wanted = (understood if meant == text else await parse(text)).wants_person
    except InterpreterAway:
        if match is None:
            raise
        return Read(understood=from_words(match, text))
    understood = replace(understood, entities=without_denied(meant, understood.entities))
    return Read(understood=settle(understood, match, denied, wanted, limits), meant=meant, denied=denied)


def settle(
    understood: Understood,
    match: FastMatch | None,
    denied: frozenset[str],
    wanted: float | None,
    limits: Thresholds,
) -> Understood:
    """Decide on the wish for a person; without a likelihood the words alone do."""
    asks = match is not None if wanted is None else wanted >= line(match, denied, limits)
    if asks and (match is not None or not understood.clauses):
        sure = 1.0 if match else max(wanted or 0.0, understood.confidence)
        return replace(understood, intent=PERSON, confidence=sure, ranking=((PERSON, sure),), clauses=())
    return without(understood, denied if asks or wanted is None else denied | {PERSON})


def line(match: FastMatch | None, denied: frozenset[str], limits: Thresholds) -> float:
    """Return how likely a wish for a person must be after what the words say."""
    if match is not None:
        return limits.person_asked
    return limits.person_denied if PERSON in denied else limits.person_named


def without(understood: Understood, unmeant: frozenset[str]) -> Understood:
    """Leave out intents that are not meant; the others share their confidence."""
    if understood.intent not in unmeant:
        return understood
    kept = [(name, confidence) for name, confidence in understood.ranking if name not in unmeant]
    total = sum(confidence for _, confidence in kept)
    if total <= 0:
        return replace(understood, intent=None, confidence=0.0, ranking=())
    ranking = tuple((name, confidence / total) for name, confidence in kept)
    return replace(understood, intent=ranking[0][0], confidence=ranking[0][1], ranking=ranking)


def from_words(match: FastMatch, text: str) -> Understood:
    """Take what the words decide as understood."""
    entities = tuple(
        Entity(name=name, value=value, start=0, end=len(text), confidence=1.0)
        for name, value in match.entities.items()
    )
    return Understood(
        intent=match.intent,
        confidence=match.confidence,
        path="button" if match.source == "button" else "fast",
        entities=entities,
    )
