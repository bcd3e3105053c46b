"""What finding entities knows beforehand: the company's own words, places and given names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from frontdesk_nlu.entities.catalogue import Catalogue, folded, own_names
from frontdesk_nlu.entities.orders import order_pattern
from frontdesk_nlu.reading.everyday import everyday_words

HERE = Path(__file__).parent


@cache
def listed(name: str) -> Mapping[str, frozenset[str]]:
    """Read a word list of this folder; names of several words are parted by semicolons."""
    lists = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return {
        key: frozenset(one.strip() for one in re.split("; ?" if ";" in names else " ", names) if one.strip())
        for key, names in lists.items()
    }


@dataclass(frozen=True)
class Lexicon:
    """Words with a meaning of their own, folded to lower case."""

    orders: re.Pattern[str] | None
    catalogue: Catalogue
    ordinary: frozenset[str]
    """Words that name nothing when they are written without a capital."""
    places: frozenset[str]
    capital_places: frozenset[str]
    given: frozenset[str]
    ordinary_given: frozenset[str]
    nations: frozenset[str]
    """What people are, not what they are called: `I'm Dutch`."""
    places_by_first: Mapping[str, tuple[tuple[str, ...], ...]] = field(repr=False)
    hints: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    """What is remembered of words; see `hints.py`."""


def lexicon(
    orders: Iterable[str] = (),
    catalogue: Mapping[str, str] | None = None,
    vocabulary: Iterable[str] = (),
    places: Iterable[str] = (),
    product_names: Iterable[str] = (),
) -> Lexicon:
    """Join what a company's examples teach with the lists of this folder."""
    towns, names = listed("places"), listed("names")
    capital = {place.lower() for place in towns["capital_only"]}
    known = {place.lower() for place in towns["countries"] | towns["towns"] | frozenset(places)} - capital
    common = everyday_words()["en"] | names["described"]
    ordinary = (frozenset(vocabulary) | common | towns["no_place"]) - known
    products = catalogue or {}
    own = frozenset(map(folded, product_names)) or own_names(products.values(), ordinary)
    return Lexicon(
        orders=order_pattern(orders),
        catalogue=Catalogue.of(products, own, common),
        ordinary=ordinary,
        places=frozenset(known),
        capital_places=frozenset(capital),
        given=frozenset(name.lower() for name in names["given"]),
        ordinary_given=frozenset(name.lower() for name in names["ordinary"]),
        nations=names["nations"],
        places_by_first=by_first_word(known | capital),
    )


def by_first_word(names: Iterable[str]) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Group names by their first word, longest first."""
    grouped: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(name.split())
        grouped.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in grouped.items()}
