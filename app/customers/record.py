"""What is known of a customer: the assistant's profile, corrected by the card that people keep."""

from collections.abc import Mapping
from typing import Any

from app.conversations.seal import Seal, open_json, seal_json
from app.customers.repository import CustomerRow

BOTH = ("name", "email")
"""Fields that stand in the profile too: the assistant speaks by it."""
CARD = (*BOTH, "phone", "note")


def opened(vault: Seal, tenant_id: str, row: CustomerRow) -> dict[str, Any]:
    """Return all that is known; the card wins."""
    profile = open_json(vault, tenant_id, row.profile, profile_place(row.customer_id))
    return profile | card_of(vault, tenant_id, row)


def card_of(vault: Seal, tenant_id: str, row: CustomerRow) -> dict[str, Any]:
    """Return what people wrote down."""
    return open_json(vault, tenant_id, row.card, card_place(row.customer_id))


def sealed(
    vault: Seal, tenant_id: str, row: CustomerRow, changes: Mapping[str, Any], **profile: Any
) -> dict[str, bytes]:
    """Seal profile and card with changes in both."""
    before = open_json(vault, tenant_id, row.profile, profile_place(row.customer_id))
    after = before | profile | {field: changes[field] for field in BOTH if field in changes}
    card = card_of(vault, tenant_id, row) | {field: changes[field] for field in CARD if field in changes}
    return {
        "profile": seal_json(vault, tenant_id, after, profile_place(row.customer_id)),
        "card": seal_json(vault, tenant_id, card, card_place(row.customer_id)),
    }


def profile_place(customer_id: str) -> str:
    """Name the place a profile is sealed for."""
    return f"customers:profile:{customer_id}"


def card_place(customer_id: str) -> str:
    """Name the place a card is sealed for."""
    return f"customers:card:{customer_id}"
