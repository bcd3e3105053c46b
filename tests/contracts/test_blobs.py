"""The blob stores, each under the same promises: a folder, and a bucket of a real server that speaks S3."""

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from app.blobs.folder import FolderBlobs
from app.blobs.port import Blobs, BlobsAway
from app.blobs.s3 import S3Blobs, S3Place
from app.embedded.children import free_port
from tests.contracts.blobs import BlobPromises

moto = pytest.importorskip("moto.server", reason="moto's server speaks S3; `uv pip install moto[server]`")


class TestFolder(BlobPromises):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> Blobs:
        return FolderBlobs(tmp_path / "files")

    async def test_only_its_owner_reads_a_file_and_no_half_written_one_stays(self, tmp_path: Path) -> None:
        store = FolderBlobs(tmp_path / "files")
        await store.put("t1/one", b"x")
        written = tmp_path / "files" / "t1" / "one"
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        assert [path.name for path in written.parent.iterdir()] == ["one"]

    async def test_a_folder_that_cannot_be_written_is_said_to_be_away(self, tmp_path: Path) -> None:
        (tmp_path / "files").write_text("a file where the folder should be", "utf-8")
        with pytest.raises(BlobsAway):
            await FolderBlobs(tmp_path / "files").put("t1/one", b"x")


@pytest.fixture(scope="module")
async def place() -> AsyncIterator[S3Place]:
    server = moto.ThreadedMotoServer("127.0.0.1", port=free_port(), verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    async with aiohttp.ClientSession() as session, session.put(f"{address}/files-of-t") as made:
        assert made.status == 200
    yield S3Place(bucket="files-of-t", prefix="desk", endpoint=address, key_id="key", secret="secret")
    server.stop()


class TestS3(BlobPromises):
    @pytest.fixture
    def blobs(self, place: S3Place) -> Blobs:
        return S3Blobs(place)

    async def test_a_bucket_that_is_not_there_or_does_not_answer_is_said_to_be_away(
        self, place: S3Place
    ) -> None:
        lost = S3Place(
            bucket="files-of-t", endpoint=f"http://127.0.0.1:{free_port()}", key_id="k", secret="s"
        )
        with pytest.raises(BlobsAway):
            await S3Blobs(lost).get("t1/one")
