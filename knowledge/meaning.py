"""When two questions are the same one in other words, and when a question is somebody's own; pure."""

import re

from knowledge.terms import WORD, terms

_PERSONAL = re.compile(r"@|#\s?\d|\d[\d\s./-]{2,}\d")
"""An address of mail, a number behind its sign, four digits and more: an order, a phone, a card, a day."""
_ASKS = re.compile(
    r"\b(who|whom|where|why|when|which|how (?:long|much|many|often|soon|fast|late|old)|what time)\b"
)
_TURNS = re.compile(r"\b(?:not|no|never|without|only|before|after|until|unless|cannot|already|still)\b|n't\b")
_FEWEST = 2
"""With fewer parts too little is known to take two questions for one: then every word counts."""
_DIRECTED = re.compile(r"\b(?:from|instead|than|into)\b")


def is_personal(question: str) -> bool:
    """Say whether a question holds what may belong to one customer: its answer is kept for nobody."""
    return _PERSONAL.search(question) is not None


def meaning(question: str) -> tuple[str, ...]:
    """Reduce a question to what its answer depends on: what it asks for, its subject, and what turns it.

    The order counts only where one thing is set against another.
    """
    plain = question.lower().replace("’", "'")
    subject = terms(plain)
    asks = dict.fromkeys(_ASKS.findall(plain))
    turns = dict.fromkeys(_TURNS.findall(plain))
    ordered = subject if _DIRECTED.search(plain) else sorted(subject)
    parts = (*(f"?{word}" for word in sorted(asks)), *(f"!{word}" for word in sorted(turns)), *ordered)
    return parts if len(parts) >= _FEWEST else (*parts, *(f"={word}" for word in WORD.findall(plain)))
