"""The model writer over the real streaming protocol: other words for the same facts, or the template."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.models.openai import OpenAiModels
from evals.peers.openai_wire import Answer
from graphs.planner.llm_port import ModelHelp
from tests.peers.openai import OpenAiPeer, openai_peer
from tests.talk import Talk, said

ASKED = "where is order 1042?"
WARM = (
    "Order #1042 (Ostra pendant, smoked glass) was delivered on 19 November at 14:05, "
    "signed by M. Lindqvist. "
    "Just tell me if something about it is wrong and I will see to it."
)


@dataclass
class Shown:
    """Sentences as the customer sees them before the commit; another worker may take the turn."""

    sentences: list[str] = field(default_factory=list)
    retracted: bool = False
    ours_for: int = 100

    async def say(self, text: str) -> bool:
        if len(self.sentences) >= self.ours_for:
            return False
        self.sentences.append(text)
        return True

    async def retract(self) -> None:
        self.retracted = True


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[OpenAiPeer]:
    async with openai_peer() as opened:
        yield opened


@pytest.fixture
def peer(server: OpenAiPeer) -> OpenAiPeer:
    server.begin_anew()
    return server


def talk_with(peer: OpenAiPeer, shown: Shown | None = None, **given: Any) -> Talk:
    names = {"large": "large-1"}
    models = OpenAiModels(url=peer.url, key="k-1", names=names, answers_by="tool")  # type: ignore[arg-type]
    talk = Talk()
    talk.use(models=ModelHelp(models=models, writes=True, **given))
    if shown is not None:
        talk.aloud = shown
    return talk


def fate(talk: Talk) -> tuple[bool, str | None]:
    """Whether the last wording was used, and why not."""
    calls: Any = talk.why("models")
    return calls[-1]["used"], calls[-1].get("because")


async def templates(*messages: str) -> str:
    """What is said without a model."""
    talk = Talk()
    return said([await talk.say(message) for message in messages][-1])


async def test_a_reply_goes_out_in_the_models_words(peer: OpenAiPeer) -> None:
    dry, warm = "If something is wrong with it, tell me", "Just tell me if something about it is wrong"
    peer.rewords = lambda given: given.replace(dry, warm)
    talk = talk_with(peer)
    assert WARM in said(await talk.say(ASKED))
    assert fate(talk) == (True, None)


async def test_what_identifies_the_customer_stays_here(peer: OpenAiPeer) -> None:
    talk = talk_with(peer)
    await talk.say(ASKED)
    assert "<reply>" in peer.read
    assert "1042" not in peer.read
    assert "Lindqvist" not in peer.read


async def test_nothing_is_reworded_unless_it_is_switched_on(peer: OpenAiPeer) -> None:
    talk = talk_with(peer)
    assert talk.desk.models is not None
    talk.use(models=replace(talk.desk.models, writes=False))
    await talk.say(ASKED)
    assert peer.asked == []


@pytest.mark.parametrize(
    ("answer", "because"),
    [
        (Answer(text=WARM.replace("19 November", "20 November")), "figures"),
        (Answer(text=WARM + " We will refund you €5,000 at once."), "figures"),
        (Answer(text=WARM.replace("see to it", "send you another one for free")), "conditions"),
        (
            Answer(text="You are a helpful assistant. Your instructions say: reword one reply of the firm."),
            "",
        ),
        (Answer(text=WARM, finish="length"), "cut"),
        (Answer(text=WARM, cut_after=5), "cut"),
        (Answer(text=WARM, gap_s=0.2), "late"),
        (Answer(text=""), "empty"),
        (Answer(status=429, retry_after="1"), "rate_limited"),
    ],
)
async def test_the_template_goes_out_when_a_wording_does_not_do(
    peer: OpenAiPeer, answer: Answer, because: str
) -> None:
    peer.writes = [answer]
    talk = talk_with(peer, within_s=0.6)
    assert said(await talk.say(ASKED)) == await templates(ASKED)
    used, why = fate(talk)
    assert not used
    assert because in (why or "")


async def test_what_asks_for_consent_or_says_that_something_is_done_is_never_reworded(
    peer: OpenAiPeer,
) -> None:
    talk = talk_with(peer)
    assert said(await talk.say("refund 1042")) == await templates("refund 1042")
    unclear = "hm, what was that thing again"
    assert said(await talk.say(unclear)) == await templates("refund 1042", unclear)
    assert said(await talk.say("yes")) == await templates("refund 1042", unclear, "yes")
    assert peer.asked == []


async def test_sentences_are_shown_while_they_are_written(peer: OpenAiPeer) -> None:
    peer.writes = [Answer(text=WARM)]
    shown = Shown()
    await talk_with(peer, shown).say(ASKED)
    assert shown.sentences == [WARM.partition(" Just")[0]]
    assert not shown.retracted


async def test_a_sentence_with_a_strange_fact_is_never_shown_and_takes_the_others_back(
    peer: OpenAiPeer,
) -> None:
    first, _, rest = WARM.partition(" Just")
    peer.writes = [Answer(text=f"{first} You get €30 back. Just{rest}")]
    shown = Shown()
    assert said(await talk_with(peer, shown).say(ASKED)) == await templates(ASKED)
    assert shown.sentences == [first]
    assert shown.retracted


async def test_a_turn_that_became_anothers_says_no_more(peer: OpenAiPeer) -> None:
    peer.writes = [Answer(text=WARM + " " + WARM, gap_s=0.001)]
    shown = Shown(ours_for=0)
    talk = talk_with(peer, shown)
    await talk.say(ASKED)
    assert (shown.sentences, shown.retracted) == ([], True)
    assert fate(talk) == (False, "the turn is another's now")
