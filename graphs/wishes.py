"""Several wishes in one message: the first is met, the others are offered after it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graphs.persons import PERSON
from graphs.ports import Clause, Entity, Understood
from graphs.state import ConversationState, Wish
from graphs.turn import Turn
from policies.model import Book

TALK = "talk"
"""Subcategory of the intents that hold a conversation together and want nothing."""
SHARED = ("order_number", "email")
"""What one part of a message names is meant in the others: "cancel it and refund order 1042"."""
NUMBER = "order_number"
MOST_WORDS = 300
MOST = 4
"""Further wishes that are kept; who names more than a handful is served one by one anyway."""


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """A message by its wishes."""

    first: Understood
    words: str
    """The part of the message that says the first wish."""
    others: list[Wish]
    choose: list[Wish]
    """Two that exclude one another; nothing is done before the customer has chosen."""


def sort_out(understood: Understood, text: str, book: Book) -> Sorted | None:
    """Tell a message's wishes apart, the most relevant first; None when it holds one at most."""
    real = [one for one in understood.clauses if _wants_something(one, book)]
    if not real:
        return _one_by_one(understood, text, book)
    ordered = by_relevance(real, understood)
    first = ordered[0]
    others: list[Clause] = []
    for one in ordered[1:]:
        if not any(_same(known, one, book) for known in (first, *others)):
            others.append(one)
    wishes = [_wish(one, understood, text) for one in (first, *others)]
    clash = [wish for wish in wishes[1:] if _contradict(wishes[0], wish, book)]
    return Sorted(
        first=replace(
            understood,
            intent=first.intent,
            confidence=first.confidence,
            entities=tuple(_entities(first, understood)),
            vector=_vector(first, understood, book),
        ),
        words=wishes[0]["words"],
        others=[] if clash else wishes[1 : MOST + 1],
        choose=[wishes[0], clash[0]] if clash else [],
    )


def _vector(first: Clause, understood: Understood, book: Book) -> Sequence[float] | None:
    """Return the vector of the first wish's own words where an article is to answer it, else the whole's."""
    intent = book.intents.get(first.intent)
    answered = intent is not None and intent.answer == "knowledge"
    return first.vector if answered and first.vector is not None else understood.vector


def _one_by_one(understood: Understood, text: str, book: Book) -> Sorted | None:
    """Take the numbers of one wish one after the other: "where are 1042 and 1077?" """
    if not _takes_number(understood, book):
        return None
    numbers = {one.value: one for one in understood.entities if one.name == NUMBER}
    if len(numbers) < 2:
        return None
    rest = [one for one in understood.entities if one.name != NUMBER]
    first, *others = numbers.values()
    wishes = [
        Wish(
            intent=understood.intent or "",
            words=" ".join(text.split())[:MOST_WORDS],
            entities=[[one.name, one.value] for one in (number, *rest)],
        )
        for number in others
    ]
    return Sorted(
        first=replace(understood, entities=(first, *rest)), words=text, others=wishes[:MOST], choose=[]
    )


def _takes_number(understood: Understood, book: Book) -> bool:
    """Say whether the flow of a message works on one order."""
    flow = book.flows.get(book.flow_of_intent.get(understood.intent or "", ""))
    return flow is not None and any(NUMBER in slot.entities for slot in flow.slots.values())


def by_relevance(clauses: Sequence[Clause], understood: Understood) -> list[Clause]:
    """Order clauses by mention and confidence as they were ranked; who wants a person comes first."""
    ranks = {name: place for place, (name, _) in enumerate(understood.ranking)}
    return sorted(clauses, key=lambda one: (one.intent != PERSON, ranks.get(one.intent, len(ranks))))


def _wants_something(clause: Clause, book: Book) -> bool:
    intent = book.intents.get(clause.intent)
    return intent is not None and intent.subcategory != TALK


def _same(first: Clause, other: Clause, book: Book) -> bool:
    """Say whether two clauses are one wish: one flow meets both, for the same thing."""
    flow = book.flow_of_intent.get(first.intent, first.intent)
    if flow != book.flow_of_intent.get(other.intent, other.intent):
        return False
    named = [{one.value for one in clause.entities if one.name in SHARED} for clause in (first, other)]
    return not named[0] or not named[1] or named[0] == named[1]


def _contradict(one: Wish, other: Wish, book: Book) -> bool:
    """Say whether the book calls two wishes contradictory, and both are about the same thing."""
    if frozenset((one["intent"], other["intent"])) not in book.contradictions:
        return False
    named = [{value for name, value in wish["entities"] if name in SHARED} for wish in (one, other)]
    return not named[0] or not named[1] or bool(named[0] & named[1])


def _wish(clause: Clause, understood: Understood, text: str) -> Wish:
    return Wish(
        intent=clause.intent,
        words=" ".join(text[clause.start : clause.end].split())[:MOST_WORDS],
        entities=[[one.name, one.value] for one in _entities(clause, understood)],
    )


def _entities(clause: Clause, understood: Understood) -> list[Entity]:
    """Give a clause its own entities, those of no clause, and what the message names only once."""
    elsewhere = {
        (one.start, one.end) for other in understood.clauses if other != clause for one in other.entities
    }
    own = list(clause.entities)
    spans = {(one.start, one.end) for one in own}
    own += [
        one
        for one in understood.entities
        if (one.start, one.end) not in elsewhere and (one.start, one.end) not in spans
    ]
    for kind in SHARED:
        if not any(one.name == kind for one in own):
            named = {one.value: one for one in understood.entities if one.name == kind}
            own += named.values() if len(named) == 1 else ()
    return own


def entities_of(wish: Wish) -> tuple[Entity, ...]:
    """Bring back the entities of a wish that was kept."""
    return tuple(
        Entity(name=name, value=value, start=0, end=0, confidence=1.0) for name, value in wish["entities"]
    )


def in_words(turn: Turn, wish: Wish) -> str | None:
    """Return the book's words for a wish, which follow "you wanted to"; None where it has none."""
    template = f"wish_{wish['intent']}"
    return turn.render(template, {}) if template in turn.rules.book.templates else None


def offer_next(turn: Turn, memory: ConversationState) -> ConversationState:
    """Offer the next wish that waits, once nothing else is open; returns what changed in the memory."""
    queued = memory.get("queued") or []
    if not queued or _busy(turn, memory):
        return {}
    wish, *rest = queued
    if words := in_words(turn, wish):
        numbers = [value for name, value in wish["entities"] if name == NUMBER]
        turn.say("offer_wish", {"wish": words, "number": numbers[0] if len(numbers) == 1 else None})
    else:
        turn.say("offer_words", {"words": wish["words"]})
    return {"offered": wish, "queued": rest}


def _busy(turn: Turn, memory: ConversationState) -> bool:
    """Say whether the customer owes an answer already, or a person takes over."""
    waiting = memory.get("asked") or memory.get("pending") or memory.get("offered")
    unsure = turn.route is not None and turn.route.kind == "clarify"
    return bool(waiting or unsure or turn.draft.hand_off or not turn.draft.replies)


def drop_if_moved_on(turn: Turn, memory: ConversationState, intent: str | None) -> None:
    """Forget wishes of an earlier message once the customer wants something else.

    A question in between, while a flow waits for an answer, is no new beginning.
    """
    waiting = memory.get("asked") or memory.get("pending")
    if turn.wishes or not (memory.get("queued") or memory.get("offered")) or waiting:
        return
    rest = [wish for wish in memory.get("queued") or [] if wish["intent"] != intent]
    kept = intent is not None and intent in names_of(memory)
    memory["queued"] = rest if kept else []
    memory["offered"] = None


def names_of(memory: ConversationState) -> frozenset[str]:
    """Return the intents that wait to be offered or were just offered."""
    offered = memory.get("offered")
    wishes: Iterable[Wish] = [*(memory.get("queued") or []), *([offered] if offered else [])]
    return frozenset(wish["intent"] for wish in wishes)
