"""`shell`: talk to the running engine as a customer, in the terminal."""

import json
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer

CHANNEL = "/webhooks/rest/webhook"
PATIENCE_S = 60


def shell(
    url: Annotated[
        str | None, typer.Option(help="Address of the engine; the one that runs here otherwise.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option(help="Customer id to write as; a stranger otherwise.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="API key, where the engine asks for one.")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")
    ] = None,
) -> None:
    """Talk to the assistant. An empty line or Ctrl-D ends it."""
    from rich.console import Console

    address = url.rstrip("/") if url else local_address(data_dir)
    screen, sender = Console(highlight=False), f"shell-{uuid.uuid4().hex[:8]}"
    screen.print(f"[dim]{address} as {customer or 'somebody unknown'}. An empty line ends it.[/dim]")
    while text := _next_line(screen):
        for reply in send(address, sender, text, customer=customer, key=key):
            show(screen, reply)


def local_address(data_dir: Path | None) -> str:
    """Where the engine of the data folder answers; `NothingRuns` when none does."""
    from app.commands.state import running_address
    from app.embedded.errors import NothingRuns
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    address = running_address(settings)
    if address is None:
        raise NothingRuns(settings.state)
    return address


def _next_line(screen: Any) -> str:
    try:
        return str(screen.input("[bold]you[/bold]  ")).strip()
    except (EOFError, KeyboardInterrupt):
        screen.print()
        return ""


def show(screen: Any, reply: dict[str, Any]) -> None:
    """Print one reply with its buttons."""
    from rich.markup import escape

    screen.print(f"[cyan]desk[/cyan] {escape(reply.get('text') or '')}")
    for button in reply.get("buttons") or []:
        screen.print(f"     [dim]{escape(button['title'])}: {escape(button['payload'])}[/dim]")


def send(
    address: str, sender: str, text: str, *, customer: str | None = None, key: str | None = None
) -> list[dict[str, Any]]:
    """Send one message and return the replies; a refusal reads as the engine words it."""
    from urllib.error import HTTPError, URLError
    from urllib.request import Request, urlopen

    from app.embedded.errors import EmbeddedError

    body = {"sender": sender, "message": text, "metadata": {"message_id": uuid.uuid4().hex}}
    if customer:
        body["metadata"] = {**body["metadata"], "customer_id": customer}  # type: ignore[dict-item]
    headers = {"content-type": "application/json", **({"x-api-key": key} if key else {})}
    ask = Request(address + CHANNEL, json.dumps(body).encode(), headers)  # noqa: S310
    try:
        with urlopen(ask, timeout=PATIENCE_S) as answer:  # noqa: S310 - the person named the address
            replies: list[dict[str, Any]] = json.load(answer)
            return replies
    except HTTPError as refusal:
        raise EmbeddedError(f"{address} refused it ({refusal.code}): {_worded(refusal.read())}") from None
    except (URLError, TimeoutError):
        raise EmbeddedError(f"{address} does not answer. Start it with `frontdesk run`.") from None


def _worded(refusal: bytes) -> str:
    """A refusal's sentences; what is no problem document is shown as it came."""
    try:
        problem = json.loads(refusal)
        return f"{problem['title']} {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return refusal[:400].decode("utf-8", "replace")
