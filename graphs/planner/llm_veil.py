"""Personal details leave the house as tokens: `ORDER_1` instead of the number, put back afterwards."""

import re
from collections.abc import Iterable

from graphs.ports import Entity
from guardrails.personal import details

LONG_NUMBER = re.compile(r"\d{3,}")
TOKEN = re.compile(r"\b[A-Z]+_\d+\b")
KINDS = {"order": "ORDER", "order_number": "ORDER", "email": "EMAIL", "phone": "PHONE", "product": ""}
"""How a kind of detail is called; what a product is called is nobody's secret."""


class Veil:
    """Replaces details by tokens, the same detail always by the same one, and puts them back."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}
        self._values: dict[str, str] = {}

    def learn(
        self, text: str, entities: Iterable[Entity] = (), names: Iterable[str] = (), *, numbers: bool = True
    ) -> None:
        """Take in the details of a text: what rails find, what understanding found, long numbers, names."""
        for detail in details(text):
            self._keep(detail.key if detail.kind == "order" else text[detail.start : detail.end], detail.kind)
        for entity in entities:
            self._keep(text[entity.start : entity.end], entity.name)
        for found in LONG_NUMBER.findall(text) if numbers else ():
            self._keep(found, "number")
        for name in names:
            self._keep(name, "name")

    def _keep(self, value: str, kind: str) -> None:
        """Give a value its token, once."""
        called = KINDS.get(kind, kind.upper())
        if not called or len(value.strip()) < 2 or value.casefold() in self._tokens:
            return
        number = 1 + sum(token.startswith(f"{called}_") for token in self._tokens.values())
        token = f"{called}_{number}"
        self._tokens[value.casefold()], self._values[token] = token, value

    def hide(self, text: str) -> str:
        """Write a text with tokens for every detail learnt, the longest first."""
        if not self._tokens:
            return text
        longest = sorted(self._tokens, key=len, reverse=True)
        pattern = re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in longest), re.I)
        return pattern.sub(lambda found: self._tokens[found[0].casefold()], text)

    def show(self, text: str) -> str:
        """Put the details back; a token that nobody gave out stays as it is."""
        return TOKEN.sub(lambda found: self._values.get(found[0], found[0]), text)
