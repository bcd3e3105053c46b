"""Blobs in a folder of this machine: each appears whole or not at all."""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.blobs.port import BlobsAway, NoSuchBlob, checked

_WRITING = ".writing-"


class FolderBlobs:
    """A file a blob, below one folder; only its owner reads them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, content: bytes) -> None:
        """See `Blobs`."""
        await asyncio.to_thread(self._write, self._folder / checked(key), content)

    async def get(self, key: str) -> bytes:
        """See `Blobs`."""
        try:
            return await asyncio.to_thread((self._folder / checked(key)).read_bytes)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NoSuchBlob(key) from None
        except OSError as error:
            raise BlobsAway(str(error)) from error

    async def delete(self, key: str) -> None:
        """See `Blobs`."""
        try:
            await asyncio.to_thread((self._folder / checked(key)).unlink, missing_ok=True)
        except OSError as error:
            raise BlobsAway(str(error)) from error

    async def keys(self, under: str) -> Sequence[str]:
        """See `Blobs`."""
        return await asyncio.to_thread(self._list, self._folder / checked(under))

    async def close(self) -> None:
        """See `Blobs`."""

    def _write(self, path: Path, content: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, name = tempfile.mkstemp(prefix=_WRITING, dir=path.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError as error:
            raise BlobsAway(str(error)) from error

    def _list(self, folder: Path) -> list[str]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return sorted(
            path.relative_to(self._folder).as_posix() for path in files if not path.name.startswith(_WRITING)
        )
