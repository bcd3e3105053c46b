"""Personal details in a text: found, compared with those that may be said, or masked."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["email", "phone", "card", "iban", "order"]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_LONG_DIGITS = re.compile(r"(?<![\w.,#])(?:\d[ -]?){12,18}\d(?![\w])")
_PHONE = re.compile(
    r"(?<![\w.,#-])"
    r"(?:(?:\+|00)\d[\d ()/.-]{6,18}\d|0\d{1,4}[ /-]?\d[\d -]{4,11}\d|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})"
    r"(?![\w-])"
)
_ORDER = re.compile(r"#(\d{3,12})\b|\b[Oo]rders?(?: (?:number|no\.?|nr\.?))?:? ?#?(\d{4,12})\b(?![.,]\d)")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORTH_LOOKING = re.compile(r"@|\d.?\d.?\d")
_NOT_DIGIT = re.compile(r"\D")


@dataclass(frozen=True)
class Detail:
    """One personal detail: its kind, its place, and the form in which it is compared."""

    kind: Kind
    start: int
    end: int
    key: str


def details(text: str) -> tuple[Detail, ...]:
    """Find personal details, the more specific kind first, none overlapping another."""
    if not _WORTH_LOOKING.search(text):
        return ()
    found: list[Detail] = []
    for finder in _FINDERS:
        for detail in finder(text):
            if all(detail.end <= other.start or detail.start >= other.end for other in found):
                found.append(detail)
    return tuple(found)


def mask(text: str) -> str:
    """Replace emails, phone, card and account numbers by their kind, for logs and prompts."""
    masked = text
    for detail in sorted(details(text), key=lambda each: -each.start):
        if detail.kind != "order":
            masked = f"{masked[: detail.start]}[{detail.kind}]{masked[detail.end :]}"
    return masked


def digits(text: str) -> str:
    """Keep the digits of a number, so that two ways of writing it compare equal."""
    return _NOT_DIGIT.sub("", text)


def _emails(text: str) -> Iterator[Detail]:
    """Find email addresses."""
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield Detail("email", *found.span(), found.group().lower())


def _ibans(text: str) -> Iterator[Detail]:
    """Find account numbers whose check digits are right."""
    for found in _IBAN.finditer(text):
        number = found.group().replace(" ", "")
        if _iban_checks(number):
            yield Detail("iban", *found.span(), number.lower())


def _iban_checks(number: str) -> bool:
    """Apply the remainder-97 rule of ISO 13616."""
    turned = number[4:] + number[:4]
    return 15 <= len(number) <= 34 and int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def _cards(text: str) -> Iterator[Detail]:
    """Find payment card numbers: a card scheme's first digit and a right check digit."""
    for found in _LONG_DIGITS.finditer(text):
        number = digits(found.group())
        if number[0] in "23456" and _luhn_checks(number):
            yield Detail("card", *found.span(), number)


def _luhn_checks(number: str) -> bool:
    """Apply the Luhn rule."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2]]
    return (sum(doubled) + sum(int(digit) for digit in number[-1::-2])) % 10 == 0


def _phones(text: str) -> Iterator[Detail]:
    """Find phone numbers: international, national with a leading zero, or three-three-four."""
    for found in _PHONE.finditer(text):
        number = digits(found.group())
        if 8 <= len(number) <= 15 and not _ISO_DATE.fullmatch(found.group()):
            yield Detail("phone", *found.span(), number.removeprefix("00"))


def _orders(text: str) -> Iterator[Detail]:
    """Find order numbers, which stand after a hash sign or the word order."""
    for found in _ORDER.finditer(text):
        yield Detail("order", *found.span(), found.group(1) or found.group(2))


_FINDERS: tuple[Callable[[str], Iterator[Detail]], ...] = (_emails, _ibans, _cards, _phones, _orders)
