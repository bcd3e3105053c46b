"""Conversations recorded by talking with the real graphs, as the database would hold them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.replay.archive import Tape
from app.turns.follow_ups import enqueue
from app.turns.run import Thinker
from app.turns.store import Thought
from graphs.draft import Draft
from graphs.events import Event, PersonDecides
from tests.chaos.inbox import TENANT, Inbox
from tests.fakes.company import MARTA
from tests.talk import Talk, company

NEWEST_ACTION = "select action_id from actions where conversation_id = %s order by created_at desc limit 1"

TALKS: Sequence[Sequence[str]] = (
    ("where is my order 1042?", "thanks"),
    ("where is my order?", "1077", "thank you"),
    ("please cancel order 1090", "yes"),
    ("please cancel order 1090", "no"),
    ("please cancel my order", "1090", "yes", "thanks"),
    ("please cancel order 1077",),
    ("I want my money back for 1042", "yes", "!accept"),
    ("I want my money back for 1042", "yes", "!response"),
    ("I want my money back", "1042", "yes"),
    ("I want my money back for 1042", "no"),
    ("I want my money back for 1077",),
    ("I want a refund for 1090",),
    ("can I send something back?", "thanks"),
    ("hello", "where is 1042?"),
    ("I want to talk to a person",),
    ("blah blah", "still blah", "where is 1042?"),
    ("please cancel my order", "where is 1077?", "1090", "yes"),
    ("please cancel order 1090", "no, order 1077"),
    ("where is order 4711?", "1042"),
    ("where is my order 1042?", "where is my order 1077?", "where is my order 1090?"),
)
"""What customers write; `!` begins a person's decision on the newest action."""


@dataclass
class RecordedTalk(Talk):
    """A talk that keeps the trace of every turn, as commits do."""

    traces: list[bytes] = field(default_factory=list)

    async def turn(self, thread: str, event: Event) -> Draft:
        """Think about one event and keep its trace."""
        draft = await super().turn(thread, event)
        last: Thought | None = self.last
        assert last is not None
        self.traces.append(last.trace)
        return draft

    async def go(self, lines: Sequence[str]) -> "RecordedTalk":
        """Say everything, and decide where a line says so."""
        for line in lines:
            if line.startswith("!"):
                decided = PersonDecides(type=line[1:], by="agent_1")  # type: ignore[arg-type]
                await self.act(self.open_actions[-1].action_id, decided)
            else:
                await self.say(line)
        return self


async def recorded(lines: Sequence[str]) -> Tape:
    """Talk, and give what was recorded."""
    talk = await RecordedTalk().go(lines)
    return Tape(" / ".join(lines), tuple(talk.traces))


async def recorded_talks() -> list[Tape]:
    """All of the talks above, recorded; each is named by what was said."""
    return [await recorded(lines) for lines in TALKS]


async def record(inbox: Inbox, lines: Sequence[str], customer_id: str) -> str:
    """Let a customer of their own talk through inbox, lease and commit; the conversation's id."""
    books = company()
    books.customers = {customer_id: replace(MARTA, id=customer_id)}
    books.orders = {name: replace(order, customer_id=customer_id) for name, order in books.orders.items()}
    talk, inbox.customer, conversation_id = Talk(books=books), customer_id, ""
    thinker = Thinker(talk.desk, talk.shelf, inbox.clock)
    for line in lines:
        if line.startswith("!"):
            await _decide(inbox, conversation_id, line[1:])
        else:
            conversation_id = (await inbox.writes(line)).conversation_id
        while (claim := await inbox.store.claim()) is not None:
            inbox.clock.passes(1)
            await inbox.store.commit(claim, await thinker.think(claim))
    return conversation_id


async def _decide(inbox: Inbox, conversation_id: str, kind: str) -> None:
    """Let a person decide the newest action."""
    decided = PersonDecides(type=kind, by="agent_1")  # type: ignore[arg-type]
    async with inbox.database.tenant(TENANT) as conn:
        found = await conn.execute(NEWEST_ACTION, [conversation_id])
        (action_id,) = await found.fetchone() or ("",)
        await enqueue(conn, inbox.vault, TENANT, conversation_id, action_id, decided, inbox.clock())
