"""The wire format of OpenAI's chat completions, streamed or whole, for stand-ins on loopback."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

Body = dict[str, Any]
PIECE = 7
"""Characters a chunk."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a stand-in says, and what goes wrong on the way."""

    text: str = ""
    arguments: str | None = None
    """Arguments of a tool call; none makes it a plain text."""
    tool: str = "propose"
    finish: str | None = None
    """Why it ends; None means as it should."""
    refusal: str | None = None
    model: str | None = None
    """Which model says that it answers; None means the one that was asked."""
    counts: bool = True
    """Whether usage is reported."""
    status: int = 200
    retry_after: str | None = None
    late_s: float = 0.0
    gap_s: float = 0.0
    """Pause between two chunks."""
    cut_after: int | None = None
    """Chunks after which the line breaks."""
    garbled: bool = False
    """Sends something that is no chunk."""
    fails_within: bool = False
    """Sends an error in the middle of the stream."""


Script = Callable[[Body], Answer]


def error_body(status: int) -> Body:
    """Write an error as the API does."""
    kinds = {401: "invalid_request_error", 404: "invalid_request_error", 429: "rate_limit_exceeded"}
    return {
        "error": {
            "message": f"told to answer {status}",
            "type": kinds.get(status, "server_error"),
            "code": None,
            "param": None,
        }
    }


def usage_of(asked: Body, answer: Answer) -> Body:
    """Count tokens, four characters each."""
    read = len(orjson.dumps(asked["messages"])) // 4
    written = max(len(answer.arguments or answer.text) // 4, 1)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _pieces(answer: Answer) -> Iterator[Body]:
    """Cut an answer into deltas."""
    yield {"role": "assistant", "content": "" if answer.arguments is None else None}
    if answer.refusal is not None:
        yield {"refusal": answer.refusal}
    if answer.arguments is not None:
        opening = {"name": answer.tool, "arguments": ""}
        yield {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": opening}]}
        for piece in _cut(answer.arguments):
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
    for piece in _cut(answer.text):
        yield {"content": piece}


def _cut(text: str) -> Iterator[str]:
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


def chunks(asked: Body, answer: Answer) -> Iterator[Body]:
    """Write an answer as the chunks of a stream, with the reason of its end and the usage behind it."""
    head = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": answer.model or asked["model"],
    }
    for delta in _pieces(answer):
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    finish = answer.finish or ("stop" if answer.arguments is None else "tool_calls")
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
    if answer.counts and (asked.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": usage_of(asked, answer)}


async def stream(request: web.Request, asked: Body, answer: Answer) -> web.StreamResponse:
    """Send an answer as server-sent events, as far as it goes."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for number, chunk in enumerate(chunks(asked, answer)):
        if number == answer.cut_after:
            if request.transport:
                request.transport.abort()
            return response
        if answer.fails_within and number == 2:
            chunk = error_body(500)
        raw = b"{never json" if answer.garbled and number == 2 else orjson.dumps(chunk)
        await response.write(b"data: " + raw + b"\n\n")
        await asyncio.sleep(answer.gap_s)
    await response.write(b"data: [DONE]\n\n")
    return response


def whole(asked: Body, answer: Answer) -> Body:
    """Write an answer as one body."""
    message: Body = {"role": "assistant", "content": answer.text or None, "refusal": answer.refusal}
    if answer.arguments is not None:
        call = {"name": answer.tool, "arguments": answer.arguments}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
    finish = answer.finish or ("stop" if answer.arguments is None else "tool_calls")
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": answer.model or asked["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": usage_of(asked, answer),
    }


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[str]:
    """Serve `POST /v1/chat/completions` on a free port of loopback; its base address."""

    async def complete(request: web.Request) -> web.StreamResponse:
        asked: Body = orjson.loads(await request.read())
        answer = script({**asked, "authorization": request.headers.get("Authorization", "")})
        await asyncio.sleep(answer.late_s)
        if answer.status != 200:
            headers = {"Retry-After": answer.retry_after} if answer.retry_after else None
            return web.json_response(error_body(answer.status), status=answer.status, headers=headers)
        if asked.get("stream"):
            return await stream(request, asked, answer)
        return web.json_response(whole(asked, answer))

    app = web.Application()
    app.router.add_post("/v1/chat/completions", complete)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/v1"
    finally:
        await runner.cleanup()


def in_turn(*answers: Answer) -> Script:
    """Say one answer after the other; the last one again and again."""
    coming = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda asked: next(coming)
