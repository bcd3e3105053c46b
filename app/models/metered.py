"""Models whose every call is paid from the tenant's budget of the day and written down."""

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from psycopg import AsyncConnection

from app.db import DatabaseGone
from app.ids import new_id
from app.models import repository as sql
from app.models.prices import Price
from graphs.planner.llm_port import Hear, ModelAnswer, ModelCall, Models, Outcome, Question, Size

log = logging.getLogger(__name__)

Tenant = Callable[[str], AbstractAsyncContextManager[AsyncConnection]]
"""Opens one short transaction of a tenant."""


class NamedModels(Models, Protocol):
    """Models that say how they are called."""

    def name(self, size: Size) -> str:
        """Return the name of the model of a size."""


class MeteredModels:
    """Sets a call's worst cost aside before it is made; beyond the day's limit nobody is asked."""

    def __init__(
        self,
        models: NamedModels,
        tenant: Tenant,
        *,
        prices: Mapping[str, Price],
        daily_usd: float | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._models = models
        self._tenant = tenant
        self._prices = prices
        self._limit = None if daily_usd is None else Decimal(str(daily_usd))
        self._clock = clock

    @property
    def sizes(self) -> frozenset[Size]:
        """See `Models`."""
        return self._models.sizes

    async def ask(self, question: Question, *, within_s: float, hear: Hear | None = None) -> ModelAnswer:
        """See `Models`."""
        at, name = self._clock(), self._models.name(question.size)
        price = self._prices.get(name)
        worst = Decimal(0) if price is None or self._limit is None else _usd(price.at_most(question))
        if refused := await self._reserve(question, worst, at):
            call = ModelCall(purpose=question.purpose, model=name, outcome=refused, ms=0.0)
            return ModelAnswer(text=None, call=call)
        answer = await self._models.ask(question, within_s=within_s, hear=hear)
        call = answer.call
        if price is not None:
            call = replace(call, cost_usd=round(price.of(call.prompt_tokens, call.completion_tokens), 8))
        await self._keep(question, call, worst, at)
        return replace(answer, call=call)

    async def _reserve(self, question: Question, worst: Decimal, at: datetime) -> Outcome | None:
        """Set money aside; says why not when the limit is reached or nobody can tell."""
        if self._limit is None:
            return None
        try:
            async with self._tenant(question.tenant_id) as conn:
                free = await sql.reserve(conn, question.tenant_id, at.date(), worst, self._limit)
        except DatabaseGone:
            return "uncounted"
        return None if free else "over_budget"

    async def _keep(self, question: Question, call: ModelCall, worst: Decimal, at: datetime) -> None:
        """Write a call down; when that fails, what was set aside stays spent for the day."""
        try:
            async with self._tenant(question.tenant_id) as conn:
                await sql.settle(conn, question.tenant_id, at.date(), worst, _usd(call.cost_usd or 0.0))
                await sql.keep(conn, new_id("mdl"), question, call, at)
        except DatabaseGone as error:
            log.warning("a model's call was not written down: %s", type(error).__name__)


def _usd(dollars: float) -> Decimal:
    """Write dollars as the tables keep them."""
    return Decimal(f"{dollars:.8f}")
