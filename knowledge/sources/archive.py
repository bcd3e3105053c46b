"""Opens zip files that others made: nothing is unpacked to disk, and nothing grows beyond what is allowed."""

import io
import zipfile
from collections.abc import Iterator

from knowledge.sources.found import Unreadable

MOST_MEMBERS = 20_000
MOST_UNPACKED = 300_000_000
MOST_MEMBER = 20_000_000
MOST_RATIO = 200
"""No text is packed tighter; what claims to be is made to burst."""


class Archive:
    """A zip file in memory whose members are read one at a time."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, RuntimeError, EOFError, OSError) as mistake:
            raise Unreadable("the file is damaged: not a whole zip archive; fetch it again") from mistake
        unpacked = sum(member.file_size for member in members)
        if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(content):
            size = f"{unpacked / 1e6:,.0f} MB from {len(content) / 1e6:,.1f} MB"
            raise Unreadable(f"would unpack to {size}: a zip bomb; not opened")
        if any(member.flag_bits & 1 for member in members):
            raise Unreadable("encrypted; save it without a password")
        self._members = {member.filename: member for member in members if not member.is_dir()}

    def names(self) -> Iterator[str]:
        """List the files in it, in the order of their names."""
        yield from sorted(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """Unpack one file; what its header says of its size is not believed."""
        try:
            with self._zip.open(self._members[name]) as opened:
                content = opened.read(MOST_MEMBER + 1)
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError) as mistake:
            raise Unreadable("damaged inside the archive; fetch it again") from mistake
        if len(content) > MOST_MEMBER:
            raise Unreadable(f"larger than {MOST_MEMBER // 1_000_000} MB; split it")
        return content
