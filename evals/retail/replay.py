"""One task's actions through our own machinery: rules, conflict matrix, runner and journal."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.errors import ScenariosInvalid
from evals.retail.arguments import Answer
from evals.retail.cases import Action, Database, Task
from evals.retail.shop import RetailShop
from evals.retail.tools import retail_registry
from policies.actions import judge
from policies.assembly import compile_actions, compile_conflicts
from policies.conflicts import conflict
from policies.model import ActionSpec, ConflictVerdict, Facts
from policies.reading import Reader
from policies.schema import ActionsFile, ConflictsFile
from policies.source import read_source
from tools.journal.port import Journal
from tools.runner import ToolRunner
from tools.spec import ActionKey, Caller, Refused, Succeeded, ToolOutcome

RULES = Path(__file__).parent / "rules"
TENANT = "retail"


@dataclass(frozen=True, kw_only=True)
class RetailRules:
    """What may be done, and what waits for what."""

    actions: Mapping[str, ActionSpec]
    conflicts: Mapping[tuple[str, str], ConflictVerdict]


@dataclass(kw_only=True)
class Replayed:
    """What came of one task."""

    database: Database
    succeeded: int = 0
    refused: list[str] = field(default_factory=list)
    queued: int = 0
    reads: int = 0
    lost: int = 0
    repeated: int = 0


@dataclass(kw_only=True)
class _Replay:
    """One task at work."""

    runner: ToolRunner
    caller: Caller
    rules: RetailRules
    conversation: str
    done: Replayed
    open: list[tuple[str, str, "asyncio.Task[None]"]] = field(default_factory=list)

    async def take(self, number: int, action: Action) -> None:
        """Make a read, or let an action begin beside those that it does not conflict with."""
        spec = self.rules.actions.get(action.name)
        if spec is None:
            await self.runner.read(action.name, self.caller, action.args)
            self.done.reads += 1
            return
        subject = str(spec.subject.evaluate(self._facts(action, {})))
        self.open = [one for one in self.open if not one[2].done()]
        pending = [(name, about) for name, about, _ in self.open]
        if conflict(self.rules, pending, spec.name, subject) != "allow":
            self.done.queued += 1
            await asyncio.gather(*(work for _, about, work in self.open if about == subject))
        work = asyncio.create_task(self._act(number, spec, action))
        self.open.append((spec.name, subject, work))

    async def finish(self) -> None:
        """Wait for what still runs."""
        await asyncio.gather(*(work for _, _, work in self.open))

    async def _act(self, number: int, spec: ActionSpec, action: Action) -> None:
        """Read the facts afresh, ask the rules, and cause the effect; the same key again changes nothing."""
        facts = self._facts(action, await self._read(spec, action))
        refused = judge(spec, facts).refused
        if refused is not None:
            self.done.refused.append(f"{action.name}: rule {refused}")
            return
        key = ActionKey(f"{self.conversation}:action:{number}:run")
        outcome = await self._effect(spec, action, key)
        again = await self._effect(spec, action, key)
        self.done.repeated += 1
        if again != outcome:
            raise AssertionError(f"{key} came to {outcome} and then to {again}")
        match outcome:
            case Succeeded():
                self.done.succeeded += 1
            case Refused(code=code):
                self.done.refused.append(f"{action.name}: {code}")
            case other:
                self.done.refused.append(f"{action.name}: {type(other).__name__}")

    async def _effect(self, spec: ActionSpec, action: Action, key: ActionKey) -> ToolOutcome:
        return await self.runner.effect(spec.tool, self.caller, action.args, key)

    async def _read(self, spec: ActionSpec, action: Action) -> dict[str, Any]:
        """Make the reads that the rules need; what is not there reads as nothing at all."""
        wanted = {
            "order": ("get_order_details", {"order_id": action.args.get("order_id")}),
            "user": ("get_user_details", {"user_id": self.caller.customer_id}),
        }
        found = {}
        for need in spec.needs:
            tool, args = wanted[need]
            outcome = await self.runner.read(tool, self.caller, args)
            record = Answer.model_validate(outcome.result).found if isinstance(outcome, Succeeded) else {}
            found[need] = {"status": None, "user_id": None, "payment_methods": {}, **record}
        return found

    def _facts(self, action: Action, read: Mapping[str, Any]) -> Facts:
        customer = {"id": self.caller.customer_id, "verified": self.caller.verified}
        return {**read, "args": dict(action.args), "customer": customer}


async def replay(
    task: Task,
    database: Database,
    rules: RetailRules,
    journal: Journal,
    *,
    conversation: str,
    lose: Callable[[int], bool] = lambda number: False,
) -> Replayed:
    """Replay a task on its own database; `lose` says which answers of the company get lost."""
    shop = RetailShop(database=database, lose=lose)
    caller = Caller(
        tenant_id=TENANT,
        conversation_id=conversation,
        customer_id=customer_of(task.actions, database),
        verified=True,
    )
    work = _Replay(
        runner=ToolRunner(retail_registry(shop), journal),
        caller=caller,
        rules=rules,
        conversation=conversation,
        done=Replayed(database=database),
    )
    for number, action in enumerate(task.actions, start=1):
        await work.take(number, action)
    await work.finish()
    work.done.lost = shop.lost
    return work.done


def customer_of(actions: Sequence[Action], database: Database) -> str | None:
    """Return who the task's customer is: whose order or record the first action names that names one."""
    for action in actions:
        if found := action.args.get("user_id") or database.owner_of(action.args.get("order_id", "")):
            return str(found)
    return None


def read_rules(folder: Path = RULES) -> RetailRules:
    """Compile the rules and the conflict matrix; a mistake is told with its line."""
    actions = Reader(source=read_source(folder / "actions.yaml", "actions.yaml"))
    conflicts = Reader(source=read_source(folder / "conflicts.yaml", "conflicts.yaml"))
    shape, matrix = actions.shape(ActionsFile), conflicts.shape(ConflictsFile)
    entries = [(actions, name, action) for name, action in shape.actions.items()] if shape else []
    made = compile_actions(entries, {}, None)
    problems = [*actions.source.problems, *actions.problems, *conflicts.source.problems, *conflicts.problems]
    if problems or matrix is None:
        raise ScenariosInvalid("\n".join(map(str, problems)))
    return RetailRules(actions=made, conflicts=compile_conflicts(matrix, made))
