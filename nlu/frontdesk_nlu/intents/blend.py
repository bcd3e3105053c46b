"""The intent model: meaning and wording, blended and calibrated; it says what it does not know."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from frontdesk_nlu.encoding.encoder import Vector
from frontdesk_nlu.intents.machine import REACH, KernelMachine
from frontdesk_nlu.intents.ngrams import Floats, Ngrams

Doubles = npt.NDArray[np.float64]

LEAST = 1e-6
"""All other intents together are taken for at least so likely, beside the first, before that is mended."""

FARTHEST = np.float32(-80)
"""A smaller difference of scores would leave nothing to divide among the others."""

MOST_FAMILIAR = np.float32(30)
CLOSEST = 3
GROUP = 16
"""So many columns are compared at once when the highest are looked for."""
WORDS_IN_SCOPE = 0.2
"""How much the wording counts for familiarity; chosen on CLINC150's val split, flat from 0.1 to 0.3."""


@dataclass(frozen=True)
class Blend:
    """What each view weighs, so that scores become probabilities.

    The weights suit the whole ranking; `slope` and `offset` then mend the
    first place, whose share is what everybody acts upon.
    """

    meaning: float
    words: float
    plain: float
    slope: float = 1.0
    offset: float = 0.0

    def scores(self, views: "Views") -> Floats:
        """Add the views up, a row a text."""
        result: Floats = (
            np.float32(self.meaning) * views.meaning
            + np.float32(self.words) * views.words
            + np.float32(self.plain) * views.plain
        )
        return result

    def shares(self, scores: Floats) -> Floats:
        """Turn rows of scores into calibrated probabilities."""
        best = np.arange(len(scores)), scores.argmax(axis=1)
        shares: Floats = np.exp(np.maximum(scores - scores[best][:, None], FARTHEST))
        shares[best] = 0
        rest = shares.sum(axis=1, dtype=np.float64)
        second = shares.max(axis=1) / rest
        mended = 1 / (1 + np.exp(self.slope * np.log(np.maximum(rest, LEAST)) - self.offset))
        mended = np.maximum(mended, second / (1 + second))  # whoever is first stays first
        shares *= ((1 - mended) / rest)[:, None].astype(np.float32)
        shares[best] = mended
        return shares


@dataclass(frozen=True)
class Scope:
    """The familiarity below which one in twenty texts of the training kind lies, and how fast it turns."""

    line: float
    spread: float


@dataclass(frozen=True)
class Views:
    """What each view says of some texts: a row a text, a column an intent."""

    meaning: Floats
    words: Floats
    plain: Floats
    closest: Floats
    """Mean cosine to the three nearest examples, one a text."""

    def familiarity(self) -> Floats:
        """Tell from raw scores how well each text is known: calibrated ones would hide it.

        Pulls fade away from all examples, so the best one is small for a
        foreign text even when no other intent comes near.
        """
        result: Floats = (
            self.meaning.max(1) + np.float32(WORDS_IN_SCOPE) * self.words.max(1) + self.closest
        ).astype(np.float32)
        return result


@dataclass(frozen=True)
class Judgement:
    """Probabilities in the order of the model's names, and how far the text lies outside all of them."""

    probabilities: Floats
    out_of_scope: float


@dataclass(frozen=True)
class Linear:
    """A column of weights for each intent, and its bias."""

    weights: Floats
    bias: Floats


@dataclass(frozen=True)
class IntentModel:
    """A kernel machine and a regression on sentence vectors, and a linear machine on n-grams.

    `placed` holds the examples' vectors, then those of foreign texts, on the
    axes along which they differ most; `pulls` says how much each of them
    speaks for each intent.
    """

    names: tuple[str, ...]
    axes: Floats
    placed: Floats
    pulls: Floats
    own: int
    ngrams: Ngrams
    words: Linear
    plain: Linear
    blend: Blend
    scope: Scope

    @cached_property
    def machine(self) -> KernelMachine:
        """The kernel machine, ready to be asked."""
        return KernelMachine(self.axes, self.placed, self.pulls)

    @property
    def points(self) -> Floats:
        """The vectors of the examples and the foreign texts, as far as the axes keep them."""
        result: Floats = self.placed @ self.axes.T
        return result

    def judge(self, text: str, vector: Vector) -> Judgement:
        """Rate every intent for one prepared text."""
        return self.judge_many([text], vector[None])[0]

    def judge_many(self, texts: Sequence[str], vectors: Floats) -> list[Judgement]:
        """Rate every intent for some prepared texts; together they cost less than one by one."""
        views = self.views(texts, vectors)
        shares = self.blend.shares(self.blend.scores(views))
        outside = self.out_of_scope(views.familiarity()).tolist()
        return [Judgement(share, far) for share, far in zip(shares, outside, strict=True)]

    def views(self, texts: Sequence[str], vectors: Floats) -> Views:
        """Look at some texts in every way."""
        cosines, meaning = self.machine.look(vectors)
        weighed = [self.ngrams.weigh(text) for text in texts]
        words = [weights @ self.words.weights.take(at, axis=0) for at, weights in weighed]
        return Views(
            meaning=meaning,
            words=np.stack(words) + self.words.bias,
            plain=vectors @ self.plain.weights + self.plain.bias,
            closest=nearest(cosines[:, : self.own]),
        )

    def out_of_scope(self, familiarity: Floats) -> Floats:
        """Turn familiarity around; at 0.5 one in twenty texts of the training kind would be rejected."""
        beyond = (familiarity - self.scope.line) / self.scope.spread
        result: Floats = 1 / (1 + np.exp(np.minimum(beyond, MOST_FAMILIAR)))
        return result

    def arrays(self) -> Mapping[str, Any]:
        """Return everything that is stored, by name."""
        return {
            "names": np.array(self.names),
            "axes": self.axes,
            "placed": self.placed,
            "pulls": self.pulls,
            "own": np.array(self.own),
            "grams": np.array(list(self.ngrams.index)),
            "idf": self.ngrams.idf,
            "word_weights": self.words.weights,
            "word_bias": self.words.bias,
            "plain_weights": self.plain.weights,
            "plain_bias": self.plain.bias,
            "blend": np.array(astuple(self.blend)),
            "scope": np.array(astuple(self.scope)),
        }

    @classmethod
    def from_arrays(cls, stored: Mapping[str, Any]) -> "IntentModel":
        """Read back what `arrays` gave."""
        index = {str(gram): at for at, gram in enumerate(stored["grams"])}
        return cls(
            names=tuple(str(name) for name in stored["names"]),
            axes=stored["axes"],
            placed=stored["placed"],
            pulls=stored["pulls"],
            own=int(stored["own"]),
            ngrams=Ngrams(index, stored["idf"]),
            words=Linear(stored["word_weights"], stored["word_bias"]),
            plain=Linear(stored["plain_weights"], stored["plain_bias"]),
            blend=Blend(*(float(number) for number in stored["blend"])),
            scope=Scope(*(float(number) for number in stored["scope"])),
        )


def pull(cosines: Floats) -> Floats:
    """Turn likeness into pull: 1 for the same direction, next to nothing for an unrelated one."""
    pulled: Floats = cosines - np.float32(1)
    pulled *= np.float32(REACH)
    np.exp(pulled, out=pulled)
    return pulled


def nearest(cosines: Floats) -> Floats:
    """Return the mean of each row's three highest cosines; they lie in the three groups with the highest."""
    rows, wide = cosines.shape
    few, groups = min(CLOSEST, wide), wide // GROUP
    if groups > GROUP:
        grouped = cosines[:, : groups * GROUP].reshape(rows, GROUP, groups)
        high = np.argpartition(grouped.max(axis=1), -few, axis=1)[:, None, -few:]
        likely = np.take_along_axis(grouped, high, axis=2).reshape(rows, -1)
        cosines = np.concatenate([likely, cosines[:, groups * GROUP :]], axis=1)
    result: Floats = np.partition(cosines, -few, axis=1)[:, -few:].mean(axis=1)
    return result


def log_odds(shares: Doubles) -> Doubles:
    """Stretch probabilities over the whole line."""
    kept = np.clip(shares, 1e-6, 1 - 1e-6)
    result: Doubles = np.log(kept / (1 - kept))
    return result


def softmax(scores: Floats) -> Floats:
    """Turn rows of scores into probabilities."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return result
