"""Which rows of the handoff table apply to a message: the book's, or the company's own instead of them."""

from graphs.events import CustomerSays
from graphs.ports import Understood
from graphs.turn import Turn
from policies.handoff_triggers import Called, Said, TriggerTable
from policies.ladder import Signals


def table_of(turn: Turn) -> TriggerTable:
    """Return the rows in force for the company of this turn."""
    own = turn.desk.triggers
    return own.table(turn.caller.tenant_id, turn.newest) if own else turn.newest.triggers


def called_by(turn: Turn, says: CustomerSays, understood: Understood, signals: Signals) -> tuple[Called, ...]:
    """Ask the table about a message; a button's words are nobody's."""
    said = Said(
        text="" if says.payload else says.text,
        sentiment=signals.sentiment,
        intent=signals.intent,
        confidence=signals.confidence,
        measured=understood.measured,
    )
    return table_of(turn).called(said)
