"""Answers of reads, kept for the seconds their tool allows, apart for every caller."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from tools.spec import Caller


class CacheKey(NamedTuple):
    """Whose answer it is, and to which question."""

    tenant_id: str
    customer_id: str | None
    verified: bool
    tool: str
    of: int
    args: bytes


def cache_key(caller: Caller, tool: str, args: Mapping[str, Any], *, of: int = 0) -> CacheKey:
    """Name an answer; two callers never share one, nor do two tools that books declared under one name."""
    asked = orjson.dumps(args, option=orjson.OPT_SORT_KEYS)
    return CacheKey(caller.tenant_id, caller.customer_id, caller.verified, tool, of, asked)


class ReadCache:
    """A bounded memory; what was used least lately goes first."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._kept: OrderedDict[CacheKey, tuple[float, Mapping[str, Any]]] = OrderedDict()

    def get(self, key: CacheKey, now: float) -> Mapping[str, Any] | None:
        """Return an answer that is still fresh."""
        kept = self._kept.get(key)
        if kept is None or kept[0] <= now:
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def put(self, key: CacheKey, result: Mapping[str, Any], until: float) -> None:
        """Keep an answer until a moment."""
        self._kept[key] = (until, result)
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def forget(self, tenant_id: str, customer_id: str | None) -> None:
        """Drop what a customer was told, because something of theirs has just changed."""
        stale = [key for key in self._kept if key[:2] == (tenant_id, customer_id)]
        for key in stale:
            del self._kept[key]
