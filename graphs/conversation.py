"""The graph of one customer message: understand, route, answer or plan or clarify, respond, or hand off."""

from langgraph.graph import END

from graphs.following import follow
from graphs.nodes.answer import answer
from graphs.nodes.clarify import clarify
from graphs.nodes.hand_off import hand_off
from graphs.nodes.options import choose_meanwhile
from graphs.nodes.plan import carry_out
from graphs.nodes.respond import respond
from graphs.nodes.route import route_message
from graphs.nodes.understand import understand
from graphs.thread import Course, Place

COURSE = Course(
    (
        Place(name="understand", node=understand, ways=("route", "hand_off", "respond")),
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
