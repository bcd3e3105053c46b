"""Trains a model folder through Rasa's own recipe and trainer."""

import contextlib
import io
import json
import os
import random
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import yaml

from frontdesk_nlu.failures import CannotGoOn
from frontdesk_nlu.model.folder import ModelFolder, fingerprint_of, training_files

Say = Callable[[str], None]


class NothingToTrain(CannotGoOn):
    """The data folder holds no training file; compile the book's intents into it first."""


def train(data: Path, out: Path, say: Say) -> ModelFolder:
    """Train unless an unchanged model is there; a failure leaves the old model in place."""
    if not training_files(data):
        raise NothingToTrain(f"{data} holds no .yml or .yaml file with training examples")
    folder = ModelFolder(out)
    fingerprint = fingerprint_of(data)
    if folder.fingerprint() == fingerprint:
        say(f"model {fingerprint} is up to date")
        return folder
    out.mkdir(parents=True, exist_ok=True)
    if not folder.encoder.is_file():
        say("building the sentence encoder")
        build(folder.encoder)
        forget_others(folder.encoder)
    say(f"training from {len(training_files(data))} files")
    train_archive(data, folder)
    folder.card.write_text(json.dumps({"fingerprint": fingerprint}))
    say(f"model {fingerprint} is ready in {out}")
    return folder


def build(encoder: Path) -> None:
    """Quantise the encoder; imported late, because an unchanged model needs none of it."""
    from frontdesk_nlu.encoding.quantise import build_encoder

    build_encoder(encoder)


def forget_others(encoder: Path) -> None:
    """Remove the encoders that earlier code built."""
    for other in encoder.parent.glob("encoder*.onnx"):
        if other != encoder:
            other.unlink()


def train_archive(data: Path, folder: ModelFolder) -> None:
    """Let Rasa fit every component and pack the archive, then put it in place at once."""
    random.seed(7)
    np.random.seed(7)
    with tempfile.TemporaryDirectory(dir=folder.path) as scratch:
        os.environ["RASA_CACHE_DIRECTORY"] = scratch
        register()
        config = Path(scratch) / "config.yml"
        config.write_text(yaml.safe_dump(pipeline(folder.encoder)))
        import rasa.model_training

        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), without_fingerprints():
            warnings.simplefilter("ignore")
            packed = rasa.model_training.train_nlu(str(config), str(data), scratch, fixed_model_name="model")
        folder.card.unlink(missing_ok=True)
        os.replace(str(packed), folder.archive)


@contextlib.contextmanager
def without_fingerprints() -> Iterator[None]:
    """Spare hashing every example after every component: Rasa's cache is empty at each training.

    With ten thousand examples that is a third of the training.
    """
    from rasa.shared.nlu.training_data.training_data import TrainingData

    hashed = TrainingData.fingerprint
    TrainingData.fingerprint = lambda _: uuid.uuid4().hex
    try:
        yield
    finally:
        TrainingData.fingerprint = hashed


def pipeline(encoder: Path) -> dict[str, object]:
    """Write Rasa's configuration: our components, in order."""
    components = "frontdesk_nlu.model.components."
    return {
        "recipe": "default.v1",
        "assistant_id": "frontdesk",
        "language": "en",
        "pipeline": [
            {"name": components + "sentence.SentenceEncoder", "encoder": str(encoder)},
            {"name": components + "entities.RuleEntities"},
            {"name": components + "intents.IntentBlend", "encoder": str(encoder)},
            {"name": components + "clauses.ClauseReader", "encoder": str(encoder)},
            {"name": components + "persons.PersonReader", "encoder": str(encoder)},
            {"name": components + "mood.MoodReader", "encoder": str(encoder)},
            {"name": components + "language.LanguageReader", "home": "en"},
        ],
    }


def register() -> None:
    """Tell Rasa's recipe what our components are."""
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe

    from frontdesk_nlu.model.components.clauses import ClauseReader
    from frontdesk_nlu.model.components.entities import RuleEntities
    from frontdesk_nlu.model.components.intents import IntentBlend
    from frontdesk_nlu.model.components.language import LanguageReader
    from frontdesk_nlu.model.components.mood import MoodReader
    from frontdesk_nlu.model.components.persons import PersonReader
    from frontdesk_nlu.model.components.sentence import SentenceEncoder

    kinds = DefaultV1Recipe.ComponentType
    DefaultV1Recipe.register(kinds.MESSAGE_FEATURIZER, is_trainable=False)(SentenceEncoder)
    for learner in (IntentBlend, PersonReader, MoodReader, LanguageReader):
        DefaultV1Recipe.register(kinds.INTENT_CLASSIFIER, is_trainable=True)(learner)
    DefaultV1Recipe.register(kinds.INTENT_CLASSIFIER, is_trainable=False)(ClauseReader)
    DefaultV1Recipe.register(kinds.ENTITY_EXTRACTOR, is_trainable=True)(RuleEntities)
