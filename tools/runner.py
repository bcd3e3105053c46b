"""Calls tools: checks who asks and what, keeps to the budget, and never does anything twice."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from tools.calling import Calling
from tools.errors import OutcomeUnknown
from tools.journal.port import Busy, Call, Claimed, Finished, Journal, KeyTaken
from tools.read_cache import ReadCache, cache_key
from tools.registry import AnyTool, Registries, Registry
from tools.spec import ActionKey, Caller, Failed, Refused, Succeeded, ToolOutcome, Unknown


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long an effect may take in all, and how long others wait for it. The lease outlasts the effect."""

    effect_s: float = 8.0
    lease_s: float = 10.0
    busy_s: float = 2.0
    attempts: int = 2
    read_attempts: int = 2
    """How often a read that failed is made within its budget."""
    read_pause_s: float = 0.1
    """Pause before the second attempt; it doubles with each further one."""


class ToolRunner:
    """The only way to a tool. Outcomes are values; only mistakes in our own code raise."""

    def __init__(
        self,
        registry: Registry | Registries,
        journal: Journal,
        *,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.registries = registry if isinstance(registry, Registries) else Registries(registry)
        self._journal = journal
        self._patience = patience or Patience()
        self._clock = clock
        self._calling = Calling(clock)
        self._cache = ReadCache()

    @property
    def registry(self) -> Registry:
        """The tools that the newest book has."""
        return self.registries.newest

    async def read(
        self, tool: str, caller: Caller, args: Mapping[str, Any], *, budget_s: float | None = None
    ) -> ToolOutcome:
        """Ask a tool without effect; an answer younger than the tool's cache time is given again.

        Who gives a longer budget takes a late answer rather than none: it has told somebody to wait.
        """
        spec = self.registries.of(caller.book).reading(tool)
        asked = admitted(spec, caller, args)
        if isinstance(asked, Refused):
            return asked
        key = cache_key(caller, tool, asked.model_dump(mode="json"), of=id(spec))
        if (kept := self._cache.get(key, self._clock())) is not None:
            return Succeeded(result=kept, ms=0.0, cached=True)
        longest = max(spec.timeout_s, spec.late_s)
        outcome = await self._read(spec, caller, asked, min(longest, budget_s or spec.timeout_s))
        if spec.cache_s and isinstance(outcome, Succeeded):
            self._cache.put(key, outcome.result, until=self._clock() + spec.cache_s)
        return outcome

    async def _read(self, spec: AnyTool, caller: Caller, asked: BaseModel, budget_s: float) -> ToolOutcome:
        """Ask, and after a failure ask again as long as the budget lasts."""
        begun, pause = self._clock(), self._patience.read_pause_s
        outcome: ToolOutcome
        for attempt in range(1, self._patience.read_attempts + 1):
            left = budget_s - (self._clock() - begun)
            try:
                outcome = await self._calling.call(spec, caller, asked, None, left)
            except OutcomeUnknown as lost:
                outcome = Failed(code=lost.code, detail=lost.detail, ms=self._calling.since(begun))
            left = budget_s - (self._clock() - begun)
            if not isinstance(outcome, Failed) or attempt == self._patience.read_attempts or left <= pause:
                break
            await asyncio.sleep(pause)
            pause *= 2
        return outcome

    async def effect(self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey) -> ToolOutcome:
        """Cause an effect at most once per key; a settled key gets its recorded outcome again."""
        spec = self.registries.of(caller.book).acting(tool)
        asked = admitted(spec, caller, args)
        if isinstance(asked, Refused):
            return asked
        call = call_of(caller, tool, asked, key)
        claim = await self._taken(call)
        return await self._settled(spec, caller, asked, call, claim) if isinstance(claim, Claimed) else claim

    async def look_up(
        self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey
    ) -> ToolOutcome:
        """Ask only what became of an effect in doubt; `Refused` says that the backend has never seen it.

        For later than any request can still be on its way: then what was never seen will not come.
        """
        spec = self.registries.of(caller.book).acting(tool)
        asked = admitted(spec, caller, args)
        if isinstance(asked, Refused):
            return asked
        call = call_of(caller, tool, asked, key)
        claim = await self._taken(call)
        if not isinstance(claim, Claimed):
            return claim
        found = await self._calling.look_up(spec, caller, asked, key)
        self._cache.forget(caller.tenant_id, caller.customer_id)
        never = Refused(code="never_happened", detail="the backend has never seen this key", ms=0.0)
        return await self._journal.finish(call, claim, found or never)

    async def settle(
        self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey, *, happened: bool
    ) -> ToolOutcome:
        """Write down what a person found out about an effect in doubt; what is settled already stays."""
        spec = self.registries.of(caller.book).acting(tool)
        asked = admitted(spec, caller, args)
        if isinstance(asked, Refused):
            return asked
        call = call_of(caller, tool, asked, key)
        claim = await self._taken(call)
        if not isinstance(claim, Claimed):
            return claim
        detail = "a person found that it did not happen"
        outcome = (
            Succeeded(result={}, ms=0.0)
            if happened
            else Refused(code="never_happened", detail=detail, ms=0.0)
        )
        self._cache.forget(caller.tenant_id, caller.customer_id)
        return await self._journal.finish(call, claim, outcome)

    def preconditions(self, tool: str) -> frozenset[str]:
        """Name the arguments that only say what the caller has read: they may change under the same key."""
        fields = self.registries.first_with(tool)[tool].args.model_fields
        return frozenset(name for name, one in fields.items() if one.exclude)

    async def undo(
        self, tool: str, caller: Caller, args: Mapping[str, Any], done: Succeeded, key: ActionKey
    ) -> ToolOutcome:
        """Take an effect back with its tool's compensation, once per key; `Refused` when it has none."""
        compensation = self.registries.of(caller.book).acting(tool).compensation
        if compensation is None:
            return Refused(code="no_compensation", detail=f"{tool} names no tool that takes it back", ms=0.0)
        return await self.effect(compensation.tool, caller, compensation.args(args, done.result), key)

    async def begun(self, caller: Caller, key: ActionKey) -> bool:
        """Say whether the effect under a key may have happened; it is then settled, never decided anew."""
        return await self._journal.begun(caller.tenant_id, key)

    async def _taken(self, call: Call) -> Claimed | ToolOutcome:
        """Take the key, or return what came of it already."""
        match await self._claimed(call):
            case Finished(outcome=recorded):
                return recorded
            case Busy():
                return Unknown(code="in_progress", detail="somebody else acts under this key", ms=0.0)
            case KeyTaken():
                return Refused(code="key_reused", detail="this key names another effect", ms=0.0)
            case Claimed() as claim:
                return claim

    async def _claimed(self, call: Call) -> Claimed | Finished | Busy | KeyTaken:
        """Claim the key, waiting a little for somebody who is just settling it."""
        deadline, pause = self._clock() + self._patience.busy_s, 0.02
        while True:
            claim = await self._journal.claim(call, self._patience.lease_s)
            if not isinstance(claim, Busy) or self._clock() >= deadline:
                return claim
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.25)

    async def _settled(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, call: Call, claim: Claimed
    ) -> ToolOutcome:
        """Act, and write down what came of it before anybody is told."""
        begun, limit = self._clock(), self._patience.effect_s
        try:
            async with asyncio.timeout(limit):
                outcome = await self._act(spec, caller, asked, call.key, doubt=claim.in_doubt)
        except TimeoutError:
            spent = self._calling.since(begun)
            outcome = Unknown(code="timeout", detail=f"not settled within {limit:g} s", ms=spent)
        self._cache.forget(caller.tenant_id, caller.customer_id)
        return await self._journal.finish(call, claim, outcome)

    async def _act(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, key: ActionKey, *, doubt: bool
    ) -> ToolOutcome:
        """Call under the key; look it up after a lost answer, and call again only if it was never seen.

        Doubt means that an earlier request may still be on its way to the
        backend. From then on only an answer settles the matter: "failed"
        would promise that nothing happened.
        """
        if doubt and (known := await self._calling.look_up(spec, caller, asked, key)):
            return known
        if doubt and not spec.idempotent:
            return Unknown(
                code="not_repeatable", detail=f"{spec.name} may have acted without a trace", ms=0.0
            )
        outcome: ToolOutcome
        for _ in range(self._patience.attempts):
            begun = self._clock()
            try:
                outcome = await self._calling.call(spec, caller, asked, key, spec.timeout_s)
                break
            except OutcomeUnknown as lost:
                if known := await self._calling.look_up(spec, caller, asked, key):
                    return known
                doubt = doubt or not lost.answered
                outcome = Failed(code=lost.code, detail=lost.detail, ms=self._calling.since(begun))
                if not spec.idempotent:
                    break
        return in_doubt(outcome) if doubt and isinstance(outcome, Failed) else outcome


def call_of(caller: Caller, tool: str, asked: BaseModel, key: ActionKey) -> Call:
    """Name an effect for the journal."""
    return Call(
        tenant_id=caller.tenant_id,
        key=key,
        conversation_id=caller.conversation_id,
        tool=tool,
        args=asked.model_dump(mode="json"),
    )


def admitted(spec: AnyTool, caller: Caller, args: Mapping[str, Any]) -> BaseModel | Refused:
    """The arguments, if they fit and this caller may ask at all."""
    if spec.needs_verified and not (caller.verified and caller.customer_id):
        return Refused(code="not_verified", detail=f"{spec.name} needs a verified customer", ms=0.0)
    try:
        asked: BaseModel = spec.args.model_validate(args)
    except ValidationError as error:
        return Refused(code="invalid_arguments", detail=named_faults(error), ms=0.0)
    return asked


def in_doubt(failed: Failed) -> Unknown:
    """A failure that does not exclude an effect."""
    return Unknown(code=failed.code, detail=failed.detail, ms=failed.ms)


def named_faults(error: ValidationError) -> str:
    """Which arguments do not fit and why, without repeating what stood in them."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}" for fault in error.errors()
    )
