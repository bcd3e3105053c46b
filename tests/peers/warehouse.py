"""A warehouse whose articles go wrong by their name; services of every protocol stand in front of it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

MOST = 200_000
"""Characters of an answer that no caller wants."""


class NoSuchArticle(Exception):
    """There is no such article or reservation."""


class SoldOut(Exception):
    """More is wanted than there is."""


class KeyTaken(Exception):
    """The reference names another reservation."""


class Broken(Exception):
    """The warehouse's own mistake."""


class Lost(Exception):
    """The answer is to get lost on the way."""


class Garbled(Exception):
    """The answer is to be something that nobody can read."""


@dataclass
class Warehouse:
    """Ten of everything.

    `BROKEN` fails, `SLOW` never answers, `GARBLED` and `HUGE` answer what nobody can read, and the first
    answer of `LOST` gets lost. All but the first two act before they go wrong.
    """

    taken: dict[str, int] = field(default_factory=dict)
    reservations: dict[str, dict[str, Any]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    calls: int = 0
    silence: asyncio.Event = field(default_factory=asyncio.Event)
    """Ends the waiting of those who never answer, so that their server can stop."""

    async def stock(self, sku: str) -> dict[str, Any]:
        """How many there are, and where."""
        self.calls += 1
        if sku in ("NONE", ""):
            raise NoSuchArticle(sku)
        await self._before(sku)
        answer = {"sku": sku, "available": 10 - self.taken.get(sku, 0), "place": {"shelf": "A-7"}}
        return await self._after(sku, answer)

    async def reserve(self, sku: str, quantity: int, owner: str, reference: str) -> dict[str, Any]:
        """Take some off the shelf for somebody, once per reference."""
        self.calls += 1
        await self._before(sku)
        wanted = {"reservation": f"R-{reference[-12:]}", "sku": sku, "quantity": quantity, "owner": owner}
        known = self.reservations.get(reference)
        if known is None:
            if quantity > 10 - self.taken.get(sku, 0):
                raise SoldOut(sku)
            self.taken[sku] = self.taken.get(sku, 0) + quantity
            self.reservations[reference] = known = wanted
        if known != wanted:
            raise KeyTaken(reference)
        if sku == "LOST" and reference not in self.lost:
            self.lost.add(reference)
            raise Lost(reference)
        return await self._after(sku, dict(known))

    async def reservation(self, reference: str) -> dict[str, Any]:
        """What was reserved under a reference."""
        self.calls += 1
        if reference not in self.reservations:
            raise NoSuchArticle(reference)
        return dict(self.reservations[reference])

    async def _before(self, sku: str) -> None:
        if sku == "BROKEN":
            raise Broken(sku)
        if sku == "SLOW":
            await self.silence.wait()

    async def _after(self, sku: str, answer: dict[str, Any]) -> dict[str, Any]:
        if sku == "GARBLED":
            raise Garbled(sku)
        return answer | {"padding": "x" * MOST} if sku == "HUGE" else answer
