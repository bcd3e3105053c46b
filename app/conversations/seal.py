"""How rows of ours are sealed: JSON, bound to the table, column and id they stand in."""

from typing import Any, Protocol

import orjson


class Seal(Protocol):
    """Encryption of customer text and identifiers."""

    def seal(self, tenant_id: str, plaintext: bytes, aad: str) -> bytes:
        """Encrypt; `aad` names the place as `table:column:id`."""

    def open(self, tenant_id: str, sealed: bytes, aad: str) -> bytes:
        """Decrypt what `seal` made for the same tenant and place."""

    def blind_index(self, tenant_id: str, value: str) -> bytes:
        """Return the index by which an identifier is found."""


def seal_text(vault: Seal, tenant_id: str, text: str, place: str) -> bytes:
    """Seal a text for the place where it will stand."""
    return vault.seal(tenant_id, text.encode(), place)


def open_text(vault: Seal, tenant_id: str, sealed: bytes, place: str) -> str:
    """Open a text that `seal_text` made for the same place."""
    return vault.open(tenant_id, sealed, place).decode()


def seal_json(vault: Seal, tenant_id: str, value: object, place: str) -> bytes:
    """Seal a value as JSON for the place where it will stand."""
    return vault.seal(tenant_id, orjson.dumps(value), place)


def open_json(vault: Seal, tenant_id: str, sealed: bytes | None, place: str) -> dict[str, Any]:
    """Open an object that `seal_json` made; an empty column is an empty object."""
    if sealed is None:
        return {}
    found = orjson.loads(vault.open(tenant_id, sealed, place))
    return found if isinstance(found, dict) else {"value": found}
