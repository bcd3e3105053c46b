"""The tool calls of a turn with what came back, short and masked where it must be. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guardrails.personal import mask

MOST_FIELDS, MOST_ITEMS, MOST_LETTERS, DEEPEST = 16, 5, 160, 3
HIDDEN = "•••"
SECRET = ("token", "secret", "password", "authorization", "api_key")
PERSONAL = ("name", "email", "phone", "address", "street", "city", "postcode", "zip", "iban", "card", "birth")

Call = tuple[str, str, Mapping[str, Any], Any]
"""How it was called, the tool, its arguments, what came back."""


def calls(trace: Mapping[str, Any], *, masked: bool) -> list[dict[str, Any]]:
    """Put beside each call of a trace what the recording says came back."""
    heard = list(_heard((trace.get("recording") or {}).get("heard") or {}))
    return [_told(dict(tool), heard, masked=masked) for tool in trace.get("tools") or ()]


def _heard(heard: Mapping[str, Any]) -> Iterator[Call]:
    for tool, args, _, outcome in heard.get("reads") or ():
        yield "read", tool, args, outcome
    for way, tool, args, _, outcome in heard.get("effects") or ():
        yield way, tool, args, outcome


def _told(tool: dict[str, Any], heard: list[Call], *, masked: bool) -> dict[str, Any]:
    """Take the call's own answer out of those that were heard, in their order."""
    found = next((one for one in heard if one[1] == tool["name"] and one[2] == tool["args"]), None)
    if found is not None:
        heard.remove(found)
        tool["kind"] = found[0]
        tool["result"] = short(_result(found[3]), masked=masked)
    tool["args"] = short(tool["args"], masked=masked)
    return tool


def _result(outcome: Any) -> Any:
    """Return what a call gave, or why it gave nothing."""
    if not isinstance(outcome, Mapping):
        return outcome
    if "result" in outcome:
        return outcome["result"]
    return {name: value for name, value in outcome.items() if name not in ("ms", "cached")}


def short(value: Any, *, masked: bool, deep: int = 0) -> Any:
    """Keep what a reader needs of a value; secrets are hidden from everybody."""
    if isinstance(value, Mapping):
        if deep == DEEPEST:
            return "{…}"
        return {
            str(name): _field(str(name), one, masked=masked, deep=deep + 1)
            for name, one in list(value.items())[:MOST_FIELDS]
        }
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        shown = [short(one, masked=masked, deep=deep + 1) for one in value[:MOST_ITEMS]]
        return [*shown, f"and {len(value) - MOST_ITEMS} more"] if len(value) > MOST_ITEMS else shown
    if isinstance(value, str):
        text = mask(value) if masked else value
        return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
    return value


def _field(name: str, value: Any, *, masked: bool, deep: int) -> Any:
    lowered = name.lower()
    if any(part in lowered for part in SECRET) and value:
        return HIDDEN
    if masked and value and isinstance(value, str) and any(part in lowered for part in PERSONAL):
        return HIDDEN
    return short(value, masked=masked, deep=deep)
