"""Shares with the interval in which they would lie with other questions of the same kind."""

import math
from dataclasses import dataclass

Z = 1.959964
"""Two-sided 95 %."""


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share itself; 1 of nothing, because nothing went wrong."""
        return round(self.hits / self.of, 4) if self.of else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval after Wilson, which holds for few cases and near 1, too."""
        if not self.of:
            return 0.0, 1.0
        share, spread = self.hits / self.of, Z * Z / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = Z / (1 + spread) * math.sqrt(share * (1 - share) / self.of + spread / 4 / self.of)
        return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)

    def figures(self, name: str) -> dict[str, float]:
        """Write it as figures: the share and both ends of its interval."""
        low, high = self.interval
        return {name: self.value, f"{name}_low": low, f"{name}_high": high}
