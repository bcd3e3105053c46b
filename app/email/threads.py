"""Which conversation a mail belongs to: a signed mark in the address it was sent to, and the ids it answers.

Both prove that the writer holds a mail of ours: the mark is signed, and our ids cannot be guessed.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable

from app.auth.signed import Derive
from app.conversations.seal import Seal
from app.email.unified import CHANNEL

PURPOSE = "email-thread"
UNPROVEN = "unproven:"
"""Stands before an address that somebody only wrote into `From`: it is not the identity of whose it is."""
MARK = re.compile(r"([a-z0-9_]{1,30})-([0-9a-f]{16})")


def mark_of(keys: Derive, tenant_id: str, conversation_id: str) -> str | None:
    """Return the mark of a conversation; None when its id does not fit into an address."""
    name = conversation_id.removeprefix("cnv_")
    mark = f"{name}-{_mac(keys, tenant_id, conversation_id)}"
    return mark if name != conversation_id and MARK.fullmatch(mark) else None


def marked_address(address: str, mark: str | None) -> str:
    """Put a mark into an address: `help@shop.example` becomes `help+mark@shop.example`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{mark}@{domain}" if mark and len(local) + 1 + len(mark) <= 64 else address


def bare_address(address: str) -> str:
    """Return an address without what stands behind its plus, in small letters."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def marked_conversation(
    keys: Derive, tenant_id: str, recipients: Iterable[str], ours: frozenset[str]
) -> str | None:
    """Return the conversation whose mark stands in an address of ours, when we signed it."""
    for address in recipients:
        found = MARK.fullmatch(address.lower().rpartition("@")[0].partition("+")[2])
        if found is None or bare_address(address) not in ours:
            continue
        conversation_id = f"cnv_{found[1]}"
        if hmac.compare_digest(found[2], _mac(keys, tenant_id, conversation_id)):
            return conversation_id
    return None


def identity_of(address: str, *, proven: bool) -> str:
    """Return the address under which a sender is known on the channel."""
    return address if proven else f"{UNPROVEN}{address}"


def address_of(identity: str) -> str:
    """Return the address to which a mail for an identity goes."""
    return identity.removeprefix(UNPROVEN)


def index_of(vault: Seal, tenant_id: str, message_id: str, sender: str = "") -> bytes:
    """Index a mail by its id and its sender: nobody can take another's id away. Ours have no sender."""
    return vault.blind_index(tenant_id, f"mail:{sender}:{message_id}")


def party_of(vault: Seal, tenant_id: str, address: str) -> bytes:
    """Index the address on the other side, as identities are."""
    return vault.blind_index(tenant_id, f"{CHANNEL}:{address}")


def sealed_place(index: bytes) -> str:
    """Where what is sealed of a mail stands."""
    return f"mails:sealed:{index.hex()}"


def _mac(keys: Derive, tenant_id: str, conversation_id: str) -> str:
    key = keys.derive(tenant_id, PURPOSE)
    return hmac.digest(key, conversation_id.encode(), hashlib.sha256)[:8].hex()
