"""Measures the extractors on a file of texts whose entities somebody marked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdesk_nlu.entities.found import Found, Value
from frontdesk_nlu.measuring.tables import BadTable, json_lines

WRITTEN_OTHERWISE = frozenset({"order_number", "email", "phone", "amount", "product"})
"""Kinds whose value is not simply the characters of the text."""

Span = tuple[int, int, str]


@dataclass(frozen=True)
class Marked:
    """A text with its entities: span and kind, each with the value somebody gave it."""

    text: str
    entities: Mapping[Span, str]


def marked_texts(path: Path) -> Sequence[Marked]:
    """Read a `.jsonl` file; what cannot be used is named with file, line and field."""
    return [marked(row, place) for place, row in json_lines(path, "`text` and `entities`")]


def marked(row: Mapping[str, Any], place: str) -> Marked:
    """Read one text."""
    if not isinstance(row.get("text"), str):
        raise BadTable(f"{place}: an object with `text` and `entities` is expected")
    if not isinstance(row.get("entities"), list):
        raise BadTable(f"{place}: `entities` must be a list, an empty one where nothing is named")
    return Marked(row["text"], dict(span_of(one, row["text"], place) for one in row["entities"]))


def span_of(entity: Any, text: str, place: str) -> tuple[Span, str]:
    """Read one entity; it must stand inside its text."""
    match entity:
        case {"entity": str(kind), "start": int(start), "end": int(end), "value": value} if (
            0 <= start < end <= len(text)
        ):
            return (start, end, kind), str(value)
    raise BadTable(f"{place}: `entities`: {entity} needs `entity`, `value`, and `start` < `end` in the text")


def figures(texts: Sequence[Marked], found: Sequence[Sequence[Found]]) -> dict[str, float]:
    """Compare exact spans and kinds; the value's agreement is told of what was found rightly."""
    wanted = Counter(span[2] for text in texts for span in text.entities)
    said = Counter(one.entity for ones in found for one in ones)
    hits = [
        (one.entity, agrees(text.entities[key], one.value))
        for text, ones in zip(texts, found, strict=True)
        for one in ones
        if (key := (one.start, one.end, one.entity)) in text.entities
    ]
    right = Counter(kind for kind, _ in hits)
    told = [same for kind, same in hits if kind in WRITTEN_OTHERWISE]
    return {
        "texts_count": float(len(texts)),
        "entities_count": float(wanted.total()),
        "precision": right.total() / max(said.total(), 1),
        "recall": right.total() / max(wanted.total(), 1),
        "f1": f1(right.total(), wanted.total(), said.total()),
        **{f"f1_{kind}": f1(right[kind], wanted[kind], said[kind]) for kind in sorted(wanted | said)},
        "value_agreement": sum(told) / len(told) if told else 1.0,
    }


def f1(right: int, wanted: int, said: int) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * right / max(wanted + said, 1)


def agrees(given: str, found: Value) -> bool:
    """Say whether two values are one, however a number is written."""
    if isinstance(found, float):
        try:
            return float(given) == found
        except ValueError:
            return False
    return given.casefold() == found.casefold()


def mistakes(texts: Iterable[Marked], found: Iterable[Sequence[Found]]) -> list[tuple[str, int, int]]:
    """Count, for each kind with mistakes, what was missed and what was found though nobody marked it."""
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for text, ones in zip(texts, found, strict=True):
        said = {(one.start, one.end, one.entity) for one in ones}
        missed.update(kind for *_, kind in text.entities.keys() - said)
        wrong.update(kind for *_, kind in said - text.entities.keys())
    return [(kind, missed[kind], wrong[kind]) for kind, _ in (missed + wrong).most_common()]


def measure(train: Path, test: Path) -> Mapping[str, Any]:
    """Learn from a training file what the served model learns, and find entities in every text."""
    from rasa.shared.nlu.training_data.loading import load_data

    from frontdesk_nlu.entities.lexicon import lexicon
    from frontdesk_nlu.entities.rules import find_entities
    from frontdesk_nlu.model.components.entities import learnt
    from frontdesk_nlu.reading.text import READ_CHARS

    texts = marked_texts(test)
    known = lexicon(**learnt(load_data(str(train))))
    found = [find_entities(text.text[:READ_CHARS], known) for text in texts]
    return {"figures": figures(texts, found), "mistakes": mistakes(texts, found)}
