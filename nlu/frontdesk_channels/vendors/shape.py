"""Looks into JSON of which nobody promised the shape; what is not there reads as empty."""

from datetime import datetime
from typing import Any

LATEST_S, LATEST_MS = 1e11, 1e14
"""Beyond the first, a time is given in milliseconds; beyond the second, it is none."""


def at(value: Any, *path: str | int) -> Any:
    """Return what stands at the path, or None."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def text(value: Any, *path: str | int) -> str:
    """Return the text or number at the path as text; anything else is empty."""
    found = at(value, *path)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def items(value: Any, *path: str | int) -> list[Any]:
    """Return the list at the path; anything else is empty."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def thing(value: Any, *path: str | int) -> dict[str, Any]:
    """Return the object at the path; anything else is empty."""
    found = at(value, *path)
    return found if isinstance(found, dict) else {}


def seconds(value: Any, *path: str | int) -> float | None:
    """Return the time at the path as Unix seconds: given in seconds, in milliseconds or as ISO 8601."""
    found = text(value, *path)
    try:
        number = float(found)
    except ValueError:
        return _instant(found)
    if not 0 <= number < LATEST_MS:
        return None
    return number / 1000 if number > LATEST_S else number


def _instant(found: str) -> float | None:
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None


def filled(**fields: Any) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value not in ("", None, (), [], {})}
