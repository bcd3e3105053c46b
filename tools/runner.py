"""Calls tools: checks who asks and what, keeps to the budget, and never does anything twice."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from tools.breaker import Breaker
from tools.errors import BackendFailed, BackendRefused, OutcomeUnknown, ToolError
from tools.journal.port import Busy, Call, Claimed, Finished, Journal, KeyTaken
from tools.outcomes import outcome_of
from tools.read_cache import ReadCache, cache_key
from tools.registry import AnyTool, Registry
from tools.spec import ActionKey, Caller, Failed, Refused, Succeeded, ToolOutcome, Unknown


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long an effect may take in all, and how long others wait for it. The lease outlasts the effect."""

    effect_s: float = 8.0
    lease_s: float = 10.0
    busy_s: float = 2.0
    attempts: int = 2


class ToolRunner:
    """The only way to a tool. Outcomes are values; only mistakes in our own code raise."""

    def __init__(
        self,
        registry: Registry,
        journal: Journal,
        *,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._journal = journal
        self._patience = patience or Patience()
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}
        self._cache = ReadCache()

    @property
    def registry(self) -> Registry:
        """The tools there are."""
        return self._registry

    async def read(
        self, tool: str, caller: Caller, args: Mapping[str, Any], *, budget_s: float | None = None
    ) -> ToolOutcome:
        """Ask a tool without effect; an answer younger than the tool's cache time is given again."""
        spec = self._registry.reading(tool)
        asked = self._admitted(spec, caller, args)
        if isinstance(asked, Refused):
            return asked
        key = cache_key(caller, tool, asked.model_dump(mode="json"))
        if (kept := self._cache.get(key, self._clock())) is not None:
            return Succeeded(result=kept, ms=0.0, cached=True)
        outcome = await self._call(spec, caller, asked, None, min(spec.timeout_s, budget_s or spec.timeout_s))
        if spec.cache_s and isinstance(outcome, Succeeded):
            self._cache.put(key, outcome.result, until=self._clock() + spec.cache_s)
        return outcome

    async def effect(self, tool: str, caller: Caller, args: Mapping[str, Any], key: ActionKey) -> ToolOutcome:
        """Cause an effect at most once per key; a settled key gets its recorded outcome again."""
        spec = self._registry.acting(tool)
        asked = self._admitted(spec, caller, args)
        if isinstance(asked, Refused):
            return asked
        call = Call(
            tenant_id=caller.tenant_id,
            key=key,
            conversation_id=caller.conversation_id,
            tool=tool,
            args=asked.model_dump(mode="json"),
        )
        match await self._claimed(call):
            case Finished(outcome=recorded):
                return recorded
            case Busy():
                return Unknown(code="in_progress", detail="somebody else acts under this key", ms=0.0)
            case KeyTaken():
                return Refused(code="key_reused", detail="this key names another effect", ms=0.0)
            case Claimed() as claim:
                return await self._settled(spec, caller, asked, call, claim)

    def _admitted(self, spec: AnyTool, caller: Caller, args: Mapping[str, Any]) -> BaseModel | Refused:
        """The arguments, if they fit and this caller may ask at all."""
        if spec.needs_verified and not (caller.verified and caller.customer_id):
            return Refused(code="not_verified", detail=f"{spec.name} needs a verified customer", ms=0.0)
        try:
            asked: BaseModel = spec.args.model_validate(args)
        except ValidationError as error:
            return Refused(code="invalid_arguments", detail=named_faults(error), ms=0.0)
        return asked

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
        begun = self._clock()
        try:
            async with asyncio.timeout(self._patience.effect_s):
                outcome = await self._act(spec, caller, asked, call.key, claim)
        except TimeoutError:
            outcome = self._lost(begun)
        self._cache.forget(caller.tenant_id, caller.customer_id)
        return await self._journal.finish(call, claim, outcome)

    async def _act(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, key: ActionKey, claim: Claimed
    ) -> ToolOutcome:
        """Call under the key; after a lost answer look the key up, and call again only if it was never seen."""
        if claim.may_have_run and (known := await self._looked_up(spec, caller, asked, key)):
            return known
        for _ in range(self._patience.attempts):
            begun = self._clock()
            try:
                return await self._called(spec, caller, asked, key, spec.timeout_s)
            except OutcomeUnknown as lost:
                known = await self._looked_up(spec, caller, asked, key)
                if known is not None:
                    return known
                outcome = self._never_seen(lost, begun)
        return outcome

    async def _looked_up(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, key: ActionKey
    ) -> Succeeded | Unknown | None:
        """What the backend knows under the key; None means that it has never seen it."""
        begun = self._clock()
        if spec.settle is None:
            return Unknown(code="cannot_settle", detail=f"{spec.name} cannot be looked up", ms=0.0)
        try:
            async with asyncio.timeout(spec.timeout_s):
                found = await spec.settle(caller, asked, key)
        except (TimeoutError, ToolError) as error:
            code = error.code if isinstance(error, ToolError) else "timeout"
            return Unknown(code=code, detail="the outcome could not be looked up", ms=self._since(begun))
        return None if found is None else self._answered(found, begun)

    async def _call(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, key: ActionKey | None, budget_s: float
    ) -> ToolOutcome:
        """Call once and say what came of it."""
        begun = self._clock()
        try:
            return await self._called(spec, caller, asked, key, budget_s)
        except OutcomeUnknown as lost:
            return Failed(code=lost.code, detail=lost.detail, ms=self._since(begun))

    async def _called(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, key: ActionKey | None, budget_s: float
    ) -> ToolOutcome:
        """Call once, with the breaker watching; raises only `OutcomeUnknown`."""
        begun, breaker = self._clock(), self._breakers.setdefault(spec.name, Breaker())
        if not breaker.allows(begun):
            return Failed(code="breaker_open", detail=f"{spec.name} has been failing; it rests", ms=0.0)
        try:
            async with asyncio.timeout(budget_s):
                outcome: ToolOutcome = self._answered(await spec.run(caller, asked, key), begun)
        except TimeoutError as error:
            breaker.failed(self._clock())
            detail = f"no answer within {budget_s:g} s"
            raise OutcomeUnknown("timeout", detail, answered=False) from error
        except (BackendFailed, OutcomeUnknown) as error:
            breaker.failed(self._clock())
            if isinstance(error, OutcomeUnknown):
                raise
            return outcome_of(error, self._since(begun))
        except ToolError as error:
            outcome = outcome_of(error, self._since(begun))
        breaker.succeeded(self._clock())
        return outcome

    def _answered(self, result: BaseModel, begun: float) -> Succeeded:
        return Succeeded(result=result.model_dump(mode="json"), ms=self._since(begun))

    def _never_seen(self, lost: OutcomeUnknown, begun: float) -> Failed | Unknown:
        """The backend does not know the key; if it had finished with the request, nothing will come of it."""
        kind = Failed if lost.answered else Unknown
        return kind(code=lost.code, detail=lost.detail, ms=self._since(begun))

    def _lost(self, begun: float) -> Unknown:
        detail = f"not settled within {self._patience.effect_s:g} s"
        return Unknown(code="timeout", detail=detail, ms=self._since(begun))

    def _since(self, begun: float) -> float:
        return round((self._clock() - begun) * 1000, 3)


def named_faults(error: ValidationError) -> str:
    """Which arguments do not fit and why, without repeating what stood in them."""
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}" for fault in error.errors()
    )
