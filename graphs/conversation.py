"""The graph of one customer message: understand, route, answer or plan or clarify, respond, or hand off."""

from typing import Any

from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graphs.nodes.answer import answer
from graphs.nodes.clarify import clarify
from graphs.nodes.hand_off import hand_off
from graphs.nodes.plan import carry_out
from graphs.nodes.respond import respond
from graphs.nodes.route import route_message
from graphs.nodes.understand import understand
from graphs.state import ConversationState
from graphs.turn import Turn

Graph = CompiledStateGraph[Any, Any, Any, Any]


def build() -> Graph:
    """Compile the graph; do it once, a turn takes a copy with its own checkpointer."""
    graph = StateGraph(ConversationState, context_schema=Turn)
    graph.add_node("understand", understand)
    graph.add_node("route", route_message)
    graph.add_node("answer", answer)
    graph.add_node("plan", carry_out)
    graph.add_node("clarify", clarify)
    graph.add_node("hand_off", hand_off)
    graph.add_node("respond", respond)
    graph.add_edge(START, "understand")
    return graph.compile()
