"""Every system for what follows an order against the suite of its port."""

from tests.contracts.aftercare_port import AftercareOverTheWire, AftercarePort
from tests.contracts.conftest import BAD_LINE, served_by


@served_by("fake", "rest")
class TestAftercare(AftercarePort):
    """The fake and the sample shop promise the same."""


@served_by(BAD_LINE)
class TestOverTheWire(AftercareOverTheWire):
    """Over a line that fails."""
