"""Files that customers sent on a channel: fetched from it, and kept as uploaded ones are."""

import asyncio
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.attachments.service import Files
from app.channels.process import ChannelsProcess
from app.gateway.message import kept_elsewhere
from app.problems import Problem
from graphs.events import Attached

FETCHED = frozenset({"image", "audio", "video", "file"})
MOST_FILES = 10
WITHIN_S = 6.0
"""How long one message's files may keep its provider waiting."""


@dataclass(frozen=True, kw_only=True)
class ChannelFiles:
    """Brings files from channels into our own keeping."""

    process: ChannelsProcess
    files: Files

    async def kept(
        self, tenant_id: str, channel: str, address: str, attachments: Sequence[Mapping[str, Any]]
    ) -> tuple[Attached, ...]:
        """Keep what the channel gives and the book takes; of the rest, say where the channel has it."""
        first = attachments[:MOST_FILES]
        contents = await asyncio.gather(*(self._fetched(channel, one) for one in first))
        uploader = f"{channel}:{address}"
        taken = [
            await self._taken(tenant_id, uploader, one, content)
            for one, content in zip(first, contents, strict=True)
        ]
        return (*taken, *kept_elsewhere(attachments[MOST_FILES:]))

    async def _fetched(self, channel: str, attachment: Mapping[str, Any]) -> bytes | None:
        if attachment.get("kind") not in FETCHED:
            return None
        try:
            async with asyncio.timeout(WITHIN_S):
                return await self.process.file(channel, attachment)
        except TimeoutError:
            return None

    async def _taken(
        self, tenant_id: str, uploader: str, attachment: Mapping[str, Any], content: bytes | None
    ) -> Attached:
        if content is not None:
            try:
                return await self.files.take(tenant_id, uploader, _name(attachment), content)
            except Problem as problem:
                if problem.status >= 500:
                    raise
        return kept_elsewhere([attachment])[0]


def _name(attachment: Mapping[str, Any]) -> str:
    kind, media_type = str(attachment.get("kind") or "file"), str(attachment.get("content_type") or "")
    return str(attachment.get("name") or kind + (mimetypes.guess_extension(media_type) or ""))[:120]
