"""Every FRONTDESK_* variable, typed and documented; nothing else reads the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from app.channel_settings import ChannelSettings
from app.connector_settings import PREFIX, ConnectorSettings
from app.email_settings import EmailSettings
from app.file_settings import FileSettings
from app.interrupts.origin_list import read_origins
from app.live_chat_settings import LiveChatSettings
from app.model_settings import ModelSettings
from tools.networks import read_networks

ROOT = Path(__file__).resolve().parent.parent
FILE = "frontdesk.env"
"""Variables in this file of the folder where a command is started count where the environment is silent."""


class SettingsInvalid(Exception):
    """A variable cannot be used as it is; the message names it and says what it wants."""


class Settings(
    BaseSettings,
    ConnectorSettings,
    ModelSettings,
    LiveChatSettings,
    ChannelSettings,
    FileSettings,
    EmailSettings,
):
    """How this installation runs. Every field is the variable `FRONTDESK_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address to listen on; anything else than loopback opens the engine",
    )
    port: int = Field(5005, ge=0, le=65535, description="Port of the engine and console; 0 picks a free one")
    public_url: str | None = Field(
        None, pattern=r"^https?://", description="Address customers see, when a proxy stands in front"
    )
    data_dir: Path = Field(Path(".frontdesk"), description="Folder that holds all state")
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL 16+ with pgvector and pg_trgm; unset: an embedded one"
    )
    redis_url: SecretStr | None = Field(None, description="Valkey or Redis; unset: an embedded one")
    nlu_url: str | None = Field(
        None, pattern=r"^https?://", description="NLU service; unset: trained and started here"
    )
    shop_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="The company's own services; unset in a demo: the sample company",
    )
    shop_token: SecretStr | None = Field(None, description="Bearer token for the company's own services")
    demo: bool = Field(True, description="Seed a demo tenant with logins and allow keyless calls on loopback")
    sample: bool = Field(
        True, description="Run the sample company in a demo that names no services of its own"
    )
    tenant: str = Field(
        "demo",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$",
        description="Tenant that keyless and demo calls act for",
    )
    book: Path = Field(ROOT / "policies" / "book", description="Folder of the rule book")
    book_look_s: float = Field(
        1.0, ge=0, le=60, description="How often the rule book's folder is looked at; 0: only on `reload`"
    )
    learn_after_s: float = Field(
        60.0,
        ge=0,
        le=86_400,
        description="A book whose intents changed is learnt in the background after so long without another"
        " change, where NLU was started here; 0: only by `train`",
    )
    book_kept_days: int = Field(
        90, ge=1, description="Days that a version of the rule book is kept for the turns recorded on it"
    )
    retail_data: Path | None = Field(
        None, description="Folder with the db.json and tasks.json of the retail cases, for `eval retail`"
    )
    articles: Path = Field(ROOT / "knowledge" / "articles", description="Folder of the help articles")
    web_dist: Path = Field(ROOT / "web" / "dist", description="Folder of the built console and widget")
    key_file: Path | None = Field(
        None, description="File of the master key; unset: `keys` in the data folder, made at first start"
    )
    secrets_dir: Path | None = Field(
        None, description="Folder of files that hold secrets, each named as its variable in small letters"
    )
    private_networks: str = Field(
        "",
        description="Private networks that declared tools, webhooks and imported websites may reach, such as"
        " 10.1.0.0/16; several with commas",
    )
    inbox_origins: str = Field(
        "",
        description="Origins from which an inbox in a browser may list and resume approvals, such as"
        " https://inbox.example; several with commas",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log line"
    )
    workers: int = Field(16, ge=1, le=256, description="Turns that one engine computes at the same time")
    db_connections: int = Field(20, ge=2, le=50, description="Most database connections of one engine")

    @field_validator("private_networks")
    @classmethod
    def _networks_can_be_read(cls, text: str) -> str:
        read_networks(text)
        return text

    @field_validator("inbox_origins")
    @classmethod
    def _origins_can_be_read(cls, text: str) -> str:
        read_origins(text)
        return text

    @property
    def state(self) -> Path:
        """The data folder as an absolute path, wherever the command was started."""
        return self.data_dir.expanduser().absolute()

    @property
    def master_key(self) -> Path:
        """The file of the key that wraps every tenant's data key."""
        return self.key_file or self.state / "keys"

    def url_of(self, service: Literal["database", "redis"]) -> str | None:
        """The address with its password in clear, for the one who connects."""
        secret: SecretStr | None = getattr(self, f"{service}_url")
        return secret.get_secret_value() if secret else None


def load_settings(**given: Any) -> Settings:
    """Read the environment; values given here win, and a mistake names its variable and remedy."""
    wanted = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(_env_file=FILE, _secrets_dir=_secrets_dir(wanted), **wanted)
    except ValidationError as mistakes:
        raise SettingsInvalid("\n".join(_remedy(mistake) for mistake in mistakes.errors())) from None


def declared_secret(name: str, secrets_dir: Path | None = None) -> str | None:
    """Read a secret that a book's connections name: `FRONTDESK_SECRET_<NAME>`, or a file named like it."""
    variable_name = f"{PREFIX}SECRET_{name.upper()}"
    file = secrets_dir / variable_name.lower() if secrets_dir else None
    if given := _given(variable_name):
        return given
    return file.read_text("utf-8").strip() if file and file.is_file() else None


def inherited_environment() -> dict[str, str]:
    """What a child process inherits: the machine's variables, never ours, which may carry secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PG"))}


def _given(name: str) -> str | None:
    """A variable of the environment, or else of the file beside us."""
    beside = DotEnvSettingsSource(Settings, env_file=FILE, case_sensitive=True).env_vars
    return os.environ.get(name) or beside.get(name)


def _secrets_dir(given: Mapping[str, Any]) -> Path | None:
    """The folder of secrets, which must be known before they are read."""
    named = given.get("secrets_dir") or _given(f"{PREFIX}SECRETS_DIR")
    if named and not Path(named).is_dir():
        raise SettingsInvalid(f"{PREFIX}SECRETS_DIR (it is '{named}'): there is no such folder.")
    return Path(named) if named else None


def _remedy(mistake: Mapping[str, Any]) -> str:
    """Say which variable is wrong, why, and what it is for."""
    name = str(mistake["loc"][0]) if mistake["loc"] else ""
    if name not in Settings.model_fields:
        said = str(mistake["msg"]).removeprefix("Value error, ")
        return said if said.startswith(PREFIX) else f"{PREFIX}*: {said}"
    about = Settings.model_fields[name].description
    shown = "" if "url" in name or "key" in name or "token" in name else f" (it is {mistake['input']!r})"
    return f"{PREFIX}{name.upper()}{shown}: {mistake['msg']}. Set it to: {about}."
