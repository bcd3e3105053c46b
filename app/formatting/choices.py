"""What a customer means who types instead of pressing: the number of a choice, or its words. Pure."""

import unicodedata
from collections.abc import Sequence

from app.formatting.reply import Choice

LONGEST = 200


def chosen(offered: Sequence[Choice], typed: str) -> Choice | None:
    """Find the choice that is meant by "2", "2.", "(2)", "#2" or its title; None for anything else."""
    if len(typed) > LONGEST:
        return None
    core = _core(typed)
    if (number := _number(core)) is not None:
        return offered[number - 1] if 0 < number <= len(offered) else None
    named = [one for one in offered if core and _core(one.title) == core]
    return named[0] if len(named) == 1 else None


def may_choose(typed: str) -> bool:
    """Say cheaply whether a text could be a number of a choice."""
    return len(typed) <= LONGEST and _number(_core(typed)) is not None


def _core(text: str) -> str:
    """The words of a text, without case and what stands around them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.strip("".join({c for c in folded if not c.isalnum()})).split())


def _number(core: str) -> int | None:
    """A number of one or two digits, in any script's digits."""
    return int(core) if len(core) <= 2 and core.isdecimal() else None
