"""How a conversation stands, with the real NLU and a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.turns.store import Committed
from app.understanding.standing import load_standing
from evals.resolution.cases import Case, Said, ending_of, reader
from graphs.assess.mood import Baseline
from graphs.assess.standing import Standing
from graphs.draft import ActionChange, ActionState
from tests.chaos.inbox import Inbox, open_inbox, reply, thought


@pytest.fixture
async def inbox(database: str, tmp_path: Path) -> AsyncIterator[Inbox]:
    async with open_inbox(database, tmp_path) as opened:
        yield opened


def standing(nlu_server: str, *said: str) -> Standing:
    """Judge a conversation in which the customer spoke first and last."""
    lines = tuple(Said("assistant" if place % 2 else "customer", text) for place, text in enumerate(said))
    case = Case(said=lines, resolved=False, escalate=False, source="test")
    model = load_standing()
    return model.standing(ending_of(case, reader(nlu_server), model))


async def test_a_question_whether_it_is_fixed_goes_on(nlu_server: str) -> None:
    found = standing(
        nlu_server, "my login is broken", "I have reset your sign-in.", "does that mean it's fixed now?"
    )
    assert found.resolution > 0.85
    assert found.escalation < 0.15


async def test_everything_tried_in_vain_calls_a_person(nlu_server: str) -> None:
    found = standing(
        nlu_server,
        "I can't log in",
        "Please reset your password.",
        "i've tried everything you said and it still doesn't work",
    )
    assert found.resolution < 0.15
    assert found.escalation > 0.85


@pytest.mark.parametrize("state", ["failed", "rejected", "expired"])
async def test_a_claim_counts_actions_that_came_to_nothing(inbox: Inbox, state: ActionState) -> None:
    conversation = (await inbox.writes("refund please")).conversation_id
    action = await inbox.asks_approval(conversation)
    await inbox.writes("and?")
    waiting = await inbox.takes(conversation)
    assert (waiting.failed_actions, len(waiting.open_actions)) == (0, 1)
    await inbox.commits(waiting, reply("It is being looked at."))

    async with inbox.database.tenant("acme") as conn:
        await conn.execute("update actions set status = %s where action_id = %s", [state, action])
    await inbox.writes("and now?")
    after = await inbox.takes(conversation)
    assert (after.failed_actions, after.open_actions) == (1, ())


async def test_an_action_that_the_customer_took_back_is_no_failure(inbox: Inbox) -> None:
    conversation = (await inbox.writes("refund please")).conversation_id
    action = await inbox.asks_approval(conversation)
    await inbox.writes("no, leave it")
    draft = reply("It stays as it is.")
    draft.changes.append(ActionChange(action_id=action, state="cancelled"))
    await inbox.commits(await inbox.takes(conversation), draft)
    await inbox.writes("thanks")
    assert (await inbox.takes(conversation)).failed_actions == 0


async def test_a_habit_is_there_in_the_next_claim(inbox: Inbox) -> None:
    conversation = (await inbox.writes("hello")).conversation_id
    claim = await inbox.takes(conversation)
    assert claim.profile.baseline == Baseline()
    usual = Baseline(mean=-0.3, count=4)
    kept = thought(reply("Hello."))
    outcome = await inbox.store.commit(
        claim, replace(kept, profile=replace(claim.profile, name="Marta", baseline=usual))
    )
    assert isinstance(outcome, Committed)
    await inbox.writes("again")
    again = await inbox.takes(conversation)
    assert again.profile.baseline == usual
    assert again.profile.name == "Marta"


@pytest.mark.parametrize(
    "text",
    [
        "thanks for nothing",
        "well, thanks a lot for nothing at all",
        "great, another week without my parcel",
        "oh wonderful, it's broken again. just what I needed",
        "brilliant service, really, three weeks for one lamp",
        "yeah right, 'delivered'. to whom, the wind?",
        "how lovely that nobody answers my mails",
        "thanks so much for ruining my mother's birthday",
    ],
)
async def test_sarcasm_is_no_praise_and_no_solution(nlu_server: str, text: str) -> None:
    understood = reader(nlu_server)(text)
    assert understood.sentiment < 0
    assert standing(nlu_server, "where is my parcel", "It was delivered.", text).resolution < 0.5
