"""What a file is, told from its bytes; and links that nobody forges or keeps."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attachments.kinds import INLINE, media_type_of
from app.attachments.links import LIFETIME, Linked, read_link, write_link
from app.attachments.service import plain_name
from policies.limits import FileRules

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
LINKED = Linked(tenant_id="t1", attachment_id="att_1")


class Keys:
    """Signing keys, one a tenant and purpose."""

    def derive(self, tenant_id: str, purpose: str) -> bytes:
        return f"{tenant_id}:{purpose}".encode().ljust(32, b".")[:32]


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0..JFIF", "image/jpeg"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"RIFF....WAVEfmt ", "audio/wav"),
        (b"....ftypheic....", "image/heic"),
        (b"....ftypisom....", "video/mp4"),
        (b"....ftypM4A ....", "audio/mp4"),
        (b"%PDF-1.7\n...", "application/pdf"),
        (b"OggS....", "audio/ogg"),
        ("Hej, det är trasigt.".encode(), "text/plain"),
        (b"MZ\x90\x00", "application/x-executable"),
        (b"\x7fELF\x02", "application/x-executable"),
        (b"#!/bin/sh\nrm -rf /", "application/x-executable"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
        (b"\xef\xbb\xbf \n<svg xmlns='http://www.w3.org/2000/svg' onload='x()'>", "image/svg+xml"),
        (b"some words, then <script>alert(1)</script>", "text/html"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"\xff\xfe\xfa", "application/octet-stream"),
        (zipped("a.txt"), "application/zip"),
        (
            zipped("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (zipped("word/document.xml", "word/vbaProject.bin"), "application/vnd.ms-office.macro"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


@given(st.binary(max_size=300))
def test_whatever_comes_is_given_some_kind(content: bytes) -> None:
    assert "/" in media_type_of(content)


def test_nothing_that_a_browser_runs_is_taken_or_shown_in_place() -> None:
    runs = {"text/html", "image/svg+xml", "application/x-executable", "application/octet-stream"}
    assert not runs & FileRules().media_types
    assert not runs & INLINE


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\bill.pdf", "bill.pdf"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_files_name_keeps_no_folder_and_no_control_character(given: str, kept: str) -> None:
    assert plain_name(given) == kept


def test_a_link_opens_one_file_until_it_is_over() -> None:
    link = write_link(Keys(), LINKED, NOON)
    assert read_link(Keys(), link, NOON) == LINKED
    assert read_link(Keys(), link, NOON + LIFETIME - timedelta(seconds=1)) == LINKED
    assert read_link(Keys(), link, NOON + LIFETIME) is None


@given(st.integers(min_value=0), st.characters(codec="ascii", categories=("L", "N")))
def test_a_link_that_was_changed_opens_nothing(place: int, sign: str) -> None:
    link = write_link(Keys(), LINKED, NOON)
    at = place % len(link)
    changed = link[:at] + sign + link[at + 1 :]
    # The last sign of base 64 may carry bits that say nothing.
    if changed != link and read_link(Keys(), changed, NOON) is not None:
        assert at in (len(link) - 1, link.index(".") - 1)


@given(st.text(max_size=80))
def test_a_text_that_is_no_link_opens_nothing(text: str) -> None:
    assert read_link(Keys(), text, NOON) is None
