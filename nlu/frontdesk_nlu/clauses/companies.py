"""The companies whose texts the weights are learnt from, read from files of labelled texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from frontdesk_nlu.clauses.examples import Told
from frontdesk_nlu.encoding.encoder import Encoder
from frontdesk_nlu.entities.lexicon import Lexicon, lexicon
from frontdesk_nlu.entities.rules import find_entities
from frontdesk_nlu.intents.fitting import Corpus, Foreign
from frontdesk_nlu.intents.naming import without_names
from frontdesk_nlu.intents.off_topic import off_topic_lines
from frontdesk_nlu.measuring.tables import Columns, Labelled, rasa_training, read_labelled
from frontdesk_nlu.reading.text import READ_CHARS, prepared, readable


@dataclass(frozen=True)
class Company:
    """A company's examples with their wishes: as written, and as the intent model reads them."""

    texts: tuple[str, ...]
    corpus: Corpus
    known: Lexicon

    def told(self, rows: Sequence[int]) -> list[Told]:
        """Return some examples with what they want."""
        names, labels = self.corpus.names, self.corpus.labels
        return [Told(self.texts[row], (names[labels[row]],), "own") for row in rows]


def company(path: Path, columns: Columns, encoder: Encoder) -> Company:
    """Read a file of examples, each text once."""
    taught = {row.text: row for row in read_labelled(path, columns)}
    rows = list(taught.values())
    known = lexicon_of(path, rows)
    texts = tuple(neutral(rows, known))
    names = tuple(sorted({row.label for row in rows}))
    labels = np.array([names.index(row.label) for row in rows])
    corpus = Corpus(names, texts, encoder.encode_many(texts), labels)
    return Company(tuple(row.text for row in rows), corpus, known)


def lexicon_of(path: Path, rows: Sequence[Labelled]) -> Lexicon:
    """Learn what finding entities knows, as a training does."""
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    from frontdesk_nlu.model.components.entities import learnt

    taught = path.read_text("utf-8") if path.suffix == ".yml" else rasa_training(rows)
    return lexicon(**learnt(RasaYAMLReader().reads(taught)))


def neutral(rows: Sequence[Labelled], known: Lexicon) -> Iterator[str]:
    """Prepare texts with neutral words for the entities that are found in them."""
    for row in rows:
        found = find_entities(row.text[:READ_CHARS], known)
        spans = [(one.start, one.end, one.entity) for one in found]
        yield prepared(without_names(readable(row.text), spans))


def off_topic(encoder: Encoder) -> Foreign:
    """Read what no intent may claim."""
    lines = tuple(prepared(line) for line in off_topic_lines())
    return Foreign(lines, encoder.encode_many(lines))
