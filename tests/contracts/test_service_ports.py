"""Every system around accounts against the suites of its ports."""

from tests.contracts.conftest import served_by
from tests.contracts.service_port import AccountsPort, AttemptsPort, DocumentsPort, SubscriptionsPort


@served_by("rest")
class TestAccounts(AccountsPort):
    """All promise the same."""


@served_by("rest")
class TestSubscriptions(SubscriptionsPort):
    """All promise the same."""


@served_by("rest")
class TestAttempts(AttemptsPort):
    """All promise the same."""


@served_by("rest")
class TestDocuments(DocumentsPort):
    """All promise the same."""
