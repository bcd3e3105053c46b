"""What every blob store promises; each adapter is run through this."""

import asyncio
import secrets

import pytest

from app.blobs.port import BlobError, Blobs, NoSuchBlob


class BlobPromises:
    """The suite; a subclass gives a `blobs` fixture."""

    async def test_what_was_stored_is_read_again(self, blobs: Blobs) -> None:
        content = secrets.token_bytes(300_000)
        await blobs.put("t1/one", content)
        assert await blobs.get("t1/one") == content

    async def test_nothing_lies_under_an_unknown_key(self, blobs: Blobs) -> None:
        with pytest.raises(NoSuchBlob):
            await blobs.get("t1/unknown")

    async def test_the_same_key_again_replaces_the_whole(self, blobs: Blobs) -> None:
        await blobs.put("t1/again", b"a long first content")
        await blobs.put("t1/again", b"short")
        assert await blobs.get("t1/again") == b"short"

    async def test_a_reader_beside_a_writer_sees_one_whole_or_the_other(self, blobs: Blobs) -> None:
        first, second = b"1" * 200_000, b"2" * 200_000
        await blobs.put("t1/busy", first)
        _, *seen = await asyncio.gather(
            blobs.put("t1/busy", second), *(blobs.get("t1/busy") for _ in range(8))
        )
        assert set(seen) <= {first, second}

    async def test_what_was_deleted_is_gone_and_deleting_again_does_nothing(self, blobs: Blobs) -> None:
        await blobs.put("t1/gone", b"x")
        await blobs.delete("t1/gone")
        await blobs.delete("t1/gone")
        with pytest.raises(NoSuchBlob):
            await blobs.get("t1/gone")

    async def test_keys_are_listed_below_their_own_name_only(self, blobs: Blobs) -> None:
        for key in ("t2/b", "t2/a", "t20/c"):
            await blobs.put(key, b"x")
        assert await blobs.keys("t2") == ["t2/a", "t2/b"]
        assert await blobs.keys("t3") == []

    async def test_an_empty_blob_is_kept(self, blobs: Blobs) -> None:
        await blobs.put("t1/empty", b"")
        assert await blobs.get("t1/empty") == b""

    @pytest.mark.parametrize("key", ["../etc/passwd", "/root", "t1//x", "t1/", "T1/x", "t1/a b", "", "t1/.."])
    async def test_a_key_that_leads_elsewhere_is_refused(self, blobs: Blobs, key: str) -> None:
        for refused in (blobs.get(key), blobs.put(key, b"x"), blobs.delete(key)):
            with pytest.raises(BlobError):
                await refused
