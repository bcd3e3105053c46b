"""Were the right tools called, in order, with the right arguments?"""

from collections.abc import Iterator

from evals.metrics.check import Check
from evals.suite.record import Exchange, Record


def right_tools(record: Record) -> Iterator[Check]:
    """Compare the calls of each turn with the script's; a call too many is wrong, too."""
    for exchange in record.exchanges:
        if exchange.expect.tools is None or exchange.why is None:
            continue
        called = [tool.name for tool in exchange.why.tools]
        yield Check(
            passed=called == list(exchange.expect.tools),
            line=exchange.line,
            about=f"tools for '{exchange.said}'",
            wanted=", ".join(exchange.expect.tools) or "none",
            found=", ".join(called) or "none",
        )
        yield from _arguments(record, exchange)


def _arguments(record: Record, exchange: Exchange) -> Iterator[Check]:
    """Compare only the arguments that the script names."""
    calls = {tool.name: tool.args for tool in exchange.why.tools} if exchange.why else {}
    for name, wanted in exchange.expect.args.items():
        for argument, value in wanted.items():
            right = record.cast.fill(value) if isinstance(value, str) else value
            found = calls.get(name, {}).get(argument)
            yield Check(
                passed=found == right,
                line=exchange.line,
                about=f"{argument} of {name}",
                wanted=repr(right),
                found=repr(found),
            )
