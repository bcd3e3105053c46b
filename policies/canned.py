"""Canned replies of the book: texts that agents call up by name, and what is filled in. Pure."""

import re
from collections.abc import Iterator

NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
"""What is typed behind the semicolon."""
FILLED_IN = frozenset(
    {
        *("customer.name", "customer.first_name", "customer.email", "customer.tier"),
        *("agent.name", "agent.first_name", "order", "amount"),
    }
)
"""Whatever else stands in braces would reach the customer as it is."""
_BRACES = re.compile(r"\{([^{}]*)\}")


def unknown_in(text: str) -> Iterator[str]:
    """Yield what stands in braces and is never filled in."""
    for found in _BRACES.finditer(text):
        if found[1] not in FILLED_IN:
            yield found[1]
