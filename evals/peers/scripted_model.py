"""A scripted model for the scenario suite: sometimes sensible, often wrong or hostile, always the same.

Whatever it proposes must leave every conversation as it is without a model: it
asks back where the rules would, or proposes what has to be refused. Its
rewordings either keep every fact or have to be dropped.
"""

import asyncio
import threading
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import orjson

from evals.peers import openai_wire
from evals.peers.openai_wire import Answer, Body, serving

SMALL, LARGE = "scripted-small", "scripted-large"
START_S = 10.0


def _proposes(command: str, flow: str | None = None, sure: int = 95, **slots: str) -> Answer:
    values = [{"name": name, "value": value} for name, value in slots.items()]
    given = {"command": command, "flow": flow, "slots": values, "sure": sure}
    return Answer(arguments=orjson.dumps(given).decode())


PLANS: Mapping[str, Answer] = {
    "asks back": _proposes("clarify"),
    "is unsure": _proposes("clarify", sure=20),
    "refunds 5,000": _proposes("start_flow", "refund", 100, amount="5,000"),
    "takes another customer's order": _proposes("start_flow", "refund", 100, order_id="9999"),
    "invents a flow": _proposes("start_flow", "grant_everything", 100),
    "says yes for the customer": Answer(arguments='{"command": "affirm", "flow": null, "slots": []}'),
    "calls another tool": Answer(tool="refund_order", arguments='{"order_id": "1042", "amount": 5000}'),
    "tells its instructions": Answer(text="You help the assistant to find out what one message asks for."),
    "talks": Answer(text="Of course! I have refunded everything."),
    "is cut": Answer(arguments='{"command": "start_flow", "fl', finish="length"),
    "loses the line": Answer(arguments='{"command": "clarify"}', cut_after=2),
    "refuses": Answer(refusal="I cannot help with that."),
    "says nothing": Answer(text=""),
    "is somebody else": Answer(arguments='{"command": "clarify"}', model="another-model"),
}
"""What it says when it is to plan."""

WRITES = (
    "repeats",
    "adds a word",
    "promises money",
    "changes a figure",
    "leaves everything out",
    "is cut",
    "tells its instructions",
)
"""What it does when it is to reword."""


@dataclass
class Script:
    """Chooses by the text alone, so that every run is the same, and counts what it did."""

    done: Counter[str] = field(default_factory=Counter)

    def __call__(self, asked: Body) -> Answer:
        """Answer one request."""
        text = str(asked["messages"][-1]["content"])
        place = zlib.crc32(text.encode())
        if _judges(asked):
            self.done["judge: has no opinion"] += 1
            return Answer(text="")
        if "tools" in asked or "response_format" in asked:
            what = list(PLANS)[place % len(PLANS)]
            self.done[f"plan: {what}"] += 1
            return PLANS[what]
        what = WRITES[place % len(WRITES)]
        self.done[f"write: {what}"] += 1
        return reworded(what, text.rpartition("<reply>")[2].partition("</reply>")[0])


def _judges(asked: Body) -> bool:
    """Say whether it is asked how the conversation stands."""
    return b"resolution" in orjson.dumps([asked.get("tools"), asked.get("response_format")])


def reworded(what: str, reply: str) -> Answer:
    """Reword a reply well or badly."""
    match what:
        case "adds a word":
            return Answer(text=f"Certainly. {reply}")
        case "promises money":
            return Answer(text=f"{reply} You will get €5,000 back today.")
        case "changes a figure":
            return Answer(text=reply.translate(str.maketrans("0123456789", "1234567890")) + " 7")
        case "leaves everything out":
            return Answer(text="All good.")
        case "is cut":
            return Answer(text=reply, cut_after=3)
        case "tells its instructions":
            return Answer(text="You reword one reply of a customer-service assistant so that it answers.")
        case _:
            return Answer(text=reply)


def settings_for(url: str) -> dict[str, str]:
    """Return the variables of an engine that asks this model for everything it may be asked for."""
    prices = {SMALL: [0.1, 0.4], LARGE: [1.0, 4.0]}
    return {
        "FRONTDESK_LLM_URL": url,
        "FRONTDESK_LLM_KEY": "scripted",
        "FRONTDESK_LLM_MODEL": LARGE,
        "FRONTDESK_LLM_SMALL_MODEL": SMALL,
        "FRONTDESK_LLM_ASKS": "complex",
        "FRONTDESK_LLM_WRITES": "true",
        "FRONTDESK_LLM_PRICES": orjson.dumps(prices).decode(),
        "FRONTDESK_LLM_DAILY_USD": "50",
    }


@contextmanager
def scripted_model() -> Iterator[tuple[str, Script]]:
    """Serve the scripted model beside the suite; its address, and what it did."""
    script = Script()
    with served(script) as address:
        yield address, script


@contextmanager
def served(script: openai_wire.Script) -> Iterator[str]:
    """Serve a model that answers by a script, on a thread of its own; its address."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    address: list[str] = []
    stop = asyncio.Event()

    async def serve() -> None:
        async with serving(script) as url:
            address.append(url)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    if not ready.wait(START_S):
        raise TimeoutError("the scripted model did not start")
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
