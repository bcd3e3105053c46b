"""The regular work behind the workspace: snoozes that are over, lines that can be found."""

from collections.abc import Callable
from datetime import datetime

from app.db import Database
from app.gateway.ports import Hub
from app.privacy.vault import Vault
from app.rounds import Rounds
from app.search import indexing
from app.search.indexing import SearchIndex
from app.workspace import snoozes
from app.workspace.snoozes import DueSnoozes


def workspace_rounds(
    database: Database, vault: Vault, hub: Hub, clock: Callable[[], datetime]
) -> tuple[Rounds, ...]:
    """Build what goes round the tenants for the agents' sake."""
    return (
        Rounds(
            database,
            DueSnoozes(database, vault, hub, clock).return_due,
            every_s=snoozes.EVERY_S,
            first_in_s=snoozes.EVERY_S,
            missed="snoozes wait for the database",
        ),
        Rounds(
            database,
            SearchIndex(database, vault).catch_up,
            every_s=indexing.EVERY_S,
            first_in_s=indexing.EVERY_S,
            missed="the search index waits for the database",
        ),
    )
