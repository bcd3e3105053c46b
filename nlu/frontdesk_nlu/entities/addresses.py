"""Postal addresses: a street with its number, and the town behind it where it stands."""

import re
from collections.abc import Iterator, Sequence

from frontdesk_nlu.entities.found import Found
from frontdesk_nlu.entities.lexicon import Lexicon

KIND = (
    r"(?:street|str|st|road|rd|lane|ln|avenue|ave|drive|dr|close|court|ct|square|sq|way|place|pl|terrace|crescent"
    r"|gardens?|grove|hill|row|walk|mews|quay|boulevard|blvd|parade|wharf|alley|bridge|park)"
)
JOINED = (
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|gatan|gata|vägen|väg|gade|vej|gaten|gata|veien|vei"
    r"|straat|laan|plein|gracht|kade|singel|katu|tie|utca|torg|torget|plads)"
)
LEADING = (
    r"(?:rue|via|viale|piazza|corso|calle|avenida|plaza|paseo|rua|largo|ulica|ul\.|avenue|boulevard|place|quai|chemin"
    r"|impasse|route)"
)
NUMBER = r"\d{1,4}(?:\s?[a-d]\b|[-/]\d{1,4})?"
PART = r"[^\W\d_][\w'’.-]{0,30}"
STREETS = (
    re.compile(rf"(?<![\w#€$£.,/-])(?P<number>{NUMBER}),? (?P<name>(?:{PART} ){{1,3}}{KIND}\b\.?)", re.I),
    re.compile(
        rf"(?<![\w-])(?P<name>(?:{PART} ){{1,3}}{KIND}\b\.?),? (?P<number>{NUMBER})(?![\w€$£]|[.,]\d)", re.I
    ),
    re.compile(
        rf"(?<![\w-])(?P<name>(?:{PART} ){{0,2}}[^\W\d_][\w-]{{1,30}}{JOINED}),? (?P<number>{NUMBER})"
        r"(?![\w€$£]|[.,]\d)",
        re.I,
    ),
    re.compile(
        rf"(?<![\w-])(?P<name>{LEADING} (?:{PART} ){{0,3}}{PART}),? (?P<number>{NUMBER})(?![\w€$£]|[.,]\d)",
        re.I,
    ),
    re.compile(
        rf"(?<![\w#€$£.,/-])(?P<number>{NUMBER}),? (?P<name>(?:rue|avenue|boulevard|quai|chemin|impasse)"
        rf" (?:de la |de l'|des |du |de |d')?{PART}(?: [A-Z][\w'’-]{{1,30}})?)",
        re.I,
    ),
)
POSTCODE = (
    r"(?:[A-Z]{1,2}-)?\d{4,5}(?: ?[A-Z]{2}\b)?|\d{3} \d{2}|\d{2}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
    r"|[A-Z]\d{2}(?: ?[A-Z\d]{4})?"
)
TAIL = re.compile(
    rf"(?:,? |,\s?)(?P<code>{POSTCODE})(?:,? (?P<town>[^\W\d_][\w'’-]{{1,30}}(?: [A-Z][\w'’-]{{1,30}})?))?"
)
TOWN = re.compile(r"(?:,? in |,\s?)(?P<town>[^\W\d_][\w'’-]{1,30}(?: [^\W\d_][\w'’-]{1,30}){0,2})")


def addresses(text: str, known: Lexicon) -> Iterator[Found]:
    """Find streets with a number; the value is what was written, with single spaces."""
    for pattern in STREETS:
        for hit in pattern.finditer(text):
            start, end = street(text, hit, known)
            if start is not None:
                end = end_of_tail(text, end, known)
                yield Found(
                    entity="address",
                    value=" ".join(text[start:end].split()),
                    start=start,
                    end=end,
                    confidence=0.9,
                )


def street(text: str, hit: re.Match[str], known: Lexicon) -> tuple[int | None, int]:
    """Return where a street begins and ends; words before its name that name nothing are left out."""
    parts = list(re.finditer(r"\S+", hit["name"]))
    first = first_of_name(parts, known)
    if first is None:
        return None, hit.end()
    if hit.start("number") < hit.start("name"):
        return (hit.start() if first == 0 else None), hit.end()
    return hit.start("name") + parts[first].start(), hit.end()


def first_of_name(parts: Sequence[re.Match[str]], known: Lexicon) -> int | None:
    """Return which word begins the name: the last run of words that are capital or not ordinary."""
    if re.fullmatch(LEADING, parts[0].group(), re.I):
        return 0
    capital = parts[-1].group()[0].isupper()
    at = len(parts) - 1
    while at > 0 and belongs(parts[at - 1].group(), capital, known):
        at -= 1
    alone = at == len(parts) - 1 and len(parts) > 1
    joined = re.fullmatch(rf"[\w-]{{2,}}{JOINED}", parts[at].group(), re.I) is not None
    return None if alone and not joined else at


def belongs(word: str, capital: bool, known: Lexicon) -> bool:
    """Say whether a word can be a part of a street's name."""
    if word[-1] in ",;:":
        return False
    if capital:
        return word[0].isupper() or word.lower() in {
            "de",
            "des",
            "du",
            "la",
            "del",
            "della",
            "van",
            "der",
            "of",
        }
    return word.lower() not in known.ordinary


def end_of_tail(text: str, end: int, known: Lexicon) -> int:
    """Return where an address ends with its postcode and town."""
    tail = TAIL.match(text, end)
    if tail:
        town = tail["town"]
        end = tail.end() if town and is_town(town, known) else tail.end("code")
    return end_of_town(text, end, known)


def end_of_town(text: str, end: int, known: Lexicon) -> int:
    """Take in a known place that follows."""
    while town := TOWN.match(text, end):
        words = town["town"].split(" ")
        size = next((n for n in range(len(words), 0, -1) if is_place(" ".join(words[:n]), known)), 0)
        if not size:
            return end
        end = town.start("town") + len(" ".join(words[:size]))
    return end


def is_town(name: str, known: Lexicon) -> bool:
    """Say whether what follows a postcode is a town: any name with a capital, or one that is known."""
    return (name[0].isupper() and name.lower() not in known.ordinary) or is_place(name, known)


def is_place(name: str, known: Lexicon) -> bool:
    """Say whether a name is a known place."""
    return name.lower() in known.places or (name[0].isupper() and name.lower() in known.capital_places)
