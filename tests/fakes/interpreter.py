"""An interpreter that knows what a test told it, and finds order numbers by itself."""

import re
from dataclasses import dataclass, field

from graphs.ports import Entity, Hints, InterpreterAway, Understood

ORDER = re.compile(r"#?(\d{4})\b")


@dataclass
class ScriptedInterpreter:
    """`meanings` maps a part of a text to its intent; the first part that occurs counts."""

    meanings: dict[str, str] = field(default_factory=dict)
    confidence: float = 0.95
    sentiment: float = 0.0
    away: bool = False
    ranking: tuple[tuple[str, float], ...] = ()
    """When set, every text has this ranking and its first intent."""
    exact: dict[str, Understood] = field(default_factory=dict)
    """What whole texts mean, before everything else."""
    hints: list[Hints] = field(default_factory=list)

    async def present(self) -> bool:
        """Say whether the test left it here."""
        return not self.away

    async def parse(self, text: str, hints: Hints) -> Understood:
        """Understand as told, or raise `InterpreterAway`."""
        if self.away:
            raise InterpreterAway("the test sent it away")
        self.hints.append(hints)
        if text in self.exact:
            return self.exact[text]
        intent, confidence, ranking = self._meaning(text.lower())
        return Understood(
            intent=intent,
            confidence=confidence,
            path="nlu",
            ranking=ranking,
            entities=orders_in(text),
            sentiment=self.sentiment,
            out_of_scope=0.0 if intent else 0.9,
        )

    def _meaning(self, text: str) -> tuple[str | None, float, tuple[tuple[str, float], ...]]:
        """Intent, confidence and ranking of a text in lower case."""
        if self.ranking:
            return *self.ranking[0], self.ranking
        intent = next((name for part, name in self.meanings.items() if part in text), None)
        if intent is None:
            return None, 0.2, (("order_track", 0.2), ("complaint", 0.1))
        return intent, self.confidence, ((intent, self.confidence),)


def orders_in(text: str) -> tuple[Entity, ...]:
    """Find order numbers of four digits."""
    return tuple(
        Entity(name="order_number", value=found[1], start=found.start(), end=found.end(), confidence=1.0)
        for found in ORDER.finditer(text)
    )
