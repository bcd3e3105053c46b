"""One company's knowledge base: published articles, asked and shown."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge import repository
from knowledge.answer import compose
from knowledge.answer_types import Answered, NoAnswer
from knowledge.article import Article
from knowledge.parse import article_of_columns
from knowledge.ports import Connect, Lend
from knowledge.retrieve import retrieve
from knowledge.spelling import mended
from knowledge.terms import Commonness

Clock = Callable[[], float]
_Key = tuple[str, str, str, str, bool]


@dataclass(frozen=True)
class _Known:
    """What is published, as last seen, and until when that is taken for true."""

    version: str
    commonness: Commonness
    words: frozenset[str]
    """The stems that occur in it."""
    until: float


class ArticleBase:
    """Answers from the published articles; repeated questions come from memory.

    An answer is kept under the name of what is published, so a publication or
    a rollback is noticed within `fresh_s` and nothing has to be emptied.
    """

    def __init__(
        self,
        connect: Connect,
        clock: Clock,
        *,
        lend: Lend,
        floor: float = 0.6,
        fresh_s: float = 2.0,
        most_kept: int = 4096,
    ) -> None:
        self._connect = connect
        self._lend = lend
        self._clock = clock
        self._floor = floor
        self._fresh_s = fresh_s
        self._most_kept = most_kept
        self._known: dict[str, _Known] = {}
        self._kept: OrderedDict[_Key, Answered | NoAnswer] = OrderedDict()

    async def answer(
        self, tenant_id: str, question: str, vector: Sequence[float] | None, *, language: str = "en"
    ) -> Answered | NoAnswer:
        """Answer from the articles. `vector`: 384 floats of the question, or None while NLU is away."""
        known = await self._published(tenant_id)
        if known is None:
            return NoAnswer(confidence=0.0, nearest=())
        # What words alone did not find must not outlast the encoder's absence: the key tells the two apart.
        key = (tenant_id, known.version, language, normalised(question), vector is not None)
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        asked = mended(question, known.words)
        async with self._lend() as conn:
            passages = await retrieve(conn, tenant_id, asked, vector, language)
        said = compose(asked, passages, known.commonness, self._floor)
        self._keep(key, said)
        return said

    def answer_from(self, floor: float) -> None:
        """Answer only from this confidence on; answers given under another floor count no more."""
        if floor != self._floor:
            self._floor = floor
            self._kept.clear()

    async def article(self, tenant_id: str, article_id: str) -> Article | None:
        """Return a published article, for its help page."""
        async with self._connect(tenant_id) as conn:
            columns = await repository.published_article(conn, tenant_id, article_id)
        return None if columns is None else article_of_columns(columns)

    async def _published(self, tenant_id: str) -> _Known | None:
        """Return what is published, at most `fresh_s` old."""
        known = self._known.get(tenant_id)
        now = self._clock()
        if known is not None and now < known.until:
            return known
        async with self._connect(tenant_id) as conn:
            state = await repository.read_state(conn, tenant_id, known.version if known else None)
        if state is None:
            return None
        commonness = state.commonness if state.commonness is not None else known.commonness if known else {}
        words = frozenset(commonness)
        self._known[tenant_id] = _Known(state.version, commonness, words, now + self._fresh_s)
        return self._known[tenant_id]

    def _keep(self, key: _Key, said: Answered | NoAnswer) -> None:
        """Remember an answer; the one longest unused goes first."""
        self._kept[key] = said
        while len(self._kept) > self._most_kept:
            self._kept.popitem(last=False)


def normalised(question: str) -> str:
    """Write a question the way in which repetitions are recognised: case, spaces, last marks do not count."""
    return " ".join(question.lower().split()).rstrip(" ?!.")
