"""The paths of accounts, subscriptions, failed payments and documents."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from examples.shop.accounts.desk import AccountDesk, Receipt
from examples.shop.accounts.schema import (
    AccountRequest,
    AccountView,
    AttemptView,
    DocumentRequest,
    EmailRequest,
    LetterView,
    LinkRequest,
    LinkView,
    NothingMore,
    PauseRequest,
    SubscriptionView,
    TokenRequest,
)
from examples.shop.company import Company
from examples.shop.problems import answer
from examples.shop.routes import Key, Version, fingerprint
from examples.shop.schema import Strict


def account_routes(company: Company, desk: AccountDesk) -> APIRouter:
    """All paths that are about customers' accounts."""
    router = APIRouter()
    add_accounts(router, company, desk)
    add_links(router, company, desk)
    add_subscriptions(router, company, desk)
    add_attempts(router, company, desk)
    add_documents(router, company, desk)
    return router


def once(
    company: Company, request: Request, body: Strict, key: str | None, effect: "partial[Receipt]"
) -> dict[str, Any]:
    """Do it once per key."""
    return dict(company.once(key, fingerprint(request, body), effect))


def add_accounts(router: APIRouter, company: Company, desk: AccountDesk) -> None:
    """Accounts: read, edit, a new email address, close."""

    @router.get("/accounts/{customer_id}", response_model=AccountView, tags=["accounts"])
    async def account(customer_id: str) -> Response:
        """One account."""
        return answer(AccountView.of(*desk.account(customer_id)).model_dump(mode="json"))

    @router.get("/accounts", response_model=list[AccountView], tags=["accounts"])
    async def accounts() -> Response:
        """Everybody's account."""
        found = [desk.account(one.customer_id) for one in desk.books.all_accounts()]
        return answer([AccountView.of(*one).model_dump(mode="json") for one in found])

    @router.patch("/accounts/{customer_id}", response_model=AccountView, tags=["accounts"])
    async def edit(
        request: Request, customer_id: str, body: AccountRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Change phone number, address or newsletter."""
        changes = body.model_dump(exclude_none=True)
        return answer(once(company, request, body, key, partial(desk.edit, customer_id, version, changes)))

    @router.post("/accounts/{customer_id}/email", response_model=AccountView, tags=["accounts"])
    async def email(
        request: Request, customer_id: str, body: EmailRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Ask for another email address; it counts once the link in the letter was opened."""
        effect = partial(desk.change_email, customer_id, version, body.email)
        return answer(once(company, request, body, key, effect))

    @router.post("/accounts/{customer_id}/close", response_model=AccountView, tags=["accounts"])
    async def close(
        request: Request, customer_id: str, body: NothingMore, key: Key = None, version: Version = None
    ) -> Response:
        """Close an account."""
        return answer(once(company, request, body, key, partial(desk.close, customer_id, version)))


def add_links(router: APIRouter, company: Company, desk: AccountDesk) -> None:
    """Links by email, and what opening them does."""

    @router.post("/account-links", response_model=LinkView, status_code=202, tags=["accounts"])
    async def link(request: Request, body: LinkRequest, key: Key = None) -> Response:
        """Send a link to an address, if somebody uses it."""
        effect = partial(desk.send_link, body.email, body.kind)
        return answer(once(company, request, body, key, effect), 202)

    @router.post("/account-links/open", response_model=AccountView, tags=["accounts"])
    async def open_link(request: Request, body: TokenRequest, key: Key = None) -> Response:
        """Open the link of a verification letter."""
        return answer(once(company, request, body, key, partial(desk.verify_email, body.token)))

    @router.get("/letters", response_model=list[LetterView], tags=["accounts"])
    async def letters(customer_id: str) -> Response:
        """What was sent to a customer."""
        return answer([LetterView.of(one).model_dump(mode="json") for one in desk.books.letters(customer_id)])


def add_subscriptions(router: APIRouter, company: Company, desk: AccountDesk) -> None:
    """Subscriptions: read, end, pause, go on."""

    @router.get("/subscriptions", response_model=list[SubscriptionView], tags=["subscriptions"])
    async def subscriptions(customer_id: str | None = None) -> Response:
        """A customer's subscriptions or everybody's, newest first."""
        found = desk.books.subscriptions(customer_id)
        return answer([SubscriptionView.of(one).model_dump(mode="json") for one in found])

    @router.post(
        "/subscriptions/{subscription_id}/cancel", response_model=SubscriptionView, tags=["subscriptions"]
    )
    async def cancel(
        request: Request, subscription_id: str, body: NothingMore, key: Key = None, version: Version = None
    ) -> Response:
        """End a subscription."""
        effect = partial(desk.cancel_subscription, subscription_id, version)
        return answer(once(company, request, body, key, effect))

    @router.post(
        "/subscriptions/{subscription_id}/pause", response_model=SubscriptionView, tags=["subscriptions"]
    )
    async def pause(
        request: Request, subscription_id: str, body: PauseRequest, key: Key = None, version: Version = None
    ) -> Response:
        """Send nothing until a day."""
        effect = partial(desk.pause_subscription, subscription_id, version, body.until)
        return answer(once(company, request, body, key, effect))

    @router.post(
        "/subscriptions/{subscription_id}/resume", response_model=SubscriptionView, tags=["subscriptions"]
    )
    async def resume(
        request: Request, subscription_id: str, body: NothingMore, key: Key = None, version: Version = None
    ) -> Response:
        """Go on after a pause."""
        effect = partial(desk.resume_subscription, subscription_id, version)
        return answer(once(company, request, body, key, effect))


def add_attempts(router: APIRouter, company: Company, desk: AccountDesk) -> None:
    """Payments that were declined."""

    @router.get("/payment-attempts", response_model=list[AttemptView], tags=["payments"])
    async def attempts(customer_id: str | None = None) -> Response:
        """A customer's declined payments or everybody's, newest first."""
        return answer(
            [AttemptView.of(one).model_dump(mode="json") for one in desk.books.attempts(customer_id)]
        )

    @router.post("/payment-attempts/{attempt_id}/retry", response_model=AttemptView, tags=["payments"])
    async def retry(
        request: Request, attempt_id: str, body: NothingMore, key: Key = None, version: Version = None
    ) -> Response:
        """Charge the same method once more."""
        return answer(once(company, request, body, key, partial(desk.retry_payment, attempt_id, version)))

    @router.post("/payment-attempts/{attempt_id}/link", response_model=LetterView, tags=["payments"])
    async def link(
        request: Request, attempt_id: str, body: NothingMore, key: Key = None, version: Version = None
    ) -> Response:
        """Send a link for paying in another way."""
        effect = partial(desk.send_payment_link, attempt_id, version)
        return answer(once(company, request, body, key, effect))


def add_documents(router: APIRouter, company: Company, desk: AccountDesk) -> None:
    """Documents, by email to the address on file."""

    @router.post("/documents", response_model=LetterView, status_code=201, tags=["documents"])
    async def document(request: Request, body: DocumentRequest, key: Key = None) -> Response:
        """Send a document to the customer's own address."""
        effect = partial(desk.send_document, body.customer_id, body.kind, body.order_id)
        return answer(once(company, request, body, key, effect), 201)
