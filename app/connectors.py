"""The part of the composition root that reaches a company's systems: settings become adapters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property

import aiohttp
from pydantic import SecretStr

from app.settings import Settings
from tools.catalogue import Connections, rest_connections
from tools.crm.hubspot import ContactProperties, HubSpotCrm, explain_hubspot
from tools.crm.port import Crm
from tools.crm.shopify import ShopifyCrm
from tools.oauth import Client, Credentials, FixedHeader, OAuthToken, basic, bearer
from tools.orders.shopify import ShopifyOrders, explain_shopify
from tools.payments.stripe import StripePayments, explain_stripe
from tools.tickets.hubspot import HubSpotTickets
from tools.tickets.port import Tickets
from tools.tickets.zendesk import ZendeskTickets, explain_zendesk
from tools.vendor import Explain, VendorApi

TIMEOUT_S = 1.5
SHOPIFY_HEADER = "X-Shopify-Access-Token"


def connect_systems(
    settings: Settings,
    session: aiohttp.ClientSession,
    today: Callable[[], date],
    *,
    timeout_s: float = TIMEOUT_S,
) -> Connections:
    """Reach every system as the settings say; what they do not name is the company's own services."""
    made = _Vendors(settings, session, timeout_s)
    token = in_clear(settings.shop_token)
    own = rest_connections(session, settings.shop_url or "", token, today, timeout_s=timeout_s)
    return replace(
        own,
        orders=ShopifyOrders(made.shopify) if settings.orders_from == "shopify" else own.orders,
        payments=made.stripe() if settings.payments_from == "stripe" else own.payments,
        crm=made.crm() or own.crm,
        tickets=made.tickets() or own.tickets,
    )


class _Vendors:
    """Makes each vendor's adapter from its settings."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession, timeout_s: float) -> None:
        self._settings = settings
        self._session = session
        self._timeout_s = timeout_s

    def crm(self) -> Crm | None:
        """What the settings name; None stands for the company's own."""
        match self._settings.crm_from:
            case "shopify":
                return ShopifyCrm(self.shopify)
            case "hubspot":
                return self.contacts
            case _:
                return None

    def tickets(self) -> Tickets | None:
        """What the settings name; None stands for the company's own."""
        given = self._settings
        match given.tickets_from:
            case "zendesk":
                return self.zendesk()
            case "hubspot":
                pipeline, stage = given.hubspot_pipeline, given.hubspot_stage
                return HubSpotTickets(self.hubspot, self.contacts, pipeline=pipeline, stage=stage)
            case _:
                return None

    @cached_property
    def shopify(self) -> VendorApi:
        """One for all ports, so that its token is fetched once."""
        url = self._settings.shopify_url or ""
        return self._api(url, self._shopify_credentials(url), explain_shopify)

    def stripe(self) -> StripePayments:
        key = bearer(in_clear(self._settings.stripe_key))
        api = self._api(self._settings.stripe_url, key, explain_stripe)
        return StripePayments(api, order_field=self._settings.stripe_order_field)

    def zendesk(self) -> ZendeskTickets:
        given = self._settings
        agent = basic(f"{given.zendesk_email}/token", in_clear(given.zendesk_token))
        return ZendeskTickets(self._api(given.zendesk_url or "", agent, explain_zendesk))

    @cached_property
    def hubspot(self) -> VendorApi:
        """One for all ports, so that its token is fetched once."""
        return self._api(self._settings.hubspot_url, self._hubspot_credentials(), explain_hubspot)

    @cached_property
    def contacts(self) -> HubSpotCrm:
        """HubSpot's contacts, which its tickets stand beside."""
        given = self._settings
        names = ContactProperties(
            customer_id=given.hubspot_customer_property, tier=given.hubspot_tier_property
        )
        return HubSpotCrm(self.hubspot, names)

    def _shopify_credentials(self, url: str) -> Credentials:
        """An app's client credentials win over a token that was made by hand."""
        given = self._settings
        if not given.shopify_client_id:
            return FixedHeader(SHOPIFY_HEADER, in_clear(given.shopify_token))
        client = Client(
            token_url=f"{url.rstrip('/')}/admin/oauth/access_token",
            client_id=given.shopify_client_id,
            client_secret=in_clear(given.shopify_client_secret),
        )
        return OAuthToken(self._session, client, carry=lambda token: {SHOPIFY_HEADER: token})

    def _hubspot_credentials(self) -> Credentials:
        """A refresh token wins over a private app's token."""
        given = self._settings
        if not given.hubspot_refresh_token:
            return bearer(in_clear(given.hubspot_token))
        client = Client(
            token_url=f"{given.hubspot_url.rstrip('/')}/oauth/v1/token",
            client_id=given.hubspot_client_id or "",
            client_secret=in_clear(given.hubspot_client_secret),
            refresh_token=in_clear(given.hubspot_refresh_token),
        )
        return OAuthToken(self._session, client)

    def _api(self, url: str, credentials: Credentials, explain: Explain) -> VendorApi:
        return VendorApi(self._session, url, credentials, explain, timeout_s=self._timeout_s)


def in_clear(secret: SecretStr | None) -> str:
    """A secret for the one who sends it; nothing where there is none."""
    return secret.get_secret_value() if secret else ""
