"""The dialogue's nine states and the one table of what leads from each to which (seed 003). Pure.

It runs beside the conversation's status, which says who speaks: this says how far the matter is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

State = Literal[
    "greeting",
    "issue_gathering",
    "troubleshooting",
    "awaiting_confirmation",
    "escalation_options",
    "escalated",
    "callback_collection",
    "ticket_collection",
    "resolved",
]
Trigger = Literal[
    "greeting_received",
    "issue_described",
    "step_offered",
    "step_acknowledged",
    "confirmation_asked",
    "confirmation_declined",
    "solution_confirmed",
    "solution_failed",
    "user_frustrated",
    "escalation_requested",
    "person_needed",
    "agent_transfer",
    "callback_requested",
    "ticket_requested",
    "details_collected",
    "withdrawn",
    "released",
]
"""`issue_described`: something is still asked for. `step_offered`: an answer or a step was given.
`confirmation_asked`: a yes is owed. `person_needed`: the assistant finds that it cannot help."""

_CALLS: Mapping[Trigger, State] = {
    "solution_failed": "escalation_options",
    "user_frustrated": "escalation_options",
    "escalation_requested": "escalation_options",
    "person_needed": "escalation_options",
}
_WORK: Mapping[Trigger, State] = {
    "issue_described": "issue_gathering",
    "step_offered": "troubleshooting",
    "confirmation_asked": "awaiting_confirmation",
    **_CALLS,
}
_WAITING: Mapping[Trigger, State] = {
    "agent_transfer": "escalated",
    "callback_requested": "callback_collection",
    "ticket_requested": "ticket_collection",
    "withdrawn": "issue_gathering",
}

TRANSITIONS: Mapping[State, Mapping[Trigger, State]] = {
    "greeting": {"greeting_received": "issue_gathering", **_CALLS},
    "issue_gathering": {**_WORK, "solution_confirmed": "awaiting_confirmation"},
    "troubleshooting": {
        **_WORK,
        "step_acknowledged": "troubleshooting",
        "solution_confirmed": "awaiting_confirmation",
    },
    "awaiting_confirmation": {
        **_WORK,
        "step_acknowledged": "troubleshooting",
        "confirmation_declined": "issue_gathering",
        "solution_confirmed": "resolved",
    },
    "escalation_options": _WAITING,
    "escalated": {**_WAITING, "released": "issue_gathering"},
    "callback_collection": {**_WAITING, "details_collected": "resolved"},
    "ticket_collection": {**_WAITING, "details_collected": "resolved"},
    "resolved": {**_WORK, "greeting_received": "issue_gathering"},
}

STATES: tuple[State, ...] = get_args(State)
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)
KEPT = 20
"""Transitions that are remembered; the turns' traces keep them all."""


class IllegalTransition(Exception):
    """This trigger leads nowhere from this state: look at `TRANSITIONS`."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One step from state to state, and the turn that it happened in."""

    seq: int
    before: State
    trigger: Trigger
    after: State


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """Where a dialogue stands and how it came there."""

    state: State = "greeting"
    messages: int = 0
    escalation_attempts: int = 0
    """How often a person was called."""
    history: tuple[Transition, ...] = ()

    def legal(self, trigger: Trigger) -> bool:
        """Say whether a trigger leads anywhere from here."""
        return trigger in TRANSITIONS[self.state]

    def moved(self, trigger: Trigger, seq: int) -> "Dialogue":
        """Take one step; an illegal one raises `IllegalTransition`."""
        after = TRANSITIONS[self.state].get(trigger)
        if after is None:
            raise IllegalTransition(f"{trigger} leads nowhere from {self.state}")
        step = Transition(seq=seq, before=self.state, trigger=trigger, after=after)
        called = after == "escalation_options" and self.state != after
        return replace(
            self,
            state=after,
            escalation_attempts=self.escalation_attempts + called,
            history=(*self.history, step)[-KEPT:],
        )

    def followed(self, triggers: Sequence[Trigger], seq: int) -> "Dialogue":
        """Take the steps that are legal here, one after the other; the others say nothing new."""
        dialogue = self
        for trigger in triggers:
            if dialogue.legal(trigger):
                dialogue = dialogue.moved(trigger, seq)
        return dialogue


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What a turn came to, as far as the dialogue's state depends on it."""

    message: bool = True
    intent: str | None = None
    called: str | None = None
    """The reason for which a person was called."""
    released: bool = False
    withdrawn: bool = False
    option: Literal["wait", "callback", "ticket"] | None = None
    """What a waiting customer chose instead of only waiting, or to go on waiting."""
    collected: bool = False
    """What was chosen instead of waiting is arranged."""
    asks_confirmation: bool = False
    begun: bool = False
    """An action got its yes."""
    declined: bool = False
    asks: bool = False
    """Something is asked for: a value, or what is meant."""
    told: bool = False
    """An answer or a step was given."""


_BY_REASON: Mapping[str, Trigger] = {
    "asked": "escalation_requested",
    "sentiment": "user_frustrated",
    "attempts": "solution_failed",
}
_BY_OPTION: Mapping[str, Trigger] = {
    "wait": "agent_transfer",
    "callback": "callback_requested",
    "ticket": "ticket_requested",
}
THANKS, GOODBYE, GREETING = "thanks", "goodbye", "greeting"


def triggers_of(state: State, happened: Happened) -> tuple[Trigger, ...]:
    """Name what happened, in the order in which it did; a first message always greets."""
    if happened.released:
        return ("agent_transfer", "released")
    if state in ("escalation_options", "escalated", "callback_collection", "ticket_collection"):
        return _while_waiting(happened)
    first: tuple[Trigger, ...] = ("greeting_received",) if state == "greeting" and happened.message else ()
    if happened.called is not None:
        return (*first, _BY_REASON.get(happened.called, "person_needed"))
    return (*first, *_at_work(happened))


def _while_waiting(happened: Happened) -> tuple[Trigger, ...]:
    """A customer in the queue only moves by an option, or by not needing a person any more."""
    if happened.withdrawn:
        return ("withdrawn",)
    chosen = (_BY_OPTION[happened.option],) if happened.option else ()
    return (*chosen, "details_collected") if happened.collected else chosen


def _at_work(happened: Happened) -> tuple[Trigger, ...]:
    """Name what a message led to while the assistant answers."""
    if happened.intent == THANKS:
        return ("solution_confirmed",)
    if happened.intent == GOODBYE:
        return ("solution_confirmed", "solution_confirmed")
    answer: tuple[Trigger, ...] = ("step_acknowledged",) if happened.begun else ()
    if happened.declined:
        answer = ("confirmation_declined",)
    if happened.asks_confirmation:
        return (*answer, "confirmation_asked")
    if happened.asks:
        return (*answer, "issue_described")
    told = happened.told and happened.intent != GREETING and not (happened.begun or happened.declined)
    return (*answer, "step_offered") if told else answer


def shown(state: State, status: str) -> State:
    """Return the state as people see it: whoever a person talks to is escalated, whatever was open before."""
    return "escalated" if status in ("assigned", "human_handling", "waiting") else state


def read_dialogue(kept: Mapping[str, Any] | None) -> Dialogue:
    """Bring a dialogue back from the memory of its conversation."""
    if not kept:
        return Dialogue()
    history = tuple(
        Transition(seq=seq, before=before, trigger=trigger, after=after)
        for seq, before, trigger, after in kept["history"]
    )
    return Dialogue(
        state=kept["state"],
        messages=kept["messages"],
        escalation_attempts=kept["escalation_attempts"],
        history=history,
    )


def write_dialogue(dialogue: Dialogue) -> dict[str, Any]:
    """Write a dialogue as its conversation remembers it."""
    return {
        "state": dialogue.state,
        "messages": dialogue.messages,
        "escalation_attempts": dialogue.escalation_attempts,
        "history": [[one.seq, one.before, one.trigger, one.after] for one in dialogue.history],
    }
