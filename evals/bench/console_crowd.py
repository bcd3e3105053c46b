"""Customers and agents of a benchmark: real sockets, real logins, over the public API alone."""

import asyncio
import random
import secrets
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import orjson

SKILLS = ("orders", "refunds", "billing", "complaints", "product", "general")
ASKS = ("I want to talk to a person", "Can I speak to a human please", "Get me an agent")
ASKS_FOR = "general"
"""What a person needs to be good at for those who say nothing of their matter."""
FALLBACK_S = 60.0
"""After so long somebody else takes them, too."""
SMALL_TALK = "hello"
BEAT_S = 15.0
VIEWS = 5
AT_ONCE = 24
PATIENCE_S = 30.0
IN_TIME_S = 10.0
SEED = 29


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """How many come, and what they do."""

    agents: int = 100
    waiting: int = 1000
    messages: int = 2400
    per_second: float = 50.0
    ask_every: int = 5
    """One in so many messages asks for a person."""
    handling_s: float = 20.0
    """On average: half as long at least, half as long again at most."""
    limit: int = 5


@dataclass(kw_only=True)
class Seen:
    """What was seen from outside."""

    notified_ms: list[float] = field(default_factory=list)
    assigned_after_s: list[float] = field(default_factory=list)
    """From when an agent who fits had room for it and it waited."""
    waited_s: list[float] = field(default_factory=list)
    first_view_ms: list[float] = field(default_factory=list)
    queue_ms: list[float] = field(default_factory=list)
    left_with_room: int = 0
    most_on_a_desk: int = 0
    sent: int = 0
    lasted_s: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)
    """What was refused, by method, kind of address and status."""


@dataclass(kw_only=True)
class Room:
    """One agent: the cookie, and since when each free place on the desk is free."""

    agent_id: str
    cookie: str
    fits: bool
    """Whether those who wait are for this agent from the first moment on."""
    free_since: deque[float]
    opened_at: float = 0.0
    held: int = 0


@dataclass(kw_only=True)
class Stage:
    """The running benchmark."""

    url: str
    key: str
    crowd: Crowd
    session: aiohttp.ClientSession
    seen: Seen = field(default_factory=Seen)
    rooms: dict[str, Room] = field(default_factory=dict)
    requested_at: dict[str, float] = field(default_factory=dict)
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    luck: random.Random = field(default_factory=lambda: random.Random(SEED))

    async def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, cookie: str | None = None
    ) -> Any:
        """Send one request; what is refused is counted."""
        console = {"X-Frontdesk": "1", "Prefer": "return=minimal"}
        headers = {"Cookie": cookie, **console} if cookie else {"X-API-Key": self.key}
        async with self.session.request(method, self.url + path, json=body, headers=headers) as response:
            raw = await response.read()
            if response.status >= 400:
                place = "/".join(part for part in path.split("?")[0].split("/") if "_" not in part)
                self.seen.errors[f"{method} {place} {response.status}"] += 1
                return None
            return orjson.loads(raw) if raw.startswith((b"{", b"[")) else raw

    def begin(self, work: Any) -> None:
        """Let something go on beside the rest."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def play(url: str, key: str, crowd: Crowd) -> Seen:
    """Hire agents, let customers wait, then open the consoles and let more customers come."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        stage = Stage(url=url, key=key, crowd=crowd, session=session)
        rooms = [await hire(stage, number) for number in range(crowd.agents)]
        await fill_queue(stage)
        await look(stage, rooms[0])
        for room in rooms:
            stage.begin(work(stage, room))
        await arrivals(stage)
        await settle(stage)
        for task in list(stage.tasks):
            task.cancel()
        await asyncio.gather(*stage.tasks, return_exceptions=True)
    return stage.seen


async def hire(stage: Stage, number: int) -> Room:
    """Add a person who can do half of everything, choose a password with the code, and sign in."""
    skills = [SKILLS[(number + step) % len(SKILLS)] for step in range(3)] if number % 2 else list(SKILLS)
    person = {"email": f"agent{number}@example.com", "name": f"Agent {number}", "skills": skills}
    added = await stage.call("POST", "/api/v1/admin/people", {**person, "max_load": stage.crowd.limit})
    login = {"email": person["email"], "password": secrets.token_urlsafe(12)}
    code = {"code": added["welcome"]["code"], "password": login["password"]}
    await stage.call("POST", "/api/v1/auth/welcome/password", code)
    async with stage.session.post(f"{stage.url}/api/v1/auth/login", json=login) as response:
        cookie = "; ".join(f"{one.key}={one.value}" for one in response.cookies.values())
    agent_id, fits = str(added["person"]["agent_id"]), ASKS_FOR in skills
    return Room(agent_id=agent_id, cookie=cookie, fits=fits, free_since=deque())


async def say(stage: Stage, text: str, sender: str) -> None:
    """Let a customer write; who asks for a person waits from then on."""
    message = {"channel": "web", "message_id": secrets.token_hex(8), "text": text, "address": sender}
    stored = await stage.call("POST", "/api/v1/messages", message)
    stage.seen.sent += 1
    if stored and text in ASKS:
        stage.requested_at.setdefault(stored["conversation_id"], time.time())


async def fill_queue(stage: Stage) -> None:
    """Let customers ask for a person while nobody is there, and wait until all of them stand in the queue."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with limit:
            await say(stage, ASKS[number % len(ASKS)], f"early-{number}")

    await asyncio.gather(*(one(number) for number in range(stage.crowd.waiting)))
    stage.seen.sent = 0
    deadline = time.time() + 120
    while time.time() < deadline:
        queue = await stage.call("GET", "/api/v1/queue?limit=1")
        if queue and queue["total_queued"] >= stage.crowd.waiting:
            return
        await asyncio.sleep(0.3)


async def look(stage: Stage, room: Room) -> None:
    """Load what the console's first view loads, as a browser does: the page, its files, then its lists."""
    for _ in range(VIEWS):
        began = time.perf_counter()
        page = await stage.call("GET", "/console", cookie=room.cookie)
        files = [part.split(b'"')[0].decode() for part in bytes(page or b"").split(b'="/assets/')[1:]]
        await asyncio.gather(*(stage.call("GET", f"/assets/{name}", cookie=room.cookie) for name in files))
        await asyncio.gather(
            stage.call("GET", "/api/v1/auth/me", cookie=room.cookie),
            stage.call("GET", "/api/v1/conversations?status=waiting&limit=100", cookie=room.cookie),
        )
        stage.seen.first_view_ms.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        await stage.call("GET", "/api/v1/queue?limit=100", cookie=room.cookie)
        stage.seen.queue_ms.append((time.perf_counter() - began) * 1000)


async def work(stage: Stage, room: Room) -> None:
    """Keep a console open and do what an agent does with each conversation that comes."""
    url = stage.url.replace("http", "ws", 1) + "/ws/console?bundle=1&recent"
    status = f"/api/v1/agents/{room.agent_id}/status"
    await stage.call("PATCH", status, {"status": "online"}, room.cookie)
    async with stage.session.ws_connect(url, headers={"Cookie": room.cookie}) as socket:
        stage.rooms[room.agent_id] = room
        room.opened_at = time.time()
        room.free_since.extend([room.opened_at] * stage.crowd.limit)
        stage.begin(beat(socket))
        async for message in socket:
            frame = orjson.loads(message.data)
            for event in frame["events"] if frame["type"] == "events" else (frame,):
                hear(stage, room, event)


async def beat(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Say now and then that somebody is there."""
    while not socket.closed:
        await socket.send_str('{"type":"ping"}')
        await asyncio.sleep(BEAT_S)


def hear(stage: Stage, room: Room, event: Mapping[str, Any]) -> None:
    """Note how late an event is; take on what is one's own."""
    kind, now = event["type"], time.time()
    if kind not in ("handoff.requested", "conversation.assigned"):
        return
    at = datetime.fromisoformat(event["at"]).timestamp()
    conversation = event["conversation_id"]
    if kind == "handoff.requested":
        if at > room.opened_at:
            stage.seen.notified_ms.append(max(0.0, now - at) * 1000)
    elif event["data"]["agent_id"] == room.agent_id:
        stage.seen.notified_ms.append(max(0.0, now - at) * 1000)
        take(stage, room, conversation, at)


def take(stage: Stage, room: Room, conversation: str, at: float) -> None:
    """Take a conversation on: it fills the place that was free longest."""
    seen, requested = stage.seen, stage.requested_at.get(conversation, at)
    free = room.free_since.popleft() if room.free_since else at
    fits_from = requested if room.fits else requested + FALLBACK_S
    seen.assigned_after_s.append(max(0.0, at - max(fits_from, free)))
    seen.waited_s.append(max(0.0, at - requested))
    room.held += 1
    seen.most_on_a_desk = max(seen.most_on_a_desk, room.held)
    stage.begin(handle(stage, room, conversation))


async def handle(stage: Stage, room: Room, conversation: str) -> None:
    """Answer after a while and give the conversation back."""
    await asyncio.sleep(stage.crowd.handling_s * stage.luck.uniform(0.5, 1.5))
    base = f"/api/v1/agents/{room.agent_id}"
    written = {"message_id": secrets.token_hex(8), "text": "I have looked into it, and it is settled."}
    await stage.call("POST", f"{base}/conversations/{conversation}/messages", written, room.cookie)
    room.held -= 1
    released = await stage.call("POST", f"{base}/release/{conversation}", {"note": "settled"}, room.cookie)
    if released is not None:
        room.free_since.append(time.time())


async def arrivals(stage: Stage) -> None:
    """Let customers write at a steady pace, whoever is slow."""
    crowd, began = stage.crowd, time.monotonic()
    sending: set[asyncio.Task[None]] = set()
    for number in range(crowd.messages):
        await asyncio.sleep(max(0.0, began + number / crowd.per_second - time.monotonic()))
        asks = number % crowd.ask_every == 0
        text = ASKS[number % len(ASKS)] if asks else SMALL_TALK
        sending.add(asyncio.create_task(say(stage, text, f"{'late' if asks else 'talk'}-{number}")))
    await asyncio.gather(*sending)
    stage.seen.lasted_s = time.monotonic() - began


async def settle(stage: Stage) -> None:
    """Let the queue empty for a while; count who was left although somebody who fits has room."""
    deadline = time.monotonic() + PATIENCE_S
    queue: Any = None
    while time.monotonic() < deadline:
        queue = await stage.call("GET", "/api/v1/queue?limit=200")
        if queue and not queue["items"]:
            return
        await asyncio.sleep(1.0)
    rows = queue["items"] if queue else ()
    late = [row for row in rows if row["waited_s"] > IN_TIME_S and row["expected_wait_s"] == 0]
    stage.seen.left_with_room = len(late)
