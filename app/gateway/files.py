"""The files of a message at the front door."""

from collections.abc import Sequence

from app.gateway.deps import GatewayDeps
from app.problems import Problem
from graphs.events import Attached


async def files_of(
    deps: GatewayDeps, tenant_id: str, uploader: str, ids: Sequence[str]
) -> tuple[Attached, ...]:
    """Return the files that a message names, which its sender uploaded before."""
    if not ids:
        return ()
    if deps.files is None:
        raise Problem(422, "no-files", "Files are not taken here.", "Send the message without them.")
    return await deps.files.of_message(tenant_id, uploader, ids)


def named(files: Sequence[Attached]) -> str:
    """Return what stands for the text of a message that is nothing but files."""
    return " ".join(f"[{one.name}]" for one in files)
