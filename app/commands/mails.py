"""`channel parse email` and `channel aside`: what is read of a mail, and mails that nobody answers."""

import asyncio
import json
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.letters import DataDir, open_tenant

group = typer.Typer(help="Show what is read of a message as it came.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A mail as it was sent (.eml).", exists=True, dir_okay=False)]
Trusted = Annotated[
    list[str] | None,
    typer.Option("--trust", help="Host whose Authentication-Results are believed; FRONTDESK_EMAIL_TRUSTED."),
]


@group.callback()
def about() -> None:
    """Show what is read of a message as it came."""


@group.command("email")
def email(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    trust: Trusted = None,
) -> None:
    """Print the message that a mail becomes: sender, new words, thread, kind, files."""
    from app.email.parse import Ours, parse
    from app.email.unified import unified

    mail = parse(file.read_bytes(), Ours(trusted=frozenset(host.lower() for host in trust or ())))
    message = unified(mail)
    print(json.dumps(message, ensure_ascii=False) if as_json else _described(message))


def aside(
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    data_dir: DataDir = None,
) -> None:
    """List the newest mails that were taken and never answered, with what told so."""
    asyncio.run(_aside(limit, as_json, data_dir))


async def _aside(limit: int, as_json: bool, data_dir: Path | None) -> None:
    from app.conversations.seal import open_json
    from app.email.repository import aside as mails_aside
    from app.email.threads import sealed_place
    from app.privacy.vault import Vault
    from app.settings import load_settings

    vault = Vault.from_file(load_settings(data_dir=data_dir).master_key)
    async with open_tenant(data_dir) as (conn, tenant_id):
        rows = await mails_aside(conn, tenant_id, limit)
    for row in rows:
        told = open_json(vault, tenant_id, row.sealed, sealed_place(row.mail_index))
        came = row.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        if as_json:
            print(json.dumps({"at": came, "kind": row.kind, **told}, ensure_ascii=False))
        else:
            print(f"{came}  {row.kind:<10}  {told['sender']}  {told['subject']}  ({told['why']})")
    if not rows and not as_json:
        print("No mail was set aside.")


def _described(message: dict[str, Any]) -> str:
    said = "answered" if message["answered"] else f"not answered: {message['why']}"
    files = ", ".join(file["name"] for file in message["attachments"]) or "none"
    head = (
        f"from      {message['sender']}",
        f"subject   {message['subject']}",
        f"kind      {message['kind']} ({said})",
        f"thread    {message['thread']}",
        f"files     {files}",
    )
    return "\n".join((*head, "", message["text"]))
