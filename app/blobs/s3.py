"""Blobs in a store that speaks S3: Amazon's own, MinIO, Ceph, Garage and the like."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from app.blobs.port import BlobsAway, NoSuchBlob, checked

if TYPE_CHECKING:
    from obstore.store import S3Config

TIMEOUT = "20s"
RETRIES = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class S3Place:
    """Which bucket of which store, and with whose key."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    """Address of the store; None: Amazon's."""
    region: str = "us-east-1"
    key_id: str
    secret: str = field(repr=False)


class S3Blobs:
    """An object a blob, in one bucket."""

    def __init__(self, place: S3Place) -> None:
        # Imported here: whoever keeps files in a folder does not load it.
        from obstore.store import S3Store

        config: S3Config = {
            "region": place.region,
            "access_key_id": place.key_id,
            "secret_access_key": place.secret,
        }
        if place.endpoint:
            config["endpoint"] = place.endpoint
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            config=config,
            client_options={"timeout": TIMEOUT, "allow_http": bool(place.endpoint)},
            retry_config={"max_retries": 2, "retry_timeout": RETRIES},
        )

    async def put(self, key: str, content: bytes) -> None:
        """See `Blobs`."""
        with _plain(key):
            await self._store.put_async(checked(key), content)

    async def get(self, key: str) -> bytes:
        """See `Blobs`."""
        with _plain(key):
            found = await self._store.get_async(checked(key))
            return bytes(await found.bytes_async())

    async def delete(self, key: str) -> None:
        """See `Blobs`."""
        with suppress(NoSuchBlob), _plain(key):
            await self._store.delete_async(checked(key))

    async def keys(self, under: str) -> Sequence[str]:
        """See `Blobs`."""
        with _plain(under):
            listed = await self._store.list(checked(under)).collect_async()
            return sorted(str(one["path"]) for one in listed)

    async def close(self) -> None:
        """See `Blobs`."""


@contextmanager
def _plain(key: str) -> Iterator[None]:
    """Turn the library's errors into the port's."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise NoSuchBlob(key) from None
    except BaseError as error:
        raise BlobsAway(type(error).__name__) from error
