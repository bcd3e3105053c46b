"""A loopback server that speaks OpenAI's chat completions, for tests of what asks a model."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web


@dataclass
class OpenAiServer:
    """Answers every question with `content`, after `late_s`, unless `status` says otherwise."""

    content: str = "{}"
    status: int = 200
    late_s: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""

    async def complete(self, request: web.Request) -> web.Response:
        """Answer `POST /v1/chat/completions`."""
        self.asked.append(orjson.loads(await request.read()))
        self.keys.append(request.headers.get("Authorization", ""))
        await asyncio.sleep(self.late_s)
        if self.status != 200:
            error = {
                "message": "the fake was told to fail",
                "type": "server_error",
                "code": None,
                "param": None,
            }
            return web.json_response({"error": error}, status=self.status)
        return web.json_response(self.completion())

    def completion(self) -> dict[str, Any]:
        """Return the body of an answer."""
        message = {"role": "assistant", "content": self.content, "refusal": None}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": self.asked[-1]["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }


@asynccontextmanager
async def openai_server() -> AsyncIterator[OpenAiServer]:
    """Serve on a free port of loopback."""
    fake = OpenAiServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", fake.complete)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.url = f"http://{host}:{port}/v1"
    try:
        yield fake
    finally:
        await runner.cleanup()
