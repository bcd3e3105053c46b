"""JSON pointers (RFC 6901): a value taken out of an answer, or put into a request."""

from collections.abc import Mapping, Sequence
from typing import Any


class Absent(LookupError):
    """There is nothing at this place."""


def steps(pointer: str) -> list[str]:
    """The names along a pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def pick(answer: Any, pointer: str) -> Any:
    """Take the value at a place; raises `Absent` when something on the way is missing."""
    found = answer
    for name in steps(pointer):
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, Sequence) and not isinstance(found, str) and _is_place(found, name):
            found = found[int(name)]
        else:
            raise Absent(pointer)
    return found


def put(request: dict[str, Any], pointer: str, value: Any) -> None:
    """Put a value at a place, making the objects and lists on the way; lists grow by one at a time."""
    names = steps(pointer)
    around: Any = request
    for name, following in zip(names, [*names[1:], None], strict=True):
        below: Any = value if following is None else [] if following == "0" else {}
        if isinstance(around, list):
            if int(name) == len(around):
                around.append(below)
            around = around[int(name)]
        else:
            around = around.setdefault(name, below)
            if following is None:
                return


def _is_place(found: Sequence[Any], name: str) -> bool:
    return name.isascii() and name.isdigit() and int(name) < len(found)
