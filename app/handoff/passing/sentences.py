"""What the timeline tells colleagues about changed hands: pure, no markup."""


def _with(told: str, briefing: str) -> str:
    return f"{told} Briefing: {briefing}" if briefing else told


def passed_on(by: str, to: str, briefing: str) -> str:
    """Tell that the conversation was passed on at once."""
    return _with(f"{by} passed the conversation to {to}.", briefing)


def offered(by: str, to: str, briefing: str) -> str:
    """Tell that the conversation is offered, and whose it stays until then."""
    return _with(f"{by} offers the conversation to {to} and stays until it is taken.", briefing)


def took(name: str, before: str) -> str:
    """Tell that an offer was taken."""
    return f"{name} took the conversation over from {before}."


def declined(name: str) -> str:
    """Tell that an offer was not taken."""
    return f"{name} did not take the conversation."


def withdrew(name: str) -> str:
    """Tell that an offer does not stand any more."""
    return f"{name} took the offer back."


def stepped_in(name: str, before: str) -> str:
    """Tell that a supervisor took a conversation out of somebody's hands."""
    return f"{name} stepped in and took the conversation over from {before}."


def put_back(name: str, note: str) -> str:
    """Tell that the conversation waits for another person."""
    return f"{name} put the conversation back into the queue." + (f" Note: {note}" if note else "")


def resolved(name: str, note: str) -> str:
    """Tell that the matter is settled."""
    return f"{name} resolved the conversation." + (f" Note: {note}" if note else "")


def reopened(name: str) -> str:
    """Tell that the matter is not settled after all."""
    return f"{name} took the resolution back and goes on."


def waits(name: str) -> str:
    """Tell that the next word is the customer's."""
    return f"{name} waits for the customer."
