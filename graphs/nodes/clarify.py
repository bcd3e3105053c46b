"""One precise question when the message was not understood; the third time a person."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.nodes.answer import answer_from_articles
from graphs.state import ConversationState
from graphs.turn import Turn

SURE_ENOUGH = 0.7
"""An article that answers this surely makes the question superfluous."""
GUESSES = 3


async def clarify(state: ConversationState, runtime: Runtime[Turn]) -> Command[Literal["respond"]]:
    """Let an article answer if one surely does, else ask what is meant."""
    turn = runtime.context
    if (
        turn.understood
        and turn.understood.path != "away"
        and await answer_from_articles(turn, at_least=SURE_ENOUGH)
    ):
        return Command(goto="respond", update={"unsure": 0, "offered": None})
    if pending := state.get("pending"):
        turn.say("confirm_again", pending["facts"])
        return Command(goto="respond")
    template = "clarify_once" if state.get("unsure", 0) <= 1 else "clarify_twice"
    turn.say(template, {"guesses": guesses(turn)})
    return Command(goto="respond", update={"offered": None})


def guesses(turn: Turn) -> str:
    """List what the message may have meant, in the words of the flows."""
    book = turn.rules.book
    ranking = turn.understood.ranking if turn.understood else ()
    named = [
        book.flows[flow].description.lower()
        for intent, _ in ranking
        if (flow := book.flow_of_intent.get(intent)) is not None
    ]
    found = list(dict.fromkeys(named))[:GUESSES]
    if not found:
        found = [flow.description.lower() for flow in list(book.flows.values())[:GUESSES]]
    return " or ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else found[0]
