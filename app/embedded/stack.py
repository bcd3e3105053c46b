"""Everything beside the engine, in the order in which it can start."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.addresses import Addresses, last_ports, save_addresses, save_ports
from app.embedded.channels import CHANNELS, channels_child, start_channels
from app.embedded.children import NLU, SHOP, child_port, free_port, nlu_child, shop_child
from app.embedded.postgres import postgres_for
from app.embedded.supervisor import Say, Server, Supervisor
from app.embedded.training import train
from app.embedded.valkey import Valkey
from app.settings import Settings

Training = Callable[[], str]
"""Gives the rule book's intents as NLU's training text; slow, called off the loop."""


@dataclass
class Stack:
    """The servers of one data folder; those with an address in the settings are left to their owners."""

    settings: Settings
    say: Say
    training: Training
    supervisor: Supervisor = field(init=False)
    ports: dict[str, int] = field(default_factory=dict)
    remembered: dict[str, int] = field(init=False)
    channels: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.supervisor = Supervisor(self.say)
        self.remembered = last_ports(self.state)

    @property
    def state(self) -> Path:
        """The data folder."""
        return self.settings.state

    async def start_stores(self) -> Addresses:
        """Start what an engine cannot be without, and choose the addresses of the rest."""
        database_url, redis_url = await asyncio.gather(self._start_database(), self._start_cache())
        addresses = Addresses(
            database_url=database_url,
            redis_url=redis_url,
            nlu_url=self.settings.nlu_url or f"http://127.0.0.1:{self._port(NLU)}",
            shop_url=self.settings.shop_url or self._own_shop_url(),
            shop_token=self._shop_token(),
            channels_url=self.settings.channels_url or f"http://127.0.0.1:{self._port(CHANNELS)}",
            channels_token=self._channels_token(),
        )
        save_ports(self.state, self.ports)
        save_addresses(self.state, addresses)
        return addresses

    async def start_services(self) -> None:
        """Start the sample company and NLU, which an engine can begin without; channels as they are named."""
        if self.settings.channels_url is None:
            self.channels = asyncio.create_task(self._start_channels(), name="channels")
        await asyncio.gather(self._start_shop(), self._start_nlu())

    async def stop(self) -> None:
        """Stop what was started here."""
        if self.channels is not None:
            self.channels.cancel()
            await asyncio.gather(self.channels, return_exceptions=True)
        await self.supervisor.stop()

    async def _start_database(self) -> str:
        if given := self.settings.url_of("database"):
            return given
        server = await asyncio.to_thread(
            postgres_for, self.state, free_port(self.remembered.get("postgres", 0))
        )
        if server.home != self.state:
            self.say(f"PostgreSQL keeps its files in {server.home}: its account cannot reach {self.state}")
        await self._start(server)
        self.ports["postgres"] = server.port
        await server.ensure_database()
        return server.url

    async def _start_cache(self) -> str:
        if given := self.settings.url_of("redis"):
            return given
        server = Valkey(self.state)
        await self._start(server)
        return server.url

    async def _start_shop(self) -> None:
        if not self._own_shop_url():
            return
        await self._start(shop_child(self.state, self._token_file, self._port(SHOP)))

    async def _start_nlu(self) -> None:
        if self.settings.nlu_url:
            return
        text = await asyncio.to_thread(self.training)
        began = time.monotonic()
        model = await train(text, self.state / "nlu", self.say, log=self.state / "log" / "training.log")
        if model.fresh:
            self.say(f"NLU model {model.fingerprint} trained ({time.monotonic() - began:.1f} s)")
        await self._start(nlu_child(self.state, model.folder, model.fingerprint, self._port(NLU)))

    async def _start_channels(self) -> None:
        def child() -> Server:
            return channels_child(self.settings, self._channels_token_file, self._port(CHANNELS))

        await start_channels(self.settings, child, self._start, self.say)

    async def _start(self, server: Server) -> None:
        began = time.monotonic()
        one = await self.supervisor.start(server)
        how = "still runs from before" if one.adopted else "runs"
        self.say(f"{server.name} {how} ({time.monotonic() - began:.1f} s)")

    def _port(self, name: str) -> int:
        """A child's port: the one it had last time unless another program took it since."""
        if name not in self.ports:
            self.ports[name] = child_port(self.state, name, self.remembered.get(name, 0))
        return self.ports[name]

    def _own_shop_url(self) -> str | None:
        """Address of the sample company, which stands in for a company only in a demo."""
        if self.settings.shop_url or not (self.settings.demo and self.settings.sample):
            return None
        return f"http://127.0.0.1:{self._port(SHOP)}"

    @property
    def _token_file(self) -> Path:
        return self.state / "shop" / "token"

    def _shop_token(self) -> str | None:
        """The token for the company's services: configured, or made for the sample company at first start."""
        if self.settings.shop_token:
            return self.settings.shop_token.get_secret_value()
        return token_in(self._token_file) if self._own_shop_url() else None

    @property
    def _channels_token_file(self) -> Path:
        return self.state / "channels" / "token"

    def _channels_token(self) -> str:
        """The key that engine and connectors share: configured, or made at first start."""
        given = self.settings.channels_token
        return token_in(self._channels_token_file, given.get_secret_value() if given else None)


def token_in(file: Path, given: str | None = None) -> str:
    """Read the token of a file that only we can read; it is the given one, or made at first start."""
    if given or not file.exists():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(given or secrets.token_urlsafe(32), "ascii")
    return file.read_text("ascii").strip()
