"""A customer's and an agent's hands on a running Frontdesk, over its public API only."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from evals.house import House
from evals.suite.record import Citation, Reply, ToolUse, Why

LONGEST_WAIT_S = 15.0
LOOK_EVERY_S = 0.1


class Refused(Exception):
    """The engine answered a call with a problem."""


@dataclass(frozen=True, kw_only=True)
class View:
    """A conversation as the console shows it, as far as it is judged."""

    status: str
    last_seq: int
    told: tuple[Reply, ...]
    """Everything that went to the customer, in order."""
    pending: tuple[str, ...]
    """Ids of approvals that wait."""
    approvals_made: int


class Engine:
    """Speaks to one Frontdesk."""

    def __init__(self, session: aiohttp.ClientSession, house: House) -> None:
        self._session = session
        self._house = house

    async def say(self, sender: str, text: str, customer_id: str | None) -> tuple[str | None, list[Reply]]:
        """Write as a customer and return the conversation with what came back."""
        metadata = {"message_id": secrets.token_hex(12)}
        if customer_id is not None:
            metadata["customer_id"] = customer_id
        message = {"sender": sender, "message": text, "metadata": metadata}
        rows = await self._call("POST", "/webhooks/rest/webhook", message)
        found = rows[0]["custom"]["conversation_id"] if rows else None
        return found, [_rest_reply(row) for row in rows]

    async def view(self, conversation_id: str) -> View:
        """Look at a conversation."""
        row = await self._call("GET", f"/api/v1/conversations/{conversation_id}")
        inbound = [entry["seq"] or 0 for entry in row["timeline"] if entry["sender"] == "customer"]
        return View(
            status=row["status"],
            last_seq=max(inbound, default=0),
            told=tuple(_reply(entry) for entry in row["timeline"] if entry["direction"] == "outbound"),
            pending=tuple(a["approval_id"] for a in row["approvals"] if a["status"] == "pending"),
            approvals_made=len(row["approvals"]),
        )

    async def why(self, conversation_id: str, seq: int) -> Why:
        """Ask why a turn went as it did."""
        row = await self._call("GET", f"/api/v1/conversations/{conversation_id}/turns/{seq}/why")
        return _why(row)

    async def decide(self, approval_id: str, kind: str, args: Any) -> None:
        """Decide an approval as the demo's first agent."""
        body = {"type": kind} | ({"args": args} if args is not None else {})
        await self._call("POST", f"/api/v1/approvals/{approval_id}", body, as_agent=True)

    async def claim(self, conversation_id: str) -> None:
        """Take the conversation over."""
        await self._call("POST", f"/api/v1/agents/{self._house.agent_id}/claim/{conversation_id}", {})

    async def release(self, conversation_id: str) -> None:
        """Give it back to the assistant."""
        await self._call("POST", f"/api/v1/agents/{self._house.agent_id}/release/{conversation_id}", {})

    async def agent_says(self, conversation_id: str, text: str) -> None:
        """Write to the customer as the agent."""
        path = f"/api/v1/agents/{self._house.agent_id}/conversations/{conversation_id}/messages"
        await self._call("POST", path, {"message_id": secrets.token_hex(8), "text": text})

    async def wait_until(self, conversation_id: str, good: Callable[[View], bool]) -> View:
        """Look until the conversation is as wanted; after the longest wait, as it is."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LONGEST_WAIT_S
        view = await self.view(conversation_id)
        while not good(view) and loop.time() < deadline:
            await asyncio.sleep(LOOK_EVERY_S)
            view = await self.view(conversation_id)
        return view

    async def _call(self, method: str, path: str, body: Any = None, *, as_agent: bool = False) -> Any:
        headers = {"X-API-Key": self._house.api_key, "Content-Type": "application/json"}
        if as_agent:
            headers["X-Agent-Id"] = self._house.agent_id
        url = f"{self._house.base_url}{path}"
        sent = orjson.dumps(body) if body is not None else None
        async with self._session.request(method, url, headers=headers, data=sent) as answer:
            raw = await answer.read()
            if answer.status >= 400:
                raise Refused(f"{method} {path}: {answer.status} {raw[:300].decode('utf-8', 'replace')}")
            return orjson.loads(raw) if raw else None


def _rest_reply(row: Mapping[str, Any]) -> Reply:
    custom = row["custom"]
    return Reply(
        text=row["text"],
        sender=custom["sender"],
        seq=custom["seq"],
        buttons=tuple(button["payload"] for button in row.get("buttons", ())),
        citations=_citations(custom),
    )


def _reply(entry: Mapping[str, Any]) -> Reply:
    return Reply(
        text=entry["text"],
        sender=entry["sender"],
        seq=entry["seq"],
        buttons=tuple(button["payload"] for button in entry["buttons"]),
        citations=_citations(entry),
    )


def _citations(row: Mapping[str, Any]) -> tuple[Citation, ...]:
    return tuple(Citation(number=one["number"], url=one["url"]) for one in row["citations"])


def _why(row: Mapping[str, Any]) -> Why:
    understood, route = row["understanding"], row["route"]
    return Why(
        seq=row["seq"],
        path=understood.get("path"),
        intent=understood.get("intent"),
        confidence=understood.get("confidence"),
        route=route.get("kind"),
        rule=route.get("rule"),
        passed_input=row["rails"].get("input", {}).get("passed", True),
        tools=tuple(ToolUse(name=t["name"], args=t["args"], outcome=t["outcome"]) for t in row["tools"]),
        passages=tuple(source.get("passage", "") for source in row["sources"]),
    )
