"""Logs as one JSON object a line, without a word of a customer's."""

import logging
import sys
from typing import Any

import orjson
import structlog

from app.settings import Settings


def configure_logs(settings: Settings) -> None:
    """Send structlog and the standard library's logs through one JSON renderer into the log folder."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_dump),
        ],
    )
    root = logging.getLogger()
    root.handlers[:] = [_handler(settings, formatter)]
    root.setLevel(settings.log_level.upper())
    for noisy in ("httpx", "nemoguardrails", "asyncio", "langgraph", "aiohttp.access", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _handler(settings: Settings, formatter: logging.Formatter) -> logging.Handler:
    """Write to the data folder when there is one, else to standard error."""
    folder = settings.state / "log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.FileHandler(folder / "engine.log", encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    return handler


def _dump(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()
