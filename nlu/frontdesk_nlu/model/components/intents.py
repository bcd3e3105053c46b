"""Names intents."""

from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from frontdesk_nlu.encoding.encoder import load_encoder
from frontdesk_nlu.intents.blend import IntentModel, Judgement
from frontdesk_nlu.model.components.keeping import Keeping
from frontdesk_nlu.model.components.sentence import EMBEDDING, PREPARED
from frontdesk_nlu.reading.text import prepared

OUT_OF_SCOPE = "out_of_scope"
JUDGE = "judge"
"""Under this name the model goes along with the message, for whoever has a part of the text to judge."""


class IntentBlend(Keeping):
    """Names the intent, ranks the others, and rates how far the text lies outside all of them."""

    _model: IntentModel

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the examples of every intent."""
        from frontdesk_nlu.intents.fitting import Corpus, Foreign, train  # brings scikit-learn
        from frontdesk_nlu.intents.off_topic import off_topic_lines

        examples = training_data.intent_examples
        names = tuple(sorted({example.get(INTENT) for example in examples}))
        encoder = load_encoder(Path(self._config["encoder"]))
        foreign = tuple(prepared(line) for line in off_topic_lines())
        model = train(
            Corpus(
                names=names,
                texts=tuple(example.get(PREPARED) for example in examples),
                vectors=np.stack([example.get(EMBEDDING) for example in examples]),
                labels=np.array([names.index(example.get(INTENT)) for example in examples]),
            ),
            Foreign(foreign, encoder.encode_many(foreign)),
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
        vectors = np.stack([message.get(EMBEDDING) for message in messages])
        judged = self._model.judge_many([message.get(PREPARED) for message in messages], vectors)
        for message, judgement in zip(messages, judged, strict=True):
            ranking = ranked(self._model.names, judgement)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(JUDGE, self._model)
            message.set(OUT_OF_SCOPE, judgement.out_of_scope, add_to_output=True)
        return messages


def ranked(names: tuple[str, ...], judgement: Judgement) -> list[dict[str, Any]]:
    """Write a judgement as Rasa's ranking, the most probable intent first."""
    order = np.argsort(-judgement.probabilities, kind="stable").tolist()
    shares = judgement.probabilities.tolist()
    return [{"name": names[at], "confidence": shares[at]} for at in order]
