"""The book changes again and again while many customers write: each message is answered once, by one book."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.db import Database
from app.gateway.message import Inbound
from app.handoff.deps import HandoffDeps
from app.handoff.failing import QueueFailure
from app.handoff.queueing import QueueHandoff
from app.ids import new_id
from app.privacy.vault import Vault
from app.rulebooks import BookShelf, rail_rules, tool_shapes
from app.rulebooks.archive import BookArchive
from app.rulebooks.keeper import BookKeeper, KeeperDeps
from app.turns.failures import Failures
from app.turns.hub import Hub
from app.turns.run import Thinker
from app.turns.store import TurnStore
from app.turns.worker import Workers
from graphs.ports import Desk
from guardrails.build import build_rails
from tests.chaos.inbox import DESK
from tests.fakes.company import MARTA, Books, an_order
from tests.fakes.interpreter import ScriptedInterpreter
from tests.fakes.journal import FakeJournal
from tests.fakes.knowledge import OneArticle
from tests.talk import registry_over
from tests.unit.books.altered import TOOLS, every_step
from tools.runner import ToolRunner

TENANT, WITHIN_S = "load", 60.0
TAGGED = {"which_reason": "What is wrong with it?", "any_note": "Is there anything to add?"}
TEMPLATES, FLOWS = "templates/every_step.yaml", "flows/every_step.yaml"
VERSION = re.compile(r"\[v(\d+)\]")
ORDERS = 1000
"""The first order's number; each conversation has its own."""


def now() -> datetime:
    return datetime.now(UTC)


def tag(book: Path, number: int) -> None:
    """Let each reply of the swap end in the version's number."""
    text = re.sub(r" \[v\d+\]", "", (book / TEMPLATES).read_text("utf-8"))
    for reply in TAGGED.values():
        text = text.replace(f"{{text: {reply}}}", f'{{text: "{reply} [v{number}]"}}')
        text = text.replace(f'{{text: "{reply}"}}', f'{{text: "{reply} [v{number}]"}}')
    text = text.replace('{slots.email}."}', f'{{slots.email}}. [v{number}]"}}')
    (book / TEMPLATES).write_text(text, "utf-8")


def tag_of(text: str) -> int:
    found = VERSION.search(text)
    assert found is not None, text
    return int(found[1])


@dataclass
class Engine:
    """Workers over a real database, with a keeper that watches a folder."""

    folder: Path
    database: Database
    hub: Hub
    shelf: BookShelf
    keeper: BookKeeper
    workers: Workers
    books: Books
    told: list[tuple[int, int, list[str]]] = field(default_factory=list)
    """For each conversation the versions in force before its first message and behind it, and the replies."""

    @property
    def in_force(self) -> int:
        return tag_of(self.shelf.book.templates["which_reason"].own_words[0])

    async def customer(self, number: int) -> None:
        """Swap an order in three messages, each written when the one before was answered."""
        order, customer_id, conversation = str(ORDERS + number), f"C-{number}", new_id("cnv")
        self.books.customers[customer_id] = replace(MARTA, id=customer_id, email=f"c{number}@example.com")
        self.books.orders[order] = an_order(order, "delivered", customer_id=customer_id)
        before = self.in_force
        replies = [await self.says(customer_id, conversation, f"I want to swap {order}")]
        after = self.in_force
        replies.append(await self.says(customer_id, conversation, "too big"))
        replies.append(await self.says(customer_id, conversation, "no"))
        self.told.append((before, after, replies))
        assert f"#{order}: size, c{number}@example.com." in replies[-1]

    async def says(self, customer_id: str, conversation: str, text: str) -> str:
        """Write, and wait for the one answer."""
        inbound = Inbound(
            tenant_id=TENANT,
            channel="web",
            message_id=secrets.token_hex(8),
            address=customer_id,
            text=text,
            customer_id=customer_id,
            verified=True,
            conversation_id=conversation,
            begins=True,
            received_at=now(),
        )
        with self.hub.subscribe(conversation) as changes:
            accepted = await self.workers.accept(inbound)
            assert not accepted.duplicate
            async with asyncio.timeout(WITHIN_S):
                while accepted.seq not in changes.answers:
                    await changes.wait(1.0)
            (entry,) = changes.answers[accepted.seq]
        return entry.text


@pytest.fixture
async def engine(database: str, tmp_path: Path) -> AsyncIterator[Engine]:
    folder, books, hub = every_step(tmp_path), Books(customers={}), Hub()
    tag(folder, 1)
    tools = ToolRunner(registry_over(books), FakeJournal())
    shapes = {**TOOLS, **tool_shapes(tools.registry)}
    opened = Database(database, most=12)
    await opened.open()
    vault = Vault.from_file(tmp_path / "keys", create=True)
    shelf, archive = BookShelf.load(folder, shapes), BookArchive(opened, shapes)
    shelf.archive = archive
    handoff = HandoffDeps(tenants=opened, vault=vault, hub=hub, clock=now, desk=lambda: DESK)
    store = TurnStore(opened, vault, open_handoff=QueueHandoff(handoff), clock=now)
    desk = Desk(
        interpreter=ScriptedInterpreter(meanings={"swap": "swap"}),
        tools=tools,
        knowledge=OneArticle(),
        rails=build_rails(rail_rules(shelf.book)),
    )
    failures = Failures(store, vault, shelf, QueueFailure(handoff))
    workers = Workers(store, Thinker(desk, shelf, now), hub, failures, limit=16, clock=now)
    keeper = BookKeeper(
        KeeperDeps(
            folder=folder,
            tenant_id=TENANT,
            tools=shapes,
            shelf=shelf,
            archive=archive,
            signals=hub,
            clock=now,
            build_rails=build_rails,
            taken=lambda book: None,
            look_every_s=0.05,
        )
    )
    await keeper.open()
    workers.start()
    yield Engine(folder, opened, hub, shelf, keeper, workers, books)
    await workers.stop()
    await keeper.close()
    await opened.close()


async def change_again_and_again(engine: Engine) -> None:
    """Put one version after the other in force, and let every third one be broken first."""
    number = 1
    while True:
        number += 1
        if number % 3 == 0:
            await break_and_mend(engine)
        tag(engine.folder, number)
        while engine.in_force != number:  # noqa: ASYNC110 - the folder's watcher has no event
            await asyncio.sleep(0.01)


async def break_and_mend(engine: Engine) -> None:
    """Break an indentation, wait until it is found, and put the text back."""
    file = engine.folder / FLOWS
    good = file.read_text("utf-8")
    file.write_text(good.replace("    steps:", "   steps:", 1), "utf-8")
    while engine.keeper.state.fine:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    file.write_text(good, "utf-8")


async def arrive(engine: Engine, conversations: int, a_second: float) -> None:
    """Let conversations begin at an even pace, whether or not the earlier ones are answered."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as customers:
        for number in range(conversations):
            await asyncio.sleep(max(0.0, began + number / a_second - loop.time()))
            customers.create_task(engine.customer(number))


COUNTS = """select (select count(*) from turns where tenant_id = %(t)s),
  (select count(*) from entries where tenant_id = %(t)s and direction = 'outbound'),
  (select count(*) from inbox where tenant_id = %(t)s and (state <> 'done' or attempts > 0))"""


@pytest.mark.parametrize(
    ("conversations", "a_second", "changes"),
    [(40, 17.0, 3), pytest.param(1200, 17.0, 30, marks=[pytest.mark.slow, pytest.mark.timeout(600)])],
)
async def test_no_reply_is_lost_or_wrong_while_the_book_changes(
    engine: Engine, conversations: int, a_second: float, changes: int
) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    designer = asyncio.create_task(change_again_and_again(engine))
    await arrive(engine, conversations, a_second)
    took = loop.time() - began
    print(f"{3 * conversations / took:.0f} messages a second, {engine.in_force} versions")
    designer.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await designer

    assert len(engine.told) == conversations
    assert engine.in_force >= changes, "the book did not change often enough to show anything"
    for before, after, replies in engine.told:
        spoken = {tag_of(reply) for reply in replies}
        assert len(spoken) == 1, f"one conversation heard two books: {replies}"
        assert before <= spoken.pop() <= after
    async with engine.database.tenant(TENANT) as conn:
        counts = await (await conn.execute(COUNTS, {"t": TENANT})).fetchone()
    assert counts == (3 * conversations, 3 * conversations, 0)
