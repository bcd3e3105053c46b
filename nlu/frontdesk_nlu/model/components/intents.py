"""Names intents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.encoding.encoder import load_encoder
from frontdesk_nlu.entities.lexicon import lexicon
from frontdesk_nlu.entities.rules import find_entities
from frontdesk_nlu.intents.blend import IntentModel, Judgement
from frontdesk_nlu.intents.context import SHOWN_INTENTS
from frontdesk_nlu.intents.naming import NEUTRAL, Span, without_names
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.intents.parts import PartsJudge
from frontdesk_nlu.model.components.entities import learnt
from frontdesk_nlu.model.components.keeping import Keeping
from frontdesk_nlu.model.components.sentence import EMBEDDING, PREPARED
from frontdesk_nlu.reading.text import READ_CHARS, prepared, readable

Texts = tuple[str, ...]

OUT_OF_SCOPE = "out_of_scope"
JUDGE = "judge"
"""Under this name the model goes along with the message, for whoever has a part of the text to judge."""


class IntentBlend(Keeping):
    """Names the intent, ranks the others, and rates how far the text lies outside all of them.

    It reads neutral words where names stand, in training and later alike: only
    a text that names something is encoded once more. The vector that is handed
    out stays that of the customer's own words.
    """

    _model: IntentModel

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, storage, resource)
        self._encoder = load_encoder(Path(config["encoder"]))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the examples of every intent."""
        from frontdesk_nlu.intents.fitting import Corpus, Foreign, train  # brings scikit-learn
        from frontdesk_nlu.intents.off_topic import off_topic_lines

        examples = training_data.intent_examples
        names = tuple(sorted({example.get(INTENT) for example in examples}))
        found = spans_by_rule(training_data)
        texts, vectors = self._read(examples, found)
        foreign = tuple(prepared(line) for line in off_topic_lines())
        model = train(
            Corpus(
                names=names,
                texts=texts,
                vectors=vectors,
                labels=np.array([names.index(example.get(INTENT)) for example in examples]),
            ),
            Foreign(foreign, self._encoder.encode_many(foreign)),
        )
        return self.keep_arrays(model.arrays())

    def recall(self, path: Path) -> None:
        """Read the fitted model."""
        with np.load(path, allow_pickle=False) as stored:
            self._model = IntentModel.from_arrays(stored)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set Rasa's `intent` and `intent_ranking`, and `out_of_scope`."""
        if not messages:
            return messages
        found = [spans(one) for one in messages]
        judged = self._model.judge_many(*self._read(messages, found))
        for message, here, judgement in zip(messages, found, judged, strict=True):
            ranking = ranked(self._model.names, judgement, SHOWN_INTENTS)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(JUDGE, self._judge_of_parts(message, here, judgement))
            message.set(OUT_OF_SCOPE, judgement.out_of_scope, add_to_output=True)
        return messages

    def _judge_of_parts(self, message: Message, found: Sequence[Span], judged: Judgement) -> PartsJudge:
        """Make what judges parts of this message."""
        text, whole = readable(message.get(TEXT) or ""), message.get(PREPARED)
        return PartsJudge(self._model, self._encoder, text, found, whole, judged)

    def _read(self, messages: Sequence[Message], found: Sequence[Sequence[Span]]) -> tuple[Texts, Floats]:
        """Return what is judged: prepared texts without names, and their vectors."""
        texts = tuple(neutral(one, here) for one, here in zip(messages, found, strict=True))
        vectors = np.stack([message.get(EMBEDDING) for message in messages])
        changed = [at for at, one in enumerate(messages) if texts[at] != one.get(PREPARED)]
        if changed:
            vectors[changed] = self._encoder.encode_many([texts[at] for at in changed])
        return texts, vectors


def neutral(message: Message, found: Sequence[Span]) -> str:
    """Return the prepared text of a message, with neutral words for its names."""
    if not any(kind in NEUTRAL for _, _, kind in found):
        return str(message.get(PREPARED))
    return prepared(without_names(readable(message.get(TEXT) or ""), found))


def spans(message: Message) -> Sequence[Span]:
    """Read the entities that an earlier component found."""
    return [(one["start"], one["end"], one["entity"]) for one in message.get(ENTITIES) or ()]


def spans_by_rule(training_data: TrainingData) -> Sequence[Sequence[Span]]:
    """Find entities in every example as they will be found in a customer's text; annotations know more."""
    known = lexicon(**learnt(training_data))
    return [
        [(one.start, one.end, one.entity) for one in find_entities(example.get(TEXT)[:READ_CHARS], known)]
        for example in training_data.intent_examples
    ]


def ranked(names: tuple[str, ...], judgement: Judgement, few: int) -> list[dict[str, Any]]:
    """Write the most probable intents of a judgement as Rasa's ranking."""
    order = np.argsort(-judgement.probabilities, kind="stable")[:few]
    shares = judgement.probabilities[order].tolist()
    return [
        {"name": names[at], "confidence": round(share, 6)}
        for at, share in zip(order.tolist(), shares, strict=True)
    ]
