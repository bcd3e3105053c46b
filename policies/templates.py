"""Replies in the company's words: chosen by tone, channel and language, filled with facts.

`{order.total|money}` is a value; a part in square brackets that holds a value is left out when the
value is missing: `delivered on {order.delivered_at}[, signed by {order.signed_by}]`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from policies.model import Facts, Place, Value
from policies.problems import PolicyError

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*\{[^\[\]]*\}[^\[\]]*)\]")
_INSIDE = re.compile(r"([a-z_]\w*(?:\.[a-z_]\w*)*)(?:\|([a-z]+))?")
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
_FIRST_HALF = ("January", "February", "March", "April", "May", "June")
_MONTHS = (*_FIRST_HALF, "July", "August", "September", "October", "November", "December")


class TemplateInvalid(PolicyError):
    """A text whose placeholders cannot be read; `offset` counts from 0 within the text."""

    def __init__(self, message: str, offset: int, hint: str) -> None:
        super().__init__(message)
        self.message, self.offset, self.hint = message, offset, hint


class TemplateFailed(PolicyError):
    """A reply that cannot be said, because a value it needs is not there."""


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """A value's place in a text."""

    path: tuple[str, ...]
    filter: str | None

    @property
    def name(self) -> str:
        """The value as the designer wrote it: `order.total`."""
        return ".".join(self.path)


@dataclass(frozen=True, kw_only=True)
class OptionalPart:
    """A part that is said only when all its values are there."""

    parts: tuple[str | Placeholder, ...]


Part = str | Placeholder | OptionalPart


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One variant, cut into fixed texts, placeholders and optional parts."""

    parts: tuple[Part, ...]
    tone: str | None = None
    channel: str | None = None
    language: str = "en"

    @property
    def required(self) -> Iterator[Placeholder]:
        """The values without which this wording cannot be said."""
        return (part for part in self.parts if isinstance(part, Placeholder))

    @property
    def placeholders(self) -> Iterator[Placeholder]:
        """The values this wording names, in optional parts too."""
        for part in self.parts:
            inner = part.parts if isinstance(part, OptionalPart) else (part,)
            yield from (one for one in inner if isinstance(one, Placeholder))


@dataclass(frozen=True, kw_only=True)
class Reply:
    """All variants of one reply; implements `model.TemplateSet`."""

    name: str
    wordings: tuple[Wording, ...]
    place: Place
    buttons: tuple[tuple[str, str], ...] = ()
    always: Mapping[str, Value] = field(default_factory=dict)
    """Values every reply of the book may use: `company`, `assistant`, `currency`."""

    @cached_property
    def own_words(self) -> tuple[str, ...]:
        """What stands in the book itself, in any variant: the company says it, no other source is needed."""
        return tuple(part for wording in self.wordings for part in wording.parts if isinstance(part, str))

    def render(
        self, values: Facts, *, tone: str = "neutral", channel: str = "web", language: str = "en"
    ) -> str:
        """Fill the best variant; a missing value raises `TemplateFailed` naming it."""
        wording = max(self.wordings, key=lambda one: _fit(one, tone, channel, language))
        facts = {**self.always, **values}
        return "".join(self._say(part, facts) for part in wording.parts)

    def _say(self, part: Part, facts: Facts) -> str:
        """Say one part, or nothing where an optional one lacks a value."""
        if isinstance(part, str):
            return part
        if isinstance(part, Placeholder):
            return self._fill(part, facts)
        needed = (one for one in part.parts if isinstance(one, Placeholder))
        if any(_found(one, facts)[1] in (None, "") for one in needed):
            return ""
        return "".join(self._say(inner, facts) for inner in part.parts)

    def _fill(self, placeholder: Placeholder, facts: Facts) -> str:
        """Look the value up by its path and give it its form."""
        holder, value = _found(placeholder, facts)
        if value is None:
            raise TemplateFailed(f"template '{self.name}' needs '{placeholder.name}', which has no value")
        if placeholder.filter == "money":
            return _money(self._number(placeholder, value), _currency(holder, facts))
        return _FILTERS[placeholder.filter](value)

    def _number(self, placeholder: Placeholder, value: Value) -> float:
        """Insist on a number where money is written."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TemplateFailed(f"template '{self.name}' writes '{placeholder.name}' as money: no number")
        return float(value)


def parse_wording(
    text: str, *, tone: str | None = None, channel: str | None = None, language: str = "en"
) -> Wording:
    """Cut a text at its placeholders; raises `TemplateInvalid` where one cannot be read."""
    return Wording(parts=tuple(_parts(text)), tone=tone, channel=channel, language=language)


def _parts(text: str) -> Iterator[Part]:
    """Yield what stands outside and inside brackets in turn."""
    end = 0
    for found in _OPTIONAL.finditer(text):
        yield from _plain_parts(text[end : found.start()], end)
        yield OptionalPart(parts=tuple(_plain_parts(found[1], found.start() + 1)))
        end = found.end()
    yield from _plain_parts(text[end:], end)


def _plain_parts(text: str, offset: int) -> Iterator[str | Placeholder]:
    """Yield fixed texts and placeholders in turn; `offset` is where the text begins."""
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        if found.start() > end:
            yield _fixed(text[end : found.start()], offset + end)
        yield _placeholder(found[1], offset + found.start())
        end = found.end()
    if end < len(text):
        yield _fixed(text[end:], offset + end)


def _found(placeholder: Placeholder, facts: Facts) -> tuple[Value, Value]:
    """Follow the path; give the value, and what holds it."""
    holder: Value = None
    value: Value = facts
    for key in placeholder.path:
        holder = value
        value = holder.get(key) if isinstance(holder, Mapping) else None
    return holder, value


def _fixed(text: str, offset: int) -> str:
    """Refuse a brace without its other half."""
    stray = re.search(r"[{}]", text)
    if stray:
        raise TemplateInvalid(
            f"'{stray[0]}' stands alone", offset + stray.start(), "Write placeholders as {order.total|money}."
        )
    return text


def _placeholder(inside: str, offset: int) -> Placeholder:
    """Read `order.total|money`."""
    found = _INSIDE.fullmatch(inside.strip())
    if not found:
        hint = "Write names and points, then a filter if wanted: {order.total|money}."
        raise TemplateInvalid(f"'{{{inside}}}' is not a placeholder", offset, hint)
    if found[2] not in FILTERS:
        raise TemplateInvalid(
            f"there is no filter '{found[2]}'",
            offset,
            f"Filters: {', '.join(sorted(filter(None, FILTERS)))}.",
        )
    return Placeholder(path=tuple(found[1].split(".")), filter=found[2])


def _fit(wording: Wording, tone: str, channel: str, language: str) -> tuple[int, int, float]:
    """Rank a variant: language before channel before tone; a wrong one ranks below an open one.

    An empathetic wording serves an apologetic tone that has none of its own.
    """
    return (
        2 if wording.language == language else 1 if wording.language == "en" else 0,
        _closeness(wording.channel, channel),
        1.5 if (wording.tone, tone) == ("empathetic", "apologetic") else _closeness(wording.tone, tone),
    )


def _closeness(own: str | None, wanted: str) -> int:
    """Prefer what was made for it, then what is made for all, then the rest."""
    return 2 if own == wanted else 1 if own is None else 0


def _currency(holder: Value, facts: Facts) -> str:
    """Take the currency that stands beside the amount, else the book's."""
    beside = holder.get("currency") if isinstance(holder, Mapping) else None
    return str(beside or facts.get("currency") or "EUR")


def _money(amount: float, currency: str) -> str:
    """Write an amount as €1,149.99, or with the code of a rarer currency."""
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'-' if amount < 0 else ''}{sign}{abs(amount):,.2f}"


def _date(value: Value) -> str:
    """Write a day as 18 November 2026; what is no ISO date stays as it is."""
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _quoted(value: Value) -> str:
    """Put a text in quotation marks, on one line."""
    return f"“{' '.join(str(value).split())}”"


def _said(value: Value) -> str:
    """Write a value as people do: lists with commas and a last "or"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [_said(item) for item in value]
        return " or ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
    return str(value)


_FILTERS: Mapping[str | None, Callable[[Value], str]] = {None: _said, "date": _date, "quoted": _quoted}
FILTERS = frozenset({*_FILTERS, "money"})
"""What may follow a `|` in a placeholder."""
