"""Whoever signs bearer tokens for a loopback vendor: one key that is published, and one that is not."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

KID = "loopback-1"


@cache
def own_key() -> RSAPrivateKey:
    """Return the key that is published."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@cache
def strange_key() -> RSAPrivateKey:
    """Return somebody else's key."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def bearer(claims: Mapping[str, Any], *, key: RSAPrivateKey | None = None, at: float | None = None) -> str:
    """Return an Authorization header whose token was made at a time, now unless told."""
    signed = _unsigned("RS256", claims, at)
    mac = (key or own_key()).sign(signed.encode(), PKCS1v15(), SHA256())
    return f"Bearer {signed}.{_base64(mac)}"


def unsigned_bearer(claims: Mapping[str, Any]) -> str:
    """Return a header whose token says that it needs no signature."""
    return f"Bearer {_unsigned('none', claims, None)}."


def _unsigned(algorithm: str, claims: Mapping[str, Any], at: float | None) -> str:
    made = at if at is not None else time.time()
    times = {"nbf": int(made) - 5, "exp": int(made) + 3600}
    header = {"alg": algorithm, "typ": "JWT", "kid": KID}
    return ".".join(_base64(orjson.dumps(part)) for part in (header, {**times, **claims}))


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def published(**more: Any) -> dict[str, Any]:
    """Return the public key as a set of keys shows it."""
    numbers = own_key().public_key().public_numbers()
    parts = {"n": _base64(numbers.n.to_bytes(256, "big")), "e": _base64(numbers.e.to_bytes(3, "big"))}
    return {"kty": "RSA", "kid": KID, "use": "sig", **parts, **more}


def certificate() -> str:
    """Return the public key in a certificate, as Google publishes it."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")]), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(own_key().public_key())
    )
    dated = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = dated.serial_number(x509.random_serial_number()).sign(own_key(), SHA256())
    return made.public_bytes(Encoding.PEM).decode()
