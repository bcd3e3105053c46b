"""Looks for what is wrong with labelled texts before anything is learnt from them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from frontdesk_nlu.intents.fitting import FOLDS
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.measuring.encoding import encoded
from frontdesk_nlu.measuring.scores import OUT_OF_SCOPE
from frontdesk_nlu.measuring.tables import Columns, Labelled, read_labelled
from frontdesk_nlu.model.training import Say
from frontdesk_nlu.reading.text import prepared, readable

FEW = 20
IMBALANCE = 10
NEAR = 0.985
"""Cosine above which two texts say the same in other spelling; paraphrases lie below."""
AT_ONCE = 1_000

Kind = Literal["duplicate", "conflict", "leakage", "near_duplicate", "near_conflict", "too_few", "imbalance"]
ERRORS = frozenset({"conflict", "leakage", "too_few"})


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, where, and what to do."""

    kind: Kind
    place: str
    tells: str

    @property
    def is_error(self) -> bool:
        """Whether training or measuring on this would mislead."""
        return self.kind in ERRORS


@dataclass(frozen=True)
class Entry:
    """A labelled text in the form in which texts are compared, and the number of its file."""

    row: Labelled
    text: str
    file: int


def validate(files: Sequence[Path], columns: Columns, say: Say) -> dict[str, Any]:
    """Examine files together: the first is what is learnt from, the others must not be known to it."""
    entries = [
        Entry(row, prepared(readable(row.text)), number)
        for number, path in enumerate(files)
        for row in read_labelled(path, columns)
    ]
    say(f"read {len(entries)} texts of {len(files)} files")
    distinct = list({entry.text: entry for entry in entries}.values())
    vectors = encoded([entry.text for entry in distinct])
    findings = [*same_text(entries), *counts(entries), *nearly_same(distinct, vectors)]
    return {
        "findings": [asdict(one) | {"error": one.is_error} for one in findings],
        "figures": {
            "texts_count": len(entries),
            "intents_count": len({entry.row.label for entry in entries} - {OUT_OF_SCOPE}),
            "errors_count": sum(one.is_error for one in findings),
            "notes_count": sum(not one.is_error for one in findings),
        },
    }


def same_text(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Compare texts that read the same: conflict before leakage before plain repetition."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.text].append(entry)
    for first, *others in groups.values():
        for other in others:
            yield _repeated(first, other)


def _repeated(first: Entry, other: Entry) -> Finding:
    """Say what it means that a text stands twice."""
    where, text = first.row.place, other.row.text
    if first.row.label != other.row.label:
        labels = f"{other.row.label} here, {first.row.label} in {where}"
        return Finding("conflict", other.row.place, f"'{text}' is {labels}; keep one")
    if first.file != other.file:
        return Finding("leakage", other.row.place, f"'{text}' is also in {where}; take it out of one file")
    return Finding("duplicate", other.row.place, f"'{text}' is also in {where}; remove one")


def counts(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Name intents that have too few examples in the first file, or far fewer than others."""
    taught = [entry for entry in entries if entry.file == 0 and entry.row.label != OUT_OF_SCOPE]
    many = Counter(entry.row.label for entry in taught)
    places = {entry.row.label: entry.row.place for entry in reversed(taught)}
    most, most_count = many.most_common(1)[0] if many else ("", 0)
    for label, count in sorted(many.items()):
        if count < FOLDS:
            yield Finding("too_few", places[label], f"{label} has {count} examples; {FOLDS} are needed")
        elif count < FEW:
            yield Finding("imbalance", places[label], f"{label} has only {count} examples; aim for {FEW}")
        elif count * IMBALANCE < most_count:
            tells = f"{label} has {count} examples, {most} has {most_count}; even them out"
            yield Finding("imbalance", places[label], tells)


def nearly_same(entries: Sequence[Entry], vectors: Floats) -> Iterator[Finding]:
    """Compare vectors: the same sentence with a typo or another number is nearly the same text."""
    for start in range(0, len(entries), AT_ONCE):
        cosines = vectors[start : start + AT_ONCE] @ vectors[: start + AT_ONCE].T
        for at, other in np.argwhere(np.tril(cosines, start - 1) > NEAR):
            yield _near(entries[other], entries[start + at])


def _near(first: Entry, other: Entry) -> Finding:
    """Say what it means that two texts are nearly the same."""
    told = f"'{other.row.text}' says the same as '{first.row.text}' in {first.row.place}"
    if first.row.label != other.row.label:
        labels = f"{other.row.label} here, {first.row.label} there"
        return Finding("near_conflict", other.row.place, f"{told}, but is {labels}; check both")
    return Finding("near_duplicate", other.row.place, f"{told}; vary it or remove one")
