"""Starting the demo over, as far as the company's side of it: over its real API, with its token."""

import aiohttp
import pytest
from pydantic import SecretStr

from app.preparing import reset_customer
from app.settings import Settings
from tests.integration.shop_process import ShopProcess


async def reset(shop: ShopProcess, *, token: str, customer_id: str = "C-1001") -> bool:
    settings = Settings(shop_url=shop.url, shop_token=SecretStr(token))
    async with aiohttp.ClientSession() as session:
        return await reset_customer(session, settings, customer_id)


async def test_money_that_went_back_can_go_back_again_after_starting_over(shop: ShopProcess) -> None:
    money_back = {"json": {"order_id": "1042", "amount": 149.99}}
    assert (await shop.ask("POST", "/refunds", **money_back))[0] == 201

    done = await reset(shop, token=shop.token)

    assert done
    assert (await shop.get("/orders/1042"))["refundable"] == 149.99
    assert await shop.get("/refunds?order_id=1042") == []


async def test_a_company_that_does_not_do_it_is_believed(shop: ShopProcess) -> None:
    assert not await reset(shop, token="wrong")
    assert not await reset(shop, token=shop.token, customer_id="C-1")


@pytest.mark.parametrize("kind", ["reset", "error500"])
async def test_a_company_that_breaks_has_not_done_it(shop: ShopProcess, kind: str) -> None:
    await shop.spoil(path="/customers", method="POST", kind=kind, next=1)

    assert not await reset(shop, token=shop.token)
