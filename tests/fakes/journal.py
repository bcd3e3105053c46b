"""A journal in memory with a clock that the test moves."""

from dataclasses import dataclass, field

from tests.fakes.company import NOON
from tools.journal.journal import BEGUN, STATES, is_final
from tools.journal.port import Busy, Call, Claimed, Entry, Finished, KeyTaken, State
from tools.outcomes import kind_of
from tools.spec import ActionKey, ToolOutcome, Unknown


@dataclass
class Line:
    """One effect's record."""

    call: Call
    state: State = "intended"
    attempts: int = 0
    in_doubt: bool = False
    lease_until: float = 0.0
    outcome: ToolOutcome | None = None


@dataclass
class FakeJournal:
    """Passes the same contract as the one in PostgreSQL."""

    now: float = 0.0
    lines: dict[tuple[str, ActionKey], Line] = field(default_factory=dict)

    async def claim(self, call: Call, lease_s: float) -> Claimed | Finished | Busy | KeyTaken:
        line = self.lines.setdefault((call.tenant_id, call.key), Line(call))
        if line.call != call:
            return KeyTaken()
        if is_final(line.outcome):
            return Finished(outcome=line.outcome)
        if line.state == "started" and line.lease_until > self.now:
            return Busy()
        line.in_doubt = line.in_doubt or line.state in ("started", "unknown")
        line.state, line.outcome, line.lease_until = "started", None, self.now + lease_s
        line.attempts += 1
        return Claimed(attempt=line.attempts, in_doubt=line.in_doubt)

    async def finish(self, call: Call, claim: Claimed, outcome: ToolOutcome) -> ToolOutcome:
        line = self.lines[call.tenant_id, call.key]
        if (line.state, line.attempts) == ("started", claim.attempt):
            line.state, line.outcome = STATES[kind_of(outcome)], outcome
        return line.outcome or Unknown(code="overtaken", detail="another attempt is under way", ms=0.0)

    async def begun(self, tenant_id: str, key: ActionKey) -> bool:
        line = self.lines.get((tenant_id, key))
        return line is not None and line.state in BEGUN

    async def of_conversation(self, tenant_id: str, conversation_id: str) -> list[Entry]:
        return [
            Entry(
                key=line.call.key,
                tool=line.call.tool,
                state=line.state,
                attempts=line.attempts,
                args=line.call.args,
                outcome=line.outcome,
                intended_at=NOON,
                started_at=NOON if line.attempts else None,
                finished_at=NOON if line.outcome else None,
            )
            for (tenant, _), line in self.lines.items()
            if (tenant, line.call.conversation_id) == (tenant_id, conversation_id)
        ]
