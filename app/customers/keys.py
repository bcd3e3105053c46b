"""By which words a customer is found; pure. Only blind indexes of these are stored."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal["email", "phone", "name", "word"]
FEWEST_DIGITS = 6


class Key(NamedTuple):
    """One word to be found by."""

    kind: Kind
    value: str

    @property
    def text(self) -> str:
        """What the blind index is made of: the same letters of another kind give another index."""
        return f"customer:{self.kind}:{self.value}"


def folded(text: str) -> str:
    """Return a text without accents, case and doubled spaces, so that Lindstrom finds Lindström."""
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.casefold().split())


def digits(text: str) -> str:
    """Return a phone number's digits; 00 before the country is the same as +."""
    found = "".join(re.findall(r"\d", text))
    return found.removeprefix("00") if text.strip().startswith("00") else found


def keys_of(known: Mapping[str, Any]) -> frozenset[Key]:
    """Say by what a customer of whom this is known can be found."""
    keys: set[Key] = set()
    if email := folded(str(known.get("email") or "")):
        keys.add(Key("email", email))
    if len(phone := digits(str(known.get("phone") or ""))) >= FEWEST_DIGITS:
        keys.add(Key("phone", phone))
    if name := folded(str(known.get("name") or "")):
        keys.add(Key("name", name))
        keys |= {Key("word", word) for word in words_of(name)}
    return frozenset(keys)


def words_of(name: str) -> tuple[str, ...]:
    """Split a folded name at what is no letter or digit."""
    return tuple(word for word in re.split(r"[^\w]+", name) if len(word) > 1)


def sought(question: str) -> tuple[frozenset[Key], frozenset[Key]]:
    """Say which keys each alone would mean the customer asked for, and which only together."""
    text = folded(question)
    alone = {Key("email", text), Key("name", text)} if text else set()
    if len(phone := digits(question)) >= FEWEST_DIGITS and not re.search(r"[a-z]", text):
        alone.add(Key("phone", phone))
    return frozenset(alone), frozenset(Key("word", word) for word in words_of(text) if "@" not in text)
