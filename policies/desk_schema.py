"""The shape of `desk/*.yaml`: groups, promised times, presence."""

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from policies.canned import NAME
from policies.desk import Group
from policies.hours import WEEKDAYS, Hours, Opening
from policies.schema_hours import HoursYaml
from policies.sessions import SessionTimes
from policies.shapes import Name, Strict, Text

CannedName = Annotated[str, StringConstraints(pattern=NAME)]
Minutes = Annotated[int, Field(ge=1, le=100_000)]
Seconds = Annotated[int, Field(ge=5, le=86_400)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class GroupYaml(Strict):
    """People who answer the same things."""

    takes: tuple[Name, ...] = ()
    languages: tuple[Language, ...] = ()
    gives: Literal["offer", "assign"] = "offer"
    fallback: Name | None = None
    fallback_after_minutes: Minutes = 3
    hours: HoursYaml | None = None


class ByPriorityYaml(Strict):
    """Minutes by priority."""

    urgent: Minutes
    high: Minutes
    normal: Minutes


class TargetsYaml(Strict):
    """How soon a person writes again, how soon a matter is settled, and who waits a shorter time."""

    next_reply: ByPriorityYaml | None = None
    resolution: ByPriorityYaml | None = None
    tier_share: dict[Name, Annotated[float, Field(gt=0, le=10)]] = Field(default_factory=dict)


class PresenceYaml(Strict):
    """When an agent counts as away, and as gone."""

    offer_seconds: Seconds = 30
    away_after_seconds: Seconds = 45
    vanished_after_seconds: Seconds = 180


class WaitingYaml(Strict):
    """What waiting customers are told."""

    handling_minutes: Minutes = 6
    tell_every_seconds: Seconds = 60


class SessionsYaml(Strict):
    """How long nothing may be said before a sitting is warned of and closed, a conversation archived."""

    heartbeat_seconds: Annotated[float, Field(ge=1, le=600)] = 30
    warn_after_minutes: Annotated[float, Field(gt=0, le=10_080)] = 25
    close_after_minutes: Annotated[float, Field(gt=0, le=10_080)] = 30
    archive_after_hours: Annotated[float, Field(gt=0, le=8760)] = 24
    tell_on: tuple[Name, ...] = ("web",)


class DeskFile(Strict):
    """`desk/*.yaml`"""

    groups: dict[Name, GroupYaml] = Field(default_factory=dict)
    targets: TargetsYaml | None = None
    presence: PresenceYaml | None = None
    waiting: WaitingYaml | None = None
    sessions: SessionsYaml | None = None
    canned_replies: dict[CannedName, Text] = Field(default_factory=dict)


def times_of(shape: SessionsYaml) -> SessionTimes:
    """Build the times of sittings."""
    return SessionTimes(
        heartbeat=timedelta(seconds=shape.heartbeat_seconds),
        warn_after=timedelta(minutes=shape.warn_after_minutes),
        close_after=timedelta(minutes=shape.close_after_minutes),
        archive_after=timedelta(hours=shape.archive_after_hours),
        tell_on=shape.tell_on,
    )


def hours_of(shape: HoursYaml | None) -> Hours | None:
    """Build the hours in which people work."""
    if shape is None:
        return None
    given = {day: getattr(shape, day) for day in WEEKDAYS}
    days = {day: tuple(_opening(span) for span in text.split(",")) for day, text in given.items() if text}
    return Hours(timezone=shape.timezone, days=days, holidays=frozenset(shape.holidays))


def _opening(span: str) -> Opening:
    begin, end = span.strip().split("-")
    return time.fromisoformat(begin), None if end == "24:00" else time.fromisoformat(end)


def group_of(name: str, shape: GroupYaml) -> Group:
    """Build one group."""
    return Group(
        name=name,
        takes=frozenset(shape.takes),
        languages=frozenset(shape.languages),
        gives=shape.gives,
        fallback=shape.fallback,
        fallback_after=timedelta(minutes=shape.fallback_after_minutes),
        hours=hours_of(shape.hours),
    )
