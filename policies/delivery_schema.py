"""The shape of `delivery` in `gateway/*.yaml`: what becomes of a message that a channel does not take."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from policies.delivery import DeliveryRules
from policies.shapes import Name, Strict

_USUAL = DeliveryRules()


class DeliveryYaml(Strict):
    """What becomes of a message that a channel does not take."""

    instead: dict[Name, Annotated[list[Name], Field(min_length=1, max_length=10)]] = Field(
        default_factory=dict,
        description="For a channel, those that stand in for it, the first first: whatsapp: [sms, email]. "
        "Only an address that is proven to be the customer's is written to.",
    )
    wait_minutes: float = Field(
        _USUAL.wait_minutes,
        gt=0,
        le=1440,
        description="How long a provider may be away before another channel stands in.",
    )
    give_up_hours: float = Field(
        _USUAL.give_up_hours,
        gt=0,
        le=720,
        description="How long a message waits for a provider where none stands in.",
    )

    def senseless(self) -> Iterator[tuple[str, int]]:
        """Find stand-ins that add nothing: the channel itself, or one that was named before."""
        for channel, others in self.instead.items():
            for index, other in enumerate(others):
                if other == channel or other in others[:index]:
                    yield channel, index

    def rules(self) -> DeliveryRules:
        """The same as plain values."""
        return DeliveryRules(
            instead={channel: tuple(others) for channel, others in self.instead.items()},
            wait_minutes=self.wait_minutes,
            give_up_hours=self.give_up_hours,
        )
