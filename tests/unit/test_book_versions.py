"""A book that changes while people talk: what was begun ends so, with no more than is allowed now."""

import shutil
from pathlib import Path

import pytest

from app.rulebooks import BookShelf, compiled, tool_shapes
from app.rulebooks.files import read_files, recompile
from graphs.draft import Draft
from graphs.events import PersonDecides
from graphs.ports import Rulebook
from tests.fakes.company import Books
from tests.talk import BOOK, Talk, registry_over, said
from tests.talk import shelf as sample

OLD_QUESTION, NEW_QUESTION = "Shall I cancel order", "Is it all right to cancel order"
OVER_100 = "if: args.amount > 100\n"
FOR_AGENTS = "approval: {role: agent, up_to: 500, expires_minutes: 60}"


def changed(folder: Path, *changes: tuple[str, str, str]) -> Rulebook:
    """The sample book with some texts replaced."""
    book = folder / "book"
    shutil.copytree(BOOK, book, dirs_exist_ok=True)
    for file, old, new in changes:
        text = (book / file).read_text("utf-8")
        assert old in text
        (book / file).write_text(text.replace(old, new), "utf-8")
    loaded = recompile(read_files(book), tool_shapes(registry_over(Books())))
    assert loaded is not None
    return compiled(loaded)


@pytest.fixture(scope="module")
def reworded(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The next version asks in other words."""
    return changed(
        tmp_path_factory.mktemp("reworded"),
        ("templates/actions.yaml", OLD_QUESTION, NEW_QUESTION),
        ("templates/orders.yaml", "Which order is it about?", "Which order do you mean?"),
    )


@pytest.fixture(scope="module")
def stricter(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The next version wants a supervisor from €120 on."""
    needs = "approval: {role: supervisor, expires_minutes: 60}"
    return changed(
        tmp_path_factory.mktemp("stricter"),
        ("actions.yaml", OVER_100, "if: args.amount > 120\n"),
        ("actions.yaml", FOR_AGENTS, needs),
    )


@pytest.fixture(scope="module")
def laxer(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The next version wants nobody below €200."""
    return changed(tmp_path_factory.mktemp("laxer"), ("actions.yaml", OVER_100, "if: args.amount > 200\n"))


@pytest.fixture(scope="module")
def forbidding(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The next version gives no refund above €100."""
    return changed(
        tmp_path_factory.mktemp("forbidding"), ("actions.yaml", FOR_AGENTS, "refuse: refund_too_much")
    )


@pytest.fixture
def talk() -> Talk:
    return Talk(shelf=BookShelf(sample().rulebook))


async def test_a_flow_ends_on_the_book_it_began_on(talk: Talk, reworded: Rulebook) -> None:
    await talk.say("please cancel my order")
    talk.shelf.put_in_force(reworded)
    assert OLD_QUESTION in said(await talk.say("1090"))


async def test_the_next_flow_takes_the_new_book(talk: Talk, reworded: Rulebook) -> None:
    await talk.say("please cancel my order")
    talk.shelf.put_in_force(reworded)
    await talk.say("stop")
    assert NEW_QUESTION in said(await talk.say("please cancel order 1090"))


async def test_a_question_in_between_is_answered_by_the_new_book_and_the_flow_goes_on_by_its_own(
    talk: Talk, reworded: Rulebook
) -> None:
    await talk.say("please cancel my order")
    talk.shelf.put_in_force(reworded)
    back = said(await talk.say("where is 1077?"))
    assert talk.last is not None
    assert "Which order is it about?" in back
    assert talk.last.book == sample().book.version


async def test_a_correction_stays_on_the_book_of_the_flow(talk: Talk, reworded: Rulebook) -> None:
    await talk.say("please cancel order 1090")
    talk.shelf.put_in_force(reworded)
    assert NEW_QUESTION not in said(await talk.say("no, order 1077"))
    assert talk.last is not None
    assert talk.last.book == sample().book.version


class Kept:
    """An archive of one version."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    async def fetch(self, tenant_id: str, version: str) -> Rulebook | None:
        return self.rulebook if version == self.rulebook.book.version else None


async def test_after_a_restart_the_flow_finds_its_book_again(reworded: Rulebook) -> None:
    first = Talk(shelf=BookShelf(sample().rulebook))
    await first.say("please cancel my order")
    later = Talk(shelf=BookShelf(reworded, Kept(sample().rulebook)), snapshots=first.snapshots)
    assert OLD_QUESTION in said(await later.say("1090"))


async def test_a_flow_whose_book_is_lost_is_left_and_the_message_is_answered(reworded: Rulebook) -> None:
    first = Talk(shelf=BookShelf(sample().rulebook))
    await first.say("please cancel order 1090")
    later = Talk(shelf=BookShelf(reworded), snapshots=first.snapshots)
    left = await later.say("where is order 1077?")
    assert "1077" in said(left)
    assert [change.state for change in left.changes] == ["cancelled"]


async def asked_for_refund(talk: Talk) -> str:
    """Ask for a refund that an agent must approve; the action's id."""
    await talk.say("I want my money back for 1042")
    await talk.say("yes")
    (action,) = talk.open_actions
    return action.action_id


async def decided(talk: Talk, action_id: str, kind: str = "accept") -> Draft:
    return await talk.act(action_id, PersonDecides(type=kind, by="agent_1"))  # type: ignore[arg-type]


async def test_a_limit_lowered_while_an_approval_waits_asks_the_person_who_decides_now(
    talk: Talk, stricter: Rulebook
) -> None:
    action_id = await asked_for_refund(talk)
    talk.shelf.put_in_force(stricter)

    again = await decided(talk, action_id)
    assert again.approval is not None
    assert again.approval.role == "supervisor"
    assert talk.books.refunds == []

    await decided(talk, action_id)
    assert len(talk.books.refunds) == 1


async def test_a_limit_raised_before_the_yes_does_not_spare_the_person(talk: Talk, laxer: Rulebook) -> None:
    await talk.say("I want my money back for 1042")
    talk.shelf.put_in_force(laxer)
    await talk.say("yes")
    assert talk.books.refunds == []
    (action,) = talk.open_actions
    await decided(talk, action.action_id)
    assert len(talk.books.refunds) == 1


async def test_what_the_new_book_forbids_is_not_done_although_somebody_approved_it(
    talk: Talk, forbidding: Rulebook
) -> None:
    action_id = await asked_for_refund(talk)
    talk.shelf.put_in_force(forbidding)
    told = await decided(talk, action_id)
    assert talk.books.refunds == []
    assert [change.state for change in told.changes] == ["rejected"]
    assert told.notices


async def test_a_refund_proposed_on_the_old_book_is_not_promised_when_the_new_one_forbids_it(
    talk: Talk, forbidding: Rulebook
) -> None:
    await talk.say("I want my money back")
    talk.shelf.put_in_force(forbidding)
    answered = await talk.say("1042")
    assert answered.proposals == []
    assert talk.open_actions == []
