"""Another chat system in which people answer, instead of this console; read as part of `Settings`."""

from typing import Literal, Self

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from app.connector_settings import PREFIX, SAFE_URL

_NEEDED = (
    "salesiq_screen_name",
    "salesiq_app_id",
    "salesiq_department_id",
    "salesiq_client_id",
    "salesiq_client_secret",
    "salesiq_refresh_token",
    "salesiq_public_key",
)


class LiveChatSettings(BaseModel):
    """Where handed-over conversations go; unset: they wait in the console's own queue."""

    live_chat: Literal["salesiq"] | None = Field(
        None, description="Chat system that takes handed-over conversations; unset: the console's own queue"
    )
    salesiq_url: str = Field("https://salesiq.zoho.com", pattern=SAFE_URL, description="SalesIQ's API")
    salesiq_accounts_url: str = Field(
        "https://accounts.zoho.com", pattern=SAFE_URL, description="Zoho's accounts, which issue the tokens"
    )
    salesiq_screen_name: str | None = Field(
        None, pattern=r"^[\w-]{1,100}$", description="Screen name of the SalesIQ portal"
    )
    salesiq_app_id: str | None = Field(None, pattern=r"^\d+$", description="Id of the SalesIQ brand's app")
    salesiq_department_id: str | None = Field(
        None, pattern=r"^\d+$", description="Id of the department that answers"
    )
    salesiq_client_id: str | None = Field(None, description="Client id of a Zoho OAuth app")
    salesiq_client_secret: SecretStr | None = Field(None, description="Client secret of that app")
    salesiq_refresh_token: SecretStr | None = Field(
        None, description="Refresh token that the portal gave to that app"
    )
    salesiq_public_key: str | None = Field(
        None, description="Public key (PEM) with which SalesIQ's webhook signs; line ends may be written \\n"
    )

    @field_validator("salesiq_public_key")
    @classmethod
    def _can_be_read(cls, text: str | None) -> str | None:
        """Refuse what is no RSA key before the first webhook comes."""
        if text:
            try:
                key = load_pem_public_key(text.replace("\\n", "\n").encode())
            except ValueError:
                key = None
            if not isinstance(key, RSAPublicKey):
                raise ValueError("this is no RSA public key in PEM")
        return text

    @model_validator(mode="after")
    def _has_what_its_chat_needs(self) -> Self:
        if self.live_chat is None:
            return self
        missing = [name for name in _NEEDED if not getattr(self, name)]
        if missing:
            named = ", ".join(f"{PREFIX}{name.upper()}" for name in missing)
            raise ValueError(f"{PREFIX}LIVE_CHAT=salesiq also needs {named}")
        return self
