"""Reads the whole chain again and says whether it holds, or where it breaks first."""

import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import AsyncConnection

from app.audit import repository_chain as sql
from app.audit.chain import BEFORE_ALL, Head, Link, content_of, covering, hash_of
from app.audit.linking import add_portion, chain_key
from app.gateway.deps import Keyring

PORTION = 1000


class AuditBroken(Exception):
    """The chain of the audit does not hold; the text names the first broken link and what is wrong."""


def read_head(text: str) -> Head:
    """Read a head as `verify` printed it."""
    number, _, digest = text.partition(":")
    try:
        return Head(number=int(number), hash=bytes.fromhex(digest))
    except ValueError:
        raise AuditBroken(
            f"--head: {text!r} is no head: it reads NUMBER:HASH, as this command prints it."
        ) from None


@dataclass(frozen=True, kw_only=True)
class Holds:
    """The whole chain holds."""

    head: Head
    links: Mapping[str, int]
    """How many there are of each kind."""
    erased: int
    """Replies that are gone because their customer was erased."""


@dataclass(kw_only=True)
class _Walk:
    """What is known while the chain is read from its beginning."""

    key: bytes
    erased: set[int]
    noted: Head | None
    number: int = 0
    before: bytes = BEFORE_ALL
    seen: Counter[str] = field(default_factory=Counter)
    gone: int = 0

    def step(self, link: Link, fields: tuple[Any, ...] | None) -> None:
        """Take one link, or say why it is broken."""
        if link.number != self.number + 1:
            raise AuditBroken(f"Link {self.number + 1} is missing: after {self.number} comes {link.number}.")
        expected = hash_of(self.key, self.before, link.number, link.kind, link.subject, link.content)
        if not hmac.compare_digest(expected, link.hash):
            raise AuditBroken(
                f"Link {link.number} ({link.kind}) does not follow from the link before it: one of the two "
                "was changed, or written without this installation's key."
            )
        self._check_content(link, fields)
        if self.noted is not None and self.noted.number == link.number and self.noted.hash != link.hash:
            raise AuditBroken(
                f"Link {link.number} is another one than you noted: the chain was written anew."
            )
        self.number, self.before = link.number, link.hash
        self.seen[link.kind] += 1

    def _check_content(self, link: Link, fields: tuple[Any, ...] | None) -> None:
        """Compare what a link binds with what stands in the tables now."""
        if link.kind == "erased":
            fields = covering(link.covers)
        if fields is None:
            if link.kind != "reply" or link.number not in self.erased:
                raise AuditBroken(f"Link {link.number}: {_what(link)} is gone, and no erasure tells of it.")
            self.gone += 1
        elif not hmac.compare_digest(content_of(self.key, fields), link.content):
            raise AuditBroken(f"Link {link.number}: {_what(link, fields)} was changed after it was written.")


async def verify(conn: AsyncConnection, vault: Keyring, tenant_id: str, noted: Head | None = None) -> Holds:
    """Check every link, every reply and every line of the audit; the first thing wrong raises `AuditBroken`.

    What was committed and has no link yet is linked first, as the engine would
    do within seconds. `noted` is a head written down earlier: a chain that lost
    its newest links still holds in itself, and only that shows it.
    """
    while (await add_portion(conn, vault, tenant_id, wait=True))[0]:
        pass
    erased = await sql.erased_numbers(conn, tenant_id)
    walk = _Walk(key=chain_key(vault, tenant_id), erased=erased, noted=noted)
    while portion := await sql.chain_after(conn, tenant_id, walk.number, PORTION):
        for link, fields in portion:
            walk.step(link, fields)
    await _check_end(conn, tenant_id, walk)
    return Holds(head=Head(number=walk.number, hash=walk.before), links=dict(walk.seen), erased=walk.gone)


async def _check_end(conn: AsyncConnection, tenant_id: str, walk: _Walk) -> None:
    """Check that nothing is missing behind the last link, and that nothing stands outside the chain."""
    held = await sql.progress(conn, tenant_id, wait=True)
    known = max(held.number if held else 0, walk.noted.number if walk.noted else 0)
    if held is None or known > walk.number:
        raise AuditBroken(f"Link {walk.number + 1} is missing: the chain had {known} links.")
    if outside := await sql.unlinked(conn, tenant_id, held):
        raise AuditBroken(f"{' of '.join(outside)} has no link: it was written into the table from outside.")


def _what(link: Link, fields: tuple[Any, ...] | None = None) -> str:
    """Name what a link is about."""
    if link.kind == "deed":
        return f"line {link.subject} of the audit"
    if link.kind == "erased":
        return "the list of erased replies"
    return f"reply {fields[2]} of conversation {fields[0]}" if fields else "its reply"
