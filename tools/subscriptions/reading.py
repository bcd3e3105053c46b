"""Tools that look at subscriptions, and that read until when a pause shall last."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from tools.arguments import Answer, Arguments, NoArguments
from tools.errors import NoSuchThing
from tools.followups.days import Day, day_in
from tools.orders.wording import day_text
from tools.spec import ActionKey, Caller, ToolSpec
from tools.subscriptions.port import Subscription, Subscriptions

ORDER = {"active": 0, "paused": 1, "ended": 2}
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class FoundSubscription(Answer):
    """The subscription that a customer means: the one that runs, else a paused one, else an ended one."""

    status: str
    """`active`, `paused`, `ended`, or `none` when there is no subscription at all."""
    subscription_id: str = ""
    plan: str = ""
    price: float = 0.0
    currency: str = ""
    next_text: str | None = None
    """When the next box goes out, as "3 January 2027"."""
    days_to_next: int | None = None
    paid_until_text: str = ""
    paused_until_text: str | None = None
    version: int = 0


class WhenSaid(Arguments):
    """The customer's own words about a day."""

    said: Said


class PauseEnd(Answer):
    """Until when a pause shall last, as far as the words say it."""

    clear: bool
    impossible: bool
    """They name a day that no calendar has."""
    until_on: str | None
    until_text: str | None
    days: int
    """From today on; below zero it is past."""


def look_up_subscription(
    subscriptions: Subscriptions, today: Callable[[], date]
) -> ToolSpec[NoArguments, FoundSubscription]:
    """Make the tool that looks up the caller's subscription."""

    async def run(caller: Caller, args: NoArguments, key: ActionKey | None) -> FoundSubscription:
        assert caller.customer_id is not None
        try:
            return described(await own_subscription(subscriptions, caller), today())
        except NoSuchThing:
            return FoundSubscription(status="none")

    return ToolSpec(
        name="look_up_subscription",
        description="Look up the subscription of the customer who asks.",
        args=NoArguments,
        result=FoundSubscription,
        risk="read",
        run=run,
    )


def find_pause_end(today: Callable[[], date]) -> ToolSpec[WhenSaid, PauseEnd]:
    """Make the tool that reads a pause's end out of the customer's words."""

    async def run(caller: Caller, args: WhenSaid, key: ActionKey | None) -> PauseEnd:
        return end_of(day_in(args.said, today(), later=True), today())

    return ToolSpec(
        name="find_pause_end",
        description="Read until when a pause shall last: 'until September', 'for three months'.",
        args=WhenSaid,
        result=PauseEnd,
        risk="read",
        run=run,
        needs_verified=False,
    )


def end_of(day: Day, today: date) -> PauseEnd:
    """A day in the words of conditions and templates."""
    return PauseEnd(
        clear=day.on is not None,
        impossible=day.impossible,
        until_on=day.on and day.on.isoformat(),
        until_text=day.on and day_text(day.on, today),
        days=(day.on - today).days if day.on else 0,
    )


async def own_subscription(
    subscriptions: Subscriptions, caller: Caller, subscription_id: str | None = None
) -> Subscription:
    """Return the caller's subscription; somebody else's looks as if it did not exist."""
    assert caller.customer_id is not None
    found: Sequence[Subscription] = [
        one
        for one in await subscriptions.of_customer(caller.customer_id)
        if one.customer_id == caller.customer_id and subscription_id in (None, one.id)
    ]
    if not found:
        raise NoSuchThing("subscription")
    return min(found, key=lambda one: ORDER[one.status])


def described(one: Subscription, today: date) -> FoundSubscription:
    """A subscription in the words of conditions and templates."""
    return FoundSubscription(
        subscription_id=one.id,
        plan=one.plan,
        status=one.status,
        price=float(one.price),
        currency=one.currency,
        next_text=one.next_box and day_text(one.next_box, today),
        days_to_next=(one.next_box - today).days if one.next_box else None,
        paid_until_text=day_text(one.paid_until, today),
        paused_until_text=one.paused_until and day_text(one.paused_until, today),
        version=one.version,
    )
