"""An event loop whose time stands still while something happens, and leaps when nothing does.

What waits for 30 seconds is there at once, and exactly 30 seconds later by the loop's clock.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Leaping(selectors.DefaultSelector):
    """Instead of waiting, moves the loop's time on."""

    loop: "Clockwork"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now; when nothing is, the time until the next timer has passed."""
        ready = super().select(0 if timeout else timeout)
        if not ready and timeout:
            self.loop.now += timeout
        return ready


class Clockwork(asyncio.SelectorEventLoop):
    """The loop."""

    def __init__(self) -> None:
        selector = _Leaping()
        selector.loop = self
        self.now = 1000.0
        super().__init__(selector)

    def time(self) -> float:
        """The time by this loop's clock."""
        return self.now


def by_clockwork(what: Coroutine[Any, Any, T]) -> T:
    """Run something to its end on a loop of that kind."""
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        return runner.run(what)


def now() -> float:
    """The time by the running loop's clock."""
    return asyncio.get_running_loop().time()
