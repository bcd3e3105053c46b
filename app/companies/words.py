"""Turns other people's names into names of a book."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 50
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def name_of(text: str) -> str:
    """Write `getBookById` or `get-book by id` as `get_book_by_id`; empty when no letter is in it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = [word.lower() for word in _WORD.findall(plain)]
    while words and words[0].isdigit():
        words.append(words.pop(0))
        if all(word.isdigit() for word in words):
            return ""
    return "_".join(words)[:LONGEST].rstrip("_")


def unique(name: str, taken: Collection[str], beside: str = "") -> str:
    """Give a name that is not taken, with another before it or a number behind; a set is told of it."""
    found, number = name, 2
    if found in taken and beside:
        found = f"{beside}_{name}"[:LONGEST]
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    if isinstance(taken, set):
        taken.add(found)
    return found


def spoken(name: str) -> str:
    """Write a name as words: `delivery_date` is `delivery date`."""
    return name.replace("_", " ")


def singular(word: str) -> str:
    """Name one of several: `orders` is `order`, `companies` is `company`."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
