"""One precise question when the message was not understood; the third time a person."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.nodes.answer import answer_from_articles, question_of
from graphs.planner.commands import Answer
from graphs.state import ConversationState
from graphs.turn import Turn

SURE_ENOUGH = 0.7
"""An article that answers this surely makes the question superfluous."""
GUESSES = 3
LIKELY = 0.1
"""What is less likely than this is no guess worth naming."""


async def clarify(state: ConversationState, runtime: Runtime[Turn]) -> Command[Literal["respond"]]:
    """Let an article answer if one surely does, else ask what is meant."""
    turn = runtime.context
    if (
        turn.understood
        and turn.understood.path != "away"
        and await answer_from_articles(turn, at_least=_sure_enough(turn))
    ):
        answered = question_of(turn)
        return Command(goto="respond", update={"unsure": 0, "offered": None, "answered": answered})
    if pending := state.get("pending"):
        turn.say("confirm_again", pending["facts"])
        return Command(goto="respond")
    if turn.understood and turn.understood.path == "away":
        turn.say("clarify_away")
        return Command(goto="respond", update={"offered": None})
    template = "clarify_once" if state.get("unsure", 0) <= 1 else "clarify_twice"
    turn.say(template, {"guesses": guesses(turn)})
    return Command(goto="respond", update={"offered": None})


def _sure_enough(turn: Turn) -> float:
    """Return how surely an article must answer: as for any question, where a model says that it is one."""
    return 0.0 if isinstance(turn.proposed, Answer) else SURE_ENOUGH


def guesses(turn: Turn) -> str | None:
    """List what the message may have meant, in the words of the flows; None when nothing is likely."""
    book = turn.rules.book
    ranking = turn.understood.ranking if turn.understood else ()
    named = [
        book.flows[flow].description.lower()
        for intent, likely in ranking
        if likely >= LIKELY and (flow := book.flow_of_intent.get(intent)) is not None
    ]
    found = list(dict.fromkeys(named))[:GUESSES]
    if len(found) < 2:
        return found[0] if found else None
    return " or ".join([", ".join(found[:-1]), found[-1]])
