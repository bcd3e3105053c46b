"""The accounts of the shop's first day, the same for the same seed and date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from examples.shop.accounts.values import Account, Attempt, DeclineReason, Subscription, SubscriptionStatus
from examples.shop.assortment import PRODUCTS, STREETS, TOWNS
from examples.shop.seed import MARTA, MARTAS_ADDRESS
from examples.shop.values import Customer

PLANS = (("candle box", 2900), ("bulb box", 3900))
STATES: tuple[SubscriptionStatus, ...] = ("active", "paused", "ended")
REASONS: tuple[DeclineReason, ...] = (
    "confirmation_missing",
    "insufficient_funds",
    "card_expired",
    "bank_declined",
)
BOX_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class FirstAccounts:
    """Everything about accounts before anybody has written to the shop."""

    accounts: tuple[Account, ...]
    subscriptions: tuple[Subscription, ...]
    attempts: tuple[Attempt, ...]


def first_accounts(seed: int, today: date, customers: Sequence[Customer]) -> FirstAccounts:
    """Give every customer an account; two in three subscribe to something, half have a payment to mend."""
    random = Random(f"{seed}:accounts")
    subscribed = [customer for i, customer in enumerate(customers) if i % 3 != 2]
    declined = [customer for i, customer in enumerate(customers) if i % 2 == 0]
    return FirstAccounts(
        accounts=tuple(_account(random, customer) for customer in customers),
        subscriptions=tuple(
            _subscription(random, i, customer, today) for i, customer in enumerate(subscribed)
        ),
        attempts=tuple(_attempt(random, i, customer, today) for i, customer in enumerate(declined)),
    )


def _account(random: Random, customer: Customer) -> Account:
    town, code, country = next((t for t in TOWNS if t[0] == customer.city), TOWNS[0])
    street = f"{random.choice(STREETS)} {random.randint(1, 90)}, {code} {town}, {country}"
    return Account(
        customer_id=customer.id,
        pending_email=None,
        phone=f"+49 170 555{random.randint(1000, 9999)}",
        address=MARTAS_ADDRESS if customer.id == MARTA else street,
        newsletter=random.random() < 0.5,
        closed=False,
        version=1,
    )


def _subscription(random: Random, number: int, customer: Customer, today: date) -> Subscription:
    """Three in five run, one is paused and one has ended; Marta's runs."""
    status = STATES[(0, 0, 0, 1, 2)[number % 5]]
    plan, cents = PLANS[number % len(PLANS)]
    next_box = today + timedelta(days=random.randint(8, 60))
    ends = next_box - timedelta(days=1) if status != "ended" else today - timedelta(days=20)
    return Subscription(
        id=f"S-{number + 1:04}",
        customer_id=customer.id,
        plan=plan,
        cents=cents,
        status=status,
        next_box=next_box if status == "active" else None,
        paid_until=ends,
        paused_until=today + timedelta(days=45) if status == "paused" else None,
        version=1,
    )


def _attempt(random: Random, number: int, customer: Customer, today: date) -> Attempt:
    """One article that could not be paid, one to three days ago; Marta's bank wanted a confirmation."""
    product = random.choice(PRODUCTS)
    made = datetime.combine(today, time(19, 30)) - timedelta(days=random.randint(1, 3))
    return Attempt(
        id=f"P-{number + 1:04}",
        customer_id=customer.id,
        items=product.name,
        cents=product.cents,
        method=f"Visa ending {random.randint(1000, 9999)}",
        reason=REASONS[number % len(REASONS)],
        state="declined",
        made_at=made,
        version=1,
    )
