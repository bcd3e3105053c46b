"""What a reply must not say: other people's details, promises, figures that nobody gave it."""

import re
from collections.abc import Iterable, Iterator

from guardrails import figures
from guardrails.folding import fold
from guardrails.input_checks import first_found
from guardrails.personal import mask
from guardrails.personal_reply import strangers
from guardrails.rules import CompiledRules
from guardrails.verdict import Audience, RailHit

Hits = tuple[RailHit, ...]

_DIGIT = re.compile(r"\d")
_KINDS = {
    "email": "an email address",
    "phone": "a phone number",
    "card": "a card number",
    "iban": "an account number",
    "identity": "an identity number",
    "address": "an address",
    "name": "a name",
    "order": "an order number",
}


def check_length(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Hold back a reply that is longer than the book allows."""
    if len(text) > rules.max_output_chars:
        return (_block("length", "longer than a reply may be", "max_output_chars"),)
    return ()


def check_personal_details(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Hold back details that are neither the reader's own, nor the company's, nor in a source.

    A whole card number is never said, not even the reader's own.
    """
    return tuple(
        _block("personal_details", f"{_KINDS[kind]} that is not the reader's", kind)
        for kind in sorted(strangers(text, audience, rules.company_contacts))
    )


def check_promises(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Hold back promises and topics that the company forbids."""
    folded = fold(text)
    if promise := first_found(rules.promises, folded):
        return (_block("promises", "a promise the company does not make", promise),)
    if topic := first_found(rules.topics, folded):
        return (_block("promises", "a topic the assistant must not discuss", topic),)
    return ()


def check_figures(text: str, rules: CompiledRules, audience: Audience) -> Hits:
    """Hold back amounts, percentages and dates that stand in no supported text."""
    if not _DIGIT.search(text):
        return ()
    return tuple(
        _block("figures", f"{kind} that no source gives", kind)
        for kind in _unsupported_kinds(text, "\n".join(audience.supported))
    )


def _unsupported_kinds(text: str, supported: str) -> Iterator[str]:
    """Name each kind of figure of which the text holds one that the supported texts do not."""
    said = figures.amounts(text)
    if said and not said <= figures.amounts(supported) and not said <= _any_number(supported):
        yield "an amount"
    said_shares = figures.shares(text)
    if said_shares and not said_shares <= figures.shares(supported):
        yield "a percentage"
    said_days = figures.days(text)
    if said_days and not _each_agrees(said_days, figures.days(supported)):
        yield "a date"


def _any_number(supported: str) -> set[int]:
    """Collect amounts and the bare numbers that may be amounts: a tool's result names no currency."""
    return figures.amounts(supported) | figures.numbers(mask(supported))


def _each_agrees(said: Iterable[figures.Day], known: set[figures.Day]) -> bool:
    """Tell whether every day said is known; of two readings of one numeric date, one suffices."""
    readings: dict[tuple[frozenset[int], int | None], list[figures.Day]] = {}
    for day in said:
        readings.setdefault((frozenset((day.month, day.day)), day.year), []).append(day)
    return all(any(day.stands_in(known) for day in days) for days in readings.values())


def _block(rail: str, reason: str, evidence: str) -> RailHit:
    """Name the objection of an output rail."""
    return RailHit(rail=rail, reason=reason, severity="block", evidence=evidence)
