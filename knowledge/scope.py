"""What is searched for, and among which passages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose passages are searched, and which of them are for this question."""

    tenant_id: str
    language: str = "en"
    audience: str = "customers"
    products: tuple[str, ...] = ()
    """The products that are spoken of; none: any."""
    today: date | None = None
    """The day on which an article has to be valid; none: the database's."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A question as the search reads it."""

    words: str
    names: Sequence[str]
    """Words that no article holds: each may be a name that is written wrongly."""
    vector: Sequence[float] | None
    most: int
