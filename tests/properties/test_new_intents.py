"""An intent that a company adds to its book is served from the next message on, until it is taken out."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.rulebooks import BookShelf
from app.understanding.newcomers import Newcomers
from graphs.ports import Hints, InterpreterAway, Rulebook, Understood
from tests.fakes.taught import TaughtNlu
from tests.talk import Talk, said
from tests.unit.books.altered import LIBRARY, altered

SUBJECTS = ("kayak", "telescope", "piano", "greenhouse")
NOISE = ("?", " ?", "  ", " !?")
WAYS = (
    "can i rent a {} here",
    "do you lend a {} to members",
    "{} rental possible?",
    "what does a {} cost for a week",
    "i would like to borrow the [{}](thing)",
)
HINTS = Hints(last_intents=(), entities={}, tier="standard", channel="web", minutes=0.0)
many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def name_of(subject: str) -> str:
    return f"{subject}_rental"


@cache
def library() -> Rulebook:
    """The library's book as it was taught."""
    return BookShelf.load(LIBRARY).rulebook


@cache
def with_rentals(*subjects: str) -> Rulebook:
    """The library's book with an intent and a reply for each thing that is lent from now on."""
    intents = "".join(
        f"  {name_of(one)}: {{category: inquiry, answer: template, template: {one}_words, "
        f"examples: [{', '.join(repr(way.format(one)) for way in WAYS)}]}}\n"
        for one in subjects
    )
    with TemporaryDirectory() as folder:
        book = altered(Path(folder), "intents/all.yaml", "  affirm:", f"{intents}  affirm:")
        words = "".join(f"  {one}_words: {{text: 'A {one} costs 5 a day.'}}\n" for one in subjects)
        (book / "templates" / "rentals.yaml").write_text(f"templates:\n{words}", "utf-8")
        return BookShelf.load(book).rulebook


@dataclass
class House:
    """A shelf with the library's book, and understanding that was taught what stood in it."""

    shelf: BookShelf = field(default_factory=lambda: BookShelf(library()))
    nlu: TaughtNlu = field(default_factory=TaughtNlu)

    def __post_init__(self) -> None:
        self.nlu.teach(library().book)
        self.newcomers = Newcomers(self.nlu, lambda: self.shelf.book)

    async def understands(self, text: str) -> Understood:
        """What a message means now."""
        return await self.newcomers.parse(text, HINTS)

    async def answers(self, text: str) -> str:
        """What a new customer is told."""
        talk = Talk(shelf=self.shelf)
        talk.use(interpreter=self.newcomers)
        return said(await talk.say(text))


KNOWN = tuple(
    (text, name) for name, intent in sorted(library().book.intents.items()) for text in intent.examples
)
ASKED = st.builds(
    lambda way, subject, noise: (
        way.format(subject).replace("[", "").replace("](thing)", "") + noise,
        subject,
    ),
    st.sampled_from(WAYS),
    st.sampled_from(SUBJECTS),
    st.sampled_from(("", *NOISE)),
)
OFFERS = st.sets(st.sampled_from(SUBJECTS), min_size=1).map(lambda some: tuple(sorted(some)))


@many
@given(offers=OFFERS, asked=ASKED, known=st.sampled_from(KNOWN))
async def test_a_new_intent_is_served_at_once_and_taken_back_with_its_book(
    offers: tuple[str, ...], asked: tuple[str, str], known: tuple[str, str]
) -> None:
    """Feature: omnichannel-cx-platform, Property 53: Custom Configuration Application."""
    house, (text, subject) = House(), asked
    assert (await house.understands(text)).intent != name_of(subject)
    house.shelf.put_in_force(with_rentals(*offers))
    found = await house.understands(text)
    assert (found.intent == name_of(subject)) == (subject in offers)
    if subject in offers:
        limits = house.shelf.book.thresholds
        assert limits.confidence_clarify <= found.confidence < limits.confidence_automate
    assert (await house.understands(known[0])).intent == known[1], "nothing is taken from what was taught"
    house.shelf.put_in_force(library())
    assert (await house.understands(text)).intent not in set(map(name_of, SUBJECTS))


@many
@given(offers=OFFERS, asked=ASKED)
async def test_what_was_trained_is_the_models_and_goes_with_the_book(
    offers: tuple[str, ...], asked: tuple[str, str]
) -> None:
    """Feature: omnichannel-cx-platform, Property 53: Custom Configuration Application."""
    house, (text, subject) = House(), asked
    house.shelf.put_in_force(with_rentals(*offers))
    await house.understands(text)
    assert house.newcomers.fresh == set(map(name_of, offers))
    house.nlu.teach(house.shelf.book)
    await house.newcomers.model_changed()
    assert house.newcomers.fresh == set()
    found = await house.understands(text)
    assert not found.neighbours
    assert (found.intent == name_of(subject)) == (subject in offers)
    house.shelf.put_in_force(library())
    assert (await house.understands(text)).intent not in set(map(name_of, SUBJECTS))


async def test_the_next_customer_reads_the_new_intents_words() -> None:
    house = House()
    house.shelf.put_in_force(with_rentals("kayak", "piano"))
    assert "A kayak costs 5 a day." in await house.answers("can i rent a kayak here")
    house.shelf.put_in_force(library())
    assert "costs 5 a day" not in await house.answers("can i rent a kayak here")


async def test_a_model_that_lost_an_intent_leaves_it_to_its_examples() -> None:
    house = House()
    house.shelf.put_in_force(with_rentals("kayak"))
    house.nlu.teach(house.shelf.book)
    await house.newcomers.model_changed()
    house.nlu.teach(house.shelf.book, *library().book.intents)
    await house.newcomers.model_changed()
    assert house.newcomers.fresh == {"kayak_rental"}
    assert (await house.understands("kayak rental possible?")).intent == "kayak_rental"


async def test_new_intents_wait_while_understanding_is_away_and_come_when_it_is_back() -> None:
    house = House()
    house.nlu.away = True
    house.shelf.put_in_force(with_rentals("piano"))
    with pytest.raises(InterpreterAway):
        await house.understands("do you lend a piano to members")
    house.nlu.away = False
    await house.newcomers.settled()
    assert (await house.understands("do you lend a piano to members")).intent == "piano_rental"


async def test_only_what_is_new_is_read_before_the_next_message_is_answered() -> None:
    house = House()
    await house.understands("keep my book longer")
    assert house.nlu.embedded == []
    house.shelf.put_in_force(with_rentals("telescope"))
    await house.understands("telescope rental possible?")
    assert house.nlu.embedded[: len(WAYS)] == [
        way.format("telescope").replace("[", "").replace("](thing)", "") for way in WAYS
    ]
