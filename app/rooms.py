"""The rooms beside the agents': which routers serve administrators, and what they are given."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from app.audit.replies_router import build_router as replies_router
from app.audit.router import build_router as audit_router
from app.auth.router import AuthDeps
from app.auth.secrets import Passwords
from app.auth.throttle import Throttle
from app.console.deps import ConsoleDeps
from app.conversations.seal import Seal
from app.customers.router import build_router as customers_router
from app.db import Database
from app.evaluations.router import build_router as evals_router
from app.eventlog.router import build_router as events_router
from app.gateway.deps import Keyring
from app.gateway.ports import Hub, Tenants
from app.oauth.clients_router import build_router as clients_router
from app.oauth.router import build_router as oauth_router
from app.oauth.service import OAuth
from app.people import keys_router, passwords_router, people_router
from app.people.deps import PeopleDeps
from app.rulebooks.editing.diffs import Diffs
from app.rulebooks.editing.judging import Judge
from app.rulebooks.editing.router import build_router as book_editor_router
from app.rulebooks.editing.service import EditingDeps
from app.rulebooks.keeper import BookKeeper
from policies.model import Book


def include_admin(
    app: FastAPI, tenants: Tenants, vault: Keyring, hub: Hub, clock: Callable[[], datetime], auth: AuthDeps
) -> None:
    """Add the administrator's room: people, groups, keys, clients, audit; codes to choose passwords with."""
    people = PeopleDeps(tenants=tenants, vault=vault, clock=clock, hub=hub, passwords=Passwords())
    app.include_router(people_router.build_router(people))
    app.include_router(keys_router.build_router(people))
    app.include_router(passwords_router.build_router(people, auth))
    app.include_router(audit_router(tenants, vault))
    app.include_router(replies_router(tenants, vault))
    oauth = OAuth(tenants=tenants, vault=vault, clock=clock)
    auth.authenticator.accept_tokens(oauth.caller)
    app.include_router(oauth_router(oauth, Throttle()))
    app.include_router(clients_router(oauth))


def include_rooms(app: FastAPI, console: ConsoleDeps, book: Callable[[], Book]) -> None:
    """Add the rooms that need what the agents' console needs: customers, evals."""
    app.include_router(customers_router(console))
    app.include_router(evals_router(console, book))
    app.include_router(events_router(console.tenants, console.vault))


def include_designer(
    app: FastAPI, database: Database, vault: Seal, keeper: BookKeeper, clock: Callable[[], datetime]
) -> None:
    """Add the designer's room: the rule book read, checked, compared, published and taken back."""
    editing = EditingDeps(
        database=database,
        vault=vault,
        keeper=keeper,
        judge=Judge(keeper.tools),
        diffs=Diffs(database=database, vault=vault, tools=keeper.tools, clock=clock),
        clock=clock,
    )
    app.include_router(book_editor_router(editing))
