"""What the learning components share: one file of their own in the model archive."""

import json
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

C = TypeVar("C", bound="Keeping")


class Keeping(GraphComponent):
    """A component that learns something and keeps it as one file of its own."""

    FILE = "learnt.npz"

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource

    @classmethod
    def create(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> C:
        """Make the component that is about to learn."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls: type[C],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> C:
        """Make the component from what it kept."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.recall(Path(folder) / cls.FILE)
        return component

    @abstractmethod
    def recall(self, path: Path) -> None:
        """Read what was learnt."""

    def keep_arrays(self, arrays: Mapping[str, Any]) -> Resource:
        """Store arrays."""
        with self._storage.write_to(self._resource) as folder:
            np.savez(Path(folder) / self.FILE, **arrays)
        return self._resource

    def keep_json(self, learnt: Any) -> Resource:
        """Store plain values."""
        with self._storage.write_to(self._resource) as folder:
            (Path(folder) / self.FILE).write_text(json.dumps(learnt, ensure_ascii=False, sort_keys=True))
        return self._resource
