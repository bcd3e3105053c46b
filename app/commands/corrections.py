"""`corrections export`: what people corrected, as lines to learn from or to measure with."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from app.commands.letters import DataDir, open_tenant

group = typer.Typer(help="What people corrected.", no_args_is_help=True)
Sets = Annotated[
    list[Path] | None,
    typer.Option("--held-back", help="A held-back set (JSON lines with `text`); its texts are left out."),
]


@group.callback()
def corrections() -> None:
    """What people corrected."""


@group.command("export")
def export(
    use: Annotated[str, typer.Option(help="training or evaluation")] = "training",
    held_back: Sets = None,
    data_dir: DataDir = None,
) -> None:
    """Write accepted corrections as JSON lines; no text is in both uses, nor in a held-back set."""
    if use not in ("training", "evaluation"):
        raise typer.BadParameter("--use is training or evaluation")
    known = frozenset(text for path in held_back or () for text in _texts(path))
    asyncio.run(_export(use, known, data_dir))


def _texts(path: Path) -> Iterator[str]:
    """Yield the normalised texts of a set."""
    import orjson

    from policies.normalise import normalise

    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            yield normalise(str(orjson.loads(line)["text"]))
        except (orjson.JSONDecodeError, KeyError, TypeError):
            print(f"{path}, line {number}: not an object with a text", file=sys.stderr)
            raise typer.Exit(1) from None


async def _export(use: str, held_back: frozenset[str], data_dir: Path | None) -> None:
    import orjson

    from app.corrections.candidates import candidates
    from app.corrections.service import accepted
    from app.privacy.vault import Vault
    from app.settings import load_settings

    vault = Vault.from_file(load_settings(data_dir=data_dir).master_key, create=False)
    async with open_tenant(data_dir) as (conn, tenant_id):
        found = await accepted(conn, vault, tenant_id)
    for line in candidates(found, "training" if use == "training" else "evaluation", held_back):
        print(orjson.dumps(line).decode())
