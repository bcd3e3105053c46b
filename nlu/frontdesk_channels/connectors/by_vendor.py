"""Connectors that stand on a vendor's wire format: Rasa's that needed more than a mend, and new ones."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from mimetypes import guess_type
from typing import Any, ClassVar
from urllib.parse import urlsplit

import aiohttp
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from frontdesk_channels.edge import KEY, Edge, called_url, sent
from frontdesk_channels.events import Attachment, Event, Said
from frontdesk_channels.failures import Undelivered
from frontdesk_channels.files import MOST_BYTES
from frontdesk_channels.vendors.hook import Answer, Hook
from frontdesk_channels.vendors.saying import NO_ANSWER, Call, Card, Choice, Heard, Media, Saying
from frontdesk_channels.vendors.vendor import Fetch, Vendor

WITHIN = aiohttp.ClientTimeout(total=10.0)
IMAGE = "image/*"


class Line:
    """The connections to one vendor, opened at the first call."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, call: Call) -> Heard:
        """Make one call."""
        sending = {"data": call.body or None, "headers": call.headers}
        try:
            async with self._open().request(call.method, call.url, **sending) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Heard(status=response.status, headers=headers, body=await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Heard(status=NO_ANSWER)

    async def bytes_at(self, call: Call) -> bytes | None:
        """Make one call for a file; None when it is not given, or is larger than any that is kept."""
        try:
            async with self._open().request(call.method, call.url, headers=call.headers) as response:
                found = await response.content.read(MOST_BYTES + 1)
                while len(found) <= MOST_BYTES and (more := await response.content.read(MOST_BYTES)):
                    found += more
                return found if response.status == 200 and len(found) <= MOST_BYTES else None
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=WITHIN)
        return self._session

    async def close(self) -> None:
        """Hang up."""
        if self._session is not None:
            await self._session.close()


class Sayings(OutputChannel):
    """Takes replies as Rasa's output channels do, and gives them on as sayings."""

    def __init__(self, vendor: Vendor, fetch: Fetch, reply_to: Mapping[str, Any]) -> None:
        self._vendor = vendor
        self._fetch = fetch
        self._reply_to = reply_to

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Say one part of a reply."""
        for saying in sayings_of(recipient_id, message, self._reply_to):
            for piece in self._vendor.pieces(saying):
                await self.say(piece)

    async def say(self, saying: Saying) -> None:
        """Say it by the vendor's API; a proof that the vendor no longer takes is fetched anew, once."""
        call = self._vendor.write(saying, datetime.now(UTC))
        heard = await self._made(call)
        if heard.status == 401 and self._vendor.access is not None:
            self._vendor.access.forget()
            heard = await self._made(call)
        sent(self._vendor.taken(heard))

    async def _made(self, call: Call) -> Heard:
        access = self._vendor.access
        proof = await access.headers() if access is not None else {}
        return await self._fetch(replace(call, headers={**call.headers, **proof}))


class Collected(Sayings):
    """Keeps what is said for the response to the vendor's request."""

    def __init__(self, vendor: Vendor, fetch: Fetch) -> None:
        super().__init__(vendor, fetch, {})
        self.said: list[Saying] = []

    async def say(self, saying: Saying) -> None:
        """Keep it."""
        self.said.append(saying)


class ByVendor(Edge, InputChannel):
    """A connector whose vendor verifies, reads and writes."""

    wire: ClassVar[type[Vendor]]
    most_buttons = 0

    def __init__(self, vendor: Vendor, line: Line) -> None:
        self.vendor = vendor
        self.line = line
        self.answers_here = vendor.answers_at_once

    @classmethod
    def name(cls) -> str:
        """Return the name that the channel has in credentials.yml."""
        return cls.__name__.lower()

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "ByVendor":
        """Make it from the fields of credentials.yml."""
        line = Line()
        return cls(cls.wire.from_credentials(credentials, line.fetch), line)

    async def close(self) -> None:
        """Hang up."""
        await self.line.close()

    @property
    def unsigned(self) -> str:
        """Every vendor here proves itself, or is asked back."""
        return ""

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Serve the webhook; what a request says was verified and read before."""
        webhook = Blueprint(f"{self.name()}_webhook", __name__)

        async def health(_: Request) -> HTTPResponse:
            return json({"status": "ok"})

        async def receive(request: Request) -> HTTPResponse:
            greeting: Answer | None = request.ctx.greeting
            if greeting is not None or not self.answers_here:
                return _response(greeting or Answer())
            return _response(await self._answered(request.ctx.events, on_new_message))

        webhook.add_route(health, "/", methods=["GET"])
        webhook.add_route(receive, "/webhook", methods=["GET", "POST"])
        return webhook

    async def _answered(
        self, events: Sequence[Event], on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> Answer:
        """Wait for the replies, and say them in the response."""
        collected, heard = (
            Collected(self.vendor, self.line.fetch),
            [one for one in events if isinstance(one, Said)],
        )
        for said in heard:
            own = self.name(), said.message_id
            await on_new_message(UserMessage(said.text, collected, said.sender, None, *own))
        return self.vendor.answer(collected.said, heard=bool(heard))

    async def authenticate(self, request: Request) -> None:
        """Let the vendor verify and read; what it fetches to do so is fetched here."""
        hook = hook_of(request)
        request.ctx.greeting, request.ctx.events = self.vendor.greet(hook), ()
        if request.ctx.greeting is None:
            await self.vendor.verify(hook, datetime.now(UTC))
            request.ctx.events = await self.vendor.read(hook)

    def read(self, request: Request) -> Sequence[Event]:
        """Return what was read when the request was verified."""
        events: Sequence[Event] = request.ctx.events
        return events

    async def file(self, kept: Attachment) -> bytes | None:
        """Fetch what came with a message."""
        call = await self.vendor.file(kept)
        return None if call is None else await self.line.bytes_at(call)

    def output_for(self, reply_to: Mapping[str, Any]) -> Sayings | None:
        """Return what answers where a message came from."""
        return None if self.answers_here else Sayings(self.vendor, self.line.fetch, reply_to)

    def get_output_channel(self) -> Sayings | None:
        """See Rasa's."""
        return self.output_for({})

    async def whoami(self) -> str:
        """Ask the vendor whom the credentials belong to."""
        access, question = self.vendor.access, self.vendor.introduction()
        proof = await access.headers() if access is not None else {}
        if question is None:
            return self.name() if proof else ""
        asked = replace(question, headers={**question.headers, **proof})
        return self.vendor.introduced(await self.line.fetch(asked))


def hook_of(request: Request) -> Hook:
    """Return the raw request, under the address that the vendor called."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Hook(method=request.method, url=called_url(request), headers=headers, body=request.body)


def sayings_of(to: str, message: Mapping[str, Any], reply_to: Mapping[str, Any]) -> Sequence[Saying]:
    """Translate one part of a reply from the shape that Rasa's output channels take."""
    shown = message.get("image") or message.get("attachment")
    choices = [_choice(one) for one in message.get("buttons") or message.get("quick_replies") or ()]
    cards = [_card(one) for one in message.get("elements") or ()]
    common: dict[str, Any] = {"to": to, "key": KEY.get(), "reply_to": reply_to}
    found = []
    if message.get("text") or choices or cards:
        text = str(message.get("text") or "")
        found.append(Saying(text=text, choices=choices, cards=cards, **common))
    if shown:
        found.append(Saying(media=_media(shown, bool(message.get("image"))), **common))
    if not found:
        raise Undelivered("refused", "there is nothing in it to say")
    return found


def _media(shown: Any, image: bool) -> Media:
    if isinstance(shown, Mapping):
        address = str(shown.get("url") or "")
        kind = str(shown.get("media_type") or shown.get("content_type") or "")
        return Media(url=address, name=str(shown.get("name") or ""), media_type=kind)
    guessed = guess_type(urlsplit(str(shown)).path)[0] or ""
    return Media(url=str(shown), media_type=guessed or (IMAGE if image else ""))


def _choice(one: Mapping[str, Any]) -> Choice:
    said = {name: str(one.get(name) or "") for name in ("title", "payload", "url", "description")}
    return Choice(**said)


def _card(one: Mapping[str, Any]) -> Card:
    return Card(
        title=str(one.get("title") or ""),
        text=str(one.get("subtitle") or one.get("text") or ""),
        image_url=str(one.get("image_url") or ""),
        choices=[_choice(button) for button in one.get("buttons") or ()],
    )


def _response(answer: Answer) -> HTTPResponse:
    return raw(answer.body, answer.status, content_type=answer.media_type)
