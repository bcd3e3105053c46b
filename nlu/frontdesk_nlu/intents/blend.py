"""The intent model: meaning and wording, blended and calibrated; it says what it does not know."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from frontdesk_nlu.encoding.encoder import Vector
from frontdesk_nlu.intents.ngrams import Floats, Ngrams

Doubles = npt.NDArray[np.float64]

REACH = 2.5
"""How fast an example's pull falls off with distance; flat between 1 and 6 on Banking77's train split."""

CLOSEST = 3
WORDS_IN_SCOPE = 0.2
"""How much the wording counts for familiarity; chosen on CLINC150's val split, flat from 0.1 to 0.3."""


@dataclass(frozen=True)
class Blend:
    """How much the wording weighs beside the meaning, and how scores become probabilities.

    The temperature suits the whole ranking; `slope` and `offset` then mend
    the first place, whose share is what everybody acts upon.
    """

    words: float
    temperature: float = 1.0
    slope: float = 1.0
    offset: float = 0.0

    def shares(self, scores: Floats) -> Floats:
        """Turn rows of scores into calibrated probabilities."""
        shares = softmax(scores / np.float32(self.temperature)).astype(np.float64)
        best = np.arange(len(shares)), shares.argmax(axis=1)
        top = shares[best]
        shares[best] = 0
        rest = shares.sum(axis=1)
        known = np.where(rest > 0, rest, 1)
        second = shares.max(axis=1) / known
        mended = 1 / (1 + np.exp(-(self.slope * log_odds(top) + self.offset)))
        mended = np.maximum(mended, second / (1 + second))  # whoever is first stays first
        mended[rest == 0] = 1
        shares *= ((1 - mended) / known)[:, None]
        shares[best] = mended
        result: Floats = shares.astype(np.float32)
        return result


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
    closest: Floats
    """Mean cosine to the three nearest examples, one a text."""

    def scores(self, words: float) -> Floats:
        """Blend the two views."""
        result: Floats = self.meaning + np.float32(words) * self.words
        return result

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
class IntentModel:
    """A kernel machine on sentence vectors and a linear one on n-grams.

    `points` are the examples' vectors, then those of foreign texts; `pulls`
    says how much each point speaks for each intent.
    """

    names: tuple[str, ...]
    points: Floats
    pulls: Floats
    own: int
    ngrams: Ngrams
    word_weights: Floats
    word_bias: Floats
    blend: Blend
    scope: Scope

    def judge(self, text: str, vector: Vector) -> Judgement:
        """Rate every intent for one prepared text."""
        return self.judge_many([text], vector[None])[0]

    def judge_many(self, texts: Sequence[str], vectors: Floats) -> list[Judgement]:
        """Rate every intent for some prepared texts; together they cost less than one by one."""
        views = self.views(texts, vectors)
        shares = self.blend.shares(views.scores(self.blend.words))
        outside = self.out_of_scope(views.familiarity())
        return [Judgement(share, float(far)) for share, far in zip(shares, outside, strict=True)]

    def views(self, texts: Sequence[str], vectors: Floats) -> Views:
        """Look at some texts in both ways."""
        cosines = vectors @ self.points.T
        weighed = [self.ngrams.weigh(text) for text in texts]
        words = [weights @ self.word_weights[at] for at, weights in weighed]
        return Views(
            meaning=pull(cosines) @ self.pulls,
            words=np.stack(words) + self.word_bias,
            closest=nearest(cosines[:, : self.own]),
        )

    def out_of_scope(self, familiarity: Floats) -> Floats:
        """Turn familiarity around; at 0.5 one in twenty texts of the training kind would be rejected."""
        beyond = (familiarity - self.scope.line) / self.scope.spread
        result: Floats = 1 / (1 + np.exp(np.clip(beyond, -30, 30)))
        return result

    def arrays(self) -> Mapping[str, Any]:
        """Return everything that is stored, by name."""
        return {
            "names": np.array(self.names),
            "points": self.points,
            "pulls": self.pulls,
            "own": np.array(self.own),
            "grams": np.array(list(self.ngrams.index)),
            "idf": self.ngrams.idf,
            "word_weights": self.word_weights,
            "word_bias": self.word_bias,
            "blend": np.array(astuple(self.blend)),
            "scope": np.array(astuple(self.scope)),
        }

    @classmethod
    def from_arrays(cls, stored: Mapping[str, Any]) -> "IntentModel":
        """Read back what `arrays` gave."""
        index = {str(gram): at for at, gram in enumerate(stored["grams"])}
        return cls(
            names=tuple(str(name) for name in stored["names"]),
            points=stored["points"],
            pulls=stored["pulls"],
            own=int(stored["own"]),
            ngrams=Ngrams(index, stored["idf"]),
            word_weights=stored["word_weights"],
            word_bias=stored["word_bias"],
            blend=Blend(*(float(number) for number in stored["blend"])),
            scope=Scope(*(float(number) for number in stored["scope"])),
        )


def pull(cosines: Floats) -> Floats:
    """Turn likeness into pull: 1 for the same direction, next to nothing for an unrelated one."""
    result: Floats = np.exp(np.float32(REACH) * (cosines - np.float32(1)))
    return result


def nearest(cosines: Floats) -> Floats:
    """Return the mean of each row's three highest cosines."""
    few = min(CLOSEST, cosines.shape[1])
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
