"""The shape of working hours, wherever a book gives them."""

from datetime import date
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

from policies.hours import WEEKDAYS
from policies.shapes import Strict, Text

_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_ONE = rf"{_CLOCK}-({_CLOCK}|24:00)"
Span = Annotated[str, StringConstraints(pattern=rf"^{_ONE}(, ?{_ONE})*$")]
"""From when until when, such as `09:00-17:30`, or `09:00-12:00, 13:00-17:30`."""


class HoursYaml(Strict):
    """When people work; a day without hours is free."""

    timezone: Text
    monday: Span | None = None
    tuesday: Span | None = None
    wednesday: Span | None = None
    thursday: Span | None = None
    friday: Span | None = None
    saturday: Span | None = None
    sunday: Span | None = None
    holidays: tuple[date, ...] = ()

    @field_validator("timezone")
    @classmethod
    def is_known(cls, name: str) -> str:
        """A time zone has its name from the IANA list."""
        try:
            return ZoneInfo(name).key
        except (KeyError, OSError, ValueError):
            raise PydanticCustomError(
                "timezone", "'{name}' is no time zone. Write one such as Europe/Stockholm", {"name": name}
            ) from None

    @model_validator(mode="after")
    def goes_forward(self) -> "HoursYaml":
        """A span that ends before it begins would mean no hour at all, and one in another counts once."""
        for day in WEEKDAYS:
            spans = [span.strip() for span in (getattr(self, day) or "").split(",") if span]
            for span in spans:
                if span[:5] >= span[6:]:
                    raise PydanticCustomError(
                        "hours", "{day} ends before it begins: {span}", {"day": day, "span": span}
                    )
            for earlier, later in pairwise(spans):
                if later[:5] < earlier[6:]:
                    raise PydanticCustomError(
                        "hours",
                        "{day}: {span} begins before {earlier} ends",
                        {"day": day, "span": later, "earlier": earlier},
                    )
        return self
