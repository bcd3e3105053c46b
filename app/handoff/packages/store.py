"""Keep every version of a context package twice, and read it back from whichever copy is whole."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson
import yaml
from psycopg import AsyncConnection
from pydantic import ValidationError

from app.conversations.seal import Seal
from app.handoff.context_package import ContextPackage
from app.handoff.packages import repository as sql
from app.handoff.packages.complete import PackageIncomplete, gaps_in
from app.privacy.vault import SealBroken

Why = Literal["queued", "claimed", "transferred", "refreshed"]
ROOT = "handoff_context"
FOLDED = "\r\x85\u2028\u2029\ufeff"
"""Signs that end a line in YAML, or nothing at all, unless they are escaped."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A package as it was read, and which version it is."""

    package: ContextPackage
    version: int
    versions: int
    """How many there are."""
    why: str
    created_at: datetime


async def ensure_complete(conn: AsyncConnection, tenant_id: str, package: ContextPackage) -> None:
    """Raise `PackageIncomplete` when the package lacks anything of its conversation."""
    gaps = gaps_in(package, await sql.said_in(conn, tenant_id, package.conversation_id))
    if gaps:
        raise PackageIncomplete(gaps)


async def keep(
    conn: AsyncConnection, vault: Seal, tenant_id: str, package: ContextPackage, why: Why, now: datetime
) -> int:
    """Add a version, after checking that it is complete; returns its number."""
    await ensure_complete(conn, tenant_id, package)
    plain = orjson.dumps(package.model_dump(mode="json"))
    digest = hashlib.sha256(plain).digest()
    return await sql.add(
        conn,
        tenant_id,
        package.handoff_id,
        package.conversation_id,
        why=why,
        digest=digest,
        package=vault.seal(tenant_id, plain, _place(package.handoff_id, digest)),
        now=now,
    )


async def read(
    conn: AsyncConnection, vault: Seal, tenant_id: str, handoff_id: str, version: int | None = None
) -> Kept | None:
    """Read the newest version or a named one; a damaged copy is passed over for the one that is whole."""
    stored = await sql.versions(conn, tenant_id, handoff_id, version)
    row = await sql.handoff(conn, tenant_id, handoff_id)
    copies = [*_copies(vault, tenant_id, handoff_id, stored), *_first(vault, tenant_id, row, version)]
    return copies[0] if copies else None


def _copies(vault: Seal, tenant_id: str, handoff_id: str, stored: list[sql.StoredVersion]) -> Iterator[Kept]:
    for row in stored:
        try:
            plain = vault.open(tenant_id, row.package, _place(handoff_id, row.digest))
        except SealBroken:
            log.error("a context package does not open: %s version %s", handoff_id, row.version)
            continue
        if hashlib.sha256(plain).digest() != row.digest:
            log.error("a context package was changed: %s version %s", handoff_id, row.version)
            continue
        yield _kept(plain, row.version, len(stored), row.why, row.created_at)


def _first(vault: Seal, tenant_id: str, row: sql.StoredHandoff | None, version: int | None) -> Iterator[Kept]:
    """The copy beside the handoff: its first version."""
    if row is None or version not in (None, 1):
        return
    try:
        plain = vault.open(tenant_id, row.context, f"handoffs:context:{row.handoff_id}")
        yield _kept(plain, 1, 1, "queued", row.requested_at)
    except (SealBroken, ValidationError):
        log.error("the copy beside the handoff does not open: %s", row.handoff_id)


def _kept(plain: bytes, version: int, versions: int, why: str, created_at: datetime) -> Kept:
    package = ContextPackage.model_validate(orjson.loads(plain))
    return Kept(package=package, version=version, versions=versions, why=why, created_at=created_at)


def _place(handoff_id: str, digest: bytes) -> str:
    return f"handoff_packages:package:{handoff_id}:{digest.hex()[:16]}"


class _Dumper(yaml.SafeDumper):
    """Writes texts so that every character comes back: line breaks that YAML would fold are escaped."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    folds = any(sign in text for sign in FOLDED)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if folds else None)


_Dumper.add_representer(str, _text)


def as_yaml(package: ContextPackage) -> str:
    """Write a package in the agreed structure, under `handoff_context`."""
    told = {ROOT: package.model_dump(mode="json")}
    return yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def from_yaml(text: str) -> ContextPackage:
    """Read what `as_yaml` wrote."""
    return ContextPackage.model_validate(yaml.safe_load(text)[ROOT])
