"""Payments that were declined: why, once more, or in another way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Protocol

from pydantic import StringConstraints

from tools.arguments import Amount, Answer, Arguments, NoArguments, Version
from tools.errors import BackendRefused, NoSuchThing
from tools.orders.wording import day_text
from tools.spec import ActionKey, Caller, ToolSpec

EFFECT_S = 3.0
RETRYABLE = frozenset({"confirmation_missing", "bank_declined"})
"""Reasons that another try may mend; the others decline again."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A payment that a bank declined, or that went through since."""

    id: str
    customer_id: str
    items: str
    amount: Decimal
    currency: str
    method: str
    reason: str
    state: Literal["declined", "paid"]
    made_at: datetime
    version: int


class Attempts(Protocol):
    """A company's declined payments. The same key never charges twice."""

    async def of_customer(self, customer_id: str) -> Sequence[Attempt]:
        """Return a customer's declined payments, newest first."""

    async def retry(self, attempt_id: str, *, version: int, key: ActionKey) -> Attempt:
        """Charge the same method once more; raises `BackendRefused` when it cannot work."""

    async def send_link(self, attempt_id: str, *, key: ActionKey) -> None:
        """Send a link, to the address on file, for paying in another way."""

    async def retried_under(self, key: ActionKey) -> Attempt | None:
        """Return the payment as it was tried again under this key, or None."""

    async def link_sent_under(self, key: ActionKey) -> bool:
        """Say whether a link was sent under this key."""


AttemptId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class RetryPayment(Arguments):
    """Which payment, and the amount the customer has agreed to."""

    attempt_id: AttemptId
    amount: Amount
    version: Version = None


class SendPaymentLink(Arguments):
    """Which payment."""

    attempt_id: AttemptId


class FoundAttempt(Answer):
    """The newest payment that failed."""

    attempt_id: str
    items: str
    amount: float
    currency: str
    method: str
    reason: str
    state: str
    retryable: bool
    made_text: str
    version: int


class LinkSent(Answer):
    """For which payment a link is on its way."""

    attempt_id: str


def look_up_payment_attempt(
    attempts: Attempts, today: Callable[[], date]
) -> ToolSpec[NoArguments, FoundAttempt]:
    """Make the tool that looks up the caller's newest failed payment."""

    async def run(caller: Caller, args: NoArguments, key: ActionKey | None) -> FoundAttempt:
        return described(await own_attempt(attempts, caller), today())

    return ToolSpec(
        name="look_up_payment_attempt",
        description="Look up the newest payment of the customer that was declined, and why.",
        args=NoArguments,
        result=FoundAttempt,
        risk="read",
        run=run,
    )


def retry_payment(attempts: Attempts, today: Callable[[], date]) -> ToolSpec[RetryPayment, FoundAttempt]:
    """Make the tool that charges a declined payment once more."""

    async def run(caller: Caller, args: RetryPayment, key: ActionKey | None) -> FoundAttempt:
        assert key is not None
        one = await own_attempt(attempts, caller, args.attempt_id)
        if one.amount != args.amount:
            raise BackendRefused("other_amount", "the payment is about another amount")
        version = one.version if args.version is None else args.version
        return described(await attempts.retry(one.id, version=version, key=key), today())

    async def settle(caller: Caller, args: RetryPayment, key: ActionKey) -> FoundAttempt | None:
        done = await attempts.retried_under(key)
        return described(done, today()) if done else None

    return ToolSpec(
        name="retry_payment",
        description="Charge a declined payment once more, with the same method.",
        args=RetryPayment,
        result=FoundAttempt,
        risk="money",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def send_payment_link(attempts: Attempts) -> ToolSpec[SendPaymentLink, LinkSent]:
    """Make the tool that sends a link for paying in another way."""

    async def run(caller: Caller, args: SendPaymentLink, key: ActionKey | None) -> LinkSent:
        assert key is not None
        one = await own_attempt(attempts, caller, args.attempt_id)
        await attempts.send_link(one.id, key=key)
        return LinkSent(attempt_id=one.id)

    async def settle(caller: Caller, args: SendPaymentLink, key: ActionKey) -> LinkSent | None:
        return LinkSent(attempt_id=args.attempt_id) if await attempts.link_sent_under(key) else None

    return ToolSpec(
        name="send_payment_link",
        description="Send a link, to the address on file, for paying a declined payment in another way.",
        args=SendPaymentLink,
        result=LinkSent,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


async def own_attempt(attempts: Attempts, caller: Caller, attempt_id: str | None = None) -> Attempt:
    """Return the caller's newest failed payment, or the one named; somebody else's does not exist."""
    assert caller.customer_id is not None
    for one in await attempts.of_customer(caller.customer_id):
        if one.customer_id == caller.customer_id and attempt_id in (None, one.id):
            return one
    raise NoSuchThing("payment attempt")


def described(one: Attempt, today: date) -> FoundAttempt:
    """A failed payment in the words of conditions and templates."""
    return FoundAttempt(
        attempt_id=one.id,
        items=one.items,
        amount=float(one.amount),
        currency=one.currency,
        method=one.method,
        reason=one.reason,
        state=one.state,
        retryable=one.state == "declined" and one.reason in RETRYABLE,
        made_text=day_text(one.made_at.date(), today),
        version=one.version,
    )
