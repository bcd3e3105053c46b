"""Plays scenarios: says what the script says, and writes down everything that follows."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from evals.house import House
from evals.suite.accounts import Account, read_account, read_accounts
from evals.suite.engine import Engine, Refused, View
from evals.suite.matching import all_occur
from evals.suite.record import Exchange, Record, Reply, Why
from evals.suite.scenarios import Scenario
from evals.suite.schema import Step
from evals.suite.shop import Cast, Casting, Order, about_account, read_order, read_orders

AT_ONCE = 4
PATIENCE = aiohttp.ClientTimeout(total=60)
NOTHING = View(status="active", last_seq=0, told=(), pending=(), approvals_made=0)


class Broken(Exception):
    """The script cannot go on; the text says at what."""


async def play_all(
    house: House, scenarios: Sequence[Scenario], run: str, now: datetime
) -> tuple[list[Record], list[Scenario]]:
    """Play every scenario with a customer of its own, several at once.

    Those for which no customer is left come back unplayed: a fresh house has customers again.
    """
    room = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        orders = await read_orders(session, house.shop_url)
        accounts = await read_accounts(session, house.shop_url) if any(map(about_account, scenarios)) else {}
        casting = Casting(customers=house.customers, orders=orders, now=now, accounts=accounts)
        casts = casting.cast_all(scenarios)

        async def one(scenario: Scenario) -> Record:
            async with room:
                play = Play(
                    session=session, house=house, scenario=scenario, cast=casts[scenario.name], run=run
                )
                return await play.record()

        played = [scenario for scenario in scenarios if scenario.name in casts]
        left = [scenario for scenario in scenarios if scenario.name not in casts]
        return await asyncio.gather(*map(one, played)), left


@dataclass(kw_only=True)
class Play:
    """One conversation under way."""

    session: aiohttp.ClientSession
    house: House
    scenario: Scenario
    cast: Cast
    run: str
    conversation_id: str = ""
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = Engine(self.session, self.house)

    async def record(self) -> Record:
        """Play to the end, or to where it breaks."""
        broke = None
        try:
            for step, line in zip(self.scenario.script.talk, self.scenario.step_lines, strict=True):
                self.exchanges.append(await self._exchange(step, line))
        except (Broken, Refused, aiohttp.ClientError, TimeoutError) as error:
            broke = f"{type(error).__name__}: {error}"
        return Record(
            scenario=self.scenario,
            cast=self.cast,
            conversation_id=self.conversation_id,
            exchanges=tuple(self.exchanges),
            orders_after=await self._orders_after(),
            account_after=await self._account_after(),
            broke=broke,
        )

    async def _exchange(self, step: Step, line: int) -> Exchange:
        """Take one step, and wait for what is to be told afterwards."""
        before = await self.engine.view(self.conversation_id) if self.conversation_id else NOTHING
        who, said, replies = await self._take(step, before)
        wanted = [self._filled(text) for text in step.expect.later]
        since = len(before.told)

        def told(view: View) -> bool:
            return all_occur(wanted, "\n".join(reply.text for reply in view.told[since:]))

        after = await self.engine.wait_until(self.conversation_id, told)
        return Exchange(
            line=line,
            who=who,
            said=said,
            expect=step.expect,
            replies=replies,
            later=tuple(_beyond(after.told[since:], replies)),
            why=await self._why(who, after),
            status=after.status,
            approvals_pending=len(after.pending),
        )

    async def _take(self, step: Step, before: View) -> tuple[str, str, tuple[Reply, ...]]:
        """Do what the step says; tell who did what, and what came back at once."""
        if step.says is not None:
            said = self.cast.fill(step.says)
            return "customer", said, await self._say(said)
        if step.presses is not None:
            payload = f"/{step.presses}"
            if not any(payload in reply.buttons for reply in before.told[-3:]):
                raise Broken(f"no button {payload} was offered")
            return "customer", payload, await self._say(payload)
        if step.decides is not None:
            return "agent", f"decides: {step.decides}", await self._decide(step.decides, step.with_)
        if step.agent_says is not None:
            await self.engine.agent_says(self.conversation_id, step.agent_says)
            return "agent", step.agent_says, ()
        if step.agent == "claims":
            await self.engine.claim(self.conversation_id)
        else:
            await self.engine.release(self.conversation_id)
        return "agent", f"{step.agent} the conversation", ()

    async def _say(self, text: str) -> tuple[Reply, ...]:
        known = self.scenario.script.customer == "signed_in"
        sender = f"{self.run}-{self.scenario.name}"
        found, replies = await self.engine.say(sender, text, self.cast.customer.id if known else None)
        self.conversation_id = found or self.conversation_id
        if not self.conversation_id:
            raise Broken("nothing came back, so the conversation is not known")
        return tuple(replies)

    async def _decide(self, kind: str, args: Any) -> tuple[Reply, ...]:
        view = await self.engine.wait_until(self.conversation_id, lambda view: bool(view.pending))
        if not view.pending:
            raise Broken("no approval waits for a decision")
        await self.engine.decide(view.pending[0], kind, args)
        return ()

    async def _why(self, who: str, view: View) -> Why | None:
        if who != "customer" or not view.last_seq:
            return None
        return await self.engine.why(self.conversation_id, view.last_seq)

    async def _account_after(self) -> Account | None:
        if self.cast.account is None:
            return None
        return await read_account(self.session, self.house.shop_url, self.cast.customer.id)

    async def _orders_after(self) -> dict[str, Order]:
        """Read every given order again; the shop is the judge of what was done."""
        given = self.cast.orders
        return {
            name: await read_order(self.session, self.house.shop_url, order.id)
            for name, order in given.items()
        }

    def _filled(self, wanted: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if isinstance(wanted, str):
            return self.cast.fill(wanted)
        return tuple(self.cast.fill(text) for text in wanted)


def _beyond(told: Iterable[Reply], replies: Iterable[Reply]) -> Iterable[Reply]:
    """What was told in addition to what came back at once."""
    known = [reply.text for reply in replies]
    return [reply for reply in told if reply.text not in known]
