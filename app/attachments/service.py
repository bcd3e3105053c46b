"""Takes files in, gives them out, and forgets those that nobody needs any more."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.attachments import repository as sql
from app.attachments.kinds import media_type_of
from app.attachments.links import Linked, read_link, write_link
from app.attachments.scanning import Infected, Scanner, ScannerAway
from app.blobs.port import Blobs, NoSuchBlob
from app.conversations.seal import open_text, seal_text
from app.gateway.deps import Keyring
from app.gateway.limits.door import Door
from app.gateway.ports import Tenants
from app.ids import new_id
from app.problems import Problem, not_found
from graphs.events import Attached
from policies.limits import FileRules

NONCE = 12
UNUSED_FOR = timedelta(hours=24)
"""How long a file waits for the message that brings it."""
SWEPT_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class File:
    """A file with its bytes."""

    attached: Attached
    conversation_id: str | None
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Files:
    """Everything that happens to files."""

    tenants: Tenants
    vault: Keyring
    blobs: Blobs
    scanner: Scanner | None
    """None: nobody looks through files, and each says so."""
    rules: Callable[[str], FileRules]
    clock: Callable[[], datetime]
    door: Door | None = None

    async def take(self, tenant_id: str, uploader: str, name: str, content: bytes) -> Attached:
        """Check and store a file for a message that is to come; or raise the problem that says why not."""
        media_type = self._allowed(tenant_id, content)
        await self._look_through(content)
        attachment_id, key = new_id("att"), AESGCM.generate_key(256)
        closed = await asyncio.to_thread(_close, key, content, f"{tenant_id}:{attachment_id}")
        row = sql.Row(
            attachment_id=attachment_id,
            conversation_id=None,
            uploader=self._index(tenant_id, uploader),
            media_type=media_type,
            size=len(content),
            name=seal_text(self.vault, tenant_id, plain_name(name), f"attachments:name:{attachment_id}"),
            key=self.vault.seal(tenant_id, key, f"attachments:key:{attachment_id}"),
            checked=self.scanner is not None,
            created_at=self.clock(),
        )
        # The row first: bytes without one are swept away.
        async with self.tenants.tenant(tenant_id) as conn:
            await sql.store(conn, tenant_id, row)
        await self.blobs.put(_key(tenant_id, attachment_id), closed)
        return self._attached(tenant_id, row)

    async def of_message(self, tenant_id: str, uploader: str, ids: Sequence[str]) -> tuple[Attached, ...]:
        """Return the files that a message brings; only whoever uploaded a file may send it."""
        if len(ids) > (most := self.rules(tenant_id).most_in_a_message):
            raise Problem(422, "too-many-files", "Too many files.", f"A message may bring {most}.")
        async with self.tenants.tenant(tenant_id) as conn:
            rows = await sql.own(conn, tenant_id, self._index(tenant_id, uploader), ids)
        found = {row.attachment_id: self._attached(tenant_id, row) for row in rows}
        if missing := [one for one in ids if one not in found]:
            detail = f"{len(missing)} of {len(ids)} files are not there: upload them again."
            raise Problem(422, "no-such-file", "A file of this message is not there.", detail)
        return tuple(found[one] for one in ids)

    async def bind(self, tenant_id: str, conversation_id: str, files: Sequence[Attached]) -> None:
        """Say that files belong to a conversation from now on; a second time does nothing."""
        ids = [one.attachment_id for one in files if one.attachment_id]
        if not ids:
            return
        async with self.tenants.tenant(tenant_id) as conn:
            await sql.bind(conn, tenant_id, conversation_id, ids)

    async def standing(self, tenant_id: str, attachment_id: str) -> tuple[str | None, bytes]:
        """Return the conversation a file belongs to, and whose it is; or raise the problem 404."""
        async with self.tenants.tenant(tenant_id) as conn:
            row = await sql.find(conn, tenant_id, attachment_id)
        if row is None:
            raise not_found("file")
        return row.conversation_id, row.uploader

    def is_uploader(self, tenant_id: str, uploader: str, index: bytes) -> bool:
        """Say whether a file was uploaded by this sender."""
        return self._index(tenant_id, uploader) == index

    async def read(self, tenant_id: str, attachment_id: str) -> File:
        """Return a file with its bytes; or raise the problem 404."""
        async with self.tenants.tenant(tenant_id) as conn:
            row = await sql.find(conn, tenant_id, attachment_id)
        if row is None:
            raise not_found("file")
        try:
            closed = await self.blobs.get(_key(tenant_id, attachment_id))
        except NoSuchBlob:
            raise not_found("file") from None
        key = self.vault.open(tenant_id, row.key, f"attachments:key:{attachment_id}")
        content = await asyncio.to_thread(_open, key, closed, f"{tenant_id}:{attachment_id}")
        attached = self._attached(tenant_id, row)
        return File(attached=attached, conversation_id=row.conversation_id, content=content)

    def link(self, tenant_id: str, attachment_id: str) -> str:
        """Return the path of a link that ends in a quarter of an hour."""
        linked = Linked(tenant_id=tenant_id, attachment_id=attachment_id)
        return f"/files/{write_link(self.vault, linked, self.clock())}"

    def linked(self, text: str) -> Linked:
        """Read a link, or raise the problem that says that it is over."""
        linked = read_link(self.vault, text, self.clock())
        if linked is None:
            raise Problem(404, "link-over", "This link does not hold.", "It is over: ask for a new one.")
        return linked

    async def sweep(self, tenant_id: str) -> None:
        """Delete files that no message brought, and bytes whose row is gone with its conversation."""
        async with self.tenants.tenant(tenant_id) as conn:
            unused = await sql.forget_unused(conn, tenant_id, self.clock() - UNUSED_FOR)
        for attachment_id in unused:
            await self.blobs.delete(_key(tenant_id, attachment_id))
        stored = [key.rpartition("/")[2] for key in await self.blobs.keys(tenant_id)]
        for begin in range(0, len(stored), SWEPT_AT_ONCE):
            ids = stored[begin : begin + SWEPT_AT_ONCE]
            async with self.tenants.tenant(tenant_id) as conn:
                known = await sql.known(conn, tenant_id, ids)
            for attachment_id in set(ids) - known:
                await self.blobs.delete(_key(tenant_id, attachment_id))

    def _allowed(self, tenant_id: str, content: bytes) -> str:
        """Return what a file is, or refuse it for its size or kind."""
        rules = self.rules(tenant_id)
        if len(content) > rules.most_bytes:
            raise too_large(rules)
        if not content:
            raise Problem(422, "empty-file", "This file is empty.", "Send its bytes as the body.")
        media_type = media_type_of(content)
        if media_type not in rules.media_types:
            allowed = ", ".join(sorted(rules.media_types))
            detail = f"Its bytes are {media_type}; taken are: {allowed}."
            raise Problem(415, "kind-not-taken", "Files of this kind are not taken.", detail)
        return media_type

    async def _look_through(self, content: bytes) -> None:
        if self.scanner is None:
            return
        try:
            finding = await self.scanner.scan(content)
        except ScannerAway:
            raise Problem(
                503,
                "scanner-away",
                "Files cannot be looked through just now.",
                "Nothing was stored; send it again in a minute.",
                headers={"Retry-After": "60"},
            ) from None
        if isinstance(finding, Infected):
            detail = "The virus scanner refused it; nothing was stored."
            raise Problem(422, "infected-file", "This file is not safe.", detail)

    def _attached(self, tenant_id: str, row: sql.Row) -> Attached:
        place = f"attachments:name:{row.attachment_id}"
        return Attached(
            attachment_id=row.attachment_id,
            name=open_text(self.vault, tenant_id, row.name, place),
            media_type=row.media_type,
            size=row.size,
        )

    def _index(self, tenant_id: str, uploader: str) -> bytes:
        return self.vault.blind_index(tenant_id, f"uploader:{uploader}")


def too_large(rules: FileRules) -> Problem:
    """Say how large a file may be."""
    most = rules.most_bytes // (1024 * 1024)
    return Problem(413, "file-too-large", "This file is too large.", f"A file may have {most} MB.")


def plain_name(name: str) -> str:
    """Return a file's name without folders or control characters, at a length that lists can show."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip(". ")[:120] or "file"


def _key(tenant_id: str, attachment_id: str) -> str:
    return f"{tenant_id}/{attachment_id}"


def _close(key: bytes, content: bytes, place: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def _open(key: bytes, closed: bytes, place: str) -> bytes:
    return AESGCM(key).decrypt(closed[:NONCE], closed[NONCE:], place.encode())
