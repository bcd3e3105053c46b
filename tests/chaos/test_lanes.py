"""Actions on the same thing take turns, in whichever conversation they were asked for."""

from tests.chaos.counter import Counter

QUEUED = "as soon as that is finished"
UNDER_WAY = "already under way"
BLOCKED = "Something else is still under way"


async def big_refund_waits(counter: Counter, to: str = "web") -> str:
    """Let the customer ask for a refund that a person decides; returns the approval."""
    await counter.serves("I want my money back for 1042", to=to)
    await counter.serves("yes", to=to, payload="/affirm")
    (approval,) = await counter.pending()
    return approval.approval_id


async def test_a_small_refund_is_done_and_reported(counter: Counter) -> None:
    await counter.serves("I want my money back for 1011")

    said = await counter.serves("yes", payload="/affirm")

    assert "I am sending €50.00" in said[0]
    assert "is on its way" in said[-1]
    assert counter.refunds("1011") == [50.0]
    assert await counter.states() == ["done"]


async def test_the_same_refund_asked_for_twice_is_recognised_and_done_once(counter: Counter) -> None:
    approval = await big_refund_waits(counter)

    again = await counter.serves("I want my money back for 1042")
    elsewhere = await counter.serves("I want my money back for 1042", to="mail")

    assert UNDER_WAY in again[0]
    assert UNDER_WAY in elsewhere[0]
    await counter.decides(approval)
    await counter.works()
    assert counter.refunds("1042") == [149.99]
    assert await counter.states() == ["done"]


async def test_a_second_yes_does_nothing_and_is_told_so(counter: Counter) -> None:
    await counter.serves("I want my money back for 1042")
    await counter.says("yes")
    await counter.says("yes")
    await counter.works()

    assert UNDER_WAY in [entry.text for entry in await counter.timeline() if entry.sender == "assistant"][-1]
    assert len(await counter.pending()) == 1
    assert await counter.states() == ["approving"]


async def test_the_same_question_agreed_to_in_two_conversations_is_done_once(counter: Counter) -> None:
    for to in ("web", "mail"):
        await counter.serves("I want my money back for 1011", to=to)
    for to in ("web", "mail"):
        await counter.says("yes", to=to, payload="/affirm")
    await counter.works()

    assert counter.refunds("1011") == [50.0]
    assert sorted(await counter.states()) in (["cancelled", "done"], ["done", "rejected"])


async def test_what_the_matrix_queues_waits_is_told_so_and_is_judged_anew(counter: Counter) -> None:
    """A refund and a change of address: the book lets the second wait."""
    approval = await big_refund_waits(counter)
    counter.touches("1042", status="processing", cancellable=True)
    await counter.serves("new address for 1042", to="mail")
    await counter.serves("Storgatan 5, 211 41 Malmö, Sweden", to="mail")

    said = await counter.serves("yes", to="mail", payload="/affirm")

    assert QUEUED in said[0]
    assert (await counter.states("web"), await counter.states("mail")) == (["approving"], ["queued"])
    counter.touches("1042", status="delivered")
    await counter.decides(approval)
    await counter.works()
    assert (await counter.states("web"), await counter.states("mail")) == (["done"], ["rejected"])
    last = (await counter.timeline("mail"))[-1]
    assert "has left our workshop" in last.text


async def test_two_that_begin_at_once_are_put_in_order_by_the_commit(counter: Counter) -> None:
    """Both turns saw nothing under way; the second to commit is queued, and its customer is told."""
    counter.touches("1042", status="processing", cancellable=True)
    await counter.serves("new address for 1042", to="mail")
    await counter.serves("Storgatan 5, 211 41 Malmö, Sweden", to="mail")
    counter.touches("1042", status="delivered")
    await counter.serves("I want my money back for 1042", to="web")
    await counter.says("yes", to="mail", payload="/affirm")
    await counter.says("yes", to="web", payload="/affirm")
    one = await counter.claims(counter.conversation("web"))
    other = await counter.claims(counter.conversation("mail"))
    assert one is not None
    assert other is not None

    await counter.answers(one)
    await counter.answers(other)

    assert sorted(await counter.states()) == ["proposed", "queued"]
    assert QUEUED in (await counter.timeline("mail"))[-1].text
    await counter.works()
    (approval,) = await counter.pending()
    await counter.decides(approval.approval_id, "ignore")
    await counter.works()
    assert sorted(await counter.states()) == ["rejected", "rejected"]


async def test_a_cancellation_during_a_refund_is_refused_for_now(counter: Counter) -> None:
    approval = await big_refund_waits(counter)
    counter.touches("1042", status="processing", cancellable=True)

    said = await counter.serves("cancel 1042", to="mail")

    assert BLOCKED in said[0]
    await counter.decides(approval, "ignore")
    await counter.works()
    assert "Shall I cancel" in (await counter.serves("cancel 1042", to="mail"))[0]


async def test_another_order_is_not_held_up(counter: Counter) -> None:
    await big_refund_waits(counter)
    await counter.serves("cancel 1090")
    await counter.serves("yes", payload="/affirm")

    assert counter.books.orders["1090"].status == "cancelled"
