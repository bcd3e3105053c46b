"""A tool that plays a script: each call takes the next line."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from tools.arguments import Answer, Arguments, Version
from tools.spec import ActionKey, Caller, Risk, ToolSpec

L = TypeVar("L", int | Exception, int | Exception | None)
MARTA = Caller(tenant_id="demo", conversation_id="cv_1", customer_id="C-1001", verified=True)
STRANGER = Caller(tenant_id="demo", conversation_id="cv_2", customer_id=None, verified=False)


class Wish(Arguments):
    """What is wanted."""

    what: str
    version: Version = None


class Made(Answer):
    """What was made of it."""

    number: int


@dataclass
class Script:
    """What the tool answers or raises, and what a look-up of its key finds; both count their calls."""

    runs: list[int | Exception]
    lookups: list[int | Exception | None] = field(default_factory=list)
    ran: int = 0
    looked_up: int = 0

    async def run(self, caller: Caller, args: BaseModel, key: ActionKey | None) -> Made:
        self.ran += 1
        return Made(number=next_of(self.runs) or 0)

    async def settle(self, caller: Caller, args: BaseModel, key: ActionKey) -> Made | None:
        self.looked_up += 1
        number = next_of(self.lookups)
        return None if number is None else Made(number=number)

    def tool(self, name: str, risk: Risk, *, blind: bool = False, **more: Any) -> ToolSpec[Wish, Made]:
        """The tool; a blind one cannot be looked up."""
        settle = None if blind or risk == "read" else self.settle
        return ToolSpec(
            name=name,
            description="Plays a script.",
            args=Wish,
            result=Made,
            risk=risk,
            run=self.run,
            settle=settle,
            timeout_s=5.0,
            **more,
        )


def next_of(lines: list[L]) -> int | None:
    """Take the next line; the last one stays."""
    line: int | Exception | None = lines.pop(0) if len(lines) > 1 else lines[0]
    if isinstance(line, Exception):
        raise line
    return line
