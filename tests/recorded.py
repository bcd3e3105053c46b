"""Conversations recorded by talking with the real graphs, as the database would hold them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.replay.archive import Tape
from app.turns.store import Thought
from graphs.draft import Draft
from graphs.events import Event, PersonDecides
from tests.talk import Talk

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


async def recorded(lines: Sequence[str], number: int = 1) -> Tape:
    """Talk, and give what was recorded."""
    talk = await RecordedTalk().go(lines)
    return Tape(f"conv{number}", tuple(talk.traces))


async def recorded_talks() -> list[Tape]:
    """All of the talks above, recorded."""
    return [await recorded(lines, number) for number, lines in enumerate(TALKS)]
