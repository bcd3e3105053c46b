"""The shape of `gateway/*.yaml`: how much the front door takes."""

import re
from typing import Annotated, Any, cast

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from policies.delivery import DeliveryRules
from policies.delivery_schema import DeliveryYaml
from policies.draft import Draft
from policies.limits import DoorLimits, FileRules, Rate
from policies.reading import Reader
from policies.shapes import Name, Strict

UNLIMITED = "unlimited"
_RATE = re.compile(r"([1-9]\d{0,6})/(second|minute|hour)")
RateText = Annotated[str, StringConstraints(pattern=rf"^({_RATE.pattern}|{UNLIMITED})$")]
"""Such as `60/minute`, `100/hour`, or `unlimited`."""
MediaType = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
DEFAULT_BURST_SHARE = 3


class LimitYaml(Strict):
    """A rate, and how many may come at once."""

    rate: RateText = Field(
        description="How many may come in the long run: 60/minute, 100/hour, or unlimited."
    )
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


class FilesYaml(Strict):
    """Which files may come with a message."""

    most_mb: Annotated[int, Field(ge=1, le=100)] = Field(
        10, description="How large one may be, in megabytes."
    )
    most_in_a_message: Annotated[int, Field(ge=1, le=10)] = Field(
        5, description="How many may come with one message."
    )
    media_types: tuple[MediaType, ...] = Field(
        (), description="What they may be, such as image/png; without any, images, PDF, text, sound and MP4."
    )


class GatewayFile(Strict):
    """`gateway/*.yaml`"""

    limits: LimitsYaml | None = Field(None, description="How many messages are taken from whom.")
    delivery: DeliveryYaml | None = Field(
        None, description="What becomes of a message that a channel does not take."
    )
    attachments: FilesYaml | None = Field(None, description="Which files may come with a message.")


def compile_limits(draft: Draft) -> DoorLimits:
    """Build the limits; what a book leaves out is as in `DoorLimits`."""
    found = _once(draft, "limits")
    if found is None:
        return DoorLimits()
    reader, shape = found
    limits = _limits(shape)
    if limits.company is not None:
        for name, rate in limits.channels.items():
            if rate is not None and rate.burst > limits.company.burst:
                message = f"one sender could use up the company's burst of {limits.company.burst}"
                reader.note(("limits", "channels", name), message, "Give it a smaller burst.")
    return limits


def compile_files(draft: Draft) -> FileRules:
    """Build the rules for files; what a book leaves out is as in `FileRules`."""
    found = _once(draft, "attachments")
    if found is None:
        return FileRules()
    shape: FilesYaml = found[1]
    return FileRules(
        most_bytes=shape.most_mb * 1024 * 1024,
        most_in_a_message=shape.most_in_a_message,
        media_types=frozenset(shape.media_types) or FileRules().media_types,
    )


def compile_delivery(draft: Draft) -> DeliveryRules:
    """Build the rules for deliveries that fail; what a book leaves out is as in `DeliveryRules`."""
    found = _once(draft, "delivery")
    if found is None:
        return DeliveryRules()
    reader, shape = found[0], cast("DeliveryYaml", found[1])
    for channel, index in shape.senseless():
        message = (
            f"'{shape.instead[channel][index]}' cannot stand in: it is {channel} itself, or named before"
        )
        reader.note(("delivery", "instead", channel, index), message, "Name another channel, or none.")
    return shape.rules()


def _once(draft: Draft, part: str) -> tuple[Reader, Any] | None:
    """Find what stands once, whichever file it stands in."""
    files = [(reader, getattr(file, part)) for reader, file in draft.many("gateway", GatewayFile)]
    found = [(reader, shape) for reader, shape in files if shape is not None]
    for reader, _ in found[1:]:
        reader.note((part,), f"'{part}' stands in another file of gateway/, too", "Keep one.", at_key=True)
    return found[0] if found else None


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
