"""Whoever signs bearer tokens for a loopback vendor: one key that is published, and one that is not."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

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
    made = at if at is not None else time.time()
    times = {"nbf": int(made) - 5, "exp": int(made) + 3600}
    token = jwt.encode({**times, **claims}, key or own_key(), algorithm="RS256", headers={"kid": KID})
    return f"Bearer {token}"


def unsigned_bearer(claims: Mapping[str, Any]) -> str:
    """Return a header whose token says that it needs no signature."""
    times = {"exp": int(time.time()) + 3600}
    return "Bearer " + jwt.encode({**times, **claims}, None, algorithm="none", headers={"kid": KID})


def published(**more: Any) -> dict[str, Any]:
    """Return the public key as a set of keys shows it."""
    return {**RSAAlgorithm.to_jwk(own_key().public_key(), as_dict=True), "kid": KID, "use": "sig", **more}


def certificate() -> str:
    """Return the public key in a certificate, as Google publishes it."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")]), datetime.now(UTC)
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(own_key().public_key())
    )
    dated = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = dated.serial_number(x509.random_serial_number()).sign(own_key(), SHA256())
    return made.public_bytes(Encoding.PEM).decode()
