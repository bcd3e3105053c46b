"""The HTTP server: Rasa's `/model/parse` and `/status`, `/embed` for the knowledge search, `/healthz`.

One process, one thread: a text costs a few milliseconds, and two cores are
shared with everything else. Nothing about a text is ever logged.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from frontdesk_nlu.encoding.encoder import DIMENSIONS, MODEL_NAME
from frontdesk_nlu.serving.bodies import NotJson, WrongField, read_parse, read_texts
from frontdesk_nlu.serving.interpreter import Interpreter

MAX_BODY = 1024 * 1024
CONTRACT = "1"
PROBLEM = "application/problem+json"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger("frontdesk_nlu")


def answer(value: Any, status: int = 200, content_type: str = "application/json") -> web.Response:
    """Write a JSON response."""
    return web.Response(body=orjson.dumps(value), status=status, content_type=content_type)


def problem(status: int, slug: str, title: str, detail: str, **more: str) -> web.Response:
    """Write a problem document (RFC 9457)."""
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail, **more}
    return answer(body, status, PROBLEM)


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn everything that goes wrong into a problem document that quotes nothing of the text."""
    try:
        return await handler(request)
    except NotJson as why:
        return problem(400, "not-json", "The body is not JSON.", str(why), field="body")
    except WrongField as why:
        return problem(400, "wrong-fields", "A field is wrong.", str(why), field=why.field)
    except web.HTTPRequestEntityTooLarge:
        return problem(413, "too-large", "The body is too large.", f"Send at most {MAX_BODY} bytes.")
    except web.HTTPException as why:
        return problem(
            why.status, "not-served", f"{why.reason}.", "See nlu/contract/README.md for what is served."
        )
    except Exception as why:
        log.error("request failed: %s", type(why).__name__)
        return problem(
            500, "not-understood", "The text could not be read.", f"{type(why).__name__} was raised."
        )


class Routes:
    """The four routes over one interpreter."""

    def __init__(self, interpreter: Interpreter, model: Path) -> None:
        self._interpreter = interpreter
        self._model = model

    async def parse(self, request: web.Request) -> web.Response:
        """Understand one text."""
        asked = read_parse(await request.read())
        embedding = request.query.get("with") == "embedding"
        return answer(self._interpreter.parse(asked.text, asked.last_intents, embedding, asked.language))

    async def embed(self, request: web.Request) -> web.Response:
        """Embed many texts; between two of them a waiting customer's text has its turn."""
        vectors = []
        for text in read_texts(await request.read()):
            vectors.append(self._interpreter.embed(text))
            await asyncio.sleep(0)
        return answer({"model": MODEL_NAME, "dimensions": DIMENSIONS, "embeddings": vectors})

    async def status(self, request: web.Request) -> web.Response:
        """Say which model is served."""
        return answer(
            {
                "model_file": self._model.name,
                "model_id": self._interpreter.model_id,
                "num_active_training_jobs": 0,
                "fingerprint": self._interpreter.fingerprint,
                "contract": CONTRACT,
            }
        )

    async def healthz(self, request: web.Request) -> web.Response:
        """Say that the process answers."""
        return answer({"status": "ok"})


def create_app(interpreter: Interpreter, model: Path) -> web.Application:
    """Join routes and interpreter."""
    routes = Routes(interpreter, model)
    app = web.Application(middlewares=[problems], client_max_size=MAX_BODY)
    app.router.add_post("/model/parse", routes.parse)
    app.router.add_post("/embed", routes.embed)
    app.router.add_get("/status", routes.status)
    app.router.add_get("/healthz", routes.healthz)
    return app


def run(model: Path, host: str, port: int) -> None:
    """Serve a model folder until the process is told to stop."""
    interpreter = Interpreter.open(model)
    interpreter.parse("hello")  # the first run allocates; no customer should wait for that
    asyncio.run(serve(create_app(interpreter, model), host, port, interpreter.fingerprint))


async def serve(app: web.Application, host: str, port: int, fingerprint: str) -> None:
    """Listen, say so, and stop at SIGTERM or SIGINT after the requests at hand."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        print(f"understanding on http://{host}:{port}, model {fingerprint}", flush=True)
        await stop.wait()
    finally:
        await runner.cleanup()
