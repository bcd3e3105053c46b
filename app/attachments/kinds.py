"""What a file is, told from its bytes alone: what its name or sender says does not count. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

LOOKED_AT = 4096
"""So many bytes of the beginning tell what it is."""


@dataclass(frozen=True, kw_only=True)
class _Sign:
    """Bytes at a place that tell a media type."""

    media_type: str
    begins: bytes
    at: int = 0
    also: bytes = b""
    also_at: int = 0

    def fits(self, head: bytes) -> bool:
        """Say whether a file begins so."""
        own = head[self.at : self.at + len(self.begins)] == self.begins
        return own and head[self.also_at : self.also_at + len(self.also)] == self.also


_SIGNS: Sequence[_Sign] = (
    _Sign(media_type="image/png", begins=b"\x89PNG\r\n\x1a\n"),
    _Sign(media_type="image/jpeg", begins=b"\xff\xd8\xff"),
    _Sign(media_type="image/gif", begins=b"GIF87a"),
    _Sign(media_type="image/gif", begins=b"GIF89a"),
    _Sign(media_type="image/webp", begins=b"RIFF", also=b"WEBP", also_at=8),
    _Sign(media_type="audio/wav", begins=b"RIFF", also=b"WAVE", also_at=8),
    _Sign(media_type="image/heic", begins=b"ftyphei", at=4),
    _Sign(media_type="image/heic", begins=b"ftypmif1", at=4),
    _Sign(media_type="image/avif", begins=b"ftypavif", at=4),
    _Sign(media_type="audio/mp4", begins=b"ftypM4A", at=4),
    _Sign(media_type="video/quicktime", begins=b"ftypqt", at=4),
    _Sign(media_type="video/3gpp", begins=b"ftyp3g", at=4),
    _Sign(media_type="video/mp4", begins=b"ftyp", at=4),
    _Sign(media_type="video/webm", begins=b"\x1aE\xdf\xa3"),
    _Sign(media_type="audio/ogg", begins=b"OggS"),
    _Sign(media_type="audio/mpeg", begins=b"ID3"),
    _Sign(media_type="audio/mpeg", begins=b"\xff\xfb"),
    _Sign(media_type="audio/mpeg", begins=b"\xff\xf3"),
    _Sign(media_type="audio/aac", begins=b"\xff\xf1"),
    _Sign(media_type="audio/amr", begins=b"#!AMR"),
    _Sign(media_type="application/pdf", begins=b"%PDF-"),
    _Sign(media_type="application/x-executable", begins=b"MZ"),
    _Sign(media_type="application/x-executable", begins=b"\x7fELF"),
    _Sign(media_type="application/x-executable", begins=b"\xcf\xfa\xed\xfe"),
    _Sign(media_type="application/x-executable", begins=b"\xca\xfe\xba\xbe"),
    _Sign(media_type="application/x-executable", begins=b"#!"),
    _Sign(media_type="application/zip", begins=b"PK\x03\x04"),
    _Sign(media_type="application/zip", begins=b"PK\x05\x06"),
    _Sign(media_type="application/gzip", begins=b"\x1f\x8b"),
    _Sign(media_type="application/x-ole-storage", begins=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
)
"""In their order: the first that fits counts, so the narrow ones stand before the wide ones."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_PACKED: Sequence[tuple[bytes, str]] = (
    (b"vbaProject.bin", "application/vnd.ms-office.macro"),
    (b"word/", f"{_OFFICE}.wordprocessingml.document"),
    (b"xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    (b"ppt/", f"{_OFFICE}.presentationml.presentation"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"),
)
"""Names of files in a zip that tell what the zip is; one with macros is told by them whatever else it has."""
_MARKUP: Sequence[tuple[bytes, str]] = (
    (b"<svg", "image/svg+xml"),
    (b"<!doctype html", "text/html"),
    (b"<html", "text/html"),
    (b"<script", "text/html"),
)
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""What a browser may show in place; everything else is only ever saved."""


def media_type_of(content: bytes) -> str:
    """Return what a file is; bytes that nothing is known of are `application/octet-stream`."""
    head = content[:LOOKED_AT]
    found = next((sign.media_type for sign in _SIGNS if sign.fits(head)), None)
    if found == "application/zip":
        return next((kind for name, kind in _PACKED if name in content), found)
    return found or _text(content, head)


def _text(content: bytes, head: bytes) -> str:
    """Tell plain text from markup that a browser would run, and both from anything else."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, kind in _MARKUP:
        if mark in start:
            return kind
    if b"\0" in content:
        return UNKNOWN
    try:
        content.decode()
    except UnicodeDecodeError:
        return UNKNOWN
    return TEXT
