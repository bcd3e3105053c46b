"""What a word may be a part of: asked of every word once, so that a text costs only the finders it needs."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from frontdesk_nlu.entities.dates import may_tell_a_date, may_tell_a_month
from frontdesk_nlu.entities.lexicon import Lexicon
from frontdesk_nlu.entities.locations import may_begin_place
from frontdesk_nlu.entities.money import CURRENCIES
from frontdesk_nlu.entities.people import may_begin_name
from frontdesk_nlu.entities.products import may_hold_product
from frontdesk_nlu.entities.words import Word, fold

NAME, PLACE, PRODUCT, MONTH, DAY, SUM, SEEN = (1 << bit for bit in range(7))
REMEMBERED_WORDS = 20_000


def hints_of(words: Iterable[str], known: Lexicon) -> int:
    """Return what the words of a text may be parts of, as bits; every answer is remembered."""
    return reduce(or_, [known.hints.get(word) or _looked_up(word, known) for word in words], 0) & ~SEEN


def _looked_up(written: str, known: Lexicon) -> int:
    """Ask every finder about a word."""
    if len(known.hints) >= REMEMBERED_WORDS:
        known.hints.clear()
    word = Word(written, 0, len(written), fold(written))
    hint = known.hints[written] = (
        SEEN
        | NAME * may_begin_name(word, known)
        | PLACE * may_begin_place(word, known)
        | PRODUCT * may_hold_product(written, known.catalogue)
        | MONTH * may_tell_a_month(word.folded)
        | DAY * may_tell_a_date(word.folded)
        | SUM * (word.folded in CURRENCIES)
    )
    return hint
