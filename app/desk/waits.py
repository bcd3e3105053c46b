"""What a waiting customer can be told: the place in line, about how long, or that nobody is there. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.desk.matching import Agent
from policies.desk import DeskRules, Group
from policies.hours import Hours

OutlookKind = Literal["soon", "line", "nobody", "closed"]
LEAST_MINUTES = 2
"""Less than this is not worth a number."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What stands between a customer and a person."""

    kind: OutlookKind
    position: int
    minutes: int | None = None
    """None: nobody can tell."""
    opens_at: datetime | None = None
    """Closed: when people work again, if they ever do."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a customer was told last."""

    kind: str
    position: int
    minutes: int | None
    at: datetime


def hours_of(group: Group, rules: DeskRules) -> Hours | None:
    """Return when a group works."""
    return group.hours or rules.hours


def outlook(
    ahead: int, able: Sequence[Agent], handling: timedelta, hours: Hours | None, now: datetime
) -> Outlook:
    """Estimate from those ahead, those who may take it and how long a conversation takes them."""
    position = ahead + 1
    if hours is not None and not hours.open_at(now):
        return Outlook(kind="closed", position=position, opens_at=hours.opens_after(now))
    desks = sum(agent.max_load for agent in able)
    if desks == 0:
        return Outlook(kind="nobody", position=position)
    free = sum(agent.room for agent in able)
    if position <= free:
        return Outlook(kind="soon", position=position)
    minutes = math.ceil((position - free) * handling / timedelta(minutes=1) / desks)
    return Outlook(kind="line", position=position, minutes=max(LEAST_MINUTES, minutes))


def worth_telling(told: Told | None, now_is: Outlook, now: datetime, every: timedelta) -> bool:
    """Say whether it changed enough to write again: another state, half the way, or much longer.

    Who is answered in a moment need not first read that.
    """
    if told is None:
        return now_is.kind != "soon"
    if now - told.at < every:
        return False
    if told.kind != now_is.kind:
        # Who was told of a place in line needs no second word that it is nearly over.
        return not (told.kind == "line" and now_is.kind == "soon")
    if now_is.kind != "line":
        return False
    longer = (now_is.minutes or 0) >= 1.5 * (told.minutes or LEAST_MINUTES) + 1
    return now_is.position * 2 <= told.position or longer
