"""`python -m examples.shop`: the sample company on loopback."""

import argparse
import socket
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from examples.shop.accounts.desk import AccountDesk
from examples.shop.accounts.routes import account_routes
from examples.shop.company import Company
from examples.shop.faults import Line
from examples.shop.repository import Repository
from examples.shop.seed import first_day
from examples.shop.service import create_service, kept_token


def main() -> None:
    """Open the shop and serve until told to stop."""
    options = parsed()
    token_file = options.token_file or options.state.with_name(options.state.name + ".token")
    for file in (options.state, token_file):
        file.parent.mkdir(parents=True, exist_ok=True)
    token = kept_token(token_file)
    books = opened(options.state, options.seed, options.today or date.today())
    # Inventing 600 orders takes a while, and everybody who starts over on a day gets the same ones.
    first_day_on = lru_cache(maxsize=1)(partial(first_day, options.seed))
    company = Company(books, now=partial(clock, options.today), first_day_on=first_day_on)
    desk = AccountDesk(company, options.seed, partial(clock, options.today))
    company.forget_with(desk.start_over)
    serve(options.port, create_service(company, token, account_routes(company, desk)))
    books.close()


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m examples.shop", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="SQLite file that holds the shop")
    parser.add_argument("--token-file", type=Path, help="file with the API token; default: STATE.token")
    parser.add_argument("--seed", type=int, default=7, help="which shop to invent at the first start")
    parser.add_argument("--today", type=date.fromisoformat, help="the shop's date; default: the real one")
    return parser.parse_args()


def opened(state: Path, seed: int, today: date) -> Repository:
    """Open the shop's file; a new one is filled with its first day."""
    books = Repository(state)
    if books.is_new:
        books.open_shop(first_day(seed, today))
    return books


def clock(day: date | None) -> datetime:
    """The shop's time."""
    return on_day(day, datetime.now())


def on_day(day: date | None, now: datetime) -> datetime:
    """The time of day, on the shop's date if one was set."""
    moment = now.replace(microsecond=0)
    return moment if day is None else datetime.combine(day, moment.time())


def serve(port: int, service: ASGIApp) -> None:
    """Bind first, say where, then answer until SIGINT or SIGTERM."""
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    host, bound = listener.getsockname()
    print(f"Kessel & Birch answers at http://{host}:{bound}", flush=True)
    config = uvicorn.Config(
        service,
        http=Line,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
