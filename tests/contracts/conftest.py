"""Every port's suite runs against the fake company and against the sample shop."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.contracts.companies import Company, fake_company, rest_company
from tests.integration.shop_process import ShopProcess


@pytest.fixture(params=["fake", "rest"])
async def company(request: pytest.FixtureRequest, shop: ShopProcess) -> AsyncIterator[Company]:
    """One company a test."""
    if request.param == "fake":
        yield fake_company()
        return
    async with aiohttp.ClientSession() as session:
        yield rest_company(shop, session)
