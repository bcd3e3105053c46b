"""`reload`: let the running engine check its rule book's folder and put it in force."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

RELOAD = "/api/v1/system/book/reload"
PATIENCE_S = 60


def reload(
    url: Annotated[
        str | None, typer.Option(help="Address of the engine; the one that runs here otherwise.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="API key with the right book:reload.")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")
    ] = None,
) -> None:
    """Put the rule book's folder in force now; one with problems stays out, and each is told."""
    from app.commands.state import running_demo
    from app.commands.talking import local_address
    from app.settings import load_settings

    demo = running_demo(load_settings(data_dir=data_dir).state) or {}
    address = url.rstrip("/") if url else local_address(data_dir)
    status, told = ask(address, key or demo.get("api_key"))
    for problem in told.get("problems", []):
        print(_line(problem))
    if status != 200:
        print(f"frontdesk: {told.get('title', status)} {told.get('detail', '')}".rstrip(), file=sys.stderr)
        sys.exit(1)
    print(f"version {told['version']} of {told['folder']} is in force since {told['loaded_at']}")


def ask(address: str, key: str | None) -> tuple[int, dict[str, Any]]:
    """Ask an engine to reload; the status and what it tells."""
    from urllib.error import HTTPError, URLError
    from urllib.request import Request, urlopen

    from app.embedded.errors import EmbeddedError

    headers = {"x-api-key": key} if key else {}
    request = Request(address + RELOAD, b"", headers, method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - the person named the address
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        return refusal.code, _told(refusal.read())
    except (URLError, TimeoutError):
        raise EmbeddedError(f"{address} does not answer. Start it with `frontdesk run`.") from None


def _told(answer: bytes) -> dict[str, Any]:
    """Read a problem document; what is none is shown as it came."""
    try:
        told = json.loads(answer)
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"title": answer[:400].decode("utf-8", "replace")}


def _line(problem: dict[str, Any]) -> str:
    """Write a problem as `frontdesk check` does."""
    head = f"{problem['file']}:{problem['line']}:{problem['column']}: {problem['message']}"
    return "".join([head, *(f"\n    {line}" for line in (problem["hint"], *problem["shown_by"]) if line)])
