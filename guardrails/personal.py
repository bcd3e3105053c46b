"""Personal details in a text: found, compared with those that may be said, or masked."""

import re
from collections.abc import Iterator

from guardrails.detail import Detail, Finder, Kind
from guardrails.personal_numbers import cards, digits, ibans, identities
from guardrails.personal_people import people
from guardrails.personal_phones import phones
from guardrails.personal_places import addresses

__all__ = ["Detail", "Kind", "details", "digits", "mask"]

_EMAIL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|"
    r"[\w.+-]+ ?(?:@|\(at\)|\[at\]|\{at\}) ?[\w-]+(?: ?(?:\(dot\)|\[dot\]) ?[\w-]+|\.[\w-]+)+|"
    r"[\w.+-]+ (?i:at|arroba|chiocciola) [\w-]+(?: (?i:dot|punkt|point|punto|ponto) \w+)+"
)
_AT = re.compile(r" ?(?:\(at\)|\[at\]|\{at\}) ?| (?:at|arroba|chiocciola) ")
_DOT = re.compile(r" ?(?:\(dot\)|\[dot\]) ?| (?:dot|punkt|point|punto|ponto) ")
_SPELT = ("(at)", "[at]", "{at}", " dot ", " punkt ", " point ", " punto ", " ponto ", " DOT ", " Dot ")
_ORDER_WORDS = (
    r"orders?|bestellung(?:en)?|auftrag|commandes?|pedidos?|ordini?|ordine|bestelling(?:en)?|encomendas?|"
    r"sipariş\w*|zamówieni\w*|beställning(?:en)?|ordrer?"
)
_NUMBER = re.compile(r"(?<![\d.,])\d{3,12}\b(?![.,]\d)")
_BEFORE = re.compile(
    rf"(?i)(?:#|\b(?:{_ORDER_WORDS})"
    r"(?: (?:number|nummer|numéro|número|numero|no\.?|nr\.?|n\.?[º°]|nº|n°))?:? ?#?(?:[a-z]{1,4}-?)?)$"
)
_BEHIND = re.compile(r"(?i) (?:numaralı|no'lu|nolu) sipariş")
_WORTH_LOOKING = re.compile(r"\d.?\d.?\d")
_NUMBERS: tuple[Finder, ...] = (ibans, cards, identities, phones)


def details(text: str) -> tuple[Detail, ...]:
    """Find personal details, the more specific kind first, none overlapping another."""
    found: list[Detail] = []
    for finder in _finders(text):
        for detail in finder(text):
            if all(detail.end <= other.start or detail.start >= other.end for other in found):
                found.append(detail)
    return tuple(found)


def _finders(text: str) -> Iterator[Finder]:
    """Name the finders that may find something in a text, in order."""
    if "@" in text or any(spelt in text for spelt in _SPELT):
        yield _emails
    if _WORTH_LOOKING.search(text):
        yield from _NUMBERS
        yield _orders
    yield addresses
    yield people


def mask(text: str) -> str:
    """Replace every detail but order numbers by its kind, for logs and prompts."""
    masked = text
    for detail in sorted(details(text), key=lambda each: -each.start):
        if detail.kind != "order":
            masked = f"{masked[: detail.start]}[{detail.kind}]{masked[detail.end :]}"
    return masked


def _emails(text: str) -> Iterator[Detail]:
    """Find email addresses, also with `at` and `dot` in words or brackets."""
    for found in _EMAIL.finditer(text):
        plain = _DOT.sub(".", _AT.sub("@", found.group())).replace(" ", "")
        yield Detail("email", *found.span(), plain.lower())


def _orders(text: str) -> Iterator[Detail]:
    """Find order numbers, which stand after a hash sign or the word order."""
    for found in _NUMBER.finditer(text):
        number, start = found.group(), found.start()
        before = _BEFORE.search(text, max(0, start - 32), start)
        if before is not None and (len(number) > 3 or "#" in before.group()):
            yield Detail("order", before.start(), found.end(), number)
        elif len(number) > 3 and _BEHIND.match(text, found.end()):
            yield Detail("order", start, found.end(), number)
