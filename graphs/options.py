"""What a customer in the queue may choose: to wait, a call back, a message, or to go on without a person.

None of it gates the queue: until something is arranged the conversation keeps its place, the thread stays
stopped at its handoff, and the assistant speaks in notices only.
"""

from typing import Literal

from graphs.draft import Notice
from graphs.events import CustomerSays
from graphs.state import ConversationState
from graphs.turn import Turn

Option = Literal["wait", "callback", "ticket", "assistant"]
OPTIONS: tuple[Option, ...] = ("wait", "callback", "ticket", "assistant")
COLLECTS: dict[str, Option] = {"callback_collection": "callback", "ticket_collection": "ticket"}
WAITING = frozenset({"escalation_options", "escalated", *COLLECTS})
TEMPLATE = "while_waiting"
NOT_OFFERED = frozenset({"safety", "language"})
"""Reasons for which a customer should not be sent elsewhere, or could not read what is offered."""


def payload_of(option: Option) -> str:
    """Write an option as its button sends it."""
    return f'/option{{"option":"{option}"}}'


def offer_options(turn: Turn) -> None:
    """Offer beside the waiting notice what may be chosen; nothing where there is no choice."""
    asked = turn.draft.hand_off
    if asked is not None and asked.kind not in NOT_OFFERED:
        say_with_options(turn, TEMPLATE)


def say_with_options(turn: Turn, template: str) -> None:
    """Add a notice with the buttons of what may be chosen, without those that cannot be kept."""
    flows = turn.rules.book.routing.while_waiting if turn.caller.verified else {}
    kept = {payload_of(one) for one in OPTIONS if one in ("wait", "assistant") or one in flows}
    templates = turn.rules.book.templates
    turn.draft.notices.append(
        Notice(
            text=turn.render(template, {}),
            template=template,
            buttons=tuple(button for button in templates[TEMPLATE].buttons if button[1] in kept),
            supported=templates[template].own_words,
        )
    )


def chosen(says: CustomerSays, memory: ConversationState) -> Option | None:
    """Read which option a waiting customer means: its button, its title, or its number in the list.

    The list counts where it was offered and nowhere else.
    """
    if _state(memory) not in WAITING:
        return None
    here = [button for button in memory.get("buttons") or [] if button[2] == memory.get("place")]
    listed = [(title, payload) for title, payload, _ in here if payload.startswith("/option{")]
    if says.payload is not None:
        return _named(says.payload) if says.payload in {payload for _, payload in listed} else None
    said = says.text.strip().casefold().removeprefix("option ").rstrip(".!")
    for number, (title, payload) in enumerate(listed, start=1):
        if said in (str(number), title.casefold()):
            return _named(payload)
    return None


def collecting(memory: ConversationState) -> Option | None:
    """Say what is being arranged for a waiting customer."""
    return COLLECTS.get(_state(memory))


def concerns(says: CustomerSays, memory: ConversationState) -> bool:
    """Say whether a message of a waiting customer is about the options, and not for the person alone."""
    return chosen(says, memory) is not None or collecting(memory) is not None


def _state(memory: ConversationState) -> str:
    return str((memory.get("dialogue") or {}).get("state", ""))


def _named(payload: str) -> Option | None:
    return next((one for one in OPTIONS if payload == payload_of(one)), None)
