"""Questions that only make sense after the one before: "and to Austria?"; pure."""

import re

MOST_WORDS = 9
_BEGINS = re.compile(r"^(?:and|or|but|what about|how about)\b[\s,]*", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:(?:ok|okay|thanks|thank you|great|good|fine|i see|alright)\b[\s,.!]*)+", re.IGNORECASE
)
_WHOLE = re.compile(
    r"^(?:who|whom|what|when|where|why|which|how|can|could|may|do|does|did|is|are|was|were|will|would|should|have|has"
    r"|must|i|we|you|my|it|they|there|please|cancel|return|refund|change|show|send|give|tell)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:it|its|that|this|they|them|these|those|there|then|one|so)\b", re.IGNORECASE)
_PLACE = re.compile(r"^(to|from|in|for|with|within|by|at|on|into)\s+", re.IGNORECASE)
_NAMED_LAST = re.compile(r"\s+[A-Z]\w+(?:\s+[A-Z]\w+)*$")
_END = " ?!."


def completed(text: str, before: str) -> str | None:
    """Put a fragment back into the question before it; None for whatever stands by itself."""
    said = _POLITE.sub("", text.strip())
    begins = _BEGINS.match(said)
    if begins is None or len(said.split()) > MOST_WORDS:
        return None
    rest = said[begins.end() :].strip(_END)
    if not rest or _WHOLE.match(rest):
        return None
    place = _PLACE.match(rest)
    asked = before.strip(_END)
    if place is None and rest[0].isupper() and _NAMED_LAST.search(asked):
        return f"{_NAMED_LAST.sub('', asked)} {rest}?"
    return f"{_without(asked, place[1]) if place else asked} {rest}?"


def leaning(text: str, before: str) -> str | None:
    """Add the question before to one that points back at it; None for one that points at nothing."""
    said = _BEGINS.sub("", _POLITE.sub("", text.strip())).strip(_END)
    if len(said.split()) > MOST_WORDS or not _POINTS.search(said):
        return None
    return f"{said}? {before.strip(_END)}?"


def _without(question: str, place: str) -> str:
    """Take out what the fragment replaces: "delivery to Germany" loses "to Germany" to "to Austria"."""
    return re.sub(rf"\s+(?i:{place})\s+(?:the\s+)?[A-Z]\w+(?:\s+[A-Z]\w+)*", "", question, count=1)
