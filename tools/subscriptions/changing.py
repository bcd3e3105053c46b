"""Tools that change the caller's own subscription."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from tools.arguments import Arguments, Version
from tools.errors import VersionConflict
from tools.spec import ActionKey, Caller, Compensation, ToolSpec
from tools.subscriptions.port import Subscription, Subscriptions
from tools.subscriptions.reading import FoundSubscription, described, own_subscription

EFFECT_S = 3.0
GOES_ON = Compensation(
    tool="resume_subscription", args=lambda asked, made: {"subscription_id": asked["subscription_id"]}
)
SubscriptionId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class WhichSubscription(Arguments):
    """Which subscription; the version is the one the customer was told about."""

    subscription_id: SubscriptionId
    version: Version = None


class PauseSubscription(Arguments):
    """Which subscription, and until which day nothing shall come."""

    subscription_id: SubscriptionId
    until: date
    version: Version = None


Change = Callable[[int], Awaitable[Subscription]]


async def on_own_subscription(
    subscriptions: Subscriptions, caller: Caller, args: WhichSubscription | PauseSubscription, change: Change
) -> Subscription:
    """Change the caller's subscription; one that has changed meanwhile is read again, once."""
    one = await own_subscription(subscriptions, caller, args.subscription_id)
    try:
        return await change(one.version if args.version is None else args.version)
    except VersionConflict:
        fresh = await own_subscription(subscriptions, caller, args.subscription_id)
        return await change(fresh.version)


async def settled(
    subscriptions: Subscriptions, key: ActionKey, today: Callable[[], date]
) -> FoundSubscription | None:
    """Look up what was changed under a key."""
    done = await subscriptions.done_under(key)
    return described(done, today()) if done else None


def cancel_subscription(
    subscriptions: Subscriptions, today: Callable[[], date]
) -> ToolSpec[WhichSubscription, FoundSubscription]:
    """Make the tool that ends a subscription."""

    async def run(caller: Caller, args: WhichSubscription, key: ActionKey | None) -> FoundSubscription:
        assert key is not None

        async def end(version: int) -> Subscription:
            return await subscriptions.cancel(args.subscription_id, version=version, key=key)

        return described(await on_own_subscription(subscriptions, caller, args, end), today())

    async def settle(caller: Caller, args: WhichSubscription, key: ActionKey) -> FoundSubscription | None:
        return await settled(subscriptions, key, today)

    return ToolSpec(
        name="cancel_subscription",
        description="End a subscription; what is paid for still comes.",
        args=WhichSubscription,
        result=FoundSubscription,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def pause_subscription(
    subscriptions: Subscriptions, today: Callable[[], date]
) -> ToolSpec[PauseSubscription, FoundSubscription]:
    """Make the tool that pauses a subscription."""

    async def run(caller: Caller, args: PauseSubscription, key: ActionKey | None) -> FoundSubscription:
        assert key is not None

        async def pause(version: int) -> Subscription:
            return await subscriptions.pause(args.subscription_id, args.until, version=version, key=key)

        return described(await on_own_subscription(subscriptions, caller, args, pause), today())

    async def settle(caller: Caller, args: PauseSubscription, key: ActionKey) -> FoundSubscription | None:
        return await settled(subscriptions, key, today)

    return ToolSpec(
        name="pause_subscription",
        description="Send nothing of a subscription until a day.",
        args=PauseSubscription,
        result=FoundSubscription,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
        compensation=GOES_ON,
    )


def resume_subscription(
    subscriptions: Subscriptions, today: Callable[[], date]
) -> ToolSpec[WhichSubscription, FoundSubscription]:
    """Make the tool that lets a paused subscription go on."""

    async def run(caller: Caller, args: WhichSubscription, key: ActionKey | None) -> FoundSubscription:
        assert key is not None

        async def go_on(version: int) -> Subscription:
            return await subscriptions.resume(args.subscription_id, version=version, key=key)

        return described(await on_own_subscription(subscriptions, caller, args, go_on), today())

    async def settle(caller: Caller, args: WhichSubscription, key: ActionKey) -> FoundSubscription | None:
        return await settled(subscriptions, key, today)

    return ToolSpec(
        name="resume_subscription",
        description="Let a paused subscription go on.",
        args=WhichSubscription,
        result=FoundSubscription,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )
