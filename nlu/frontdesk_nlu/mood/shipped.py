"""The weights that come in the package: opened, checked, and made anew by `frontdesk_nlu fit-moods`."""

import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import yaml

from frontdesk_nlu.encoding.encoder import Vector, verified
from frontdesk_nlu.mood.mood import MoodModel

WEIGHTS = Path(__file__).parent / "weights.npz"
CARD = Path(__file__).parent / "weights.yaml"


@dataclass(frozen=True)
class Fitted:
    """New weights, and what is written down about them."""

    model: MoodModel
    made_from: Mapping[str, int]
    figures: Mapping[str, float]


@cache
def shipped_model() -> MoodModel:
    """Open the weights of this package; a file that is not the one its card names is refused."""
    pinned = str(yaml.safe_load(CARD.read_text("utf-8"))["sha256"])
    with np.load(verified(WEIGHTS, pinned), allow_pickle=False) as stored:
        return MoodModel.from_arrays(stored)


def write(fitted: Fitted, weights: Path = WEIGHTS, card: Path = CARD) -> None:
    """Put new weights and their card in place; the same model gives the same bytes."""
    packed = io.BytesIO()
    np.savez_compressed(packed, **fitted.model.arrays())
    weights.write_bytes(packed.getvalue())
    told = {
        "sha256": sha256(packed.getvalue()).hexdigest(),
        "made_from": dict(fitted.made_from),
        "figures": {name: round(value, 4) for name, value in fitted.figures.items()},
    }
    note = "# Written by `frontdesk_nlu fit-moods`; see README.md.\n"
    card.write_text(note + yaml.safe_dump(told, sort_keys=False), "utf-8")


def fit_anew(reviews: Path, posts: Path) -> Fitted:
    """Fit and put in place, with an encoder built for the occasion."""
    from frontdesk_nlu.encoding.encoder import load_encoder
    from frontdesk_nlu.encoding.quantise import build_encoder
    from frontdesk_nlu.reading.text import prepared, readable

    with tempfile.TemporaryDirectory() as scratch:
        encoder = load_encoder(build_encoder(Path(scratch) / "encoder.onnx"))
        fitted = fit_moods(reviews, posts, lambda text: encoder.encode(prepared(readable(text))))
    write(fitted)
    return fitted


def fit_moods(reviews: Path, posts: Path, vectors: Callable[[str], Vector]) -> Fitted:
    """Fit on our own lines and a folder of reviews; public posts give a prior and nothing else."""
    from frontdesk_nlu.mood.fitting import fit, line_figures, with_public_prior
    from frontdesk_nlu.mood.lines import mood_lines
    from frontdesk_nlu.mood.mood import POLARITIES
    from frontdesk_nlu.mood.sources import rated, rated_in
    from frontdesk_nlu.mood.wording import wording

    lines, texts = mood_lines(), rated_in(reviews)
    model, held_out = fit(lines, texts, vectors)
    public = rated(posts)
    rates = np.stack([model.rate(wording(one.text), vectors(one.text))[:3] for one in public])
    classes = np.array([POLARITIES.index(one.polarity) for one in public])
    made_from = {
        "our_lines": len(lines),
        "reviews_and_tweets": len(texts),
        "posts_for_the_prior": len(public),
    }
    return Fitted(with_public_prior(model, rates, classes), made_from, line_figures(lines, held_out))
