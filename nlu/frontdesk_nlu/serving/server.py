"""The HTTP server: Rasa's `/model/parse`, `/model` and `/status`, batches, `/embed`, `/healthz`.

This process only reads requests and remembers answers; workers of its own
understand. Nothing about a text is ever logged.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import uvloop
from aiohttp import web

from frontdesk_nlu.model.folder import require
from frontdesk_nlu.serving.answers import Answers
from frontdesk_nlu.serving.bodies import (
    NotJson,
    ParseRequest,
    WrongField,
    read_batch,
    read_model,
    read_parse,
    read_texts,
)
from frontdesk_nlu.serving.queue import NotUnderstood, TooBusy, Turn
from frontdesk_nlu.serving.service import Service
from frontdesk_nlu.serving.team import CannotOpen

MAX_BODY = 1024 * 1024
CONTRACT = "1"
MODEL_NAME = "all-MiniLM-L6-v2"
DIMENSIONS = 384
JSON = "application/json"
PROBLEM = "application/problem+json"

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

log = logging.getLogger("frontdesk_nlu")


def answer(value: Any, status: int = 200, content_type: str = JSON) -> web.Response:
    """Write a JSON response."""
    return web.Response(body=orjson.dumps(value), status=status, content_type=content_type)


def problem(status: int, slug: str, title: str, detail: str, **more: str) -> web.Response:
    """Write a problem document (RFC 9457)."""
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail, **more}
    return answer(body, status, PROBLEM)


async def problems(request: web.BaseRequest, handler: Handler) -> web.StreamResponse:
    """Turn everything that goes wrong into a problem document that quotes nothing of the text."""
    try:
        return await handler(request)
    except NotJson as why:
        return problem(400, "not-json", "The body is not JSON.", str(why), field="body")
    except WrongField as why:
        return problem(400, "wrong-fields", "A field is wrong.", str(why), field=why.field)
    except TooBusy:
        return busy("More texts wait than can be read in time.")
    except CannotOpen as why:
        return problem(400, "no-model", "The model cannot be opened.", str(why), field="model_file")
    except web.HTTPRequestEntityTooLarge:
        return problem(413, "too-large", "The body is too large.", f"Send at most {MAX_BODY} bytes.")
    except web.HTTPException as why:
        return problem(
            why.status, "not-served", f"{why.reason}.", "See nlu/contract/README.md for what is served."
        )
    except NotUnderstood as why:
        log.error("a text could not be read: %s", why)
        return problem(500, "not-understood", "The text could not be read.", f"{why} was raised.")
    except Exception as why:
        log.error("request failed: %s", type(why).__name__)
        return problem(
            500, "not-understood", "The text could not be read.", f"{type(why).__name__} was raised."
        )


def busy(detail: str) -> web.Response:
    """Ask to come again."""
    response = problem(503, "busy", "Come again in a second.", detail)
    response.headers["Retry-After"] = "1"
    return response


class Routes:
    """The routes over one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._answers = Answers()

    async def parse(self, request: web.BaseRequest) -> web.Response:
        """Understand one text; whoever sends the same bytes again gets the same without a look at them."""
        body, opened = await request.read(), self._service.opened
        asked = (request.path_qs, body)
        known = self._answers.get(asked, opened)
        if known is None:
            known = await self._parse(read_parse(body), request, "now")
            if opened is self._service.opened:
                self._answers.keep(asked, known, opened)
        return web.Response(body=known, content_type=JSON)

    async def batch(self, request: web.BaseRequest) -> web.Response:
        """Understand many texts; single ones that come meanwhile are read before them."""
        asked = read_batch(await request.read())
        parsed = await asyncio.gather(*(self._parse(one, request, "later") for one in asked))
        return web.Response(body=b'{"parsed":[%b]}' % b",".join(parsed), content_type=JSON)

    async def _parse(self, asked: ParseRequest, request: web.BaseRequest, turn: Turn) -> bytes:
        understood = await self._service.queue.understand(asked.text, turn)
        embedding = request.query.get("with") == "embedding"
        return understood.told(asked.text, asked.context, embedding, asked.language)

    async def embed(self, request: web.BaseRequest) -> web.Response:
        """Embed many texts; customers' texts that come meanwhile are read before them."""
        vectors = await self._service.queue.embed(read_texts(await request.read()))
        return answer({"model": MODEL_NAME, "dimensions": DIMENSIONS, "embeddings": vectors})

    async def replace(self, request: web.BaseRequest) -> web.Response:
        """Serve another model, or the same folder's new one; nobody who waits notices."""
        await self._service.load(read_model(await request.read()))
        return web.Response(status=204)

    async def status(self, request: web.BaseRequest) -> web.Response:
        """Say which model is served."""
        opened = self._service.opened
        if opened is None:
            return busy("The model is being opened.")
        told = {"model_file": self._service.model.name, "num_active_training_jobs": 0, "contract": CONTRACT}
        return answer(told | {"model_id": opened.model_id, "fingerprint": opened.fingerprint})

    async def healthz(self, request: web.BaseRequest) -> web.Response:
        """Say that texts are understood."""
        return answer({"status": "ok"}) if self._service.opened else busy("The model is being opened.")


def create_handler(service: Service) -> Handler:
    """Join routes and service; a lookup in a dict is all the routing there is."""
    routes = Routes(service)
    known: dict[tuple[str, str], Handler] = {
        ("POST", "/model/parse"): routes.parse,
        ("POST", "/model/parse/batch"): routes.batch,
        ("PUT", "/model"): routes.replace,
        ("POST", "/embed"): routes.embed,
        ("GET", "/status"): routes.status,
        ("GET", "/healthz"): routes.healthz,
    }

    async def missing(request: web.BaseRequest) -> web.StreamResponse:
        """Say what there is."""
        other = any(path == request.path for _, path in known)
        raise web.HTTPMethodNotAllowed(request.method, []) if other else web.HTTPNotFound()

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        return await problems(request, known.get((request.method, request.path), missing))

    return handle


def run(model: Path, host: str, port: int, workers: int) -> None:
    """Serve a model folder until the process is told to stop."""
    folder = require(model.resolve())
    uvloop.run(serve(Service(folder.path, workers), host, port))


async def serve(service: Service, host: str, port: int) -> None:
    """Listen, open the model, say so, and stop at SIGTERM or SIGINT after the requests at hand."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner = web.ServerRunner(web.Server(create_handler(service), access_log=None))
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await service.load()
        fingerprint = service.opened.fingerprint if service.opened else ""
        loop.add_signal_handler(signal.SIGHUP, service.reload)
        print(f"understanding on http://{host}:{port}, model {fingerprint}", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()
        await service.close()
