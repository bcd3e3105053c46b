"""The `frontdesk` command as a person runs it beside a running front door."""

import asyncio
import os
import sys
from pathlib import Path

from tests.integration.front import TENANT


async def frontdesk(database: str, keys: Path, *words: str) -> tuple[int, str]:
    """Run a command on the front door's database; its status, and all that it said."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")}
    ours = {"DATABASE_URL": database, "TENANT": TENANT, "KEY_FILE": str(keys), "DATA_DIR": str(keys.parent)}
    env = plain | {f"FRONTDESK_{name}": value for name, value in ours.items()}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", *words),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    return child.returncode or 0, said.decode()
