"""Rails that are compiled while the house opens."""

import asyncio
from collections.abc import Sequence

from guardrails.verdict import Audience, RailReport, Rails


class LateRails:
    """Rails that are being compiled: a turn that comes early waits for them instead of going unchecked."""

    def __init__(self, building: asyncio.Task[Rails]) -> None:
        self._building = building

    async def check_input(self, text: str, channel: str = "") -> RailReport:
        """See `Rails`."""
        return await (await self._built()).check_input(text, channel)

    async def check_meaning(self, text: str, vector: Sequence[float], channel: str = "") -> RailReport:
        """See `Rails`."""
        return await (await self._built()).check_meaning(text, vector, channel)

    async def check_output(self, text: str, audience: Audience) -> RailReport:
        """See `Rails`."""
        return await (await self._built()).check_output(text, audience)

    async def check_material(self, text: str) -> RailReport:
        """See `Rails`."""
        return await (await self._built()).check_material(text)

    async def _built(self) -> Rails:
        """Wait for the rails without ending their compilation when a turn is ended."""
        return await asyncio.shield(self._building)
