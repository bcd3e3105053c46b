"""What every declared tool promises, whichever protocol its system speaks."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from app.declared import declared_tools
from tests.fakes.journal import FakeJournal
from tests.fakes.tool import MARTA, STRANGER
from tests.peers.warehouse import Warehouse
from tools.declared.admission import SecretMissing
from tools.declared.keeping import Keeper
from tools.errors import BackendFailed
from tools.guarded import guarded_session
from tools.networks import read_networks
from tools.registry import Registry
from tools.runner import ToolRunner
from tools.spec import ActionKey, Caller, Failed, NotFound, Refused, Succeeded, ToolOutcome, Unknown

BOOKS = Path(__file__).parent / "connections"
SECRETS = {"warehouse_key": "warehouse-secret", "warehouse_password": "pallet-9"}
OTHER = Caller(tenant_id="demo", conversation_id="cv_3", customer_id="C-2002", verified=True)
_numbers = count(1)


def secrets(name: str) -> str:
    """The secrets of the tests."""
    if name not in SECRETS:
        raise SecretMissing(f"Set FRONTDESK_SECRET_{name.upper()}.")
    return SECRETS[name]


def a_key() -> ActionKey:
    """A key that was never used."""
    return ActionKey(f"conversation:action:{next(_numbers):06}")


@dataclass
class Storehouse:
    """A warehouse behind declared tools."""

    registry: Registry
    warehouse: Warehouse | None = None
    """None where it stands in another process."""
    runner: ToolRunner = field(init=False)

    def __post_init__(self) -> None:
        self.runner = self.another()

    def another(self) -> ToolRunner:
        """A runner that remembers nothing of what the first one did."""
        return ToolRunner(self.registry, FakeJournal())

    async def read(self, tool: str, caller: Caller = MARTA, **args: Any) -> ToolOutcome:
        return await self.runner.read(tool, caller, args)

    async def reserve(
        self, sku: str, quantity: int = 2, *, key: ActionKey | None = None, tool: str = "reserve"
    ) -> ToolOutcome:
        return await self.runner.effect(tool, MARTA, {"sku": sku, "quantity": quantity}, key or a_key())


@asynccontextmanager
async def tools_of(book: Path, allowed: str = "127.0.0.0/8") -> AsyncIterator[Registry]:
    """The tools that a folder declares."""
    keeper = Keeper()
    async with guarded_session(read_networks(allowed)) as session:
        registry = Registry(declared_tools(book, session, secrets, keeper).sound())
        await keeper.begin()
        try:
            yield registry
        finally:
            await keeper.close()


def book_with(folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """A book with one connections file of the tests, and the documents beside it."""
    target = folder / "connections"
    (target / "documents").mkdir(parents=True)
    (target / f"{name}.yaml").write_text(change((BOOKS / f"{name}.yaml").read_text("utf-8")), "utf-8")
    for document in (BOOKS / "documents").iterdir():
        (target / "documents" / document.name).write_bytes(document.read_bytes())
    return folder


class DeclaredTools:
    """The suite; a subclass says which storehouse it runs against."""

    async def test_a_read_gives_typed_values(self, store: Storehouse) -> None:
        found = await store.read("find_stock", sku="LAMP")

        assert isinstance(found, Succeeded)
        assert found.result == {"available": 10, "shelf": "A-7"}

    async def test_what_does_not_exist_is_not_found(self, store: Storehouse) -> None:
        assert isinstance(await store.read("find_stock", sku="NONE"), NotFound)

    async def test_an_effect_happens_and_is_told(self, store: Storehouse) -> None:
        made = await store.reserve("VASE", 3)

        assert isinstance(made, Succeeded)
        assert made.result["quantity"] == 3
        assert await left(store, "VASE") == 7

    async def test_a_refusal_has_the_companys_own_word(self, store: Storehouse) -> None:
        refused = await store.reserve("DESK", 99)

        assert isinstance(refused, Refused)
        assert refused.code == "sold_out"
        assert await left(store, "DESK") == 10

    async def test_wrong_arguments_are_named_and_never_sent(self, store: Storehouse) -> None:
        before = store.warehouse.calls if store.warehouse else 0

        for args, named in (({}, "sku"), ({"sku": "LAMP", "colour": "red"}, "colour"), ({"sku": ""}, "sku")):
            outcome = await store.read("find_stock", **args)
            assert isinstance(outcome, Refused)
            assert outcome.code == "invalid_arguments"
            assert named in outcome.detail

        if store.warehouse:
            assert store.warehouse.calls == before

    async def test_nobody_unknown_causes_an_effect(self, store: Storehouse) -> None:
        args = {"sku": "RUG", "quantity": 1}

        refused = await store.runner.effect("reserve", STRANGER, args, a_key())

        assert isinstance(refused, Refused)
        assert refused.code == "not_verified"
        assert await left(store, "RUG") == 10

    async def test_another_customers_thing_looks_as_if_it_did_not_exist(self, store: Storehouse) -> None:
        key = a_key()
        await store.reserve("SOFA", key=key)

        assert isinstance(await store.read("find_reservation", reference=key), Succeeded)
        assert isinstance(await store.read("find_reservation", OTHER, reference=key), NotFound)

    async def test_a_read_without_an_answer_fails_in_time(self, store: Storehouse) -> None:
        outcome = await store.read("find_stock", sku="SLOW")

        assert isinstance(outcome, Failed)
        assert outcome.code in ("no_answer", "timeout")

    async def test_a_system_that_breaks_fails_a_read(self, store: Storehouse) -> None:
        assert isinstance(await store.read("find_stock", sku="BROKEN"), Failed)

    async def test_an_effect_that_broke_before_it_happened_is_a_failure_once_looked_up(
        self, store: Storehouse
    ) -> None:
        outcome = await store.reserve("BROKEN")

        assert isinstance(outcome, Failed), outcome

    async def test_what_is_repeated_stays_in_doubt_until_it_is_answered(self, store: Storehouse) -> None:
        assert isinstance(await store.reserve("BROKEN", tool="reserve_again"), Unknown)

    async def test_an_effect_whose_answer_is_lost_is_found_and_not_repeated(self, store: Storehouse) -> None:
        made = await store.reserve("LOST")

        assert isinstance(made, Succeeded), made
        assert made.result["quantity"] == 2
        assert await left(store, "LOST") == 8

    async def test_an_effect_is_repeated_under_its_key_where_the_system_remembers_it(
        self, store: Storehouse
    ) -> None:
        before = await left(store, "LOST")

        made = await store.reserve("LOST", 1, tool="reserve_again")

        assert isinstance(made, Succeeded), made
        assert await left(store, "LOST") == before - 1

    async def test_the_same_key_acts_once_even_for_an_engine_that_forgot(self, store: Storehouse) -> None:
        key, args = a_key(), {"sku": "OVEN", "quantity": 2}

        outcomes = [
            await runner.effect("reserve", MARTA, args, key) for runner in (store.runner, store.another())
        ]

        results = [outcome.result for outcome in outcomes if isinstance(outcome, Succeeded)]
        assert results == [results[0], results[0]]
        assert await left(store, "OVEN") == 8

    async def test_a_key_cannot_name_two_effects(self, store: Storehouse) -> None:
        key = a_key()
        await store.reserve("BOWL", 1, key=key)

        refused = await store.another().effect("reserve", MARTA, {"sku": "BOWL", "quantity": 2}, key)

        assert isinstance(refused, Refused)
        assert refused.code == "key_reused"

    async def test_an_answer_that_is_too_large_is_not_taken(self, store: Storehouse) -> None:
        outcome = await store.read("find_stock", sku="HUGE")

        assert isinstance(outcome, Failed)
        assert outcome.code == "too_large"

    async def test_an_answer_that_nobody_can_read_fails_a_read(self, store: Storehouse) -> None:
        outcome = await store.read("find_stock", sku="GARBLED")

        assert isinstance(outcome, Failed)
        assert outcome.code == "bad_answer"

    async def test_an_effect_whose_answer_cannot_be_read_is_looked_up(self, store: Storehouse) -> None:
        for sku in ("GARBLED", "HUGE"):
            made = await store.reserve(sku)
            assert isinstance(made, Succeeded), made
            assert made.result["quantity"] == 2


async def left(store: Storehouse, sku: str) -> int:
    """How many there still are, whatever article it is."""
    found = await store.read("find_stock", sku=sku)
    if not isinstance(found, Succeeded):
        raise BackendFailed("left", f"{found}")
    return int(found.result["available"])
