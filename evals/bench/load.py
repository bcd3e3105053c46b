"""Runs the client in its own process, and measures the engine meanwhile."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT, inherited_environment
from evals.bench.client import Conversation, Message, Outcome, Plan
from evals.bench.mix import KINDS, Talk
from evals.bench.processes import Usage
from evals.errors import EvalError
from evals.figures import percentile

Read = Callable[[], Mapping[str, Usage]]
"""Reads what each part of an engine has used so far."""


class ClientFailed(EvalError):
    """The benchmark's customers could not write; the text is the client's own."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """One run: what the customers saw, and what each part used for it."""

    outcome: Outcome
    used: Mapping[str, Usage]

    @property
    def messages(self) -> int:
        """How many messages were sent."""
        return len(self.outcome.answers)

    @property
    def errors(self) -> int:
        """How many were not answered with 200."""
        return sum(answer.status != 200 for answer in self.outcome.answers)

    def cpu_ms(self, *parts: str) -> float:
        """CPU of some parts for one message."""
        used = sum(self.used[part].cpu_s for part in parts if part in self.used)
        return round(used * 1000 / self.messages, 3) if self.messages else 0.0

    def rss_mb(self, part: str) -> float:
        """Memory of a part after the run."""
        return round(self.used[part].rss_mb, 1) if part in self.used else 0.0

    def ms(self, share: float, kind: str | None = None) -> float:
        """The time within which a share of the messages was answered."""
        times = [answer.ms for answer in self.outcome.answers if kind in (None, answer.kind)]
        return round(percentile(times, share), 2)

    def times(self) -> dict[str, float]:
        """What the customers saw, as figures."""
        each = {
            f"{kind}_{name}_ms": self.ms(share, kind)
            for kind in KINDS
            for name, share in (("p50", 0.5), ("p95", 0.95))
        }
        return {
            "messages_per_second": round(self.messages / self.outcome.wall_s, 1),
            "p50_ms": self.ms(0.5),
            "p95_ms": self.ms(0.95),
            **each,
        }


def drive(url: str, talks: Sequence[Talk], run: str, at_once: int, read: Read) -> Load:
    """Let the customers write, and return what it cost between their first and last message."""
    plan = Plan(url=f"{url}/webhooks/rest/webhook", at_once=at_once, conversations=_conversations(talks, run))
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        asked, told = Path(folder) / "plan.json", Path(folder) / "outcome.json"
        asked.write_text(plan.model_dump_json(), "utf-8")
        before = read()
        done = subprocess.run(
            [sys.executable, "-m", "evals.bench.client", str(asked), str(told)],
            cwd=ROOT,
            env=inherited_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        after = read()
        if done.returncode != 0:
            raise ClientFailed(f"the customers could not write to {url}:\n{done.stderr[-2000:]}")
        outcome = Outcome.model_validate_json(told.read_bytes())
    return Load(outcome=outcome, used={part: _since(before.get(part), now) for part, now in after.items()})


def _since(before: Usage | None, after: Usage) -> Usage:
    spent = after.cpu_s - (before.cpu_s if before else 0.0)
    return Usage(cpu_s=max(0.0, spent), rss_mb=after.rss_mb)


def _conversations(talks: Sequence[Talk], run: str) -> list[Conversation]:
    return [
        Conversation(
            sender=f"{run}-{number}",
            customer_id=talk.customer_id,
            lines=[Message(text=line.text, kind=line.kind) for line in talk.lines],
        )
        for number, talk in enumerate(talks)
    ]
