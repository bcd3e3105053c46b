"""The retail data: a database of users, orders and products, and tasks with the actions that solve them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from evals.errors import NothingToMeasure

Rows = dict[str, dict[str, Any]]
"""Records by their id."""


@dataclass(kw_only=True)
class Database:
    """The three tables; whoever works on one has a copy of its own."""

    users: Rows
    orders: Rows
    products: Rows

    def owner_of(self, order_id: str) -> str | None:
        """Return whose order it is."""
        order = self.orders.get(order_id)
        return str(order["user_id"]) if order else None


@dataclass(frozen=True, kw_only=True)
class Action:
    """One call of a tool, as the data wants it."""

    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a customer wants, as the calls that meet it."""

    id: str
    actions: Sequence[Action]


@dataclass(frozen=True, kw_only=True)
class Cases:
    """All of it; the database is kept as bytes, so that each task begins with a fresh one."""

    stored: bytes
    tasks: Sequence[Task]

    def database(self) -> Database:
        """Return the database as it is before anything was done."""
        tables = orjson.loads(self.stored)
        return Database(users=tables["users"], orders=tables["orders"], products=tables["products"])


def read_cases(folder: Path | None) -> Cases:
    """Read `db.json` and `tasks.json`; without them say where they are looked for."""
    if folder is None:
        raise NothingToMeasure(
            "the retail cases need their data: give the folder with db.json and tasks.json "
            "with --data, or set FRONTDESK_RETAIL_DATA."
        )
    missing = [name for name in ("db.json", "tasks.json") if not (folder / name).is_file()]
    if missing:
        raise NothingToMeasure(
            f"{folder} has no {' and no '.join(missing)}. Give another folder with --data."
        )
    return Cases(
        stored=(folder / "db.json").read_bytes(),
        tasks=[_task(told) for told in orjson.loads((folder / "tasks.json").read_bytes())],
    )


def _task(told: Mapping[str, Any]) -> Task:
    """Read one task; one that wants no action has none."""
    wanted = (told.get("evaluation_criteria") or {}).get("actions") or []
    actions = [Action(name=one["name"], args=one["arguments"]) for one in wanted]
    return Task(id=str(told["id"]), actions=actions)
