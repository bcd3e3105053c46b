"""A real IMAP server with one mailbox, and Python's own client for it."""

import asyncio
import contextlib
import imaplib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from app.email.imap import Account
from app.embedded.children import free_port

PYMAP = Path(sys.executable).with_name("pymap")


@contextlib.asynccontextmanager
async def imap_account() -> AsyncIterator[Account]:
    """An empty mailbox on a real IMAP server."""
    port = free_port()
    options = ("--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-data")
    server = await asyncio.create_subprocess_exec(
        *(PYMAP, *options), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    opened = Account(host="127.0.0.1", port=port, tls=False, user="demouser", password="demopass")
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(answers, opened):  # noqa: ASYNC110 - another process says so
            await asyncio.sleep(0.05)
    try:
        yield opened
    finally:
        server.terminate()
        await server.wait()


def line(account: Account) -> imaplib.IMAP4:
    """Python's own client, in the inbox."""
    client = imaplib.IMAP4(account.host, account.port, timeout=10)
    client.login(account.user, account.password)
    client.select("INBOX")
    return client


def answers(account: Account) -> bool:
    """Whether the server is up; its sample mails are taken away."""
    try:
        client = line(account)
    except OSError:
        return False
    client.store("1:*", "+FLAGS", r"\Deleted")
    client.expunge()
    client.logout()
    return True


async def put(account: Account, raw: bytes) -> None:
    """Let a mail arrive in the mailbox."""

    def append() -> None:
        client = line(account)
        client.append("INBOX", "", "", raw)
        client.logout()

    await asyncio.to_thread(append)


async def unseen(account: Account) -> int:
    """How many mails are not marked as seen."""

    def count() -> int:
        client = line(account)
        found = client.search(None, "UNSEEN")[1][0].split()
        client.logout()
        return len(found)

    return await asyncio.to_thread(count)


async def until_all_seen(account: Account) -> None:
    """Wait until whoever reads the mailbox has taken everything."""
    async with asyncio.timeout(60):
        while await unseen(account):  # noqa: ASYNC110 - a server says so
            await asyncio.sleep(0.1)
