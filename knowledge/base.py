"""One company's knowledge base: published articles, asked and shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from knowledge import repository
from knowledge.answer import compose
from knowledge.answer_types import Answered, NoAnswer
from knowledge.article import Article
from knowledge.kept import KeptAnswers, Key, Said, Shared, ignored
from knowledge.meaning import is_personal, meaning
from knowledge.parse import article_of_columns
from knowledge.ports import Connect, Lend
from knowledge.retrieve import retrieve
from knowledge.scope import Scope
from knowledge.spelling import mended
from knowledge.terms import Commonness

Clock = Callable[[], float]
Vector = Sequence[float]
Meaning = tuple[str, ...]
NOTHING = NoAnswer(confidence=0.0, nearest=())


@dataclass(frozen=True)
class _Known:
    """What is published, as last seen, and until when that is taken for true."""

    version: str
    commonness: Commonness
    words: frozenset[str]
    """The stems that occur in it."""
    until: float


class ArticleBase:
    """Answers from the published articles; the same question in other words is searched for once.

    An answer is kept under the name of what is published, so a publication or
    a rollback is noticed within `fresh_s` and nothing has to be emptied. What
    may belong to one customer, such as a number, is kept for nobody.
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
        shared: Shared | None = None,
        today: Callable[[], date] = date.today,
        counted: Callable[[str], None] = ignored,
    ) -> None:
        self._connect = connect
        self._lend = lend
        self._clock = clock
        self._today = today
        self._floor = floor
        self._fresh_s = fresh_s
        self._known: dict[str, _Known] = {}
        self._counted = counted
        self._kept = KeptAnswers(shared, most=most_kept, counted=counted)

    async def answer(
        self, tenant_id: str, question: str, vector: Vector | None, *, language: str = "en"
    ) -> Answered | NoAnswer:
        """Answer from the articles. `vector`: 384 floats of the question, or None while NLU is away."""
        known = await self._published(tenant_id)
        if known is None:
            return NOTHING
        asked, means = _read_question(question, known.words)
        key = self._key(tenant_id, known, means, vector is not None, language)

        async def find() -> tuple[Key, Said]:
            return await self._find(key, known, asked, vector)

        if is_personal(question):
            self._counted("personal")
            return (await find())[1]
        return self._kept.known(key) or await self._kept.answer(key, find)

    def answer_from(self, floor: float) -> None:
        """Answer only from this confidence on; answers given under another floor count no more."""
        self._floor = floor

    async def article(self, tenant_id: str, article_id: str) -> Article | None:
        """Return a published article, for its help page."""
        async with self._connect(tenant_id) as conn:
            columns = await repository.published_article(conn, tenant_id, article_id)
        return None if columns is None else article_of_columns(columns)

    def _key(self, tenant_id: str, known: _Known, means: Meaning, by_meaning: bool, language: str) -> Key:
        """Name what the answer depends on."""
        return Key(
            tenant_id=tenant_id,
            knowledge=known.version,
            book=f"{self._floor:.3f}",
            language=language,
            day=self._today().isoformat(),
            by_meaning=by_meaning,
            meaning=means,
        )

    async def _find(self, key: Key, known: _Known, asked: str, vector: Vector | None) -> tuple[Key, Said]:
        """Search and compose; the passages, their weights and the key are those of one publication."""
        scope = Scope(tenant_id=key.tenant_id, language=key.language, today=date.fromisoformat(key.day))
        async with self._lend() as conn:
            found = await retrieve(conn, scope, asked, vector, known.commonness)
        if found.knowledge is None:
            return key, NOTHING
        if found.knowledge != known.version:
            known = await self._read(key.tenant_id, known) or known
        said = compose(asked, found.passages, known.commonness, self._floor)
        return key._replace(knowledge=found.knowledge), said

    async def _published(self, tenant_id: str) -> _Known | None:
        """Return what is published, at most `fresh_s` old."""
        known = self._known.get(tenant_id)
        if known is not None and self._clock() < known.until:
            return known
        return await self._read(tenant_id, known)

    async def _read(self, tenant_id: str, known: _Known | None) -> _Known | None:
        """Read what is published now."""
        now = self._clock()
        async with self._connect(tenant_id) as conn:
            state = await repository.read_state(conn, tenant_id, known.version if known else None)
        if state is None:
            return None
        if state.commonness is None and known is not None:
            common, words = known.commonness, known.words
        else:
            common = state.commonness or {}
            words = frozenset(common)
        self._known[tenant_id] = _Known(state.version, common, words, now + self._fresh_s)
        return self._known[tenant_id]


@lru_cache(maxsize=4096)
def _read_question(question: str, known: frozenset[str]) -> tuple[str, Meaning]:
    """Mend a question's misspelt words, and say what its answer depends on."""
    asked = mended(question, known)
    return asked, meaning(asked)


def normalised(question: str) -> str:
    """Write a question the way in which repetitions are recognised: case, spaces, last marks do not count."""
    return " ".join(question.lower().split()).rstrip(" ?!.")
