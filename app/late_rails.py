"""Rails that are compiled while the house opens."""

import asyncio

from guardrails.verdict import Audience, RailReport, Rails


class LateRails:
    """Rails that are being compiled: a turn that comes early waits for them instead of going unchecked."""

    def __init__(self, building: asyncio.Task[Rails]) -> None:
        self._building = building

    async def check_input(self, text: str) -> RailReport:
        """See `Rails`."""
        return await (await asyncio.shield(self._building)).check_input(text)

    async def check_output(self, text: str, audience: Audience) -> RailReport:
        """See `Rails`."""
        return await (await asyncio.shield(self._building)).check_output(text, audience)
