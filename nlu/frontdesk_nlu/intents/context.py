"""What the conversation around a text says about its intent: small leans that decide between near equals."""

from collections.abc import Sequence


def with_context(
    ranking: Sequence[tuple[str, float]], last_intents: Sequence[str]
) -> Sequence[tuple[str, float]]:
    """Lean towards what the conversation was about; the lean is small and fades over three intents.

    It decides only between near equals: the factor of the latest intent is
    1.3, so a ranking that was clear stays as it was.
    """
    recent = list(reversed(last_intents[-3:]))
    factors = {intent: 1 + 0.3 / (recent.index(intent) + 1) for intent in recent}
    weighed = [(name, share * factors.get(name, 1.0)) for name, share in ranking]
    total = sum(share for _, share in weighed) or 1.0
    return sorted(((name, share / total) for name, share in weighed), key=lambda one: -one[1])
