"""A mailbox read by IMAP: new mails are stored and then marked as seen; IDLE tells when there are more.

The library is synchronous and waits in a thread of its own; everything that stores happens in the loop.
"""

import asyncio
import imaplib
import logging
import ssl
import threading
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal

from app.db import DatabaseGone
from app.email.deps import MailDeps
from app.email.smtp_in import LARGEST_MAIL
from app.email.taking import take_mail
from app.problems import Problem

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

log = logging.getLogger(__name__)

TIMEOUT_S = 30.0
LOOK_EVERY_S = 60.0
"""A net below IDLE: some servers forget to tell."""
STOP_WITHIN_S = 2.0
LOOK_AGAIN_S = 30.0
"""Where somebody must wait, or the server knows no IDLE."""
AGAIN_AFTER_S = (1.0, 5.0, 15.0, 60.0)


@dataclass(frozen=True, kw_only=True)
class Account:
    """A mailbox at a provider."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    folder: str = "INBOX"


class ImapReader:
    """Reads one mailbox; started with the engine, stopped with it."""

    def __init__(self, deps: MailDeps, account: Account) -> None:
        self._deps = deps
        self._account = account
        self._stopping = threading.Event()
        self._task: asyncio.Task[None] | None = None
        self._failures = 0

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; what was not marked as seen is read again at the next start and known by its id."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        """Connect again after every failure, a little later each time."""
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            try:
                await asyncio.to_thread(self._read, loop)
            except (OSError, imaplib.IMAP4.error, ssl.SSLError) as error:
                log.warning("the mailbox cannot be read: %s", type(error).__name__)
            except Exception as error:
                log.exception("the mailbox cannot be read: %s", type(error).__name__)
            pause = AGAIN_AFTER_S[min(self._failures, len(AGAIN_AFTER_S) - 1)]
            self._failures += 1
            await asyncio.to_thread(self._stopping.wait, pause)

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take what is new, wait for more, until told to stop or nothing can be stored."""
        account = self._account
        with connect(account).login(account.user, account.password, account.folder) as mailbox:
            idles = knows_idle(mailbox)
            while not self._stopping.is_set():
                left = self._take_new(mailbox, loop)
                if left is None:
                    return
                self._failures = 0
                if told_of_more(mailbox):
                    continue
                self._wait(mailbox, LOOK_AGAIN_S if left or not idles else LOOK_EVERY_S, idles=idles)

    def _take_new(self, mailbox: "BaseMailBox", loop: asyncio.AbstractEventLoop) -> int | None:
        """Store every unseen mail in its order; how many have to wait, or None when all must."""
        left = 0
        told_of_more(mailbox)
        for uid in mailbox.uids("UNSEEN"):
            if self._stopping.is_set():
                return left
            raw = fetch(mailbox, uid)
            became = "done"
            if raw is not None:
                became = asyncio.run_coroutine_threadsafe(self._store(raw), loop).result()
            if became == "away":
                return None
            if became == "later":
                left += 1
            else:
                mailbox.flag([uid], [r"\Seen"], True)
        return left

    async def _store(self, raw: bytes) -> Literal["done", "later", "away"]:
        """Store one mail; done it is also when it is refused for good, so that it is not read for ever."""
        try:
            await take_mail(self._deps, raw)
        except Problem as problem:
            log.info("a mail of the mailbox is refused: %s", problem.slug)
            # Whoever writes too often keeps nobody else waiting.
            return "later" if problem.status >= 500 or problem.status == 429 else "done"
        except (TimeoutError, *DatabaseGone) as away:
            log.info("a mail of the mailbox waits for the database: %s", type(away).__name__)
            return "away"
        return "done"

    def _wait(self, mailbox: "BaseMailBox", longest_s: float, *, idles: bool) -> None:
        """Wait until the server tells of something; in short breaths, to hear when to stop."""
        waited = 0.0
        if not idles:
            self._stopping.wait(longest_s)
            return
        idle: Any = mailbox.idle
        idle.start()
        try:
            while waited < longest_s and not self._stopping.is_set():
                if idle.poll(timeout=STOP_WITHIN_S):
                    return
                waited += STOP_WITHIN_S
        finally:
            idle.stop()


def connect(account: Account) -> "BaseMailBox":
    """Open the line: encrypted, except to this machine."""
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

    if account.tls:
        context = ssl.create_default_context()
        return MailBox(account.host, account.port, timeout=TIMEOUT_S, ssl_context=context)
    if is_this_machine(account.host):
        return MailBoxUnencrypted(account.host, account.port, timeout=TIMEOUT_S)
    context = ssl.create_default_context()
    return MailBoxStartTls(account.host, account.port, timeout=TIMEOUT_S, ssl_context=context)


def knows_idle(mailbox: "BaseMailBox") -> bool:
    """Ask whether the server tells of new mails by itself; many say so only after the login."""
    return b"IDLE" in mailbox.client.capability()[1][0].upper().split()


def told_of_more(mailbox: "BaseMailBox") -> bool:
    """Say whether the server told, beside its last answers, that mails came; it does so once.

    A server may tell of a new mail with the answer to any command, and then says nothing in IDLE.
    """
    return mailbox.client.response("EXISTS")[1] != [None]


def fetch(mailbox: "BaseMailBox", uid: str) -> bytes | None:
    """Return a mail's bytes, of a too large one the first; None when it is gone."""
    wanted = f"(BODY.PEEK[]<0.{LARGEST_MAIL}>)"
    status, answer = mailbox.client.uid("FETCH", uid, wanted)
    if status != "OK":
        raise imaplib.IMAP4.error("the server does not give a mail out")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def is_this_machine(host: str) -> bool:
    """Say whether a host is a loopback address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
