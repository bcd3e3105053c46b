"""One call of a tool, or one look-up of its key: timed, bounded, and watched by a breaker."""

import asyncio
from collections.abc import Callable

from pydantic import BaseModel

from tools.breaker import Breaker
from tools.errors import BackendFailed, OutcomeUnknown, ToolError
from tools.outcomes import outcome_of
from tools.registry import AnyTool
from tools.spec import ActionKey, Caller, Failed, Succeeded, ToolOutcome, Unknown


class Calling:
    """Makes single calls; remembers per tool how well they went."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}

    async def call(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, key: ActionKey | None, budget_s: float
    ) -> ToolOutcome:
        """Call once; raises only `OutcomeUnknown`, when something was sent and its answer is missing."""
        begun, breaker = self._clock(), self._breakers.setdefault(spec.name, Breaker())
        if not breaker.allows(begun):
            return Failed(code="breaker_open", detail=f"{spec.name} kept failing and rests for now", ms=0.0)
        try:
            outcome = await self._bounded(spec, caller, asked, key, budget_s)
        except BackendFailed as error:
            breaker.failed(self._clock())
            return outcome_of(error, self.since(begun))
        except OutcomeUnknown as error:
            # A caller in a hurry says nothing about the backend.
            if error.code != "timeout" or budget_s >= spec.timeout_s:
                breaker.failed(self._clock())
            raise
        breaker.succeeded(self._clock())
        return outcome

    async def look_up(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, key: ActionKey
    ) -> Succeeded | Unknown | None:
        """What the backend knows under a key; None means that it has never seen it."""
        begun = self._clock()
        if spec.settle is None:
            return Unknown(code="cannot_settle", detail=f"{spec.name} cannot be looked up", ms=0.0)
        try:
            async with asyncio.timeout(spec.timeout_s):
                found = await spec.settle(caller, asked, key)
        except (TimeoutError, ToolError) as error:
            code = error.code if isinstance(error, ToolError) else "timeout"
            return Unknown(code=code, detail="the outcome could not be looked up", ms=self.since(begun))
        return None if found is None else self._answered(found, begun)

    def since(self, begun: float) -> float:
        """Milliseconds since a moment."""
        return round((self._clock() - begun) * 1000, 3)

    async def _bounded(
        self, spec: AnyTool, caller: Caller, asked: BaseModel, key: ActionKey | None, budget_s: float
    ) -> ToolOutcome:
        """Let the tool run within its budget; what it refuses or does not find is an answer too."""
        begun = self._clock()
        try:
            async with asyncio.timeout(budget_s):
                return self._answered(await spec.run(caller, asked, key), begun)
        except TimeoutError as error:
            raise OutcomeUnknown("timeout", f"no answer within {budget_s:.3g} s", answered=False) from error
        except (BackendFailed, OutcomeUnknown):
            raise
        except ToolError as error:
            return outcome_of(error, self.since(begun))

    def _answered(self, result: BaseModel, begun: float) -> Succeeded:
        return Succeeded(result=result.model_dump(mode="json"), ms=self.since(begun))
