"""The desk's part of a book: groups, promised times, hours; and what cannot be meant is told."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from evals.bench import Wish
from evals.bench.console import book_that_assigns, crowd_of, figures_of
from evals.bench.console_crowd import Seen
from policies.loader import load_book
from policies.problems import BookInvalid
from tests.unit.books.altered import SHOP, altered, shop_book

GROUPS, ROUTING = "desk/groups.yaml", "routing.yaml"
CANNED = "desk/canned_replies.yaml"


def changed(folder: Path, file: str, part: str, to: str) -> Path:
    """Copy the sample book with the first such part replaced."""
    book = Path(shutil.copytree(SHOP, folder / "book"))
    text = (book / file).read_text("utf-8")
    assert part in text
    (book / file).write_text(text.replace(part, to, 1), "utf-8")
    return book


def test_a_conversation_waits_where_all_its_skills_are() -> None:
    desk = shop_book().desk
    assert desk.home(frozenset({"refunds"}), "en").name == "orders"
    assert desk.home(frozenset({"refunds", "billing"}), "en").name == "everyone"


def test_promised_times_are_shorter_for_important_tiers() -> None:
    targets = shop_book().desk.targets
    assert targets.within("first_reply", "high", "standard") == timedelta(minutes=5)
    assert targets.within("first_reply", "high", "vip") == timedelta(minutes=2.5)
    assert targets.within("resolution", "normal", "standard") == timedelta(days=1)


def test_hours_may_have_a_break_and_holidays(tmp_path: Path) -> None:
    given = (
        'hours: {timezone: UTC, friday: "09:00-12:00, 13:00-24:00", holidays: [2026-11-27]}\nlanguages: [en]'
    )
    hours = load_book(altered(tmp_path, ROUTING, "languages: [en]", given)).desk.hours
    assert hours is not None
    assert hours.holidays == {date(2026, 11, 27)}
    assert [hours.open_at(datetime(2026, 11, 20, hour, tzinfo=UTC)) for hour in (11, 12, 23)] == [
        True,
        False,
        True,
    ]
    assert hours.opens_after(datetime(2026, 11, 21, tzinfo=UTC)) == datetime(2026, 12, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("file", "part", "wrong", "says"),
    [
        (GROUPS, "takes: [orders, refunds]", "takes: [ordres]", "(?s)needs the skill 'ordres'.*orders"),
        (GROUPS, "fallback: everyone", "fallback: evryone", "(?s)no group 'evryone'.*everyone"),
        (GROUPS, "everyone: {}", "everyone: {fallback: care}", "falls back on itself"),
        (GROUPS, "everyone: {}", "everyone: {gives: away}", "'away' is not allowed"),
        (CANNED, "{agent.first_name}", "{agent.firstname}", "(?s)fills in '{agent.firstname}'.*first_name"),
        (
            ROUTING,
            "languages: [en]",
            'hours: {timezone: UTC, friday: "09:00-12:00, 11:00-17:00"}\nlanguages: [en]',
            "begins before 09:00-12:00 ends",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_where_it_stands(
    tmp_path: Path, file: str, part: str, wrong: str, says: str
) -> None:
    with pytest.raises(BookInvalid, match=says):
        load_book(changed(tmp_path, file, part, wrong))


def test_the_bench_runs_on_a_sound_book_that_assigns() -> None:
    with book_that_assigns(SHOP) as book:
        assert {group.gives for group in load_book(book).desk.groups} == {"assign"}


def test_the_bench_counts_who_was_left_although_there_was_room() -> None:
    seen = Seen(assigned_after_s=[1.0, 2.0, 11.0], left_with_room=1, most_on_a_desk=6, lasted_s=2.0, sent=100)
    figures = figures_of(seen, crowd_of(Wish(messages=240)), {})
    assert figures["assigned_within_10_s_ratio"] == 0.5
    assert (figures["over_limit_count"], figures["messages_per_second"]) == (1, 50.0)
    assert (figures["agents_count"], figures["waiting_count"]) == (10, 100)
