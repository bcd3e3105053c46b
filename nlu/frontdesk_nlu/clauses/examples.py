"""What the weights are learnt from: places in texts, read by models that had not seen the texts."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from frontdesk_nlu.clauses.cutting import cuts
from frontdesk_nlu.clauses.glancing import Glancer, Sketch
from frontdesk_nlu.clauses.splitting import Clause, first_signs
from frontdesk_nlu.clauses.weighing import Reading, dear_signs, near_signs, readings
from frontdesk_nlu.encoding.encoder import Encoder
from frontdesk_nlu.entities.lexicon import Lexicon
from frontdesk_nlu.entities.rules import find_entities
from frontdesk_nlu.intents.blend import IntentModel
from frontdesk_nlu.intents.naming import without_names
from frontdesk_nlu.intents.parts import PartsJudge
from frontdesk_nlu.reading.text import READ_CHARS, prepared, readable

JOINTS = (
    " and ", " and ", " and ", " and also ", ", and ", ", and ", " also ", ", also ", ". ", ". ", ". ",
    ". Also, ", ". Also ", ". And ", ". Then ", ". If so, ", ", ", ", ", " - ", " & ", ". Besides, ",
    ". By the way, ", " btw ", " plus ", ". Oh and ", " then ", " and then ", " or ", "; ", "\n",
    ". Another thing: ", ", but ", " but ", " ",
)  # fmt: skip
"""What may stand between two wishes; the commonest more than once."""

LONGEST_PART = 90
SURELY_THERE = 1e-3
OTHER_PLACE = 0.3
"""How much a place counts that is not the one where the two wishes of a text meet."""


@dataclass(frozen=True)
class Told:
    """A text with its wishes; one whose wish is none of the model's has no name."""

    text: str
    wishes: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Seen:
    """A place where a text could be cut, with all its signs, and whether two wishes meet there."""

    signs: Sequence[float]
    meets: bool
    weight: float
    told: Told
    names: tuple[str, str]


@dataclass(frozen=True)
class Reader:
    """Reads texts as the component does, but every place of them to the last."""

    model: IntentModel
    sketch: Sketch
    encoder: Encoder
    known: Lexicon

    def places(self, told: Told) -> list[Seen]:
        """Return every place of a text with its signs; most texts have none."""
        text = readable(told.text)
        found = cuts(text)
        if not found or len(told.wishes) > 2:
            return []
        words = prepared(text)
        whole, judge, glancer = self._whole(text, words)
        clause = Clause(0, len(text), (0, len(words)), whole)
        first = [first_signs(text, cut, whole) for cut in found]
        glances = glancer.glance([place.sides(clause) for place in first])
        halves = [half for place in first for half in place.halves]
        sides = readings(self.encoder.encode_many(halves), judge, halves)
        pairs = list(zip(sides[::2], sides[1::2], strict=True))
        meeting = self._meeting(told.wishes, pairs)
        return [
            Seen(
                [
                    *place.signs,
                    *near_signs(place.cut, whole, glance),
                    *dear_signs(place.cut, whole, *pair),
                ],
                at in meeting,
                1.0 if at in meeting or len(told.wishes) < 2 else OTHER_PLACE,
                told,
                self._names(pair),
            )
            for at, (place, glance, pair) in enumerate(zip(first, glances, pairs, strict=True))
        ]

    def _whole(self, text: str, words: str) -> tuple[Reading, PartsJudge, Glancer]:
        """Read a text as a whole, and prepare for reading its parts."""
        (read,) = self.encoder.read_many([words])
        spans = [(one.start, one.end, one.entity) for one in find_entities(text[:READ_CHARS], self.known)]
        neutral = prepared(without_names(text, spans))
        judged = self.model.judge(neutral, self.encoder.encode(neutral))
        judge = PartsJudge(self.model, self.encoder, text, spans, words, judged)
        (whole,) = readings(read.vector[None], judge, [words])
        return whole, judge, Glancer.over(read.tokens, self.sketch)

    def _names(self, pair: tuple[Reading, Reading]) -> tuple[str, str]:
        return self.model.names[pair[0].best], self.model.names[pair[1].best]

    def _meeting(self, wishes: Sequence[str], pairs: Sequence[tuple[Reading, Reading]]) -> set[int]:
        """Find where two wishes meet: where both sides are named rightly, or most nearly so."""
        if len(wishes) < 2:
            return set()
        named = {at for at, pair in enumerate(pairs) if self._names(pair) == tuple(wishes)}
        left, right = map(self.model.names.index, wishes)
        likely = [float(one.probabilities[left] * other.probabilities[right]) for one, other in pairs]
        best = int(np.argmax(likely))
        return named or ({best} if likely[best] > SURELY_THERE else set())


def messages(path: Path) -> list[Told]:
    """Read messages that somebody wrote for this: objects of `text` and `intents`, one a line."""
    rows = map(json.loads, filter(None, path.read_text("utf-8").splitlines()))
    return [Told(row["text"], tuple(row["intents"]), "written") for row in rows]


def joined(texts: Sequence[Told], how_many: int, dice: random.Random) -> Iterator[Told]:
    """Make texts with two wishes from pairs of short ones."""
    short = [one for one in texts if len(one.text) <= LONGEST_PART]
    for _ in range(how_many):
        first, second = dice.sample(short, 2)
        if first.wishes != second.wishes:
            yield Told(join(first.text, second.text, dice), first.wishes + second.wishes, "joined")


def join(first: str, second: str, dice: random.Random) -> str:
    """Put two texts together as people do: not every mark is kept, not every sentence gets a capital."""
    joint = dice.choice(JOINTS)
    first, second = first.strip(), second.strip()
    if joint[0] in ".,;":
        first = first.rstrip(".")
        joint = joint[1:] if first.endswith(("?", "!")) else joint
    elif dice.random() < 0.8:
        first = first.rstrip(".?!")
    ends = joint.rstrip().endswith((".", ":")) or first.endswith(("?", "!"))
    if not second.startswith(("I ", "I'")) and dice.random() < (0.4 if ends else 0.8):
        second = second[:1].lower() + second[1:]
    return first + joint + second


def seen(reader: Reader, texts: Iterable[Told]) -> list[Seen]:
    """Read texts one after the other."""
    return [place for told in texts for place in reader.places(told)]
