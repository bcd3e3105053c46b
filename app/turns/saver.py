"""A LangGraph checkpointer without I/O: the turn loads it, the commit stores it.

`claim` has already read the thread's row and `commit` writes everything in
one transaction, so between the two this saver only decodes and collects.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from inspect import signature
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    empty_checkpoint,
)
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.types import Interrupt

SERDE = JsonPlusSerializer(allowed_msgpack_modules=None)
"""Strict: a type that is not allowed comes back as plain data, so our state holds JSON values only."""

INTERRUPT = "__interrupt__"

Write = tuple[str, str, Any, str]
"""Task id, channel, value, task path."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A thread's memory as it is stored; both parts are sealed before they reach the table."""

    checkpoint_id: str
    parent_id: str | None
    data: bytes
    writes: bytes | None


class TurnSaver(BaseCheckpointSaver[str]):
    """Holds the newest checkpoint of one thread for the length of one turn."""

    serde = SERDE

    def __init__(self, thread_id: str, stored: Snapshot | None) -> None:
        # LangGraph's own `__init__` only looks at the serializer anew, which costs more than all of this
        self.thread_id = thread_id
        self.found = _decode(stored) if stored else None
        self.found_id = stored.checkpoint_id if stored else None
        self.fresh: tuple[Checkpoint, CheckpointMetadata, str | None] | None = None
        self.writes: dict[str, dict[tuple[str, int], Write]] = {}
        if stored and self.found and self.found[2]:
            kept: dict[tuple[str, int], Write] = {}
            for index, write in enumerate(self.found[2]):
                kept[(write[0], _slot(write[1], index))] = write
            self.writes[stored.checkpoint_id] = kept

    def snapshot(self) -> Snapshot | None:
        """Return what this turn left to be stored; None when it left nothing."""
        if self.fresh is None:
            return None
        checkpoint, metadata, _ = self.fresh
        writes = list(self.writes.get(checkpoint["id"], {}).values())
        return Snapshot(
            checkpoint_id=checkpoint["id"],
            parent_id=self.found_id,
            data=_encode((checkpoint, metadata)),
            writes=_encode(writes) if writes else None,
        )

    def remembered(self) -> dict[str, Any]:
        """Return the thread's memory as the turn left it last or as it was stored; empty for a new thread."""
        newest = self.fresh or self.found
        return dict(newest[0]["channel_values"].get("memory") or {}) if newest else {}

    def rest(self, memory: dict[str, Any]) -> None:
        """Leave this memory, as LangGraph's `update_state` would: nobody is waited for."""
        newest = self.fresh or self.found
        before, metadata = (newest[0], newest[1]) if newest else (empty_checkpoint(), CheckpointMetadata())
        step, versions = metadata.get("step", -2) + 1, dict[str, Any](before["channel_versions"])
        version = self.get_next_version(max(versions.values(), default=None), None)
        checkpoint: Checkpoint = {
            **before,
            "id": str(uuid6(clock_seq=step)),
            "ts": datetime.now(UTC).isoformat(),
            "channel_values": {**before["channel_values"], "memory": memory},
            "channel_versions": {**versions, "memory": version},
            "updated_channels": ["memory"],
        }
        self.fresh = checkpoint, {"source": "update", "step": step, "parents": {}}, self.found_id

    def open_interrupts(self) -> list[Interrupt]:
        """Return what the thread waits for, from the pending writes of its newest checkpoint."""
        newest = self.fresh[0]["id"] if self.fresh else self.found_id
        writes = self.writes.get(newest or "", {}).values()
        return [waiting for _, channel, value, _ in writes if channel == INTERRUPT for waiting in value]

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the newest checkpoint with its pending writes."""
        return self.get_tuple(config)

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the newest checkpoint, or the one the config names if it is this one."""
        wanted = config["configurable"].get("checkpoint_id")
        if self.fresh is not None:
            checkpoint, metadata, parent = self.fresh
        elif self.found is not None:
            checkpoint, metadata, parent = self.found[0], self.found[1], None
        else:
            return None
        if config["configurable"].get("thread_id") != self.thread_id or wanted not in (
            None,
            checkpoint["id"],
        ):
            return None
        pending = [write[:3] for write in self.writes.get(checkpoint["id"], {}).values()]
        return CheckpointTuple(
            config=self._config(checkpoint["id"]),
            checkpoint=checkpoint,
            metadata=metadata,
            parent_config=self._config(parent) if parent else None,
            pending_writes=pending,
        )

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Collect a checkpoint; the last one of the turn is stored."""
        parent = config["configurable"].get("checkpoint_id")
        self.fresh = (checkpoint, metadata, parent)
        return self._config(checkpoint["id"])

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Collect a task's writes (interrupts among them); the same task's same write is kept once."""
        kept = self.writes.setdefault(config["configurable"]["checkpoint_id"], {})
        for index, (channel, value) in enumerate(writes):
            kept[(task_id, _slot(channel, index))] = (task_id, channel, value, task_path)

    aput_writes.__signature__ = signature(aput_writes)  # type: ignore[attr-defined] # every run asks for it

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Yield the newest checkpoint: older ones are in the table, not in the turn."""
        for found in self.list(config, filter=filter, before=before, limit=limit):
            yield found

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Yield the newest checkpoint when it fits the filter."""
        found = self.get_tuple(config or self._config(None))
        if found is None or before is not None or limit == 0:
            return
        if all(found.metadata.get(name) == value for name, value in (filter or {}).items()):
            yield found

    def _config(self, checkpoint_id: str | None) -> RunnableConfig:
        named: dict[str, Any] = {"thread_id": self.thread_id, "checkpoint_ns": ""}
        if checkpoint_id:
            named["checkpoint_id"] = checkpoint_id
        return {"configurable": named}


def remembering(stored: Snapshot, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Snapshot:
    """Return a snapshot whose memory was changed; what the thread waits for stays."""
    checkpoint, metadata, _ = _decode(stored)
    values = checkpoint["channel_values"]
    changed = {**values, "memory": change(dict(values.get("memory") or {}))}
    return replace(stored, data=_encode(({**checkpoint, "channel_values": changed}, metadata)))


def _slot(channel: str, index: int) -> int:
    """Special channels have one fixed place a task, so that writing them again replaces them."""
    return WRITES_IDX_MAP.get(channel, index)


def _encode(value: Any) -> bytes:
    kind, data = SERDE.dumps_typed(value)
    return kind.encode() + b"\0" + data


def _decode(stored: Snapshot) -> tuple[Checkpoint, CheckpointMetadata, list[Write]]:
    checkpoint, metadata = _load(stored.data)
    return checkpoint, metadata, [tuple(write) for write in _load(stored.writes)] if stored.writes else []


def _load(data: bytes) -> Any:
    kind, _, body = data.partition(b"\0")
    return SERDE.loads_typed((kind.decode(), body))
