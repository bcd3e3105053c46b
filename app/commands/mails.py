"""`channel parse email`: what is read of one mail, before any mailbox is connected."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

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
