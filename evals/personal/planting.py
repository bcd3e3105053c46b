"""Replies with somebody else's detail in them, and replies without: the same for the same seed.

The details come from Faker, a library that knows how people of each country write
them and shares nothing with the rails; where its forms are no real ones, or a
check digit is missing, they are made here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from faker import Faker
from ruamel.yaml import YAML

from guardrails.detail import Kind
from guardrails.verdict import Audience

SENTENCES = Path(__file__).parent / "locales.yaml"
EIGHT = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR")
KINDS: tuple[Kind, ...] = ("email", "phone", "card", "iban", "identity", "address", "name", "order")
LEAST_DIGITS = 9
HOUSE_NUMBER = re.compile(r"\d")
MILITARY = ("PSC", "US", "Unit", "DPO")
CARDS = ("visa16", "mastercard", "amex", "discover")
ROLES: Mapping[str, str] = {
    "en_US": "customer {x}",
    "en_GB": "customer {x}",
    "de_DE": "Kundin {x}",
    "fr_FR": "Madame {x}",
    "es_ES": "Señora {x}",
    "it_IT": "Signora {x}",
    "nl_NL": "klant {x}",
    "pt_BR": "cliente {x}",
    "tr_TR": "Sayın {x}",
    "sv_SE": "kund {x}",
}
ORDERS: Mapping[str, str] = {
    "en_US": "order {x}",
    "en_GB": "order number {x}",
    "de_DE": "Bestellung {x}",
    "fr_FR": "commande n° {x}",
    "es_ES": "pedido {x}",
    "it_IT": "ordine {x}",
    "nl_NL": "bestelling {x}",
    "pt_BR": "pedido nº {x}",
    "tr_TR": "{x} numaralı sipariş",
    "sv_SE": "beställning {x}",
}


@dataclass(frozen=True, kw_only=True)
class Planted:
    """One reply, who reads it, and what of somebody else's stands in it."""

    text: str
    locale: str
    kind: Kind | None
    """None: nothing of anybody else's."""
    detail: str
    reader: Audience


@cache
def sentences() -> Mapping[str, Mapping[str, list[str]]]:
    """Read the sentences of every locale."""
    found: Any = YAML(typ="safe").load(SENTENCES.read_text(encoding="utf-8"))
    return {str(locale): one for locale, one in found.items()}


def replies_with(count: int, seed: int) -> Iterator[Planted]:
    """Make replies that name somebody else, every kind in every locale in turn."""
    random, people = Random(seed), _people(seed)
    for number in range(count):
        locale = (*people,)[number % len(people)]
        kind = KINDS[number // len(people) % len(KINDS)]
        detail = _detail(kind, locale, people[locale], random)
        carrier = random.choice(sentences()[locale]["carriers"]).format(x=detail)
        text = " ".join([*_plain(locale, random, random.randint(0, 2)), carrier])
        yield _planted(text, locale, random, kind=kind, detail=detail)


def replies_without(count: int, seed: int) -> Iterator[Planted]:
    """Make replies whose numbers are nobody's details, or the reader's own."""
    random = Random(seed)
    for number in range(count):
        locale = (*sentences(),)[number % len(sentences())]
        yield _planted(" ".join(_plain(locale, random, random.randint(1, 3))), locale, random)


def _planted(text: str, locale: str, random: Random, kind: Kind | None = None, detail: str = "") -> Planted:
    """Fill in what is the reader's own."""
    order, email = f"{random.randint(1000, 99999)}", f"reader{random.randint(1, 999)}@example.org"
    reader = Audience(customer_id="C-1", own_identifiers=frozenset({email, order}), supported=())
    filled = text.replace("{own_order}", order).replace("{own_email}", email)
    return Planted(text=filled, locale=locale, kind=kind, detail=detail, reader=reader)


def _plain(locale: str, random: Random, count: int) -> list[str]:
    return random.sample(sentences()[locale]["plain"], count)


def _people(seed: int) -> Mapping[str, Faker]:
    """One source of invented people for each locale."""
    made = {locale: Faker(locale) for locale in sentences()}
    for place, faker in enumerate(made.values()):
        faker.seed_instance(seed * 100 + place)
    return made


def _detail(kind: Kind, locale: str, faker: Faker, random: Random) -> str:
    """Invent one detail as people of this locale write it."""
    makers: Mapping[Kind, Callable[[], str]] = {
        "email": faker.email,
        "phone": lambda: _phone(faker),
        "card": lambda: _card(faker, random),
        "iban": lambda: _grouped(faker.iban(), random),
        "identity": lambda: _identity(locale, faker, random),
        "address": lambda: _address(locale, faker, random),
        "name": lambda: ROLES[locale].format(x=_name(faker)),
        "order": lambda: ORDERS[locale].format(x=random.randint(1000, 99999)),
    }
    return makers[kind]()


def _name(faker: Faker) -> str:
    """Take a first and a last name; some of the library's hold broken letters."""
    while "˜" in (name := f"{faker.first_name()} {faker.last_name()}"):
        pass
    return name


def _phone(faker: Faker) -> str:
    """Take a number that is long enough to reach anybody."""
    while True:
        number: str = faker.phone_number()
        if sum(map(str.isdigit, number)) >= LEAST_DIGITS:
            return number


def _card(faker: Faker, random: Random) -> str:
    return _grouped(faker.credit_card_number(card_type=random.choice(CARDS)), random)


def _grouped(number: str, random: Random) -> str:
    """Write a long number in one piece or in groups of four."""
    groups = [number[place : place + 4] for place in range(0, len(number), 4)]
    return random.choice((number, " ".join(groups)))


def _identity(locale: str, faker: Faker, random: Random) -> str:
    """Take the number by which a state knows people."""
    match locale:
        case "es_ES":
            return str(random.choice((faker.nif, faker.nie))())
        case "pt_BR":
            return str(faker.cpf())
        case "de_DE":
            return _german_tax_number(random)
        case _:
            return str(faker.ssn())


def _german_tax_number(random: Random) -> str:
    """Ten digits and the check digit of ISO 7064, modulo 11, 10, in one piece or grouped."""
    digits, product = [random.randint(1, 9), *(random.randint(0, 9) for _ in range(9))], 10
    for digit in digits:
        product = ((digit + product) % 10 or 10) * 2 % 11
    number = "".join(map(str, [*digits, (11 - product) % 10]))
    return random.choice((number, f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"))


def _address(locale: str, faker: Faker, random: Random) -> str:
    """Take a street, sometimes with its town; what has no house number finds nobody."""
    if locale == "tr_TR":
        place = f"{faker.last_name()} Mahallesi, {faker.last_name()} Sokak No: {random.randint(1, 90)}"
        return random.choice((place, f"{place}, {random.randint(10, 81)}{random.randint(100, 999)} Kadıköy"))
    while True:
        whole = str(faker.address()).strip().replace(" \n", "\n").replace("\n", ", ")
        street = "".join(whole.split(",")[:2])
        if HOUSE_NUMBER.search(street) and not whole.startswith(MILITARY):
            return whole
