"""The version of a book: a hash of the names and contents of its files."""

import hashlib
from collections.abc import Mapping

from policies.model import BookVersion


def version_of(files: Mapping[str, bytes]) -> BookVersion:
    """Name a book by its files: the same files have the same version, anywhere."""
    digest = hashlib.sha256()
    for name in sorted(files, key=lambda name: name.split("/")):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return BookVersion(digest.hexdigest()[:16])
