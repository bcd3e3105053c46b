"""The customers of a benchmark, in a process of their own: `python -m evals.bench.client PLAN OUT`.

It speaks Rasa's REST channel and knows nothing of the engine it writes to, so
the same client measures every peer. Its own CPU is counted apart.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import uvloop
from pydantic import BaseModel, TypeAdapter

PATIENCE = aiohttp.ClientTimeout(total=60)


class Message(BaseModel):
    """One message to send."""

    text: str
    kind: str


class Conversation(BaseModel):
    """One customer's messages, sent one after another."""

    sender: str
    customer_id: str
    lines: list[Message]


class Plan(BaseModel):
    """What to send where, by how many at once."""

    url: str
    at_once: int
    conversations: list[Conversation]


class Answer(BaseModel):
    """How one message fared."""

    kind: str
    ms: float
    status: int
    replies: int
    conversation_id: str | None = None
    seq: int | None = None


class Outcome(BaseModel):
    """The whole run as the customers saw it."""

    answers: list[Answer]
    wall_s: float
    client_cpu_s: float


class Custom(BaseModel):
    """What the engine tells beside a reply; other engines leave it out."""

    conversation_id: str | None = None
    seq: int | None = None


class Reply(BaseModel):
    """One reply on the REST channel."""

    custom: Custom | None = None


REPLIES = TypeAdapter(list[Reply])


async def converse(plan: Plan) -> Outcome:
    """Let `at_once` customers write at a time, each waiting for the answer before the next message."""
    answers: list[Answer] = []
    waiting = iter(plan.conversations)
    began = time.perf_counter()
    connector = aiohttp.TCPConnector(limit=plan.at_once)
    async with aiohttp.ClientSession(connector=connector, timeout=PATIENCE) as session:
        await asyncio.gather(*(_write(session, plan.url, waiting, answers) for _ in range(plan.at_once)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Outcome(
        answers=answers,
        wall_s=time.perf_counter() - began,
        client_cpu_s=used.ru_utime + used.ru_stime,
    )


async def _write(
    session: aiohttp.ClientSession, url: str, waiting: Iterator[Conversation], answers: list[Answer]
) -> None:
    """Take conversations from the common pile until none is left."""
    for conversation in waiting:
        for number, line in enumerate(conversation.lines):
            answers.append(await _send(session, url, conversation, number, line))


async def _send(
    session: aiohttp.ClientSession, url: str, conversation: Conversation, number: int, line: Message
) -> Answer:
    body = {
        "sender": conversation.sender,
        "message": line.text,
        "metadata": {
            "customer_id": conversation.customer_id,
            "message_id": f"{conversation.sender}-{number}",
        },
    }
    began = time.perf_counter()
    try:
        async with session.post(url, json=body) as response:
            raw, status = await response.read(), response.status
    except (aiohttp.ClientError, TimeoutError):
        raw, status = b"[]", 0
    ms = (time.perf_counter() - began) * 1000
    replies = REPLIES.validate_json(raw) if status == 200 else []
    told = next((reply.custom for reply in replies if reply.custom), Custom())
    return Answer(
        kind=line.kind,
        ms=ms,
        status=status,
        replies=len(replies),
        conversation_id=told.conversation_id,
        seq=told.seq,
    )


def main(plan: Path, out: Path) -> None:
    """Read the plan, write to the engine, and write down how it went."""
    outcome = uvloop.run(converse(Plan.model_validate_json(plan.read_bytes())))
    out.write_text(outcome.model_dump_json(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
