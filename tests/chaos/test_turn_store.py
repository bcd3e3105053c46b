"""Who may commit, when, and what stays of it: each interleaving spelt out, on a clock of our own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.handoff import service
from app.handoff.outcomes import AgentName, Done
from app.turns.claim import RETRIES
from app.turns.dead_letters import list_dead, replay
from app.turns.store import Committed, LostFence, PersonTookOver
from graphs.draft import Draft, HandOff, Notice, Reply
from graphs.events import CustomerSays, Released
from graphs.turn import TurnFailed
from tests.chaos.inbox import LEASE_S, TENANT, Inbox, open_inbox, refund, reply

RUNA = AgentName(agent_id="runa", name="Runa Solberg")
PERSON = HandOff(kind="asked", text="asked for a person", rule=1, priority="normal", skills=())
AT_HANDOVER_S = 2.0
"""So long a turn that was claimed before the handover may still commit."""


@pytest.fixture
async def inbox(database: str, tmp_path: Path) -> AsyncIterator[Inbox]:
    async with open_inbox(database, tmp_path) as opened:
        yield opened


# -- Leases and fences


async def test_a_worker_whose_lease_ran_out_commits_nothing(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    slow = await inbox.takes(conversation)
    inbox.clock.passes(LEASE_S)
    quick = await inbox.takes(conversation)

    assert isinstance(await inbox.commits(quick, reply("It leaves today.")), Committed)
    assert await inbox.commits(slow, reply("It left yesterday.")) == LostFence()
    assert await inbox.said(conversation) == ["customer: Where is my order?", "assistant: It leaves today."]


async def test_a_worker_whose_lease_ran_out_loses_even_when_it_is_the_first_to_commit(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    slow = await inbox.takes(conversation)
    inbox.clock.passes(LEASE_S)
    quick = await inbox.takes(conversation)

    assert await inbox.commits(slow, reply("It left yesterday.")) == LostFence()
    assert isinstance(await inbox.commits(quick, reply("It leaves today.")), Committed)


async def test_until_the_lease_runs_out_nobody_else_gets_the_event(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    await inbox.takes(conversation)
    inbox.clock.passes(LEASE_S - 0.001)

    assert await inbox.claims(conversation) is None


async def test_a_kept_lease_holds_on_and_one_that_was_lost_cannot_be_kept(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    slow = await inbox.takes(conversation)
    inbox.clock.passes(LEASE_S - 1)
    assert await inbox.store.renew(slow)
    inbox.clock.passes(LEASE_S - 1)
    assert await inbox.claims(conversation) is None
    inbox.clock.passes(1)
    await inbox.takes(conversation)

    assert not await inbox.store.renew(slow)


async def test_keeping_a_lease_after_the_commit_does_not_hold_up_the_next_message(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    first = await inbox.takes(conversation)
    await inbox.writes("And the other one?")
    await inbox.commits(first, reply("It leaves today."))

    assert not await inbox.store.renew(first)
    assert (await inbox.takes(conversation)).seq == 2


async def test_a_turn_commits_once(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    claim = await inbox.takes(conversation)
    await inbox.commits(claim, reply("It leaves today."))

    assert await inbox.commits(claim, reply("It leaves today.")) == LostFence()
    assert len(await inbox.said(conversation)) == 2


async def test_the_second_message_waits_for_the_first_ones_turn(inbox: Inbox) -> None:
    conversation = (await inbox.writes("One")).conversation_id
    await inbox.writes("Two")
    first = await inbox.takes(conversation)

    assert await inbox.claims(conversation) is None
    assert isinstance(await inbox.commits(first, reply("1")), Committed)
    assert isinstance(await inbox.commits(await inbox.takes(conversation), reply("2")), Committed)
    assert await inbox.said(conversation) == [
        "customer: One",
        "assistant: 1",
        "customer: Two",
        "assistant: 2",
    ]


# -- Duplicates


async def test_the_same_message_again_is_the_same_turn_before_during_and_after_it(inbox: Inbox) -> None:
    accepted = await inbox.writes("Hello", "m-1")
    waiting = await inbox.writes("Hello", "m-1")
    claim = await inbox.takes(accepted.conversation_id)
    under_way = await inbox.writes("Hello", "m-1")
    await inbox.commits(claim, reply("Good day"))
    answered = await inbox.writes("Hello", "m-1")

    places = {(a.conversation_id, a.seq) for a in (accepted, waiting, under_way, answered)}
    assert places == {(accepted.conversation_id, 1)}
    assert [a.duplicate for a in (accepted, waiting, under_way, answered)] == [False, True, True, True]
    assert await inbox.claims(accepted.conversation_id) is None


# -- The cut


async def test_a_draft_that_an_agent_overtook_is_not_sent_and_the_message_is_stored_once(
    inbox: Inbox,
) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    computing = await inbox.takes(conversation)
    assert await service.claim(inbox.handoff, TENANT, conversation, RUNA) == Done()

    assert await inbox.commits(computing, reply("It leaves today.")) == LostFence()
    again = await inbox.takes(conversation)
    assert (again.status, again.seq) == ("assigned", 1)
    assert await inbox.commits(again, reply("It leaves today.")) == PersonTookOver()
    assert isinstance(await inbox.commits(again, Draft()), Committed)
    assert await inbox.said(conversation) == ["customer: Where is my order?"]


async def test_a_notice_may_be_sent_while_a_person_owns_the_conversation(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    await service.claim(inbox.handoff, TENANT, conversation, RUNA)
    done = Draft(notices=[Notice(text="Your refund is on its way.", template="refund_done")])

    assert isinstance(await inbox.commits(await inbox.takes(conversation), done), Committed)


@pytest.mark.parametrize(("late_s", "spoken"), [(AT_HANDOVER_S, True), (AT_HANDOVER_S + 0.001, False)])
async def test_a_turn_claimed_before_the_handover_may_commit_shortly_after_it(
    inbox: Inbox, late_s: float, spoken: bool
) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    computing = await inbox.takes(conversation)
    inbox.clock.passes(1)
    async with inbox.database.tenant(TENANT) as conn:
        await conn.execute(
            "update conversations set status = 'escalating', status_since = %s where conversation_id = %s",
            [inbox.clock(), conversation],
        )
    inbox.clock.passes(late_s)

    outcome = await inbox.commits(computing, reply("It leaves today."))
    assert isinstance(outcome, Committed if spoken else PersonTookOver)


async def test_a_turn_claimed_after_the_handover_says_nothing(inbox: Inbox) -> None:
    conversation = (await inbox.writes("I want a person")).conversation_id
    await inbox.writes("Hello?")
    await inbox.commits(await inbox.takes(conversation), Draft(hand_off=PERSON))
    inbox.clock.passes(0.5)
    later = await inbox.takes(conversation)

    assert later.status == "escalating"
    assert await inbox.commits(later, reply("Hello!")) == PersonTookOver()


async def test_of_two_agents_one_takes_over_and_the_other_is_told_who(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Help")).conversation_id
    await inbox.commits(await inbox.takes(conversation), Draft(hand_off=PERSON))
    tove = AgentName(agent_id="tove", name="Tove Aaltonen")

    assert await service.claim(inbox.handoff, TENANT, conversation, RUNA) == Done()
    assert await service.claim(inbox.handoff, TENANT, conversation, tove) != Done()
    assert await inbox.row(
        "select count(*), min(agent_id) from handoffs where conversation_id = %s", conversation
    ) == (
        1,
        "runa",
    )


async def test_a_message_written_before_the_release_and_taken_after_it_is_answered_first(
    inbox: Inbox,
) -> None:
    conversation = (await inbox.writes("Help")).conversation_id
    await service.claim(inbox.handoff, TENANT, conversation, RUNA)
    await inbox.commits(await inbox.takes(conversation), Draft())
    await inbox.writes("One more thing")
    await service.release(inbox.handoff, TENANT, conversation, RUNA)

    asked = await inbox.takes(conversation)
    assert isinstance(asked.event, CustomerSays)
    assert isinstance(await inbox.commits(asked, reply("Gladly")), Committed)
    assert isinstance((await inbox.takes(conversation)).event, Released)


# -- Failures


async def test_a_failed_event_is_due_again_after_two_to_the_n_seconds_five_times(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    waits = []
    for attempt in range(RETRIES):
        claim = await inbox.takes(conversation)
        assert claim.attempts == attempt
        await inbox.failures.record(claim, TurnFailed("find_order:http_500"))
        waits.append(2 ** (attempt + 1))
        inbox.clock.passes(waits[-1] - 0.001)
        assert await inbox.claims(conversation) is None, "tried again too early"
        inbox.clock.passes(0.001)

    assert waits == [2, 4, 8, 16, 32]
    await inbox.commits(await inbox.takes(conversation), reply("It leaves today."))
    notices = [entry for entry in await inbox.timeline(conversation) if entry.kind == "notice"]
    assert len(notices) == 1, "the customer is told of the delay once"
    assert notices[0].hold
    assert (await inbox.said(conversation))[-1] == "assistant: It leaves today."


async def set_aside(inbox: Inbox, conversation: str) -> None:
    """Let an event fail until it is not tried again."""
    for _ in range(RETRIES + 1):
        await inbox.failures.record(await inbox.takes(conversation), TurnFailed("find_order:http_500"))
        inbox.clock.passes(64)


async def test_after_the_last_try_a_person_is_asked_and_the_next_message_goes_on(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    await inbox.writes("Hello?")
    await set_aside(inbox, conversation)

    following = await inbox.takes(conversation)
    assert (following.seq, following.status) == (2, "escalating")
    assert await inbox.said(conversation) == ["customer: Where is my order?"], "the person must see it"
    assert await inbox.row("select count(*) from handoffs where conversation_id = %s", conversation) == (1,)
    async with inbox.database.tenant(TENANT) as conn:
        letters = [letter.name for letter in await list_dead(conn, TENANT)]
    assert f"{conversation}/1" in letters


async def test_a_replayed_dead_letter_is_answered_and_not_shown_twice(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    await set_aside(inbox, conversation)
    await service.claim(inbox.handoff, TENANT, conversation, RUNA)
    await service.release(inbox.handoff, TENANT, conversation, RUNA)
    await inbox.commits(await inbox.takes(conversation), Draft())

    async with inbox.database.tenant(TENANT) as conn:
        seq = await replay(conn, TENANT, f"{conversation}/1", inbox.clock())
    again = await inbox.takes(conversation)
    assert (again.seq, again.attempts) == (seq, 0)
    await inbox.commits(again, reply("It leaves today."))
    assert await inbox.said(conversation) == ["customer: Where is my order?", "assistant: It leaves today."]


async def test_a_failure_of_a_worker_that_was_overtaken_counts_for_nothing(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Where is my order?")).conversation_id
    slow = await inbox.takes(conversation)
    inbox.clock.passes(LEASE_S)
    quick = await inbox.takes(conversation)
    await inbox.failures.record(slow, TurnFailed("find_order:timeout"))

    assert isinstance(await inbox.commits(quick, reply("It leaves today.")), Committed)
    assert await inbox.row(
        "select attempts, state from inbox where thread_id = %s and seq = 1", conversation
    ) == (0, "done")
    assert len(await inbox.timeline(conversation)) == 2


# -- Actions that wait for a yes


async def test_an_action_that_needs_a_yes_has_no_thread_before_it(inbox: Inbox) -> None:
    conversation = (await inbox.writes("Refund my order")).conversation_id
    action = f"{conversation}:action:1"
    asked = replace(refund(action), confirm=True)
    await inbox.commits(
        await inbox.takes(conversation), Draft(replies=[Reply(text="Shall I?")], proposals=[asked])
    )
    assert await inbox.claims(action) is None

    await inbox.writes("yes")
    yes = Draft(replies=[Reply(text="I do.")], starts=[replace(asked.start, confirmed=True)])
    outcome = await inbox.commits(await inbox.takes(conversation), yes)

    assert isinstance(outcome, Committed)
    assert outcome.due == 1
    assert (await inbox.takes(action)).event == replace(asked.start, confirmed=True)
