"""Puts the engine's side of the connectors together."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from fastapi import FastAPI

from app.attachments.service import Files
from app.channels import inbound, proxy
from app.channels.files import ChannelFiles
from app.channels.process import ChannelsProcess
from app.channels.sender import ConnectorSender
from app.channels.ways import WaysBack
from app.conversations.seal import Seal
from app.gateway.deps import GatewayDeps
from app.gateway.ports import Tenants
from app.outbox.port import DeliveryChanged, DeliveryState
from app.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Connectors:
    """The connectors' process, ready to be spoken to."""

    process: ChannelsProcess
    ways: WaysBack
    sender: ConnectorSender


def build_connectors(
    settings: Settings,
    session: aiohttp.ClientSession,
    tenants: Tenants,
    vault: Seal,
    clock: Callable[[], datetime],
) -> Connectors | None:
    """Reach the connectors' process; None where an engine runs without one."""
    if not settings.channels_url or settings.channels_token is None:
        return None
    process = ChannelsProcess(settings.channels_url, settings.channels_token.get_secret_value(), session)
    ways = WaysBack(tenants, vault, clock)
    return Connectors(process=process, ways=ways, sender=ConnectorSender(process, ways))


def include_channels(
    app: FastAPI,
    connectors: Connectors | None,
    gateway: GatewayDeps,
    public_url: str | None,
    delivery_changed: DeliveryChanged,
    heard: Callable[[str], None] = lambda channel: None,
    files: Files | None = None,
) -> None:
    """Add the routes by which connectors and their providers reach the engine."""
    if connectors is None:
        return
    process = connectors.process
    deps = inbound.InboundDeps(
        gateway=gateway,
        ways=connectors.ways,
        token=process.token,
        delivery_changed=delivery_changed,
        heard=heard,
        files=ChannelFiles(process=process, files=files) if files is not None else None,
    )
    app.include_router(inbound.build_router(deps))
    app.include_router(proxy.build_router(proxy.Passage(process.session, process.url, public_url)))


async def unheard(
    tenant_id: str, channel: str, provider_id: str, state: DeliveryState, error: str | None = None
) -> bool:
    """Log what became of a reply where nobody keeps it, as in a benchmark."""
    log.info("%s: a reply is %s", channel, state)
    return False
