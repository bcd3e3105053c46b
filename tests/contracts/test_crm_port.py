"""Every customer record against the suite of its port."""

from tests.contracts.conftest import served_by
from tests.contracts.crm_port import CrmPort


@served_by("fake", "rest", "hubspot")
class TestCrm(CrmPort):
    """All promise the same."""
