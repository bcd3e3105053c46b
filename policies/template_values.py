"""Which replies the engine itself says, and with which values."""

from collections.abc import Collection, Mapping

ALWAYS = frozenset({"company", "assistant", "currency"})
"""Values that every reply may use."""

_ACTION = frozenset({"label", "action"})

ENGINE: Mapping[str, frozenset[str]] = {
    "introduction": frozenset(),
    "greeting": frozenset(),
    "thanks": frozenset(),
    "goodbye": frozenset(),
    "bot_challenge": frozenset(),
    "complaint_ack": frozenset(),
    "affirm_nothing": frozenset(),
    "deny_nothing": frozenset(),
    "deny_under_way": frozenset(),
    "clarify_once": frozenset({"guesses"}),
    "clarify_twice": frozenset({"guesses"}),
    "clarify_away": frozenset(),
    "handing_over": frozenset(),
    "handing_over_safety": frozenset(),
    "queue_waiting": frozenset({"minutes", "position"}),
    "queue_line": frozenset({"minutes", "position"}),
    "queue_soon": frozenset({"position"}),
    "queue_nobody": frozenset({"position"}),
    "queue_closed": frozenset({"opens_on", "opens_at", "position"}),
    "queue_again": frozenset(),
    "assistant_is_back": frozenset({"agent", "done"}),
    "progress": _ACTION,
    "delay": frozenset(),
    "dead_letter": frozenset(),
    "action_conflict": _ACTION,
    "action_queued": _ACTION,
    "action_under_way": _ACTION,
    "action_changed": _ACTION,
    "action_in_doubt": _ACTION,
    "action_left_open": _ACTION,
    "action_cancelled_by_customer": _ACTION,
    "confirm_again": _ACTION,
    "check_in": frozenset(),
    "person_suggested": frozenset(),
    "while_waiting": frozenset(),
    "waiting_goes_on": frozenset(),
    "waiting_arranged": frozenset(),
    "waiting_withdrawn": frozenset(),
    "button_old": frozenset(),
    "button_nothing_open": frozenset(),
    "no_answer": frozenset(),
    "unverified_no_effect": frozenset(),
    "language_not_served": frozenset({"language"}),
    "input_refused": frozenset(),
    "approval_expired": _ACTION,
    "resumed": frozenset(),
    "offer_wish": frozenset({"wish", "number"}),
    "offer_words": frozenset({"words"}),
    "offer_declined": frozenset(),
    "choose_wish": frozenset({"first", "second"}),
    "order_suggested": frozenset({"options"}),
    "order_near": frozenset({"options"}),
    "order_which": frozenset({"options"}),
    "correction_ask": frozenset(),
    "effect_waits": frozenset(),
}
"""Replies that every book has, with the values the engine may give beside the facts of the turn.

The engine does not promise each value each time, so the texts of a book must stand without them.
"""

SURVEY = "survey"
"""Asks how it was when a conversation is resolved; a book without it asks nobody."""

TOO_MANY = "too_many_messages"
"""Said once to a sender whose messages come faster than the front door takes them."""

ENDS_SOON, CLOSED = "session_ends_soon", "session_closed"
"""Said when a sitting is about to close, and when it did; a book without them closes it silently."""

PERSON_HERE = "person_here"
"""Said to who asks for a person that has the conversation already; without it, that one answers soon."""

CONTACT_CODE = "contact_code"
"""Sent to an address that a customer says is theirs; a book without it proves none."""

CONTACT_PROVED, CODE_WRONG = "contact_proved", "contact_code_wrong"
"""Said when a code is written into the chat; a book without them takes codes by the API alone."""

CONTINUED = "continued_here"
"""Said on the channel on which a customer goes on; a book without it says nothing there."""

DISTRESS = "handing_over_distress"
"""Said to who may be about to harm themself; a book without it says what it says in any danger."""

COVERED = "secret_covered"
"""Said when a card number or a password was covered; a book without it covers them silently."""

OPTIONAL = frozenset(
    {
        *(SURVEY, TOO_MANY, ENDS_SOON, CLOSED),
        *(PERSON_HERE, CONTACT_CODE, CONTACT_PROVED, CODE_WRONG, CONTINUED),
        *(DISTRESS, COVERED),
    }
)
"""Replies that the engine says only where the book has them."""

GIVEN: Mapping[str, frozenset[str]] = {
    **ENGINE,
    ENDS_SOON: frozenset({"minutes"}),
    PERSON_HERE: frozenset({"agent"}),
    CONTACT_CODE: frozenset({"code", "minutes"}),
    CODE_WRONG: frozenset({"tries"}),
}
"""Every reply of the engine that has values of its own."""

PROMISED = frozenset({"first", "second", "words", "language", "options", "wish", "agent", "code"})
"""Values of the engine that are there each time."""

MAY_LACK = frozenset({"customer.id", "customer.email"})
"""Values of the customer that an unknown one does not have."""

MADE = "made"
"""What an action's tool gave back, in the reply about the finished action."""

EXTRA = frozenset({"message", "guesses"})
"""Values that an agent's decision or the planner adds to any reply about an action."""


def may_lack(name: str, template: str) -> bool:
    """Tell whether a value is not there each time that the engine says a template."""
    given = GIVEN.get(template, frozenset()) - PROMISED
    return name in given or name in EXTRA or name in MAY_LACK or name.startswith(f"{MADE}.")


def placeholder_known(
    path: tuple[str, ...],
    roots: Collection[str],
    fields: Mapping[str, Collection[str]],
    given: Collection[str],
) -> bool:
    """Tell whether something can fill a placeholder."""
    root = path[0]
    if root in ALWAYS or root in EXTRA or root in given:
        return len(path) == 1
    if root in fields:
        return len(path) == 2 and path[1] in fields[root]
    return root in roots and len(path) > 1
