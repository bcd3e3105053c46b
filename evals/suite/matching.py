"""Whether words occur in a text as a reader would say they do."""

from collections.abc import Iterable


def plain(text: str) -> str:
    """Even out case, white space and the typographer's apostrophe."""
    return " ".join(text.replace("\u2019", "'").replace("\u00a0", " ").lower().split())


def occurs(wanted: str | tuple[str, ...], text: str) -> bool:
    """Whether a text, or one of several, stands in another."""
    choices = (wanted,) if isinstance(wanted, str) else wanted
    whole = plain(text)
    return any(plain(choice) in whole for choice in choices)


def all_occur(wanted: Iterable[str | tuple[str, ...]], text: str) -> bool:
    """Whether each of the wanted stands in the text."""
    return all(occurs(one, text) for one in wanted)
