"""`demo-info` and `doctor`: what runs, and what is wrong."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.settings import Settings

DEMO = "demo.json"
DataDir = Annotated[Path | None, typer.Option(help="Folder of all state; FRONTDESK_DATA_DIR otherwise.")]


def demo_info(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Show addresses, key and logins of the demo that runs now."""
    from app.channels.setting_up import list_channels
    from app.embedded.errors import NothingRuns
    from app.settings import load_settings

    settings = load_settings(data_dir=data_dir)
    demo = running_demo(settings.state)
    if demo is None:
        raise NothingRuns(settings.state)
    listed = list_channels(settings, settings.public_url or demo["base_url"])
    demo["channels"] = {one.name: one.address for one in listed}
    print(json.dumps(demo, ensure_ascii=False) if as_json else described(demo))


def running_demo(state: Path) -> dict[str, Any] | None:
    """What the engine wrote about its demo, if an engine still answers there."""
    try:
        demo: dict[str, Any] = json.loads((state / DEMO).read_text("utf-8"))
        return demo if answers(demo["base_url"]) else None
    except (OSError, ValueError, KeyError):
        return None


def running_address(settings: "Settings") -> str | None:
    """Where the engine of a data folder answers, or None when nothing runs on the folder."""
    from app.embedded.lock import holder

    demo, owner = running_demo(settings.state), holder(settings.state)
    if demo is not None:
        return str(demo["base_url"])
    places = (owner.address, f"http://{settings.host}:{settings.port}") if owner else ()
    return next((place for place in places if place.startswith("http") and answers(place)), None)


def answers(address: str) -> bool:
    """Whether an engine answers its health question there."""
    from http.client import HTTPException
    from urllib.request import urlopen

    try:
        with urlopen(f"{address}/healthz", timeout=2):  # noqa: S310 - our own engine's address
            return True
    except (OSError, ValueError, HTTPException):
        return False


def welcome(state: Path, address: str) -> str:
    """What a person sees when everything is ready; without a demo, where the first administrator begins."""
    from app.people.codes import first_admins_code
    from app.people.shapes import welcome_path

    try:
        shown = described(json.loads((state / DEMO).read_text("utf-8")))
    except (OSError, ValueError):
        shown = f"  Console     {address}/console"
    if code := first_admins_code(state):
        shown += f"\n  First admin {address}{welcome_path(code)}"
    return f"{shown}\n\n  Ctrl-C stops everything."


def described(demo: dict[str, Any]) -> str:
    """The demo's addresses and logins, for eyes."""
    base = demo["base_url"]
    rows = [("Demo", f"{base}/demo")] if demo.get("shop_url") else []
    rows += [
        ("Console", demo.get("console_url", f"{base}/console")),
        ("API", f"{base}/docs"),
    ]
    rows += [("Shop", demo["shop_url"])] if demo.get("shop_url") else []
    rows += [("Key", demo["api_key"])] if demo.get("api_key") else []
    rows += [
        (agent["role"].capitalize(), f"{agent['email']}  {agent['password']}")
        for agent in demo.get("agents", [])
    ]
    return "\n".join(f"  {name:<11} {value}" for name, value in rows)


def doctor(data_dir: DataDir = None) -> None:
    """Look at everything Frontdesk needs and say what is wrong and how to mend it."""
    from app.commands.checks import examine
    from app.settings import load_settings

    findings = examine(load_settings(data_dir=data_dir))
    for finding in findings:
        print(f"{'ok     ' if finding.fine else 'problem'}  {finding.about:<22} {finding.says}")
    if not all(finding.fine for finding in findings):
        sys.exit(1)
