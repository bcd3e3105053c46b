"""The shape of `gateway/*.yaml`: how much the front door takes."""

import re
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from policies.draft import Draft
from policies.limits import DoorLimits, Rate
from policies.shapes import Name, Strict

UNLIMITED = "unlimited"
_RATE = re.compile(r"([1-9]\d{0,6})/(second|minute|hour)")
RateText = Annotated[str, StringConstraints(pattern=rf"^({_RATE.pattern}|{UNLIMITED})$")]
"""Such as `60/minute`, `100/hour`, or `unlimited`."""
DEFAULT_BURST_SHARE = 3


class LimitYaml(Strict):
    """A rate, and how many may come at once."""

    rate: RateText = Field(description="How many may come in the long run: 60/minute, 100/hour, or unlimited.")
    burst: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="How many may come at once; without it a third of the rate."
    )

    @model_validator(mode="after")
    def burst_has_a_rate(self) -> "LimitYaml":
        """A burst of something without limit means nothing."""
        if self.rate == UNLIMITED and self.burst is not None:
            raise PydanticCustomError("burst", "what is unlimited has no burst. Leave it out")
        return self


class LimitsYaml(Strict):
    """How many messages are taken from whom."""

    channels: dict[Name, LimitYaml] = Field(
        default_factory=dict, description="Of one sender, on each channel by its name."
    )
    other_channels: LimitYaml | None = Field(
        None, description="Of one sender, on a channel that is not named."
    )
    company: LimitYaml | None = Field(None, description="Of everybody together.")
    key: LimitYaml | None = Field(None, description="Of one API key or client, whoever it writes for.")
    new_visitors: LimitYaml | None = Field(
        None, description="Visitors of the widget who come anew from one network address."
    )


class GatewayFile(Strict):
    """`gateway/*.yaml`"""

    limits: LimitsYaml | None = Field(None, description="How many messages are taken from whom.")


def compile_limits(draft: Draft) -> DoorLimits:
    """Build the limits; what a book leaves out is as in `DoorLimits`."""
    found = [(reader, file.limits) for reader, file in draft.many("gateway", GatewayFile) if file.limits]
    for reader, _ in found[1:]:
        reader.note(("limits",), "'limits' stands in another file of gateway/, too", "Keep one.", at_key=True)
    if not found:
        return DoorLimits()
    reader, shape = found[0]
    limits = _limits(shape)
    if limits.company is not None:
        for name, rate in limits.channels.items():
            if rate is not None and rate.burst > limits.company.burst:
                message = f"one sender could use up the company's burst of {limits.company.burst}"
                reader.note(("limits", "channels", name), message, "Give it a smaller burst.")
    return limits


def _limits(shape: LimitsYaml) -> DoorLimits:
    usual = DoorLimits()
    return DoorLimits(
        channels={name: _rate(limit) for name, limit in shape.channels.items()},
        other_channels=_or(shape.other_channels, usual.other_channels),
        company=_or(shape.company, usual.company),
        key=_or(shape.key, usual.key),
        new_visitors=_or(shape.new_visitors, usual.new_visitors),
    )


def _or(given: LimitYaml | None, usual: Rate | None) -> Rate | None:
    return usual if given is None else _rate(given)


def _rate(limit: LimitYaml) -> Rate | None:
    read = _RATE.fullmatch(limit.rate)
    if read is None:
        return None
    count = int(read[1])
    return Rate(count=count, per=read[2], burst=limit.burst or max(1, count // DEFAULT_BURST_SHARE))
