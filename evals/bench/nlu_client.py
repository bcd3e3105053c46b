"""Programs that ask for the meaning of texts: `python -m evals.bench.nlu_client PLAN OUT`.

A process of its own that speaks Rasa's `POST /model/parse` over connections
it keeps, so that the same client measures every server.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import orjson
import uvloop
from pydantic import BaseModel

PATIENCE = aiohttp.ClientTimeout(total=60)
JSON = {"content-type": "application/json"}


class Asking(BaseModel):
    """Which texts to ask about where, by how many at once."""

    url: str
    at_once: int
    texts: list[str]


class Told(BaseModel):
    """The run as the askers saw it."""

    ms: list[float]
    errors: int
    wall_s: float
    client_cpu_s: float


async def ask(plan: Asking) -> Told:
    """Keep `at_once` questions under way until every text has been asked about."""
    ms: list[float] = []
    errors: list[int] = []
    waiting = iter(plan.texts)
    began = time.perf_counter()
    connector = aiohttp.TCPConnector(limit=plan.at_once)
    async with aiohttp.ClientSession(connector=connector, timeout=PATIENCE) as session:
        await asyncio.gather(
            *(_one_asker(session, plan.url, waiting, ms, errors) for _ in range(plan.at_once))
        )
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = used.ru_utime + used.ru_stime
    return Told(ms=ms, errors=len(errors), wall_s=time.perf_counter() - began, client_cpu_s=cpu_s)


async def _one_asker(
    session: aiohttp.ClientSession, url: str, waiting: Iterator[str], ms: list[float], errors: list[int]
) -> None:
    """Take texts from the common pile until none is left."""
    for text in waiting:
        began = time.perf_counter()
        try:
            async with session.post(url, data=orjson.dumps({"text": text}), headers=JSON) as response:
                answer = orjson.loads(await response.read())
                understood = response.status == 200 and answer["intent"]["name"] is not None
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
            understood = False
        ms.append((time.perf_counter() - began) * 1000)
        if not understood:
            errors.append(1)


def main(plan: Path, out: Path) -> None:
    """Read the plan, ask, and write down how it went."""
    told = uvloop.run(ask(Asking.model_validate_json(plan.read_bytes())))
    out.write_text(told.model_dump_json(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
