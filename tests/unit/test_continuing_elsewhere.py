"""A customer asks to go on by email or text message: the book's own way, from the first word to the code."""

from dataclasses import replace

import pytest

from tests.fakes.codes import FakeCodes
from tests.fakes.journal import FakeJournal
from tests.talk import Talk, connections_over, said
from tools.catalogue import build_registry
from tools.runner import ToolRunner
from tools.service import Service


class Moving(Talk):
    """A talk in which codes can be sent."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.codes = FakeCodes(refuses="+46705550100")
        connections = replace(connections_over(self.books), service=Service(codes=self.codes))
        self.tools = ToolRunner(build_registry(connections), FakeJournal())
        self.told: list[str] = []
        self.use(tools=self.tools)

    async def turn(self, thread: str, event: object) -> object:  # type: ignore[override]
        draft = await super().turn(thread, event)  # type: ignore[arg-type]
        self.told.append(said(draft))
        return draft


@pytest.fixture
def talk() -> Moving:
    return Moving()


@pytest.mark.parametrize(
    "words",
    [
        "Can we continue by email?",
        "let's go on by e-mail please",
        "Could we carry on this chat via email later",
        "I'd rather continue this conversation by mail",
        "switch to email",
    ],
)
async def test_who_is_signed_in_goes_on_at_the_address_that_the_company_knows(
    talk: Moving, words: str
) -> None:
    asked = said(await talk.say(words))
    await talk.say("yes please", payload="/affirm")

    assert "marta.lindqvist@example.com" in asked
    assert list(talk.codes.sent.values()) == ["marta.lindqvist@example.com"]
    assert "Write it here" in talk.told[-1]


async def test_another_address_can_be_named_at_once(talk: Moving) -> None:
    asked = said(await talk.say("can we continue by email, my address is ann@home.example"))
    await talk.say("yes", payload="/affirm")

    assert "ann@home.example" in asked
    assert list(talk.codes.sent.values()) == ["ann@home.example"]


async def test_a_guest_is_asked_for_the_address_and_may_say_no(talk: Moving) -> None:
    talk.verified = False
    talk.profile = replace(talk.profile, external_id=None, name="there", email=None)
    assert "Which email address" in said(await talk.say("continue by email"))
    assert "guest@home.example" in said(await talk.say("guest@home.example"))
    await talk.say("no", payload="/deny")

    assert not talk.codes.sent


async def test_a_number_needs_its_country(talk: Moving) -> None:
    assert "+ and the country" in said(await talk.say("I want to continue by text message"))
    assert "for example" in said(await talk.say("0170 5550123"))
    await talk.say("+46 70 555 0123")
    await talk.say("yes", payload="/affirm")

    assert list(talk.codes.sent.values()) == ["+46 70 555 0123"]


async def test_who_asks_for_a_code_is_asked_where_to(talk: Moving) -> None:
    assert "email or by text message" in said(await talk.say("please send me the code"))


async def test_a_code_that_cannot_go_out_is_said_so_and_the_chat_goes_on(talk: Moving) -> None:
    await talk.say("continue by sms on +46705550100")
    await talk.say("yes", payload="/affirm")

    assert "could not be sent" in talk.told[-1]
    assert "we can go on here" in talk.told[-1]


@pytest.mark.parametrize(
    "words",
    [
        "send me the invoice by email",
        "I never got an email",
        "please email me the return label",
        "text me when it ships",
    ],
)
async def test_other_wishes_with_these_words_are_not_taken_for_it(talk: Moving, words: str) -> None:
    await talk.say(words)

    assert talk.last is not None
    assert b"continue_elsewhere" not in talk.last.trace
