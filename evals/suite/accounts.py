"""Accounts of the sample company, as scenarios need them and leave them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import aiohttp

from evals.suite.matching import occurs
from evals.suite.schema import AccountLeft, AccountWanted


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account with what belongs to it."""

    facts: Mapping[str, Any]
    subscription: Mapping[str, Any] | None
    payment: Mapping[str, Any] | None
    letters: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()


async def read_accounts(session: aiohttp.ClientSession, shop_url: str) -> dict[str, Account]:
    """Everybody's account, by customer."""
    facts = await _get(session, f"{shop_url}/accounts")
    subscriptions = {row["customer_id"]: row for row in await _get(session, f"{shop_url}/subscriptions")}
    payments = {row["customer_id"]: row for row in await _get(session, f"{shop_url}/payment-attempts")}
    return {
        row["customer_id"]: Account(
            facts=row,
            subscription=subscriptions.get(row["customer_id"]),
            payment=payments.get(row["customer_id"]),
        )
        for row in facts
    }


async def read_account(session: aiohttp.ClientSession, shop_url: str, customer_id: str) -> Account:
    """One account as it is now, with what was sent and written down."""
    of = {"customer_id": customer_id}
    subscriptions = await _get(session, f"{shop_url}/subscriptions", **of)
    payments = await _get(session, f"{shop_url}/payment-attempts", **of)
    letters = await _get(session, f"{shop_url}/letters", **of)
    tickets = await _get(session, f"{shop_url}/tickets", **of)
    return Account(
        facts=await _get(session, f"{shop_url}/accounts/{customer_id}"),
        subscription=subscriptions[0] if subscriptions else None,
        payment=payments[0] if payments else None,
        letters=tuple(_letter(row) for row in letters),
        tickets=tuple(f"{row['subject']}\n{row['body']}" for row in tickets),
    )


def account_fits(account: Account, wanted: AccountWanted, today: date) -> bool:
    """Whether an account is such as a scenario needs."""
    subscription, payment = account.subscription or {}, account.payment or {}
    next_box = date.fromisoformat(subscription["next_box"]) if subscription.get("next_box") else None
    asked = (
        wanted.subscription in (None, subscription.get("status", "none")),
        wanted.box_in_days is None
        or (next_box is not None and (next_box - today).days >= wanted.box_in_days),
        wanted.payment in (None, payment.get("reason", "none")),
        wanted.payment_under is None or payment.get("amount", 0) < wanted.payment_under,
        wanted.newsletter in (None, account.facts["newsletter"]),
    )
    return all(asked)


def words_of(account: Account | None) -> dict[str, str]:
    """What stands for the placeholders of an account."""
    if account is None:
        return {}
    subscription, payment = account.subscription or {}, account.payment or {}
    return {
        "account.phone": str(account.facts["phone"]),
        "account.address": account.facts["address"],
        "account.plan": subscription.get("plan", ""),
        "account.items": payment.get("items", ""),
        "account.money": f"€{payment.get('amount', 0):,.2f}",
        "account.method": payment.get("method", ""),
    }


def compared(
    before: Account, after: Account, left: AccountLeft | None, fill: Callable[[str], str]
) -> Iterator[tuple[str, str, str]]:
    """Yield each part of an account with what it must be and what it is."""
    wanted = left or AccountLeft()
    for name in ("email", "pending_email", "phone", "address", "newsletter", "closed"):
        named = getattr(wanted, name)
        named = fill(named) if isinstance(named, str) else named
        yield name, str(before.facts[name] if named is None else named), str(after.facts[name])
    yield (
        "subscription",
        wanted.subscription or _of(before.subscription, "status"),
        _of(after.subscription, "status"),
    )
    yield "payment", wanted.payment or _of(before.payment, "state"), _of(after.payment, "state")
    yield "letters", ", ".join(sorted(map(fill, wanted.letters))), ", ".join(sorted(after.letters))
    yield "number of tickets", str(len(wanted.tickets)), str(len(after.tickets))
    for text, ticket in zip(wanted.tickets, after.tickets, strict=False):
        words = (fill(text),) if isinstance(text, str) else tuple(map(fill, text))
        yield "ticket", " or ".join(words), words[0] if occurs(words, ticket) else ticket


def _of(row: Mapping[str, Any] | None, name: str) -> str:
    return str(row[name]) if row else "none"


def _letter(row: Mapping[str, Any]) -> str:
    """A letter by its kind; a document by what it is."""
    return f"document {row['about']}" if row["kind"] == "document" else str(row["kind"])


async def _get(session: aiohttp.ClientSession, url: str, **params: str) -> Any:
    async with session.get(url, params=params) as answer:
        answer.raise_for_status()
        return await answer.json()
