"""What lists show of a customer: a name and the last words; what does not open is left out."""

import logging
from dataclasses import dataclass

from app.conversations.seal import Seal, open_json, open_text
from app.handoff.gather import customer_name
from app.privacy.vault import SealBroken

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Card:
    """The customer's name, or what they are called while it is unknown, and what was said last."""

    name: str
    preview: str


def read_card(
    vault: Seal,
    tenant_id: str,
    conversation_id: str,
    customer_id: str,
    profile: bytes,
    preview: bytes | None,
) -> Card:
    """Open what is sealed; a damaged row is logged and hides nobody else's."""
    try:
        known = open_json(vault, tenant_id, profile, f"customers:profile:{customer_id}")
    except (SealBroken, ValueError) as error:
        log.error("the profile of conversation %s does not open: %s", conversation_id, type(error).__name__)
        known = {}
    try:
        place = f"conversations:preview:{conversation_id}"
        last = open_text(vault, tenant_id, preview, place) if preview else ""
    except (SealBroken, ValueError) as error:
        log.error("the preview of conversation %s does not open: %s", conversation_id, type(error).__name__)
        last = ""
    return Card(name=customer_name(known), preview=last)
