"""Measures the shipped moods on a file of texts with labels."""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.measuring.scores import auroc, bins, calibration_error, macro_f1
from frontdesk_nlu.measuring.tables import BadTable, Columns, labelled, table_rows
from frontdesk_nlu.mood.mood import EMOTIONS, LABELS, POLARITIES

SHOWN_CONFUSIONS = 10

Classes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Graded:
    """A text with the label and the emotions somebody gave it; None where nobody graded emotions."""

    text: str
    label: str
    emotions: frozenset[str] | None

    @property
    def polarity(self) -> int:
        """The place of the label's side among the three."""
        return POLARITIES.index(self.label.removeprefix("very_"))


@dataclass(frozen=True)
class Ratings:
    """What the model said of every text."""

    polarity: Floats
    labels: tuple[str, ...]
    emotions: Floats


def graded_texts(path: Path, columns: Columns) -> Sequence[Graded]:
    """Read a `.csv` or `.jsonl` file."""
    texts = [graded(row, place, columns) for place, row in table_rows(path)]
    if not texts:
        raise BadTable(f"{path} holds no text; give a .csv or .jsonl file with texts and labels")
    return texts


def graded(row: Mapping[str, Any], place: str, columns: Columns) -> Graded:
    """Read one row, or say which column is wrong."""
    read = labelled(row, place, columns)
    label = read.label.lower()
    if label not in LABELS:
        raise BadTable(f"{place}: column '{columns.label}': '{label}' is not one of {', '.join(LABELS)}")
    return Graded(read.text, label, emotions_in(row.get("emotions"), place))


def emotions_in(given: Any, place: str) -> frozenset[str] | None:
    """Read a list, or words parted by spaces or commas."""
    if given is None:
        return None
    names = given.replace(",", " ").split() if isinstance(given, str) else given
    if not isinstance(names, list) or not set(map(str, names)) <= set(EMOTIONS):
        raise BadTable(f"{place}: column 'emotions': list some of {', '.join(EMOTIONS)}")
    return frozenset(names)


def figures(texts: Sequence[Graded], ratings: Ratings) -> Mapping[str, float]:
    """Tell how well texts were rated; strengths count only in `accuracy_five`."""
    truth = np.array([text.polarity for text in texts])
    said = np.array([POLARITIES.index(label.removeprefix("very_")) for label in ratings.labels])
    found = {
        "texts_count": float(len(texts)),
        "accuracy": float((said == truth).mean()),
        "macro_f1": macro_f1([POLARITIES[at] for at in truth], [POLARITIES[at] for at in said]),
        "ece": calibration_error(bins(ratings.polarity.max(axis=1), said == truth)),
    }
    if any(text.label.startswith("very_") for text in texts):
        right = [text.label == label for text, label in zip(texts, ratings.labels, strict=True)]
        found["accuracy_five"] = float(np.mean(right))
    return found | two_sided(truth, ratings.polarity) | emotion_areas(texts, ratings.emotions)


def two_sided(truth: Classes, polarity: Floats) -> dict[str, float]:
    """Tell negative from positive, on the texts that are either."""
    sided = truth != POLARITIES.index("neutral")
    positive = truth[sided] == POLARITIES.index("positive")
    if positive.all() or not positive.any():
        return {}
    balance = (np.log(polarity[:, 2] + 1e-12) - np.log(polarity[:, 0] + 1e-12))[sided]
    return {
        "accuracy_negative_positive": float(((balance > 0) == positive).mean()),
        "auroc_negative_positive": auroc(positive, balance),
    }


def emotion_areas(texts: Sequence[Graded], rates: Floats) -> dict[str, float]:
    """Tell how well each emotion is ranked, on the texts whose emotions were graded."""
    known = np.array([text.emotions is not None for text in texts])
    areas = {}
    for column, name in enumerate(EMOTIONS):
        shown = np.array([name in text.emotions for text in texts if text.emotions is not None])
        if shown.size and shown.any() and not shown.all():
            areas[f"auroc_{name}"] = auroc(shown, rates[known, column])
    return areas | ({"emotions_macro_auroc": float(np.mean(list(areas.values())))} if areas else {})


def confusions(texts: Sequence[Graded], labels: Iterable[str]) -> Sequence[tuple[str, str, int]]:
    """The commonest mistakes: given label, said label, how often; strengths only where the file has them."""
    strengths = any(text.label.startswith("very_") for text in texts)
    said = [label if strengths else label.removeprefix("very_") for label in labels]
    pairs = Counter(
        (text.label, label) for text, label in zip(texts, said, strict=True) if text.label != label
    )
    return [(given, said, often) for (given, said), often in pairs.most_common(SHOWN_CONFUSIONS)]


def rate_all(texts: Sequence[Graded], encoder_file: Path) -> Ratings:
    """Rate every text as the served model does."""
    from frontdesk_nlu.encoding.encoder import load_encoder
    from frontdesk_nlu.mood.shipped import shipped_model
    from frontdesk_nlu.mood.wording import wording
    from frontdesk_nlu.reading.text import READ_CHARS, prepared, readable

    model, encoder = shipped_model(), load_encoder(encoder_file)
    polarity, labels, emotions = [], [], []
    for text in texts:
        read = readable(text.text)[:READ_CHARS]
        vector, worded = encoder.encode(prepared(read)), wording(read)
        sides = model.polarity(model.rate(worded, vector), worded.public)
        mood = model.feel(read, vector)
        polarity.append((sides.negative, sides.neutral, sides.positive))
        labels.append(mood.label)
        emotions.append([mood.emotions[name] for name in EMOTIONS])
    return Ratings(np.array(polarity, np.float32), tuple(labels), np.array(emotions, np.float32))


def measure(path: Path, text_column: str, label_column: str) -> Mapping[str, Any]:
    """Measure on one file, with an encoder built for the occasion."""
    from frontdesk_nlu.encoding.quantise import build_encoder

    texts = graded_texts(path, Columns(text_column, label_column))
    with tempfile.TemporaryDirectory() as scratch:
        ratings = rate_all(texts, build_encoder(Path(scratch) / "encoder.onnx"))
    return {"figures": figures(texts, ratings), "confusions": confusions(texts, ratings.labels)}
