"""`python -m frontdesk_channels serve|check`."""

import argparse
import asyncio
import json
import os
import sys
import threading
from pathlib import Path

LOOK_S = 1.0


def arguments(given: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="frontdesk_channels", description="Rasa's connectors for Frontdesk."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the channels that a credentials.yml names")
    serve.add_argument("--credentials", type=Path, required=True)
    serve.add_argument("--core", required=True, help="address of the engine")
    serve.add_argument(
        "--token-file", type=Path, required=True, help="file of the key shared with the engine"
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, required=True)
    check = commands.add_parser("check", help="ask a channel's API whom its credentials belong to")
    check.add_argument("--credentials", type=Path, required=True)
    check.add_argument("--channel", required=True)
    check.add_argument("--say", help="text of a test message")
    check.add_argument("--to", help="to whom the test message goes")
    return parser.parse_args(given)


def main(given: list[str]) -> int:
    """Run one command; what the operator can mend is one line that says how."""
    from frontdesk_nlu.__main__ import quiet
    from frontdesk_nlu.without_tensorflow import stand_in

    chosen = arguments(given)
    stand_in()
    quiet()
    from frontdesk_channels.failures import Undelivered, Unusable

    try:
        return {"serve": serve, "check": check}[chosen.command](chosen)
    except (Unusable, Undelivered, OSError) as why:
        print(f"frontdesk_channels: {why}", file=sys.stderr)
        return 1


def serve(chosen: argparse.Namespace) -> int:
    """Serve until interrupted, or until the file changes: whoever keeps us alive starts us anew."""
    from frontdesk_channels.core import Core
    from frontdesk_channels.credentials import make_channels
    from frontdesk_channels.server import read_token, run

    token = read_token(chosen.token_file)
    channels = make_channels(chosen.credentials)
    threading.Thread(target=_end_with, args=(chosen.credentials,), daemon=True).start()
    run(channels, Core(chosen.core, token), token, chosen.host, chosen.port)
    return 0


def _end_with(file: Path) -> None:
    """Ask ourselves to end in good order as soon as the file is another one."""
    import signal
    import time

    first = _state_of(file)
    while _state_of(file) == first:
        time.sleep(LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)


def _state_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def check(chosen: argparse.Namespace) -> int:
    """Print whom the credentials belong to and what became of the test message, as one JSON object."""
    from frontdesk_channels.checking import check_channel

    print(json.dumps(asyncio.run(check_channel(chosen.credentials, chosen.channel, chosen.say, chosen.to))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
