"""Every payment system against the suite of its port."""

from tests.contracts.conftest import BAD_LINE, served_by
from tests.contracts.payments_port import (
    PaymentsInTheOrdersBook,
    PaymentsOverTheWire,
    PaymentsPort,
    PaymentsThatKnowVersions,
)


@served_by("fake", "rest")
class TestPayments(PaymentsPort, PaymentsThatKnowVersions, PaymentsInTheOrdersBook):
    """The fake and the sample shop promise everything."""


@served_by("stripe")
class TestStripe(PaymentsPort):
    """Stripe knows payments, not orders."""


@served_by(BAD_LINE, "stripe")
class TestOverTheWire(PaymentsOverTheWire):
    """Over a line that fails, and systems that refuse, stall and answer nonsense."""
