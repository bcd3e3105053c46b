"""Which routers serve which part of the public contract, and what each is given."""

from fastapi import FastAPI

from app.auth.authenticate import Authenticator
from app.auth.router import AuthDeps
from app.auth.router import build_router as auth_router
from app.auth.throttle import Throttle
from app.bootstrap import House
from app.gateway import api_channel, chat_socket, rest_channel
from app.gateway.deps import GatewayDeps


def include_routes(app: FastAPI, house: House) -> None:
    """Add every router to the application."""
    authenticator = Authenticator(house.database, house.vault, house.clock)
    app.state.authenticator = authenticator
    gateway = _gateway(house, authenticator)
    for channel in (rest_channel, api_channel, chat_socket):
        app.include_router(channel.build_router(gateway))
    app.include_router(auth_router(_auth(house, authenticator)))


def _gateway(house: House, authenticator: Authenticator) -> GatewayDeps:
    return GatewayDeps(
        tenants=house.database,
        vault=house.vault,
        accept=house.store.accept,
        hub=house.hub,
        authenticator=authenticator,
        clock=house.clock,
        tenant_id=house.settings.tenant,
        demo=house.settings.demo,
        company=lambda: house.shelf.book.company_name,
    )


def _auth(house: House, authenticator: Authenticator) -> AuthDeps:
    return AuthDeps(
        tenants=house.database,
        vault=house.vault,
        authenticator=authenticator,
        throttle=Throttle(),
        clock=house.clock,
        tenant_id=house.settings.tenant,
    )
