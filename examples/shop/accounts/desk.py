"""What the shop does for an account, and when it refuses."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from examples.shop.accounts.repository import AccountBooks
from examples.shop.accounts.schema import AccountView, AttemptView, LetterView, SubscriptionView
from examples.shop.accounts.seed import BOX_DAYS, FirstAccounts, first_accounts
from examples.shop.accounts.values import Account, Attempt, Letter, LetterKind, Subscription
from examples.shop.company import Company
from examples.shop.problems import Refusal
from examples.shop.values import Customer

Receipt = Mapping[str, Any]

NOTICE_DAYS = 5
"""So many days before a box it is packed: too late for a pause."""
LONGEST_PAUSE_DAYS = 366
LINKS_AN_HOUR = 3
EVERYBODY = 10**6
RETRYABLE = frozenset({"confirmation_missing", "bank_declined"})
OF_AN_ORDER = frozenset({"invoice", "order_confirmation", "return_label"})
DOCUMENTS = OF_AN_ORDER | {"terms", "personal_data", "subscription_summary"}


class AccountDesk:
    """The shop's rules over accounts, subscriptions, failed payments and letters."""

    def __init__(self, company: Company, seed: int, now: Callable[[], datetime]) -> None:
        self._company = company
        self._seed = seed
        self._now = now
        self._invented: tuple[date, FirstAccounts] | None = None
        self.books = AccountBooks(company.books)
        self.books.open(self._first_day())

    def start_over(self, customer_id: str) -> None:
        """Put one customer's account back to the first day, in the caller's transaction."""
        self.books.put_back(customer_id, self._first_day())
        known = self._company.first_customer(customer_id)
        if known is not None:
            self.books.move_email(customer_id, known.email)

    def account(self, customer_id: str) -> tuple[Account, Customer]:
        """One account and whose it is, or a refusal."""
        customer, account = self._company.customer(customer_id), self.books.account(customer_id)
        if account is None:
            raise Refusal("no_such_customer")
        return account, customer

    def edit(self, customer_id: str, version: int | None, changes: Mapping[str, Any]) -> Receipt:
        """Change phone, address or newsletter."""
        account, _ = self._open_account(customer_id, version)
        return self._kept(replace(account, **changes))

    def change_email(self, customer_id: str, version: int | None, email: str) -> Receipt:
        """Send a link to the new address and a notice to the old one; nothing changes before it is opened."""
        account, customer = self._open_account(customer_id, version)
        owner = self._company.books.customers(email=email, limit=1)
        if owner:
            raise Refusal("same_email" if owner[0].id == customer_id else "email_taken")
        self._send(customer_id, email, "email_verification", email, link=True)
        self._send(customer_id, customer.email, "email_changed_notice", email)
        return self._kept(replace(account, pending_email=email))

    def verify_email(self, token: str) -> Receipt:
        """Open the link of a verification letter: the newest one counts."""
        letter = self.books.letter_with(token)
        if letter is None or letter.kind != "email_verification":
            raise Refusal("no_such_link")
        account, _ = self.account(letter.customer_id)
        if account.pending_email != letter.to:
            raise Refusal("no_such_link")
        self.books.move_email(letter.customer_id, letter.to)
        return self._kept(replace(account, pending_email=None))

    def send_link(self, email: str, kind: LetterKind) -> Receipt:
        """Send a link if somebody uses this address; the answer never tells whether somebody does."""
        for customer in self._company.books.customers(email=email, limit=1):
            hour_ago = self._now() - timedelta(hours=1)
            sent = [one for one in self.books.letters(customer.id) if one.kind == kind]
            account = self.books.account(customer.id)
            recent = [one for one in sent if one.sent_at > hour_ago]
            if account and not account.closed and len(recent) < LINKS_AN_HOUR:
                self._send(customer.id, customer.email, kind, "", link=True)
        return {"accepted": True, "kind": kind}

    def close(self, customer_id: str, version: int | None) -> Receipt:
        """Close an account for good; open orders are still delivered."""
        account, _ = self._open_account(customer_id, version)
        if any(one.status == "active" for one in self.books.subscriptions(customer_id)):
            raise Refusal("subscription_runs")
        return self._kept(replace(account, closed=True, newsletter=False))

    def cancel_subscription(self, subscription_id: str, version: int | None) -> Receipt:
        """End a subscription; what is paid for still comes."""
        one = self._unchanged(subscription_id, version)
        if one.status == "ended":
            raise Refusal("subscription_ended")
        return self._planned(replace(one, status="ended", next_box=None, paused_until=None))

    def pause_subscription(self, subscription_id: str, version: int | None, until: date) -> Receipt:
        """Send nothing until a day; the box that is packed already still comes."""
        one, today = self._unchanged(subscription_id, version), self._now().date()
        if one.status != "active" or one.next_box is None:
            raise Refusal("not_active")
        if one.next_box < today + timedelta(days=NOTICE_DAYS):
            raise Refusal("box_packed")
        if not today < until <= today + timedelta(days=LONGEST_PAUSE_DAYS):
            raise Refusal("pause_too_long")
        return self._planned(replace(one, status="paused", next_box=None, paused_until=until))

    def resume_subscription(self, subscription_id: str, version: int | None) -> Receipt:
        """Send boxes again: the next one goes out within a week."""
        one, today = self._unchanged(subscription_id, version), self._now().date()
        if one.status != "paused":
            raise Refusal("not_paused")
        next_box = today + timedelta(days=7)
        paid = max(one.paid_until, next_box + timedelta(days=BOX_DAYS - 1))
        return self._planned(
            replace(one, status="active", next_box=next_box, paused_until=None, paid_until=paid)
        )

    def retry_payment(self, attempt_id: str, version: int | None) -> Receipt:
        """Charge the same method once more; a bank that says no again is an answer, not an error."""
        attempt = self._attempt(attempt_id, version)
        if attempt.reason not in RETRYABLE:
            raise Refusal("method_unusable")
        paid = replace(attempt, state="paid")
        self.books.store_attempt(paid)
        return AttemptView.of(self._attempt_of(attempt.id)).model_dump(mode="json")

    def send_payment_link(self, attempt_id: str, version: int | None) -> Receipt:
        """Send a link under which the basket can be paid in another way."""
        attempt = self._attempt(attempt_id, version)
        _, customer = self.account(attempt.customer_id)
        letter = self._send(customer.id, customer.email, "payment_link", attempt.id, link=True)
        return LetterView.of(letter).model_dump(mode="json")

    def send_document(self, customer_id: str, kind: str, order_id: str | None) -> Receipt:
        """Send a document to the address on file, and to no other."""
        _, customer = self.account(customer_id)
        if kind not in DOCUMENTS:
            raise Refusal("no_such_document")
        if kind in OF_AN_ORDER:
            order = self._company.order(order_id or "")
            if order.customer_id != customer_id:
                raise Refusal("no_such_order")
            if kind == "invoice" and order.payment != "captured":
                raise Refusal("no_invoice_yet")
        about = f"{kind} {order_id}" if kind in OF_AN_ORDER else kind
        return LetterView.of(self._send(customer_id, customer.email, "document", about)).model_dump(
            mode="json"
        )

    def _first_day(self) -> FirstAccounts:
        """What was there before anybody had written; invented once a day."""
        today = self._now().date()
        if self._invented is None or self._invented[0] != today:
            customers = self._company.books.customers(email=None, limit=EVERYBODY)
            self._invented = today, first_accounts(self._seed, today, customers)
        return self._invented[1]

    def _open_account(self, customer_id: str, version: int | None) -> tuple[Account, Customer]:
        account, customer = self.account(customer_id)
        _same(version, account.version)
        if account.closed:
            raise Refusal("account_closed")
        return account, customer

    def _unchanged(self, subscription_id: str, version: int | None) -> Subscription:
        one = self.books.subscription(subscription_id)
        if one is None:
            raise Refusal("no_such_subscription")
        _same(version, one.version)
        return one

    def _attempt_of(self, attempt_id: str) -> Attempt:
        attempt = self.books.attempt(attempt_id)
        if attempt is None:
            raise Refusal("no_such_attempt")
        return attempt

    def _attempt(self, attempt_id: str, version: int | None) -> Attempt:
        """An attempt that still waits to be paid, unchanged since it was read."""
        attempt = self._attempt_of(attempt_id)
        _same(version, attempt.version)
        if attempt.state != "declined":
            raise Refusal("paid_already")
        return attempt

    def _kept(self, account: Account) -> Receipt:
        self.books.store_account(account)
        return AccountView.of(*self.account(account.customer_id)).model_dump(mode="json")

    def _planned(self, one: Subscription) -> Receipt:
        self.books.store_subscription(one)
        return SubscriptionView.of(self._unchanged(one.id, None)).model_dump(mode="json")

    def _send(self, customer_id: str, to: str, kind: LetterKind, about: str, *, link: bool = False) -> Letter:
        letter = Letter(
            id=self.books.next_letter(),
            customer_id=customer_id,
            to=to,
            kind=kind,
            about=about,
            token=token_urlsafe(18) if link else "",
            sent_at=self._now(),
        )
        self.books.send(letter)
        return letter


def _same(read: int | None, now: int) -> None:
    """Refuse a change of what has changed since it was read."""
    if read is not None and read != now:
        raise Refusal("version_conflict")
