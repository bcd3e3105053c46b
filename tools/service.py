"""The tools around a customer's account and the service itself, over whatever is connected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial

from tools.absent import absent
from tools.accounts.changing import (
    change_account_address,
    change_email,
    change_phone,
    close_account,
    send_account_link,
    set_newsletter,
)
from tools.accounts.port import Accounts
from tools.accounts.reading import look_up_account
from tools.accounts.rest import RestAccounts
from tools.contacts.port import ContactCodes
from tools.contacts.sending import send_contact_code
from tools.documents.port import Documents
from tools.documents.rest import RestDocuments
from tools.documents.sending import send_document
from tools.feedback.recording import FeedbackBox, record_feedback
from tools.followups.finding import find_time, own_follow_up
from tools.followups.port import FollowUps
from tools.followups.scheduling import cancel_followup, schedule_followup
from tools.payments.attempts import Attempts, look_up_payment_attempt, retry_payment, send_payment_link
from tools.payments.attempts_rest import RestAttempts
from tools.registry import AnyTool
from tools.rest import RestBackend
from tools.subscriptions.changing import cancel_subscription, pause_subscription, resume_subscription
from tools.subscriptions.port import Subscriptions
from tools.subscriptions.reading import find_pause_end, look_up_subscription
from tools.subscriptions.rest import RestSubscriptions


def utc_now() -> datetime:
    """The clock, where no other is given."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Service:
    """The systems around accounts; what is not connected answers that it is not."""

    accounts: Accounts = field(default_factory=partial(absent, "accounts"))
    subscriptions: Subscriptions = field(default_factory=partial(absent, "subscriptions"))
    attempts: Attempts = field(default_factory=partial(absent, "declined payments"))
    documents: Documents = field(default_factory=partial(absent, "documents"))
    followups: FollowUps = field(default_factory=partial(absent, "follow-ups"))
    feedback: FeedbackBox = field(default_factory=partial(absent, "feedback"))
    codes: ContactCodes = field(default_factory=partial(absent, "contact codes"))
    now: Callable[[], datetime] = utc_now


def rest_service(backend: RestBackend) -> Service:
    """Reach accounts, subscriptions, declined payments and documents through one plain REST API."""
    return Service(
        accounts=RestAccounts(backend),
        subscriptions=RestSubscriptions(backend),
        attempts=RestAttempts(backend),
        documents=RestDocuments(backend),
    )


def service_tools(s: Service, today: Callable[[], date]) -> list[AnyTool]:
    """Make every tool there is over these systems."""
    return [
        look_up_account(s.accounts),
        change_account_address(s.accounts),
        change_phone(s.accounts),
        change_email(s.accounts),
        set_newsletter(s.accounts),
        close_account(s.accounts),
        send_account_link(s.accounts),
        look_up_subscription(s.subscriptions, today),
        find_pause_end(today),
        cancel_subscription(s.subscriptions, today),
        pause_subscription(s.subscriptions, today),
        resume_subscription(s.subscriptions, today),
        look_up_payment_attempt(s.attempts, today),
        retry_payment(s.attempts, today),
        send_payment_link(s.attempts),
        send_document(s.documents),
        find_time(s.now),
        own_follow_up(s.followups),
        schedule_followup(s.followups),
        cancel_followup(s.followups),
        record_feedback(s.feedback),
        send_contact_code(s.codes),
    ]
