"""JSON over HTTP to a company's system: which failures are certain, and which leave doubt."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
import orjson
from pydantic import BaseModel, ValidationError
from yarl import URL

from tools.errors import (
    BackendFailed,
    BackendRefused,
    NoSuchThing,
    OutcomeUnknown,
    ToolError,
    VersionConflict,
)
from tools.spec import ActionKey

M = TypeVar("M", bound=BaseModel)
LATE_S = 6.0
"""How long a read's connection is kept; whoever asks gives up sooner, unless somebody waits for it."""


class Operation(BaseModel):
    """What was done under a key."""

    receipt: dict[str, Any]


class RestBackend:
    """One system that takes a bearer token, idempotency keys and `If-Match` versions."""

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, token: str, *, timeout_s: float = 1.5
    ) -> None:
        self._session = session
        self._base = base_url.rstrip("/")
        self._token = token
        self._timeouts = {"GET": aiohttp.ClientTimeout(total=max(LATE_S, timeout_s))}
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)

    async def get(self, path: str, *, what: str, **params: str) -> Any:
        """Read something; `what` names it, should it not exist."""
        try:
            status, body = await self._send("GET", path, params=params)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BackendFailed(
                "no_answer", f"no answer from {self._base}: {type(error).__name__}"
            ) from error
        refuse(status, body, what)
        return decoded(body)

    async def act(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        *,
        key: ActionKey,
        what: str,
        shape: type[M],
        version: int | None = None,
    ) -> M:
        """Cause an effect under a key; a missing or unreadable answer leaves it in doubt."""
        headers = {"Idempotency-Key": key} | ({} if version is None else {"If-Match": str(version)})
        try:
            status, answer = await self._send(method, path, json=body, headers=headers)
        except aiohttp.ClientConnectorError as error:
            raise BackendFailed("unreachable", f"cannot connect to {self._base}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OutcomeUnknown("no_answer", self._silence(error), answered=False) from error
        try:
            refuse(status, answer, what)
            return shaped(shape, decoded(answer))
        except BackendFailed as error:
            if status in (401, 403, 429):
                raise
            # A gateway may answer for a backend that is still at work.
            raise OutcomeUnknown(error.code, error.detail, answered=status not in (502, 504)) from error

    async def done_under(self, key: ActionKey, *, shape: type[M]) -> M | None:
        """The receipt of what was done under a key, or None when nothing was."""
        try:
            operation = await self.get(f"/operations/{quote(key, safe='')}", what="operation")
        except NoSuchThing:
            return None
        return shaped(shape, shaped(Operation, operation).receipt)

    def _silence(self, error: Exception) -> str:
        return f"no answer from {self._base}: {type(error).__name__}"

    async def _send(self, method: str, path: str, **options: Any) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._token}"} | options.pop("headers", {})
        url = URL(self._base + path, encoded=True)
        timeout = self._timeouts.get(method, self._timeout)
        async with self._session.request(
            method, url, headers=headers, timeout=timeout, allow_redirects=False, **options
        ) as response:
            return response.status, await response.read()


def refuse(status: int, body: bytes, what: str) -> None:
    """Raise what a status means; 2xx passes."""
    if 200 <= status < 300:
        return
    if status == 404:
        raise NoSuchThing(what)
    if status in (401, 403, 429) or status >= 500 or status < 400:
        raise BackendFailed(f"http_{status}", f"the backend answered {status}")
    code, detail = problem(body, status)
    kind: type[ToolError] = VersionConflict if code == "version_conflict" else BackendRefused
    raise kind(code, detail)


def problem(body: bytes, status: int) -> tuple[str, str]:
    """Code and detail of a problem document, as far as it is one."""
    try:
        said = orjson.loads(body)
        return str(said["code"]), str(said.get("detail") or said.get("title") or said["code"])
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return f"http_{status}", f"the backend answered {status}"


def decoded(body: bytes) -> Any:
    """JSON, or a failure that says so."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BackendFailed("bad_answer", "the backend's answer is not JSON") from error


def shaped(model: type[M], answer: Any) -> M:
    """An answer in the shape that was agreed, or a failure that names the fields."""
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise BackendFailed("bad_answer", f"the backend's answer does not fit: {fields}") from error


def each_shaped(model: type[M], answer: Any) -> list[M]:
    """A list of answers in the shape that was agreed."""
    if not isinstance(answer, list):
        raise BackendFailed("bad_answer", "the backend's answer is not a list")
    return [shaped(model, one) for one in answer]
