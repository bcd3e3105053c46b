"""Which system serves which port, and how it is reached; read as part of `Settings`."""

from typing import Any, Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

SAFE_URL = r"^(https://[^\s/]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(/|$)"
"""Credentials travel encrypted, or not beyond this machine."""
PREFIX = "FRONTDESK_"
"""What the variable of every setting begins with."""


class ConnectorSettings(BaseModel):
    """The systems behind orders, payments, customers and tickets; `rest` is the company's own services."""

    orders_from: Literal["rest", "shopify"] = Field("rest", description="System that keeps the orders")
    payments_from: Literal["rest", "stripe"] = Field("rest", description="System that pays money back")
    crm_from: Literal["rest", "shopify", "hubspot"] = Field(
        "rest", description="System that knows the customers"
    )
    tickets_from: Literal["rest", "zendesk", "hubspot"] = Field(
        "rest", description="System that keeps tickets for people"
    )

    shopify_url: str | None = Field(
        None, pattern=SAFE_URL, description="Shopify shop, such as https://NAME.myshopify.com"
    )
    shopify_token: SecretStr | None = Field(
        None,
        description="Admin API access token of a Shopify app (scopes: read and write orders, read customers)"
        "; or give client id and client secret",
    )
    shopify_client_id: str | None = Field(
        None, description="Client id of an app of the shop's own organisation"
    )
    shopify_client_secret: SecretStr | None = Field(None, description="Client secret of that app")

    stripe_url: str = Field("https://api.stripe.com", pattern=SAFE_URL, description="Stripe's API")
    stripe_key: SecretStr | None = Field(
        None, description="Stripe key that may read payment intents and write refunds"
    )
    stripe_order_field: str = Field(
        "order_id",
        pattern=r"^\w{1,40}$",
        description="Metadata field of payment intents that holds the order's number",
    )

    hubspot_url: str = Field("https://api.hubapi.com", pattern=SAFE_URL, description="HubSpot's API")
    hubspot_token: SecretStr | None = Field(
        None, description="Token of a HubSpot private app; or give client id, client secret and refresh token"
    )
    hubspot_client_id: str | None = Field(None, description="Client id of a HubSpot OAuth app")
    hubspot_client_secret: SecretStr | None = Field(None, description="Client secret of that app")
    hubspot_refresh_token: SecretStr | None = Field(
        None, description="Refresh token that the account gave to that app"
    )
    hubspot_customer_property: str = Field(
        "hs_object_id",
        pattern=r"^\w+$",
        description="Unique contact property that holds the company's id of a customer",
    )
    hubspot_tier_property: str = Field(
        "customer_tier", pattern=r"^\w+$", description="Contact property that holds a customer's tier"
    )
    hubspot_pipeline: str = Field("0", description="HubSpot pipeline for new tickets")
    hubspot_stage: str = Field("1", description="Stage of that pipeline for new tickets")

    zendesk_url: str | None = Field(
        None, pattern=SAFE_URL, description="Zendesk account, such as https://NAME.zendesk.com"
    )
    zendesk_email: str | None = Field(
        None, pattern=r"^[^@\s:]+@[^@\s:]+$", description="Agent to whom the Zendesk API token belongs"
    )
    zendesk_token: SecretStr | None = Field(None, description="Zendesk API token")

    @model_validator(mode="after")
    def _chosen_systems_can_be_reached(self) -> Self:
        lacking = [
            f"{variable(name)} is missing, which {' and '.join(ports)} from {system} needs. "
            f"Set it to: {describe(name)}."
            for system, ports in self.chosen().items()
            for name in self._needed(system)
            if not getattr(self, name)
        ]
        if lacking:
            raise ValueError("\n".join(lacking))
        return self

    def chosen(self) -> dict[str, list[str]]:
        """The vendors in use, each with its ports."""
        found: dict[str, list[str]] = {}
        for port in ("orders", "payments", "crm", "tickets"):
            found.setdefault(getattr(self, f"{port}_from"), []).append(port)
        found.pop("rest", None)
        return found

    def reached_at(self) -> dict[str, str]:
        """The address of every vendor in use."""
        return {system: str(getattr(self, f"{system}_url")) for system in self.chosen()}

    def _needed(self, system: str) -> tuple[str, ...]:
        """Which settings a vendor cannot do without; half an OAuth client wants the other half."""
        app = OAUTH.get(system, ())
        if any(getattr(self, name) for name in app):
            return tuple(name for name in NEEDED[system] if name not in INSTEAD) + app
        return NEEDED[system]


NEEDED: dict[str, tuple[str, ...]] = {
    "shopify": ("shopify_url", "shopify_token"),
    "stripe": ("stripe_key",),
    "hubspot": ("hubspot_token",),
    "zendesk": ("zendesk_url", "zendesk_email", "zendesk_token"),
}
OAUTH: dict[str, tuple[str, ...]] = {
    "shopify": ("shopify_client_id", "shopify_client_secret"),
    "hubspot": ("hubspot_client_id", "hubspot_client_secret", "hubspot_refresh_token"),
}
INSTEAD = frozenset({"shopify_token", "hubspot_token"})
"""Tokens that an OAuth client makes superfluous."""


def variable(name: str) -> str:
    """The variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def describe(name: str) -> Any:
    """What a setting is for."""
    return ConnectorSettings.model_fields[name].description
