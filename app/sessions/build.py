"""Puts the keeping of sittings together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.conversations.seal import Seal
from app.db import Database
from app.gateway.ports import Hub
from app.rounds import Rounds
from app.sessions.keeping import EVERY_S, Books, SessionDeps, Sessions
from app.sessions.presence import SignsOfLife


@dataclass(frozen=True, kw_only=True)
class SessionHouse:
    """What runs for sittings, and where the channels note who is there."""

    keeping: Sessions
    signs: SignsOfLife
    rounds: Rounds


def build_sessions(
    database: Database, vault: Seal, hub: Hub, books: Books, clock: Callable[[], datetime]
) -> SessionHouse:
    """Let sittings follow the book in force."""
    signs = SignsOfLife()
    keeping = Sessions(
        SessionDeps(tenants=database, vault=vault, hub=hub, books=books, clock=clock, signs=signs)
    )
    missed = "sittings wait for the database"
    rounds = Rounds(database, keeping.visit, every_s=EVERY_S, first_in_s=EVERY_S, missed=missed)
    return SessionHouse(keeping=keeping, signs=signs, rounds=rounds)
