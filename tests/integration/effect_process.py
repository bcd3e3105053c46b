"""`python -m tests.integration.effect_process`: a process that acts under keys it reads from its input.

Each line of input is one key. With `--die` it acts and is then gone before
anything about the outcome reaches the journal, as after `kill -9`.
"""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from app.db import Database
from app.privacy.vault import Vault
from tests.fakes.tool import MARTA, Made, Wish
from tests.integration.tool_bench import VAULT_KEY
from tools.journal.journal import DatabaseJournal
from tools.outcomes import kind_of
from tools.registry import Registry
from tools.runner import Patience, ToolRunner
from tools.spec import ActionKey, Caller, ToolSpec


def noted(ledger: Path) -> list[str]:
    """The keys that have had their effect, in sequence."""
    return ledger.read_text().split()


def noting(ledger: Path, die: bool) -> ToolSpec[Wish, Made]:
    """A tool whose effect is a line in a file, visible to every process at once."""

    async def run(caller: Caller, args: Wish, key: ActionKey | None) -> Made:
        with ledger.open("a") as file:
            file.write(f"{key}\n")
        if die:
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(0.02)
        return Made(number=os.getpid())

    async def settle(caller: Caller, args: Wish, key: ActionKey) -> Made | None:
        return Made(number=0) if key in noted(ledger) else None

    return ToolSpec(
        name="note", description="Notes.", args=Wish, result=Made, risk="write", run=run, settle=settle
    )


async def main() -> None:
    """Act under each key in turn and print what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--lease", type=float, default=10.0)
    parser.add_argument("--die", action="store_true")
    options = parser.parse_args()
    pool = Database(options.database, most=4)
    await pool.open()
    journal = DatabaseJournal(pool.tenant, Vault({1: VAULT_KEY}))
    patience = Patience(lease_s=options.lease)
    runner = ToolRunner(Registry([noting(options.ledger, options.die)]), journal, patience=patience)
    print("ready", flush=True)
    for key in sys.stdin.read().split():
        outcome = await runner.effect("note", MARTA, {"what": "a note"}, ActionKey(key))
        print(kind_of(outcome), getattr(outcome, "result", {}).get("number"), flush=True)
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main())
