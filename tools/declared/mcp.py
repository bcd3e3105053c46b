"""Tools of MCP servers, over standard input and output or over HTTP; their risk is what the company says."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
import orjson
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import (
    CONNECTION_CLOSED,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    REQUEST_TIMEOUT,
    CallToolResult,
    Tool,
)

from tools.declared.admission import Secrets, admission, named_secret
from tools.declared.declaration import Connection, DeclarationFault, DeclaredTool
from tools.declared.http import encrypted_where_it_matters
from tools.declared.keeping import Keeper
from tools.declared.mcp_transport import GuardedTransport
from tools.declared.meanings import meaning_of, words_in
from tools.declared.pointers import steps
from tools.declared.sending import Ask, Sending, Unreadable, nested, targets
from tools.errors import BackendFailed, BackendRefused, OutcomeUnknown, ToolError

NOT_RUN = frozenset({INVALID_PARAMS, METHOD_NOT_FOUND})
"""Errors of the protocol that come before anything is done."""
SILENCE = frozenset({CONNECTION_CLOSED, REQUEST_TIMEOUT})
SLACK = 4
"""How many times larger than its values an answer may be on the line: names, and everything twice."""
BEGINNING_S = 30.0
CLOSING_S = 3.0


@dataclass(frozen=True)
class Opened:
    """A session, and the tools that the server has."""

    client: Client
    tools: Mapping[str, Tool]


class McpSystem:
    """One server; its session is opened when it is first needed, and anew after it was lost.

    The session lives in a task of its own, as the library wants it closed where it was opened.
    """

    def __init__(
        self, connection: Connection, secrets: Secrets, session: aiohttp.ClientSession, keeper: Keeper
    ) -> None:
        self._connection = connection
        self._session = session
        self._admission = admission(connection.auth, secrets, session)
        self._env = {
            name: named_secret(one, secrets, at=("env", name)) for name, one in connection.env.items()
        }
        if connection.url:
            encrypted_where_it_matters(connection.url, connection.auth)
        self._ending = asyncio.Event()
        self._opening: asyncio.Future[Opened] | None = None
        self._keeping: asyncio.Task[None] | None = None
        keeper.keep(self.begin, self.close)

    def ask(self, tool: DeclaredTool) -> Ask:
        """Make the call of one of the server's tools."""
        if tool.operation is None:
            raise DeclarationFault(("operation",), "the server's tool is not named", "Say its name here.")
        if tool.key is not None and tool.key.header:
            raise DeclarationFault(("key", "header"), "MCP has no headers", "Say `to` and an argument.")

        async def ask(sending: Sending) -> Any:
            opened = await self.opened(tool.timeout_s / 2)
            check_offered(tool, opened.tools)
            most = self._connection.most_kb * 1024
            return answered(tool, await self._called(opened, tool, nested(sending.values)), most)

        return ask

    async def opened(self, within_s: float) -> Opened:
        """Return the session, begun first where there is none; nothing is sent before it stands."""
        if self._opening is None or lost(self._opening):
            self._opening = asyncio.get_running_loop().create_future()
            self._ending = asyncio.Event()
            self._keeping = asyncio.create_task(self._keep(self._opening, self._ending))
        try:
            async with asyncio.timeout(within_s):
                return await asyncio.shield(self._opening)
        except TimeoutError as error:
            raise BackendFailed("unreachable", "the MCP server is not ready yet") from error

    async def begin(self) -> None:
        """Open the session before it is needed; what fails now is tried again by the first call."""
        with contextlib.suppress(BackendFailed):
            await self.opened(BEGINNING_S)

    async def close(self) -> None:
        """End the session and, where it was started here, the server."""
        self._ending.set()
        if self._keeping is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOSING_S):
                    await asyncio.gather(self._keeping, return_exceptions=True)

    async def _keep(self, ready: "asyncio.Future[Opened]", ending: asyncio.Event) -> None:
        """Hold one session open until it ends or is no longer wanted."""
        try:
            async with self._line() as client:
                listed = await client.list_tools()
                ready.set_result(Opened(client, {one.name: one for one in listed.tools}))
                await ending.wait()
        except Exception as error:
            # Whatever it was, in whatever groups: there is no session, and whoever waits learns it.
            if not ready.done():
                ready.set_exception(BackendFailed("unreachable", f"no MCP session: {innermost(error)}"))
                ready.exception()

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Client]:
        """Open a client over the declared line."""
        async with AsyncExitStack() as stack:
            if self._connection.command:
                command, *args = self._connection.command
                parameters = StdioServerParameters(command=command, args=args, env=self._env)
                # What a server writes beside the protocol may hold customers' words.
                errors = stack.enter_context(Path(os.devnull).open("w"))  # noqa: ASYNC230, SIM115
                line = stdio_client(parameters, errlog=errors)
            else:
                http = await stack.enter_async_context(self._http())
                most = SLACK * self._connection.most_kb * 1024
                line = streamable_http_client(
                    str(self._connection.url), http_client=http, max_sse_event_size=most
                )
            yield await stack.enter_async_context(Client(line, cache=None))

    def _http(self) -> httpx2.AsyncClient:
        most = SLACK * self._connection.most_kb * 1024
        return httpx2.AsyncClient(transport=GuardedTransport(self._session, self._admission, most))

    async def _called(self, opened: Opened, tool: DeclaredTool, args: dict[str, Any]) -> CallToolResult:
        """Call once; what the protocol answers instead of a result is told apart by its certainty."""
        try:
            return await opened.client.call_tool(
                str(tool.operation), args, read_timeout_seconds=tool.timeout_s
            )
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                self._ending.set()
                self._opening = None
            raise protocol_error(tool, error) from error
        except (RuntimeError, ValueError) as error:
            raise Unreadable("bad_answer", "the answer is not what the server announced") from error


def lost(opening: "asyncio.Future[Opened]") -> bool:
    """Whether an attempt to open a session has failed."""
    return opening.done() and (opening.cancelled() or opening.exception() is not None)


def innermost(error: BaseException) -> str:
    """The name of what went wrong first, inside whatever groups it came in."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__ if not isinstance(error, httpx2.ConnectError) else str(error)


def check_offered(tool: DeclaredTool, offered: Mapping[str, Tool]) -> None:
    """Compare a declaration with what the server has now, before anything is sent."""
    name = str(tool.operation)
    if name not in offered:
        raise BackendFailed("tool_missing", f"the MCP server has no tool '{name}'")
    schema = offered[name].input_schema
    known, needed = schema.get("properties", {}), schema.get("required", [])
    sent = {(steps(one) if one.startswith("/") else [one])[0] for one in targets(tool)}
    surplus = sent - known.keys() if schema.get("additionalProperties") is not True else set()
    if surplus or set(needed) - sent:
        named = ", ".join(sorted(surplus | (set(needed) - sent)))
        raise BackendFailed("tool_changed", f"the server's tool '{name}' takes other arguments: {named}")


def answered(tool: DeclaredTool, result: CallToolResult, most: int) -> Any:
    """The values of a result, or the error that it stands for."""
    texts = [text for block in result.content if isinstance(text := getattr(block, "text", None), str)]
    if result.is_error:
        raise error_of(tool, result.structured_content, texts)
    found = result.structured_content
    if found is None:
        found = from_text(texts)
    if len(orjson.dumps(found)) > most:
        raise Unreadable("too_large", f"the answer is larger than {most // 1024} kB")
    return found


def from_text(texts: list[str]) -> Any:
    """The JSON in a text; a text that is none is the value `text`."""
    joined = "\n".join(texts)
    try:
        return orjson.loads(joined)
    except orjson.JSONDecodeError:
        return {"text": joined}


def error_of(tool: DeclaredTool, content: Any, texts: list[str]) -> ToolError:
    """What a tool's own error means; the protocol has no codes, so words of the text count as well."""
    words = words_in(content) if isinstance(content, dict) else []
    said = [code for code in tool.errors if any(code in text for text in texts)]
    if (known := meaning_of(tool.errors, [*words, *said])) is not None:
        return known
    if tool.risk == "read":
        return BackendFailed("tool_error", "the server's tool says that it failed")
    return OutcomeUnknown("tool_error", "the server's tool says that it failed", answered=True)


def protocol_error(tool: DeclaredTool, error: MCPError) -> ToolError:
    """What an error of the protocol means."""
    if error.code in NOT_RUN:
        return BackendRefused(f"mcp_{error.code}", "the server does not take this call")
    code = "no_answer" if error.code in SILENCE else f"mcp_{error.code}"
    said = "the MCP server did not answer" if error.code in SILENCE else "the MCP server failed"
    if tool.risk == "read":
        return BackendFailed(code, said)
    return OutcomeUnknown(code, said, answered=error.code not in SILENCE)
