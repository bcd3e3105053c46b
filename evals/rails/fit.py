"""Fits the rails' weights anew, the same way every time, and says how they do on lessons not seen."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from evals.rails.lessons import EVERY_DAY, Kind, Lesson
from evals.rails.weighing import Numbers, fit_meaning, fit_words
from evals.resolution.fit import logistic
from guardrails.attack_model import MeaningWeights, WordWeights, likely, windows, words_of
from guardrails.configuration import WEIGHTS, MeaningFile, QuestionFile, WeightsFile, WordsFile

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
FOLDS = 5
WORDS_ALARMS, ALARMS = 0.0002, 0.006
"""So many harmless messages may be taken for an attack: by words alone, and with the vector."""
THREAT_ALARMS = 0.0002


@dataclass(frozen=True)
class Seen:
    """What the questions said of lessons that they had not learnt from."""

    of_words: Numbers
    of_meaning: Numbers


def fit(lessons: Sequence[Lesson], embed: Embed) -> WeightsFile:
    """Fit both questions."""
    vectors = np.array(embed([one.text for one in lessons]), dtype=float)
    counts = Counter(f"{one.source}_{one.kind}" for one in lessons)
    return WeightsFile(
        provenance={
            **{f"{name}_texts": count for name, count in sorted(counts.items())},
            "vectors": "all-MiniLM-L6-v2, 384 dimensions, first 128 tokens",
            "by": "frontdesk eval rails --fit",
        },
        attack=_question("attack", lessons, vectors, (WORDS_ALARMS, ALARMS)),
        threat=_question("threat", lessons, vectors, (THREAT_ALARMS, THREAT_ALARMS)),
    )


def keep(fitted: WeightsFile, path: Path = WEIGHTS) -> None:
    """Write the weights where the rails load them."""
    path.write_bytes(orjson.dumps(fitted.model_dump(), option=orjson.OPT_INDENT_2) + b"\n")


def _question(
    kind: Kind, lessons: Sequence[Lesson], vectors: Numbers, alarms: tuple[float, float]
) -> QuestionFile:
    """Fit one question, and draw its lines where few harmless messages of unseen fifths lie beyond."""
    truth = np.array([one.kind == kind for one in lessons], dtype=float)
    weights = np.array([one.weight for one in lessons])
    texts = [one.folded for one in lessons]
    parts = np.array([one.part for one in lessons])
    seen = _unseen(texts, vectors, truth, weights, parts)
    words = fit_words(texts, truth, weights)
    meaning = _calibrated(fit_meaning(seen.of_words, vectors, truth, weights), seen, truth)
    daily = np.array([one.source in EVERY_DAY for one in lessons])
    calibrated = _scale(seen, truth)
    learnt = np.array([strongest(words, text) for text in texts])
    words_line = max(_line(seen.of_words[daily], alarms[0]), _line(learnt[daily], alarms[0]))
    line = _line(calibrated[0] * seen.of_meaning[daily] + calibrated[1], alarms[1])
    return QuestionFile(
        words=WordsFile(bias=words.bias, weights=dict(words.weights)),
        meaning=MeaningFile(bias=meaning.bias, words=meaning.words, vector=meaning.vector),
        words_line=words_line,
        line=line,
    )


def _unseen(texts: Sequence[str], vectors: Numbers, truth: Numbers, weights: Numbers, parts: Numbers) -> Seen:
    """Judge each fifth by what was learnt from the other four."""
    of_words, of_meaning = np.zeros(len(texts)), np.zeros(len(texts))
    for part in range(FOLDS):
        inside, outside = np.flatnonzero(parts == part), np.flatnonzero(parts != part)
        learnt = fit_words([texts[int(at)] for at in outside], truth[outside], weights[outside])
        of_words[inside] = [strongest(learnt, texts[int(at)]) for at in inside]
    for part in range(FOLDS):
        inside, outside = np.flatnonzero(parts == part), np.flatnonzero(parts != part)
        meaning = fit_meaning(of_words[outside], vectors[outside], truth[outside], weights[outside])
        of_meaning[inside] = [meaning.logit(of_words[at], vectors[at].tolist()) for at in inside]
    return Seen(of_words, of_meaning)


def strongest(words: WordWeights, text: str) -> float:
    """Return what the words say of the likeliest passage."""
    return max(map(words.logit, windows(words_of(text))))


def _scale(seen: Seen, truth: Numbers) -> tuple[float, float]:
    """Find the factor and the shift by which what was said of unseen lessons becomes a likelihood."""
    found = logistic(seen.of_meaning[:, None], truth, np.ones(len(truth)))
    return float(found[0]), float(found[1])


def _calibrated(meaning: MeaningWeights, seen: Seen, truth: Numbers) -> MeaningWeights:
    """Bring weights to the scale on which their sum is a likelihood."""
    factor, shift = _scale(seen, truth)
    return MeaningWeights(
        bias=round(meaning.bias * factor + shift, 4),
        words=round(meaning.words * factor, 4),
        vector=tuple(round(one * factor, 3) for one in meaning.vector),
    )


def _line(harmless: Numbers, alarms: float) -> float:
    """Return the likelihood beyond which only that share of harmless messages lies."""
    return round(likely(float(np.quantile(harmless, 1 - alarms))), 4)
