"""Fits the weights of the three stages anew; `README.md` says on what, and how well they do."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from frontdesk_nlu.clauses.companies import Company, company, off_topic
from frontdesk_nlu.clauses.examples import Reader, Seen, Told, joined, messages, seen
from frontdesk_nlu.clauses.glancing import Sketch
from frontdesk_nlu.clauses.splitting import FILE, STAGES
from frontdesk_nlu.encoding.encoder import Encoder
from frontdesk_nlu.intents.fitting import Foreign, train
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.measuring.encoding import encoder
from frontdesk_nlu.measuring.tables import Columns

Say = Callable[[str], None]

SEED = 7
SOFTNESS = 0.3
MOST_TEXTS = 5_000
"""So many texts of a company are used: two thirds to train a model, one to be read by it."""

WEIGHTS = {"written": 8.0, "own": 1.5, "joined": 1.0, "foreign": 2.0}
"""How much a text of each kind counts."""

LOST = 0.004
"""The share of written and joined pairs that the cheap stage may lose."""

CHOSEN = {"near": -2.2, "dear": -0.6}
"""The lines of the other stages: what reading costs against pairs, and pairs against torn wishes."""


@dataclass(frozen=True)
class Lesson:
    """Two companies, the first with messages written for this; each is foreign to the other's model."""

    own: Company
    other: Company
    off_topic: Foreign
    written: Path
    encoder: Encoder


def fit_anew(book: Path, other: Path, columns: Columns, written: Path, say: Say) -> Mapping[str, float]:
    """Fit all stages on a book, another company's examples and written messages; put the weights in place."""
    reads = encoder()
    both = company(book, Columns(), reads), company(other, columns, reads)
    say(f"{len(both[0].texts)} examples of one company, {len(both[1].texts)} of the other")
    lesson = Lesson(*both, off_topic(reads), written, reads)
    places = lessons(lesson, say)
    stages = {stage: fit_stage(places, len(names)) for stage, names in STAGES.items()}
    cheap = line_of(places, stages["cheap"], LOST)
    write(stages, {"cheap": cheap, **CHOSEN}, FILE)
    return {"cheap_line": cheap, "places": float(len(places))}


def lessons(lesson: Lesson, say: Say) -> list[Seen]:
    """Read every text by a model that has not seen it."""
    dice = random.Random(SEED)
    found: list[Seen] = []
    for taught, foreign in ((lesson.own, lesson.other), (lesson.other, None)):
        rows = dice.sample(range(len(taught.texts)), len(taught.texts))[:MOST_TEXTS]
        third = len(rows) // 3
        reader = reader_of(taught, rows[third:], lesson)
        say(f"a model of {len(rows) - third} examples")
        unseen = taught.told(rows[:third])
        found += seen(reader, [*unseen, *joined(unseen, third // 2, dice)])
        if foreign is not None:
            texts = dice.sample(foreign.texts, min(third, len(foreign.texts)))
            found += seen(reader, [Told(text, (), "foreign") for text in texts])
        say(f"{len(found)} places read")
    everything = reader_of(lesson.own, range(len(lesson.own.texts)), lesson)
    found += seen(everything, messages(lesson.written))
    say(f"{len(found)} places read, with the messages written for this")
    return found


def reader_of(taught: Company, rows: Sequence[int], lesson: Lesson) -> Reader:
    """Train a model on some examples, to read others."""
    model = train(taught.corpus.part(np.array(rows)), lesson.off_topic)
    return Reader(model, Sketch.of(model), lesson.encoder, taught.known)


def fit_stage(places: Sequence[Seen], signs: int) -> Floats:
    """Fit by logistic regression on signs of one scale; what belongs to all places is the first sign's."""
    table = np.array([place.signs[:signs] for place in places])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=SOFTNESS, max_iter=3_000).fit(
        (table - mean) / spread,
        [place.meets for place in places],
        sample_weight=[place.weight * WEIGHTS[place.told.kind] for place in places],
    )
    weights = fitted.coef_[0] / spread
    weights[0] = fitted.intercept_[0] - weights[1:] @ mean[1:]
    result: Floats = weights.astype(np.float32)
    return result


def line_of(places: Sequence[Seen], weights: Floats, lost: float) -> float:
    """Draw the line of a stage so that it loses only so many pairs."""
    sums = [float(weights @ place.signs[: len(weights)]) for place in places if place.meets]
    return float(np.quantile(sums, lost))


def write(stages: Mapping[str, Floats], lines: Mapping[str, float], target: Path) -> None:
    """Put new weights in place."""
    told: dict[str, Any] = {
        stage: {
            "line": round(lines[stage], 3),
            "signs": {
                name: round(float(weight), 3) for name, weight in zip(names, stages[stage], strict=True)
            },
        }
        for stage, names in STAGES.items()
    }
    note = "# Written by `frontdesk_nlu fit-clauses`; README.md beside this says on what.\n"
    target.write_text(note + yaml.safe_dump(told, sort_keys=False), "utf-8")
