"""Every order system against the suite of its port."""

from tests.contracts.conftest import BAD_LINE, served_by
from tests.contracts.orders_port import (
    OrdersOverTheWire,
    OrdersPort,
    OrdersUnderOneBookOfKeys,
    OrdersWithProof,
)


@served_by("fake", "rest")
class TestOrders(OrdersPort, OrdersUnderOneBookOfKeys, OrdersWithProof):
    """The fake and the sample shop promise everything."""


@served_by("shopify")
class TestShopify(OrdersPort):
    """Shopify keeps keys an order, and signatures not at all."""


@served_by(BAD_LINE, "shopify")
class TestOverTheWire(OrdersOverTheWire):
    """Over a line that fails, and systems that refuse, stall and answer nonsense."""
