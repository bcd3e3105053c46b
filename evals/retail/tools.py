"""The sixteen tools of the retail cases, as our runner calls them."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from evals.retail import arguments as args
from evals.retail.shop import Request, RetailShop
from evals.retail.sums import reckon
from tools.errors import NoSuchThing
from tools.registry import Registry
from tools.spec import ActionKey, Caller, Risk, ToolSpec

A = TypeVar("A", bound=args.Strict)
Look = Callable[[Caller, A], Any]


def retail_registry(shop: RetailShop) -> Registry:
    """Return every tool of the data, over one company."""
    return Registry([*_reads(shop), *_effects(shop)])


def _reads(shop: RetailShop) -> list[ToolSpec[Any, args.Answer]]:
    database = shop.database
    return [
        _read("find_user_id_by_email", args.Email, lambda _, asked: _by_email(shop, asked), open_to_all=True),
        _read(
            "find_user_id_by_name_zip",
            args.NameAndZip,
            lambda _, asked: _by_name(shop, asked),
            open_to_all=True,
        ),
        _read(
            "get_order_details",
            args.OrderArgs,
            lambda who, asked: shop.order(who.customer_id, asked.order_id),
        ),
        _read(
            "get_user_details", args.UserArgs, lambda who, asked: shop.user(who.customer_id, asked.user_id)
        ),
        _read(
            "get_product_details",
            args.ProductArgs,
            lambda _, asked: _known(database.products.get(asked.product_id), "product"),
        ),
        _read("get_item_details", args.ItemArgs, lambda _, asked: _variant(shop, asked)),
        _read("list_all_product_types", args.Nothing, lambda _, __: _types(shop)),
        _read("calculate", args.Sum, lambda _, asked: reckon(asked.expression), open_to_all=True),
        _read("transfer_to_human_agents", args.Summary, lambda _, __: "transferred", open_to_all=True),
    ]


def _effects(shop: RetailShop) -> list[ToolSpec[Any, args.Answer]]:
    return [
        _effect(shop, "cancel_pending_order", args.Cancellation, "money"),
        _effect(shop, "exchange_delivered_order_items", args.Exchange, "money"),
        _effect(shop, "return_delivered_order_items", args.Return, "money"),
        _effect(shop, "modify_pending_order_items", args.ItemChange, "money"),
        _effect(shop, "modify_pending_order_payment", args.PaymentChange, "money"),
        _effect(shop, "modify_pending_order_address", args.AddressChange, "write"),
        _effect(shop, "modify_user_address", args.MoveHouse, "write"),
    ]


def _read(name: str, shape: type[A], look: Look[A], *, open_to_all: bool = False) -> ToolSpec[A, args.Answer]:
    async def run(caller: Caller, asked: A, key: ActionKey | None) -> args.Answer:
        return args.Answer(found=look(caller, asked))

    return ToolSpec(
        name=name,
        description=name.replace("_", " "),
        args=shape,
        result=args.Answer,
        risk="read",
        run=run,
        needs_verified=not open_to_all,
    )


def _effect(shop: RetailShop, name: str, shape: type[A], risk: Risk) -> ToolSpec[A, args.Answer]:
    return ToolSpec(
        name=name,
        description=name.replace("_", " "),
        args=shape,
        result=args.Answer,
        risk=risk,
        run=partial(_change, shop),
        settle=partial(_settle, shop),
    )


async def _change(shop: RetailShop, caller: Caller, request: Request, key: ActionKey | None) -> args.Answer:
    return args.Answer(found=shop.change(caller.customer_id, request, str(key)))


async def _settle(shop: RetailShop, caller: Caller, request: Request, key: ActionKey) -> args.Answer | None:
    known = shop.known(key)
    return args.Answer(found=known) if known is not None else None


def _by_email(shop: RetailShop, asked: args.Email) -> str:
    users = shop.database.users.items()
    return str(_known(next((name for name, user in users if user["email"] == asked.email), None), "customer"))


def _by_name(shop: RetailShop, asked: args.NameAndZip) -> str:
    for name, user in shop.database.users.items():
        who = user["name"]["first_name"].casefold(), user["name"]["last_name"].casefold()
        same = who == (asked.first_name.casefold(), asked.last_name.casefold())
        if same and user["address"]["zip"] == asked.zip:
            return name
    raise NoSuchThing("customer")


def _variant(shop: RetailShop, asked: args.ItemArgs) -> dict[str, Any]:
    variants = (product["variants"].get(asked.item_id) for product in shop.database.products.values())
    found: dict[str, Any] = _known(next(filter(None, variants), None), "item")
    return found


def _types(shop: RetailShop) -> dict[str, str]:
    return {product["name"]: name for name, product in shop.database.products.items()}


def _known(found: Any, what: str) -> Any:
    if found is None:
        raise NoSuchThing(what)
    return found
