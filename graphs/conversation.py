"""The graph of one customer message: understand, route, answer or plan or clarify, respond, or hand off."""

from typing import Any

from langgraph.graph import END
from langgraph.types import Command

from graphs.following import follow
from graphs.nodes.answer import answer
from graphs.nodes.clarify import clarify
from graphs.nodes.hand_off import hand_off
from graphs.nodes.options import choose_meanwhile
from graphs.nodes.plan import carry_out
from graphs.nodes.respond import respond
from graphs.nodes.route import route_message
from graphs.nodes.understand import understand
from graphs.thread import Graph, Place, compiled

FIRST = "understand"


def beginning_again(changes: dict[str, Any]) -> Command[Any]:
    """Enter a thread that rests with the next event, at its first place.

    Input would go through a step of its own that only leads there: a fifth of what LangGraph costs.
    """
    return Command(goto=FIRST, update={"memory": changes})


def build() -> Graph:
    """Compile the graph; do it once, a turn takes a copy with its own checkpointer."""
    return compiled(
        (
            Place(name=FIRST, node=understand, ways=("route", "hand_off", "respond")),
            Place(name="route", node=route_message, ways=("answer", "plan", "clarify", "hand_off")),
            Place(name="answer", node=answer, ways=("hand_off", "respond")),
            Place(name="plan", node=carry_out, ways=("hand_off", "respond")),
            Place(name="clarify", node=clarify, ways=("respond",)),
            Place(name="hand_off", node=hand_off, ways=("respond", "options"), waits=True),
            Place(name="options", node=choose_meanwhile, ways=("hand_off", END)),
            Place(name="respond", node=respond, ways=("hand_off", END)),
        ),
        follow,
    )
