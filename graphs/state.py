"""The small memory of a conversation and of an action between turns.

Only JSON values are kept, so checkpoints stay small and open in every
version. The history of messages lives in its own table.
"""

from typing import Any, NotRequired, TypedDict


class Pending(TypedDict):
    """A proposed action that waits for the customer's yes."""

    action_id: str
    action: str
    started: str
    """Template said after the yes when nobody else must decide."""
    waiting: str
    approval: bool
    facts: dict[str, Any]
    args: NotRequired[dict[str, Any]]
    """What it would be begun with; absent for an action that waits on its own thread."""
    reads: NotRequired[list[dict[str, Any]]]
    follows: NotRequired[dict[str, str]]
    """Arguments that are a field of what was read, such as `order.version`."""
    subject: NotRequired[str]


class Wish(TypedDict):
    """One of several wishes of a message, kept until its turn comes."""

    intent: str
    words: str
    """The part of the message that says it."""
    entities: list[list[str]]


class Call(TypedDict):
    """A flow that waits for the one it called."""

    flow: str
    step: int
    """Where it goes on."""
    asks: dict[str, int]


class Frame(TypedDict):
    """What was open when another flow began, to be taken up again behind it."""

    flow: str | None
    step: int
    asked: str | None
    asks: dict[str, int] | None
    slots: dict[str, Any]
    facts: dict[str, Any] | None
    reads: list[dict[str, Any]] | None
    suggested: list[str] | None
    book: str | None
    callers: list[Call] | None
    rounds: dict[str, int] | None
    skipped: list[str] | None
    options: dict[str, list[str]] | None
    wanted: str | None
    pending: Pending | None


class Said(TypedDict):
    """A reply as it was said."""

    text: str
    buttons: list[list[str]]
    sources: list[dict[str, Any]]


class ConversationState(TypedDict, total=False):
    """Memory of one conversation."""

    seq: int
    introduced: bool
    flow: str | None
    step: int
    book: str
    """Version the flow began on."""
    slots: dict[str, Any]
    facts: dict[str, Any]
    reads: list[dict[str, Any]]
    """Reads of the running flow: tool, args, save."""
    asked: str | None
    asks: dict[str, int]
    """How often each slot of the running flow was asked for."""
    rounds: dict[str, int]
    """How often the running flow went back, by flow and step."""
    skipped: list[str]
    """Optional slots that the customer left empty."""
    options: dict[str, list[str]]
    """What choices of the running flow have to offer, by slot."""
    callers: list[Call]
    """Flows that wait for the running one, the nearest last."""
    paused: list[Frame]
    """Flows that a newer wish interrupted, the newest last."""
    wanted: str | None
    """The intent that began the running flow."""
    pending: Pending | None
    intents: list[str]
    scores: list[float]
    """Sentiment of the last five messages."""
    unsure: int
    """Messages in a row that were not understood."""
    attempts: int
    """Answers offered as the solution and not accepted."""
    failures_before: int
    """Failed actions that a person has dealt with since."""
    signs: list[list[str]]
    """What the customer's last messages showed: that something worked, failed, was tried in vain."""
    answered: str | None
    """The question that the last reply answered from the articles: the next one may go on from it."""
    tried: int
    """Answers after which the customer reported that nothing changed."""
    fresh_moods: list[float]
    """Scores that the customer's profile does not know yet."""
    dialogue: dict[str, Any]
    """Where the dialogue stands and how it came there, as `graphs/dialogue.py` writes it."""
    place: str
    """What a button of this moment answers to."""
    buttons: list[list[str]]
    """Buttons that were offered: title, payload, and the place at which they count."""
    proactive: list[str]
    """What the assistant has offered of itself in this conversation."""
    contacts: dict[str, str]
    """Issues of this conversation: when the customer came with each in another one before, else empty."""
    next_action: int
    turns: int
    language: str
    """What the customer has been writing, once that was sure."""
    strange: str | None
    """The language, not served, that the last message seemed to be in."""
    queued: list[Wish]
    """Further wishes of a message, offered one after another."""
    offered: Wish | None
    choose: list[Wish]
    """Wishes of this message of which only one can be meant."""
    suggested: list[str]
    """Values offered for the slot that is asked for."""
    last_flow: str | None
    said: list[Said]
    """The last replies, for a customer who wants to hear them again."""


class ActionThread(TypedDict, total=False):
    """Memory of one action with effect."""

    seq: int
    action_id: str
    action: str
    args: dict[str, Any]
    asked_amount: float | None
    reads: list[dict[str, Any]]
    facts: dict[str, Any]
    follows: dict[str, str]
    """Arguments that are a field of what is read."""
    agreed: dict[str, Any]
    """Arguments and facts that the customer's yes was given to."""
    confirmed: bool
    stale: bool
    """True: what was read had changed when the backend was asked; once more on the fresh state."""
    doubted: dict[str, Any]
    """Tool, arguments and key of the call whose outcome is not known."""
    told_doubt: bool
    """True: the customer knows that the outcome is not certain."""
    book: str
    """Version that it was proposed under."""
    approval: dict[str, Any]
    """Role and limit that a person was asked for."""
    approved_by: str | None
    approved_amount: float | None
    outcome: str
    made: dict[str, Any]
    """What the action's tool gave back."""
    message: str


def working_copy(state: ConversationState) -> ConversationState:
    """Copy the memory one level deeper than a dict copy, so that a turn never changes what it was given."""
    memory: ConversationState = {**state}
    memory["slots"] = dict(state.get("slots") or {})
    memory["facts"] = dict(state.get("facts") or {})
    memory["asks"] = dict(state.get("asks") or {})
    memory["rounds"] = dict(state.get("rounds") or {})
    return memory
