"""Every port's suite runs against the fake company, the sample shop, and the vendors that serve it."""

from collections.abc import AsyncIterator

import pytest

from tests.contracts.companies import LEISURE_S, PATIENCE_S, Company, open_company
from tests.integration.shop_process import ShopProcess

BAD_LINE = "rest over a bad line"
"""The sample shop behind a line that can be spoilt."""

pytest.register_assert_rewrite(
    "tests.contracts.aftercare_port",
    "tests.contracts.service_port",
    "tests.contracts.orders_port",
    "tests.contracts.payments_port",
    "tests.contracts.crm_port",
    "tests.contracts.tickets_port",
    "tests.contracts.wire",
)


@pytest.fixture
async def company(request: pytest.FixtureRequest, shop_process: ShopProcess) -> AsyncIterator[Company]:
    """One company a test, by the name of what serves it; only silence is not waited out for long."""
    silent = request.node.callspec.params.get("kind") == "silent"
    async with open_company(request.param, shop_process, PATIENCE_S if silent else LEISURE_S) as opened:
        yield opened


def served_by(*kinds: str) -> pytest.MarkDecorator:
    """Run a suite once for each of these."""
    return pytest.mark.parametrize("company", kinds, indirect=True)
