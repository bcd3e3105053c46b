"""The graph of one customer message: understand, route, answer or plan or clarify, respond, or hand off."""

from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graphs.nodes.answer import answer
from graphs.nodes.clarify import clarify
from graphs.nodes.hand_off import hand_off
from graphs.nodes.plan import carry_out
from graphs.nodes.respond import respond
from graphs.nodes.route import route_message
from graphs.nodes.understand import understand
from graphs.remembering import Thread, remembering
from graphs.turn import Turn

Graph = CompiledStateGraph[Any, Any, Any, Any]


def build() -> Graph:
    """Compile the graph; do it once, a turn takes a copy with its own checkpointer."""
    graph = StateGraph(Thread, context_schema=Turn)
    for name, node, ways in (
        ("understand", understand, ("route", "hand_off", "respond")),
        ("route", route_message, ("answer", "plan", "clarify", "hand_off")),
        ("answer", answer, ("respond",)),
        ("plan", carry_out, ("hand_off", "respond")),
        ("clarify", clarify, ("respond",)),
        ("hand_off", hand_off, ("respond",)),
        ("respond", respond, ("hand_off", END)),
    ):
        graph.add_node(name, remembering(node), destinations=ways)
    graph.add_edge(START, "understand")
    return graph.compile()
