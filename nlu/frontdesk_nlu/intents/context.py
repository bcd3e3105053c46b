"""What the conversation around a text says about its intent: small leans that decide between near equals."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN_INTENTS = 10
"""As many as Rasa's own classifiers show; what a conversation leans is chosen among all."""

LATEST = 0.3
"""How much more probable the latest intent becomes; the one before it half as much, then a third."""

MOST = 0.6
"""However long and dense a conversation is, no intent becomes more probable than by this."""

HISTORY_COUNTS = {"voice": 1.5, "email": 0.5}
"""A recogniser loses words, so history says more; a mail stands on its own, so it says less."""

PER_ENTITY = 0.15
COUNTED_ENTITIES = 2
SETTLED_MINUTES = 20.0


@dataclass(frozen=True)
class Context:
    """What the conversation knows; `last_intents` has the oldest first.

    The tier travels along but leans nothing: who somebody is says how
    quickly they are answered, not what their words mean.
    """

    last_intents: tuple[str, ...] = ()
    entities: int = 0
    tier: str = ""
    channel: str = ""
    minutes: float = 0.0

    @property
    def lean(self) -> float:
        """How much the latest intent gains: more when things are named and the talk has gone on."""
        named = 1 + PER_ENTITY * min(self.entities, COUNTED_ENTITIES)
        settled = 1 + 0.2 * min(max(self.minutes, 0.0) / SETTLED_MINUTES, 1.0)
        return min(LATEST * named * settled * HISTORY_COUNTS.get(self.channel, 1.0), MOST)


NOTHING_KNOWN = Context()


def with_context(
    ranking: Sequence[tuple[str, float]], context: Context = NOTHING_KNOWN
) -> Sequence[tuple[str, float]]:
    """Lean towards what the conversation was about; the lean is small and fades over three intents.

    It decides only between near equals: a ranking that was clear stays as it was.
    """
    recent = list(reversed(context.last_intents[-3:]))
    factors = {intent: 1 + context.lean / (recent.index(intent) + 1) for intent in recent}
    weighed = [(name, share * factors.get(name, 1.0)) for name, share in ranking]
    total = sum(share for _, share in weighed) or 1.0
    return sorted(((name, share / total) for name, share in weighed), key=lambda one: -one[1])
