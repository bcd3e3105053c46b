"""The engine as an ASGI application: routes and lifespan, nothing else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from app.attachments.origins import WidgetOrigins
from app.bootstrap import House, open_house
from app.email.build import open_mailbox
from app.health import build_router as health_router
from app.interrupts.origin_list import read_origins
from app.interrupts.origins import InboxOrigins
from app.logs import configure_logs
from app.preparing import prepare
from app.problems import ANSWERS, speak_problems
from app.routes import include_routes
from app.settings import Settings
from policies.problems import BookInvalid

VERSION = "0.1.0"


@contextlib.asynccontextmanager
async def telling_why(app: FastAPI) -> AsyncIterator[None]:
    """Keep the reason of a start that failed, for whoever started us to say it in one line."""
    try:
        yield
    except BookInvalid as reason:
        app.state.broken = reason
        raise


def create_app(settings: Settings) -> FastAPI:
    """Make the application; it connects to its servers when it starts."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logs(settings)
        async with telling_why(app), open_house(settings) as house:
            app.include_router(health_router(house.readiness))
            include_routes(app, house)
            async with open_mailbox(
                settings,
                house.database,
                app.state.gateway,
                house.gateway.files,
                house.outbox.delivery_changed,
            ) as smtp:
                preparing = asyncio.create_task(prepare(house, smtp))
                try:
                    yield
                finally:
                    preparing.cancel()
                    await asyncio.gather(preparing, return_exceptions=True)

    app = FastAPI(
        title="Frontdesk",
        version=VERSION,
        summary="A customer-service engine that a company runs itself",
        lifespan=lifespan,
        responses=ANSWERS,
        docs_url=None,
        redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.add_middleware(WidgetOrigins)
    if origins := read_origins(settings.inbox_origins):
        app.add_middleware(InboxOrigins, origins=origins)
    speak_problems(app)
    return app


__all__ = ["House", "create_app"]
