"""What the retail tools take: their arguments, checked before anything is asked."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

OrderId = Annotated[str, Field(pattern=r"^#W\d{7}$")]
ItemIds = Annotated[list[str], Field(min_length=1, max_length=50)]


class Strict(BaseModel):
    """Arguments that nothing else may stand beside."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(Strict):
    """An address."""

    address1: str
    address2: str
    city: str
    state: str
    country: str
    zip: str

    def place(self) -> dict[str, str]:
        """Return the address alone."""
        return {name: getattr(self, name) for name in Place.model_fields}


class OrderArgs(Strict):
    """An order's number."""

    order_id: OrderId


class Cancellation(OrderArgs):
    """An order that is not wanted any more, and why."""

    reason: Literal["no longer needed", "ordered by mistake"]


class Return(OrderArgs):
    """Items that come back, and where their money goes."""

    item_ids: ItemIds
    payment_method_id: str


class ItemChange(OrderArgs):
    """Items of an order that is not packed yet, each with another variant."""

    item_ids: ItemIds
    new_item_ids: ItemIds
    payment_method_id: str


class Exchange(OrderArgs):
    """Delivered items, each with another variant."""

    item_ids: ItemIds
    new_item_ids: ItemIds
    payment_method_id: str


class PaymentChange(OrderArgs):
    """Another way to pay an order."""

    payment_method_id: str


class AddressChange(OrderArgs, Place):
    """Another address of an order."""


class MoveHouse(Place):
    """Another address of a customer."""

    user_id: str


class Nothing(Strict):
    """No argument."""


class Email(Strict):
    """An email address."""

    email: str


class NameAndZip(Strict):
    """A name and where it lives."""

    first_name: str
    last_name: str
    zip: str


class UserArgs(Strict):
    """A customer's id."""

    user_id: str


class ProductArgs(Strict):
    """A product's id."""

    product_id: str


class ItemArgs(Strict):
    """A variant's id."""

    item_id: str


class Sum(Strict):
    """An expression to reckon."""

    expression: Annotated[str, Field(max_length=200, pattern=r"^[\d.+\-*/() ]+$")]


class Summary(Strict):
    """What a person needs to know."""

    summary: str


class Answer(BaseModel):
    """What a tool gives back."""

    model_config = ConfigDict(extra="allow")

    found: Any = None
