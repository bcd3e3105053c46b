"""Authenticated encryption of customer text and identifiers (AES-256-GCM, NIST SP 800-38D).

A sealed value is `key id (2 bytes) + nonce (12) + ciphertext and tag`. Each
tenant has its own data keys, derived from the installation's key file with
HKDF-SHA256 (RFC 5869), so that a row copied between tenants, tables, columns
or ids does not open. Key files are made at the first start, readable by their
owner only; a new key is added to the file, old ones stay to open old rows.
"""

import hmac
import json
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
KEY_ID = 2


class VaultClosed(Exception):
    """The key file is missing or unreadable: restore it from the backup; without it stored text is lost."""


class SealBroken(Exception):
    """A stored value does not open: it was changed, moved, or its key is missing from the key file."""


class Vault:
    """Seals and opens values; the newest key seals, any key in the file opens."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        self._keys = keys
        self._newest = max(keys)
        self._cipher = lru_cache(maxsize=4096)(self._make_cipher)
        self._index_key = lru_cache(maxsize=4096)(self._make_index_key)

    @classmethod
    def from_file(cls, path: Path, *, create: bool = False) -> "Vault":
        """Read the key file, or make it when `create` is set and there is none."""
        if create and not path.exists():
            _write_new_key_file(path)
        try:
            stored = json.loads(path.read_text("ascii"))
            keys = {int(key_id): bytes.fromhex(key) for key_id, key in stored["keys"].items()}
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise VaultClosed(f"cannot read the key file {path}: {error}") from error
        return cls(keys)

    def seal(self, tenant_id: str, plaintext: bytes, aad: str) -> bytes:
        """Encrypt; `aad` names the place as `table:column:id` and must be the same when opening."""
        nonce = os.urandom(NONCE)
        head = self._newest.to_bytes(KEY_ID, "big")
        return head + nonce + self._cipher(tenant_id, self._newest).encrypt(nonce, plaintext, aad.encode())

    def open(self, tenant_id: str, sealed: bytes, aad: str) -> bytes:
        """Decrypt what `seal` made for the same tenant and place."""
        key_id = int.from_bytes(sealed[:KEY_ID], "big")
        nonce, body = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
        if key_id not in self._keys:
            raise SealBroken(f"key {key_id} is not in the key file ({aad.rsplit(':', 1)[0]})")
        try:
            return self._cipher(tenant_id, key_id).decrypt(nonce, body, aad.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"a value of {aad.rsplit(':', 1)[0]} does not open") from error

    def blind_index(self, tenant_id: str, value: str) -> bytes:
        """Return 16 bytes by which an identifier can be found without storing it in clear."""
        return hmac.digest(self._index_key(tenant_id), value.strip().casefold().encode(), "sha256")[:16]

    def derive(self, tenant_id: str, purpose: str) -> bytes:
        """Return a 32-byte key for another purpose, such as signing customers' tokens."""
        return self._expand(min(self._keys), f"{purpose}:{tenant_id}")

    def _make_cipher(self, tenant_id: str, key_id: int) -> AESGCM:
        return AESGCM(self._expand(key_id, f"seal:{tenant_id}"))

    def _make_index_key(self, tenant_id: str) -> bytes:
        return self._expand(min(self._keys), f"index:{tenant_id}")

    def _expand(self, key_id: int, purpose: str) -> bytes:
        hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
        return hkdf.derive(self._keys[key_id])


def _write_new_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"keys": {"1": secrets.token_hex(32)}}, file)
