"""Judges parts of a text whose names are known: the parts are read without them, as the whole was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk_nlu.encoding.encoder import Encoder
from frontdesk_nlu.intents.blend import IntentModel, Judgement
from frontdesk_nlu.intents.naming import NEUTRAL, Span
from frontdesk_nlu.intents.ngrams import Floats
from frontdesk_nlu.reading.text import prepared


@dataclass(frozen=True)
class PartsJudge:
    """The intent model, for one text: `whole` is that text prepared, `judged` what was said of it."""

    model: IntentModel
    encoder: Encoder
    text: str
    spans: Sequence[Span]
    whole: str
    judged: Judgement

    @property
    def names(self) -> tuple[str, ...]:
        """The intents in the order of every judgement's probabilities."""
        return self.model.names

    def judge_many(self, texts: Sequence[str], vectors: Floats) -> list[Judgement]:
        """Rate every intent for prepared parts with their vectors; only parts with names are encoded anew."""
        if list(texts) == [self.whole]:
            return [self.judged]
        read = [self.without_names(text) for text in texts]
        changed = [at for at, text in enumerate(texts) if read[at] != text]
        if changed:
            vectors = vectors.copy()
            vectors[changed] = self.encoder.encode_many([read[at] for at in changed])
        return self.model.judge_many(read, vectors)

    def without_names(self, part: str) -> str:
        """Put neutral words for the names of the whole text, wherever a part has them."""
        for start, end, kind in self.spans:
            if kind in NEUTRAL:
                name = re.escape(prepared(self.text[start:end]).strip())
                part = re.sub(rf"(?<!\w){name}(?!\w)", NEUTRAL[kind], part)
        return part
