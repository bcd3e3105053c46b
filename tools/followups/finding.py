"""Tools that read when a follow-up is wanted, and which ones the caller is promised."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from tools.arguments import Answer, Arguments, NoArguments
from tools.followups.days import WEEKDAYS
from tools.followups.port import FollowUp, FollowUps
from tools.followups.windows import Window, window_in
from tools.orders.wording import day_text
from tools.spec import ActionKey, Caller, ToolSpec

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class TimeSaid(Arguments):
    """The customer's own words about a time."""

    said: Said


class FoundTime(Answer):
    """From when to when, as far as the words say it; the book decides whether it will do."""

    clear: bool
    impossible: bool
    """They name a day or an hour that does not exist."""
    day_only: bool
    """They name a day, but no hour."""
    past: bool
    text: str | None
    """As "Monday, 23 November, between 10:00 and 11:00"."""
    starts_at: str | None
    ends_at: str | None
    weekday: float = 0
    """1 for Monday to 7 for Sunday; like the following, 0 while nothing is clear."""
    from_hour: float = 0
    to_hour: float = 0
    days_ahead: float = 0


class OwnFollowUp(Answer):
    """The next thing that the caller is promised, if there is any."""

    count: int
    follow_up_id: str = ""
    kind: str = ""
    text: str = ""


def find_time(now: Callable[[], datetime]) -> ToolSpec[TimeSaid, FoundTime]:
    """Make the tool that reads a time out of the customer's words, by the company's own clock."""

    async def run(caller: Caller, args: TimeSaid, key: ActionKey | None) -> FoundTime:
        local = now().astimezone().replace(tzinfo=None)
        return described(window_in(args.said, local), local)

    return ToolSpec(
        name="find_time",
        description="Read when somebody wants something: 'tomorrow between ten and eleven'.",
        args=TimeSaid,
        result=FoundTime,
        risk="read",
        run=run,
        needs_verified=False,
    )


def own_follow_up(followups: FollowUps) -> ToolSpec[NoArguments, OwnFollowUp]:
    """Make the tool that tells what the caller is promised next."""

    async def run(caller: Caller, args: NoArguments, key: ActionKey | None) -> OwnFollowUp:
        found = await followups.open_of(caller)
        return next_of(found[0], len(found)) if found else OwnFollowUp(count=0)

    return ToolSpec(
        name="own_follow_up",
        description="Tell which follow-up the customer is promised next.",
        args=NoArguments,
        result=OwnFollowUp,
        risk="read",
        run=run,
    )


def next_of(one: FollowUp, count: int) -> OwnFollowUp:
    """A promise in the words of conditions and templates."""
    return OwnFollowUp(follow_up_id=one.id, kind=one.plan.kind, text=one.plan.told, count=count)


def described(window: Window, now: datetime) -> FoundTime:
    """A window in the words of conditions and templates."""
    starts, ends = window.starts, window.ends
    if starts is None or ends is None:
        return FoundTime(
            clear=False,
            impossible=window.impossible,
            day_only=window.on is not None,
            past=False,
            text=None,
            starts_at=None,
            ends_at=None,
        )
    return FoundTime(
        clear=True,
        impossible=False,
        day_only=False,
        past=starts <= now,
        text=in_words(starts, ends, now),
        starts_at=starts.astimezone().isoformat(),
        ends_at=ends.astimezone().isoformat(),
        weekday=float(starts.isoweekday()),
        from_hour=starts.hour + starts.minute / 60,
        to_hour=(ends - datetime.combine(starts.date(), datetime.min.time())).total_seconds() / 3600,
        days_ahead=float((starts.date() - now.date()).days),
    )


def in_words(starts: datetime, ends: datetime, now: datetime) -> str:
    """A window as people say it."""
    day = WEEKDAYS[starts.weekday()].capitalize()
    return f"{day}, {day_text(starts.date(), now.date())}, between {starts:%H:%M} and {ends:%H:%M}"
