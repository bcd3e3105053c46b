"""Customers who send again until they are answered, and the person who decides: nobody here gives up."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from tests.chaos.house import Engine, House, NotInTime, limit

ANSWER_WITHIN_S = 600.0
WAIT_S = 20
AGAIN_S = 0.2
TRY_S = 5.0
"""How long one engine is waited for: one that is just starting takes connections before it answers."""
PERSON_OWNS = frozenset({"escalating", "assigned", "human_handling", "waiting"})
GOES_ON = ("I am sending", "A person checks refunds", "I am cancelling order")
"""How the assistant says that a confirmed action is under way."""

Answer = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message of a customer with the answer that counted."""

    message_id: str
    text: str
    seq: int
    answer: Answer


async def insist(
    house: House,
    random: Random,
    method: str,
    path: str,
    body: Any,
    *,
    within_s: float = TRY_S,
    **headers: str,
) -> tuple[int, Any]:
    """Send a request to any engine until one answers it; what an engine's end swallowed is sent again."""
    async with limit(ANSWER_WITHIN_S, f"no answer to {method} {path}"):
        while True:
            try:
                async with asyncio.timeout(within_s):
                    status, told = await house.call(
                        method, path, body, at=random.choice(house.engines), **headers
                    )
            except (aiohttp.ClientError, TimeoutError, OSError):
                status, told = 0, None
            if status not in (0, 503):
                return status, told
            house.swallowed += 1
            await asyncio.sleep(AGAIN_S)


@dataclass
class Customer:
    """One customer with one conversation."""

    house: House
    customer_id: str
    random: Random
    channel: str = "api"
    conversation_id: str = ""
    said: list[Said] = field(default_factory=list)
    handed_over: bool = False

    async def says(
        self, text: str, payload: str | None = None, *, at: Engine | None = None, number: int | None = None
    ) -> Answer:
        """Write, and write the same again until there is an answer."""
        number = len(self.said) + 1 if number is None else number
        message_id = f"{self.customer_id}-{number}"
        body = self.message(message_id, text, payload)
        for _ in range(100):
            status, told = await self._send(body, at)
            if status != 200:
                raise AssertionError(f"{status} for {body}: {told}")
            self.conversation_id = told["conversation_id"]
            if told["replies"] or await self._is_with_a_person():
                self.said.append(
                    Said(message_id=message_id, text=text, seq=told["seq"], answer=told["replies"])
                )
                return list(told["replies"])
        raise NotInTime(f"no reply to {message_id}")

    def message(self, message_id: str, text: str, payload: str | None = None) -> dict[str, Any]:
        """A message as `POST /api/v1/messages` takes it."""
        body = {
            "channel": self.channel,
            "message_id": message_id,
            "customer_id": self.customer_id,
            "text": text,
        }
        return body | ({"payload": payload} if payload else {})

    async def asks(self, text: str, *, tries: int = 4) -> bool:
        """Ask for something until the assistant wants a yes or no; False when it does not come to that."""
        for _ in range(tries):
            answer = await self.says(text)
            if any(button["payload"] == "/affirm" for entry in answer for button in entry["buttons"]):
                return True
            if self.handed_over:
                return False
            await asyncio.sleep(1.0)
        return False

    async def confirms(self) -> bool:
        """Say yes; False when there was nothing left to confirm."""
        answer = await self.says("Yes, please", "/affirm")
        return any(start in entry["text"] for entry in answer for start in GOES_ON)

    async def _send(self, body: Mapping[str, Any], at: Engine | None) -> tuple[int, Any]:
        path = f"/api/v1/messages?wait={WAIT_S}"
        if at is not None:
            return await self.house.call("POST", path, body, at=at)
        return await insist(self.house, self.random, "POST", path, body, within_s=2 * WAIT_S)

    async def _is_with_a_person(self) -> bool:
        path = f"/api/v1/conversations/{self.conversation_id}"
        _, shown = await insist(self.house, self.random, "GET", path, None)
        self.handed_over = shown["status"] in PERSON_OWNS
        return self.handed_over


@dataclass
class Approver:
    """People who decide whatever waits, each once, and remember how."""

    house: House
    random: Random
    decide: Callable[[Mapping[str, Any]], dict[str, Any]]
    decided: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def work(self) -> None:
        """Decide until cancelled."""
        while True:
            _, pending = await insist(
                self.house, self.random, "GET", "/api/v1/approvals?status=pending", None
            )
            await asyncio.gather(*(self.settle(approval) for approval in pending["items"]))
            await asyncio.sleep(AGAIN_S)

    async def settle(self, approval: Mapping[str, Any]) -> None:
        """Decide one; a conflict is the echo of an own decision whose answer was lost."""
        name = approval["approval_id"]
        decision = self.decided.setdefault(name, self.decide(approval))
        status, told = await insist(
            self.house, self.random, "POST", f"/api/v1/approvals/{name}", decision, X_Agent_Id="tove"
        )
        assert status in (200, 409), told
