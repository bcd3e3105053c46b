"""Kinds of argument that several tools share; each cleans what people and models write."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

CENT = Decimal("0.01")
LARGEST = 10**9
ROUNDING_ERROR = Decimal("0.000001")


def bare_number(value: object) -> object:
    """Take `1042`, `#1042` and `# 1042` for the same order."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip().lstrip("#").strip().upper() if isinstance(value, str) else value


def to_cents(value: object) -> object:
    """Mend what binary floating point does to an amount; never round money away."""
    if not isinstance(value, float | int) or isinstance(value, bool) or not abs(value) < LARGEST:
        return value
    exact = Decimal(str(value))
    cents = exact.quantize(CENT)
    return cents if abs(exact - cents) < ROUNDING_ERROR else exact


def one_line(value: object) -> object:
    """Join the lines of an address."""
    if not isinstance(value, str):
        return value
    return ", ".join(part.strip(" ,") for part in value.splitlines() if part.strip(" ,"))


OrderNumber = Annotated[
    str, BeforeValidator(bare_number), StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$")
]
Amount = Annotated[Decimal, BeforeValidator(to_cents), Field(gt=0, max_digits=10, decimal_places=2)]
Address = Annotated[str, BeforeValidator(one_line), Field(min_length=8, max_length=300)]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$"),
]
Phone = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=26, pattern=r"^\+?[0-9][0-9 ()/.-]{5,24}$")
]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Version = Annotated[int | None, Field(ge=0, exclude=True)]
"""What the caller has read: a precondition, not part of an effect's meaning, so the journal leaves it out."""


class Arguments(BaseModel):
    """A tool's arguments; a misspelt one is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoArguments(Arguments):
    """A tool that needs to know nothing but who asks."""


class Answer(BaseModel):
    """A tool's result: flat JSON that conditions and templates can name."""

    model_config = ConfigDict(frozen=True)
