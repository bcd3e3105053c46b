"""Makes the bridge to another chat system from the settings, where one is wanted."""

from collections.abc import Iterator

import aiohttp

from app.db import Database
from app.handoff.deps import HandoffDeps
from app.handoff.external.bridge import EVERY_S, Bridge
from app.handoff.external.salesiq import SalesIq, explain, zoho
from app.live_chat_settings import LiveChatSettings
from app.rounds import Rounds
from tools.oauth import Client, OAuthToken
from tools.vendor import VendorApi

TIMEOUT_S = 10.0


def build_bridge(
    settings: LiveChatSettings, session: aiohttp.ClientSession, deps: HandoffDeps
) -> Bridge | None:
    """Connect the configured chat system; None when conversations stay here."""
    if settings.live_chat is None:
        return None
    secret, refresh = settings.salesiq_client_secret, settings.salesiq_refresh_token
    client = Client(
        token_url=f"{settings.salesiq_accounts_url.rstrip('/')}/oauth/v2/token",
        client_id=settings.salesiq_client_id or "",
        client_secret=secret.get_secret_value() if secret else "",
        refresh_token=refresh.get_secret_value() if refresh else None,
    )
    credentials = OAuthToken(session, client, carry=zoho)
    api = VendorApi(session, settings.salesiq_url, credentials, explain, timeout_s=TIMEOUT_S)
    chat = SalesIq(
        api,
        screen_name=settings.salesiq_screen_name or "",
        app_id=settings.salesiq_app_id or "",
        department_id=settings.salesiq_department_id or "",
        public_key=(settings.salesiq_public_key or "").replace("\\n", "\n").encode(),
    )
    return Bridge(deps, chat)


def bridge_rounds(database: Database, bridge: Bridge | None) -> Iterator[Rounds]:
    """The regular work of a bridge, where there is one."""
    if bridge is not None:
        yield Rounds(
            database,
            bridge.visit,
            every_s=EVERY_S,
            first_in_s=0.0,
            missed="the other chat system waits for the database",
        )
