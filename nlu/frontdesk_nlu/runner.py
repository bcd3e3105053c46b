"""Loads a trained model and runs its Rasa graph, node by node, without dask."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from frontdesk_nlu.components import SentenceEncoder

FIRST_NODE = "nlu_message_converter"


class PlainRunner(DaskGraphRunner):
    """Rasa's graph with its nodes called in order: dask's scheduler costs more than our nodes do."""

    def understand(self, text: str, target: str) -> Message:
        """Run one text through the graph up to `target`."""
        done: dict[str, Any] = {FIRST_NODE: [Message(data={TEXT: text})]}
        messages: list[Message] = self._output(target, done)
        return messages[0]

    def _output(self, name: str, done: dict[str, Any]) -> Any:
        """Return what a node gives, running what it needs first, each node once."""
        if name not in done:
            needs = self._graph_schema.nodes[name].needs.values()
            inputs = [(need, self._output(need, done)) for need in needs]
            done[name] = self._instantiated_nodes[name](*inputs)[1]
        return done[name]


def load_runner(archive: Path, encoder: Path) -> tuple[ModelMetadata, PlainRunner]:
    """Open a model archive with the encoder file that lies beside it."""
    with TemporaryDirectory() as folder:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), archive)
        schema = metadata.predict_schema
        for node in schema.nodes.values():
            if node.uses is SentenceEncoder:
                node.config["encoder"] = str(encoder)
        context = ExecutionContext(graph_schema=schema, model_id=metadata.model_id)
        return metadata, PlainRunner.create(schema, storage, context)
