"""The company's mailbox; read as part of `Settings`."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from app.connector_settings import PREFIX

DEMO_ADDRESS = "help@frontdesk.example"


class EmailSettings(BaseModel):
    """How mails come in and go out; nothing set: no mailbox, but in a demo one on loopback."""

    email_address: str | None = Field(
        None,
        description="The company's own mail addresses; several with commas, the first is who answers",
    )
    email_name: str | None = Field(
        None, max_length=100, description="Name beside that address; unset: the company's name in the book"
    )
    email_listen: str | None = Field(
        None,
        pattern=r"^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$",
        description="Address and port on which mails are taken by SMTP, such as 127.0.0.1:2525; port 0: any",
    )
    email_certificate: Path | None = Field(
        None, description="Certificate chain (PEM) for STARTTLS on that port; its key in the same file"
    )
    email_trusted: str = Field(
        "",
        description="Hosts whose Authentication-Results are believed: the company's own mail servers or its"
        " provider's; several with commas",
    )
    email_imap_url: str | None = Field(
        None,
        description="Mailbox that is read, such as imaps://support%40shop.example@imap.shop.example/INBOX",
    )
    email_imap_password: SecretStr | None = Field(None, description="Password of that mailbox")
    email_smtp_url: str | None = Field(
        None, description="Server that answers are sent by, such as smtp://support@mail.shop.example:587"
    )
    email_smtp_password: SecretStr | None = Field(None, description="Password at that server")

    @field_validator("email_address")
    @classmethod
    def _are_addresses(cls, text: str | None) -> str | None:
        for one in (text or "").split(","):
            if text and not _is_address(one.strip()):
                raise ValueError(f"'{one.strip()}' is no mail address; write it as help@shop.example")
        return text

    @field_validator("email_imap_url")
    @classmethod
    def _is_imap(cls, text: str | None) -> str | None:
        return _checked(text, ("imaps", "imap"), user=True)

    @field_validator("email_smtp_url")
    @classmethod
    def _is_smtp(cls, text: str | None) -> str | None:
        return _checked(text, ("smtps", "smtp"), user=False)

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        wants = {"EMAIL_IMAP_URL": self.email_imap_url, "EMAIL_SMTP_URL": self.email_smtp_url}
        named = next((name for name, value in wants.items() if value), None)
        if named and not self.email_address:
            raise ValueError(f"{PREFIX}{named} also needs {PREFIX}EMAIL_ADDRESS")
        if self.email_imap_url and self.email_imap_password is None:
            raise ValueError(f"{PREFIX}EMAIL_IMAP_URL also needs {PREFIX}EMAIL_IMAP_PASSWORD")
        return self

    @property
    def email_addresses(self) -> tuple[str, ...]:
        """The company's addresses in small letters; the first answers."""
        return tuple(one.strip().lower() for one in (self.email_address or "").split(",") if one.strip())


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and "." in domain) and not any(sign in text for sign in " +<>,")


def _checked(text: str | None, schemes: tuple[str, ...], *, user: bool) -> str | None:
    if text is None:
        return None
    try:
        url = urlsplit(text)
        fine = url.scheme in schemes and url.hostname and (url.port or 1) and (url.username or not user)
    except ValueError:
        fine = None
    if not fine:
        who = "user@" if user else ""
        raise ValueError(f"this is no such address; write {schemes[0]}://{who}host")
    if url.password:
        raise ValueError("the password stands in a variable of its own, not in the address")
    return text
