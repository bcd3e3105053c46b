"""Measures intents: the shipped pipeline trained on one file and tried on another, or folds of one file."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold, train_test_split

from frontdesk_nlu.intents.fitting import FOLDS, SEED, Corpus, Foreign, refuse_thin, train
from frontdesk_nlu.intents.naming import without_names
from frontdesk_nlu.intents.ngrams import Rows
from frontdesk_nlu.intents.off_topic import off_topic_lines
from frontdesk_nlu.measuring.encoding import encoded
from frontdesk_nlu.measuring.scores import (
    OUT_OF_SCOPE,
    Judged,
    confusions,
    intent_figures,
    reliability,
    scope_curve,
    scope_figures,
    scope_line,
)
from frontdesk_nlu.measuring.tables import BadTable, Columns, Labelled, rasa_training, read_labelled
from frontdesk_nlu.model.training import Say
from frontdesk_nlu.reading.text import READ_CHARS, prepared, readable

MODEL_LINE = 0.5
"""Where the model itself draws the line, from held-out examples of its training."""

SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)
SHOWN_MISTAKES = 200
READ_TOGETHER = 64


@dataclass(frozen=True)
class Files:
    """What to train on, what to measure on, and what the line of scope is drawn on."""

    train: Path
    test: Path | None
    val: Path | None
    columns: Columns


def measure(files: Files, say: Say) -> dict[str, Any]:
    """Train the shipped pipeline from scratch and try it on texts it has not seen."""
    test = _test_rows(files)
    with tempfile.TemporaryDirectory(prefix="frontdesk-measure-") as scratch:
        began = time.monotonic()
        model = trained(files, Path(scratch), say)
        training_s = time.monotonic() - began
        say(f"trained in {training_s:.0f} s; trying {len(test)} texts")
        judged = list(_judged(model, test))
        line = MODEL_LINE
        if files.val is not None:
            line = scope_line(list(_judged(model, read_labelled(files.val, files.columns))))
    return told(judged, line, {"training_s": round(training_s, 1)})


def _test_rows(files: Files) -> Sequence[Labelled]:
    if files.test is None:
        raise BadTable("nothing to measure on: give --test FILE, or --cross-validate")
    return read_labelled(files.test, files.columns)


def trained(files: Files, scratch: Path, say: Say) -> Path:
    """Train a model folder as `frontdesk train` does."""
    from frontdesk_nlu.model import training

    data = scratch / "data"
    data.mkdir()
    rows = _in_scope(files)
    taught = files.train.read_text("utf-8") if files.train.suffix == ".yml" else rasa_training(rows)
    (data / "nlu.yml").write_text(taught, "utf-8")
    say(f"training on {len(rows)} texts of {files.train}")
    return training.train(data, scratch / "model", say).path


def _in_scope(files: Files) -> list[Labelled]:
    """Read the training texts; texts without an intent are measured, never taught."""
    return [row for row in read_labelled(files.train, files.columns) if row.label != OUT_OF_SCOPE]


def _judged(model: Path, rows: Sequence[Labelled]) -> Iterator[Judged]:
    """Read every text as the server does under load: some at a time."""
    from frontdesk_nlu.serving.interpreter import Interpreter
    from frontdesk_nlu.serving.understood import tell

    interpreter = Interpreter.open(model)
    for start in range(0, len(rows), READ_TOGETHER):
        some = rows[start : start + READ_TOGETHER]
        for row, understood in zip(some, interpreter.understand([row.text for row in some]), strict=True):
            answer = tell(understood, row.text)
            named = answer["intent"]
            yield Judged(row.text, row.label, named["name"], named["confidence"], answer["out_of_scope"])


def cross_validate(files: Files, say: Say) -> dict[str, Any]:
    """Judge every example of one file by a model that was fitted without its fold."""
    corpus, foreign = _embedded(files, say)
    refuse_thin(corpus)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    judged: list[Judged] = []
    for number, (seen, unseen) in enumerate(folds.split(corpus.labels, corpus.labels), start=1):
        judged += _fold(corpus, foreign, seen, unseen)
        say(f"fold {number} of {FOLDS}")
    return told(judged, MODEL_LINE, {})


def learning_curve(files: Files, say: Say) -> dict[str, Any]:
    """Tell how accuracy on a held-out fifth grows with the examples there are."""
    corpus, foreign = _embedded(files, say)
    refuse_thin(corpus)
    everything = np.arange(len(corpus.labels))
    rows, unseen = train_test_split(everything, test_size=0.2, random_state=SEED, stratify=corpus.labels)
    points = []
    for share in SHARES:
        seen = _share_of_each(corpus, rows, share)
        figures = intent_figures(_fold(corpus, foreign, seen, unseen))
        points.append({"examples": len(seen), "share": share, "accuracy": figures["accuracy"]})
        say(f"{len(seen)} examples: {figures['accuracy']:.1%}")
    return {"figures": {"accuracy": points[-1]["accuracy"]}, "curve": points}


def _share_of_each(corpus: Corpus, rows: Rows, share: float) -> Rows:
    """Take a share of every intent's examples, at least five."""
    by_intent = [rows[corpus.labels[rows] == label] for label in range(len(corpus.names))]
    return np.concatenate([mine[: max(FOLDS, round(share * len(mine)))] for mine in by_intent])


def _fold(corpus: Corpus, foreign: Foreign, seen: Rows, unseen: Rows) -> list[Judged]:
    """Fit on some examples and judge others."""
    model, rest = train(corpus.part(seen), foreign), corpus.part(unseen)
    found = []
    for text, label, judgement in zip(
        rest.texts, rest.labels, model.judge_many(rest.texts, rest.vectors), strict=True
    ):
        best = int(judgement.probabilities.argmax())
        sure = float(judgement.probabilities[best])
        found.append(Judged(text, corpus.names[label], model.names[best], sure, judgement.out_of_scope))
    return found


def _embedded(files: Files, say: Say) -> tuple[Corpus, Foreign]:
    """Encode the examples of the training file as the model reads them, each distinct text once."""
    taught = _in_scope(files)
    rows = list(dict(zip(_without_names(files, taught), taught, strict=True)).items())
    say(f"reading {len(rows)} texts of {files.train}")
    names = tuple(sorted({row.label for _, row in rows}))
    labels = np.array([names.index(row.label) for _, row in rows])
    lines = tuple(prepared(line) for line in off_topic_lines())
    foreign = Foreign(lines, encoded(lines))
    texts = tuple(text for text, _ in rows)
    return Corpus(names, texts, encoded(texts), labels), foreign


def _without_names(files: Files, rows: Sequence[Labelled]) -> Iterator[str]:
    """Prepare texts with neutral words for the entities that are found in them."""
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    from frontdesk_nlu.entities.lexicon import lexicon
    from frontdesk_nlu.entities.rules import find_entities
    from frontdesk_nlu.model.components.entities import learnt

    taught = files.train.read_text("utf-8") if files.train.suffix == ".yml" else rasa_training(rows)
    known = lexicon(**learnt(RasaYAMLReader().reads(taught)))
    for row in rows:
        found = find_entities(row.text[:READ_CHARS], known)
        spans = [(one.start, one.end, one.entity) for one in found]
        yield prepared(without_names(readable(row.text), spans))


def told(judged: Sequence[Judged], line: float, more: dict[str, float]) -> dict[str, Any]:
    """Write down everything a report needs."""
    inside = [one for one in judged if one.inside]
    wrong = sorted((one for one in inside if not one.right), key=lambda one: -one.confidence)
    return {
        "figures": intent_figures(judged) | scope_figures(judged, line) | more,
        "confusions": confusions(judged),
        "right": {name: sum(one.right for one in inside if one.truth == name) for name in _names(inside)},
        "reliability": [asdict(one) for one in reliability(inside)],
        "scope_curve": scope_curve(judged),
        "mistakes": [asdict(one) for one in wrong[:SHOWN_MISTAKES]],
    }


def _names(judged: Sequence[Judged]) -> list[str]:
    return sorted({one.truth for one in judged})
