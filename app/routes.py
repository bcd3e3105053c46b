"""Which routers serve which part of the public contract, and what each is given."""

from functools import partial

from fastapi import APIRouter, FastAPI

from app.attachments.router import build_router as files_router
from app.auth.authenticate import Authenticator
from app.auth.router import AuthDeps
from app.auth.router import build_router as auth_router
from app.auth.throttle import Throttle
from app.board.router import build_router as board_router
from app.bootstrap import House
from app.channels.build import include_channels
from app.console import (
    agents_router,
    approvals_router,
    conversations_router,
    customers_router,
    demo,
    packages_router,
    pages,
    passing_router,
    socket,
    tasks_router,
    triggers_router,
)
from app.console.deps import ConsoleDeps
from app.corrections.router import build_router as corrections_router
from app.desk.router import build_router as desk_router
from app.forks.router import build_router as forks_router
from app.forks.sandbox import Live
from app.forks.service import Forks
from app.forks.stages import Stages
from app.gateway import api_channel, chat_protocol, chat_socket, rest_channel
from app.gateway.deps import GatewayDeps
from app.gateway.straight import lead_straight
from app.handoff.external.router import build_router as live_chat_router
from app.identity.build import build_identities
from app.identity.joining import Identities, Joining
from app.identity.people_router import build_router as identities_router
from app.identity.router import build_router as identity_router
from app.identity.tokens import build_router as tokens_router
from app.interrupts.router import build_router as interrupts_router
from app.knowledge.build import include_knowledge
from app.preparing import reset_customer
from app.rooms import include_admin, include_designer, include_rooms
from app.rulebooks.compiling import tool_shapes
from app.rulebooks.router import BookDeps
from app.rulebooks.router import build_router as book_router
from app.sessions.router import build_router as sessions_router
from app.suggestions.deps import SuggestionDeps
from app.suggestions.router import build_router as suggestions_router
from app.webhooks.router import build_router as webhooks_router
from app.workspace.routers import workspace_routers
from knowledge.help_page import render_article_html


def include_routes(app: FastAPI, house: House) -> None:
    """Add every router to the application."""
    authenticator = Authenticator(house.database, house.vault, house.clock)
    app.state.authenticator = authenticator
    identities = _identities(house)
    app.state.gateway = gateway = _gateway(house, authenticator, identities)
    channels = [one.build_router(gateway) for one in (rest_channel, api_channel, chat_socket)]
    for channel in channels:
        app.include_router(channel)
    lead_straight(app, channels)
    outbox, public_url = house.outbox, house.settings.public_url
    told = (outbox.delivery_changed, outbox.senders.heard)
    include_channels(app, outbox.connectors, gateway, public_url, *told, house.gateway.files)
    auth = _auth(house, authenticator)
    app.include_router(auth_router(auth))
    include_admin(app, house.database, house.vault, house.hub, house.clock, auth)
    console = _console(house)
    rooms = (
        *(conversations_router, approvals_router, tasks_router),
        *(agents_router, customers_router, socket),
        *(passing_router, packages_router),
    )
    for room in rooms:
        app.include_router(room.build_router(console))
    _include_people(app, house, console, identity_router(identities, gateway))
    app.include_router(tokens_router(gateway))
    app.include_router(triggers_router.build_router(console, lambda: house.shelf.book, house.triggers))
    app.include_router(interrupts_router(console))
    app.include_router(suggestions_router(_suggestions(house, console)))
    app.include_router(corrections_router(console, lambda tenant: house.shelf.current(tenant).book))
    _include_desk(app, house, console)
    app.include_router(forks_router(_forks(house)))
    include_rooms(app, console, lambda: house.shelf.book)
    include_designer(app, house.database, house.vault, house.books, house.clock)
    app.include_router(webhooks_router(house.webhooks))
    _include_doors(app, house)
    app.include_router(book_router(BookDeps(keeper=house.books, archive=house.books.archive)))
    if house.settings.demo:
        app.include_router(demo.build_router(_demo(house, auth, authenticator)))
    _add_pages(app, house)


def _include_desk(app: FastAPI, house: House, console: ConsoleDeps) -> None:
    """Add what the people who answer work with: board, queue, notes, canned replies, search."""
    app.include_router(board_router(console))
    app.include_router(desk_router(console, house.queue.giving, house.queue.rules))
    for workspace in workspace_routers(console, lambda tenant: house.queue.rules(tenant).canned_replies):
        app.include_router(workspace)


def _include_doors(app: FastAPI, house: House) -> None:
    """Add what stands beside the messages: files, the chat's protocol, another chat system's door."""
    app.include_router(files_router(house.gateway.files))
    app.include_router(chat_protocol.build_router())
    if house.bridge is not None:
        app.include_router(live_chat_router(house.bridge, house.settings.tenant))


def _include_people(app: FastAPI, house: House, console: ConsoleDeps, identity: APIRouter) -> None:
    """Add what is known of customers over all channels: who they are, and whether they are there."""
    app.include_router(identity)
    app.include_router(identities_router(console))
    app.include_router(sessions_router(console, house.sessions.keeping.times))


def _gateway(house: House, authenticator: Authenticator, identities: Identities) -> GatewayDeps:
    return GatewayDeps(
        tenants=house.database,
        vault=house.vault,
        accept=house.outbox.typed(Joining(house.workers.accept, identities)),
        hub=house.hub,
        authenticator=authenticator,
        clock=house.clock,
        tenant_id=house.settings.tenant,
        demo=house.settings.demo,
        company=lambda: house.shelf.book.company_name,
        signs=house.sessions.signs,
        visit=identities.links.visit,
        heartbeat=lambda: house.shelf.book.desk.sessions.heartbeat,
        door=house.gateway.door,
        files=house.gateway.files,
    )


def _identities(house: House) -> Identities:
    senders = house.outbox.deps.senders
    built = build_identities(house.database, house.vault, house.hub, house.shelf, house.clock, senders)
    house.codes.proving = built.proving
    return built


def _auth(house: House, authenticator: Authenticator) -> AuthDeps:
    return AuthDeps(
        tenants=house.database,
        vault=house.vault,
        authenticator=authenticator,
        throttle=Throttle(),
        clock=house.clock,
        tenant_id=house.settings.tenant,
    )


def _demo(house: House, auth: AuthDeps, authenticator: Authenticator) -> demo.DemoDeps:
    return demo.DemoDeps(
        auth=auth,
        authenticator=authenticator,
        reset_customer=partial(reset_customer, house.session, house.settings),
    )


def _console(house: House) -> ConsoleDeps:
    return ConsoleDeps(
        tenants=house.database,
        vault=house.vault,
        hub=house.hub,
        clock=house.clock,
        handoff=house.handoff,
        read_tool=house.tools.read,
        beat=house.queue.presence.beat,
        writes_to=lambda channel: channel in house.outbox.deps.senders,
    )


def _suggestions(house: House, console: ConsoleDeps) -> SuggestionDeps:
    return SuggestionDeps(console=console, desk=house.desk, rules=house.shelf.current)


def _forks(house: House) -> Forks:
    """Sandboxes read what is ours: understanding and the articles."""
    stages = Stages(house.shelf, house.books.archive, tool_shapes(house.tools.registry))
    live = Live(interpreter=house.nlu, knowledge=house.knowledge)
    return Forks(house.database, house.vault, stages, live)


def _add_pages(app: FastAPI, house: House) -> None:
    """Serve the built web pages, the published help articles, and the room in which they are written."""
    include_knowledge(app, house.database, house.vault, house.nlu, house.clock, house.settings.tenant)

    async def render(article_id: str) -> str | None:
        article = await house.knowledge.article(house.settings.tenant, article_id)
        return render_article_html(article) if article else None

    told = house.settings.demo and house.settings.sample
    built = pages.PageDeps(dist=house.settings.web_dist, render_article=render, demo=told)
    app.include_router(pages.build_router(built))
    pages.mount_files(app, house.settings.web_dist)
