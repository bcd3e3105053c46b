"""Where the connectors of Rasa's channels run and what they are given; read as part of `Settings`."""

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr


class ChannelSettings(BaseModel):
    """The channels process; started here when the credentials name a channel."""

    credentials: Path | None = Field(
        None,
        description="Credentials of channels, as Rasa reads them; unset: credentials.yml in the data folder",
    )
    channels_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="Channels process; unset: started here when the credentials name a channel",
    )
    channels_token: SecretStr | None = Field(
        None, description="Key that engine and channels process share; unset: made at first start"
    )
