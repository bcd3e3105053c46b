"""Every customer record against the suite of its port."""

from tests.contracts.conftest import BAD_LINE, served_by
from tests.contracts.crm_port import CrmOverTheWire, CrmPort


@served_by("fake", "rest", "shopify", "hubspot")
class TestCrm(CrmPort):
    """All promise the same."""


@served_by(BAD_LINE, "shopify", "hubspot")
class TestOverTheWire(CrmOverTheWire):
    """Over a line that fails, and systems that refuse, stall and answer nonsense."""
