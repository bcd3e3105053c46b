"""What goes out in one call: the values of a tool's arguments, each at its place, and an effect's key."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tools.declared.declaration import DeclaredTool
from tools.declared.pointers import put
from tools.errors import BackendFailed
from tools.rest import decoded
from tools.spec import ActionKey, Caller


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One call: values by their target, and headers."""

    values: Mapping[str, Any]
    headers: Mapping[str, str]


class Unreadable(BackendFailed):
    """An answer that is not in the agreed form: whatever was asked for may have happened."""


Ask = Callable[[Sending], Awaitable[Any]]
"""Makes the call and gives the answer as JSON; raises the errors of `tools.errors`."""


def filled(tool: DeclaredTool, caller: Caller, args: BaseModel, key: ActionKey | None) -> Sending:
    """Put what was asked, who asks and the key where the system wants them."""
    asked = args.model_dump(mode="json")
    values: dict[str, Any] = {}
    for name, argument in tool.args.items():
        if argument.customer:
            values[argument.to] = caller.customer_id
        elif argument.kind is None:
            values[argument.to] = argument.value
        elif asked[name] is not None:
            values[argument.to] = asked[name]
    headers: dict[str, str] = {}
    if tool.key is not None and key is not None:
        if tool.key.header:
            headers[tool.key.header] = key
        else:
            values[str(tool.key.to)] = key
    return Sending(values=values, headers=headers)


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by pointer or by name, as one object."""
    made: dict[str, Any] = {}
    for target, value in values.items():
        put(made, target if target.startswith("/") else f"/{target.replace('~', '~0')}", value)
    return made


def targets(tool: DeclaredTool) -> dict[str, tuple[str, ...]]:
    """Every place a tool sends something to, with the keys of the YAML that say so."""
    found: dict[str, tuple[str, ...]] = {argument.to: ("args", name) for name, argument in tool.args.items()}
    if tool.key is not None and tool.key.to:
        found[tool.key.to] = ("key", "to")
    return found


def decoded_answer(body: bytes) -> Any:
    """An answer's JSON; no body at all says that all is well."""
    try:
        return decoded(body) if body else {}
    except BackendFailed as error:
        raise Unreadable(error.code, error.detail) from error
