"""Where files of messages are kept, and who looks through them; read as part of `Settings`."""

from typing import Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from app.connector_settings import PREFIX


class FileSettings(BaseModel):
    """A folder of the data folder, or a bucket; nobody looks through files unless clamd is named."""

    files_bucket: str | None = Field(
        None,
        pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w./-]{1,200})?$",
        description="Bucket for files, such as s3://BUCKET/PREFIX; unset: `files` in the data folder",
    )
    s3_endpoint: str | None = Field(
        None, pattern=r"^https?://", description="Address of a store that speaks S3; unset: Amazon's"
    )
    s3_region: str = Field("us-east-1", pattern=r"^[\w-]{1,60}$", description="Region of the bucket")
    s3_key_id: str | None = Field(None, description="Access key id of the store")
    s3_secret: SecretStr | None = Field(None, description="Secret access key of the store")
    clamd: str | None = Field(
        None,
        pattern=r"^(/\S+|[^\s:/]+:\d{1,5})$",
        description="ClamAV's daemon that looks through files, as HOST:PORT or the path of its socket",
    )

    @model_validator(mode="after")
    def _has_what_its_bucket_needs(self) -> Self:
        if self.files_bucket and not (self.s3_key_id and self.s3_secret):
            raise ValueError(f"{PREFIX}FILES_BUCKET also needs {PREFIX}S3_KEY_ID and {PREFIX}S3_SECRET")
        return self
