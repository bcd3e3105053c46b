"""Replies on their way out: within the channel's limits, once for each key, with the provider's ids."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import InputChannel

from frontdesk_channels.edge import KEY, RECEIPTS, Edge, edge_of
from frontdesk_channels.failures import Undelivered

REMEMBERED = 20_000


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is to be said to one recipient, in the shape that Rasa's output channels take."""

    channel: str
    recipient: str
    key: str
    """The same key is the same reply: what was delivered under it is not delivered again."""
    messages: Sequence[Mapping[str, Any]]
    reply_to: Mapping[str, Any] = field(default_factory=dict)


class Delivery:
    """Sends through the connectors; remembers by key what arrived, also of a reply that failed halfway."""

    def __init__(self, channels: Sequence[InputChannel]) -> None:
        self._edges = {channel.name(): edge_of(channel) for channel in channels}
        self._delivered: OrderedDict[str, list[list[str]]] = OrderedDict()

    async def deliver(self, reply: Reply) -> list[str]:
        """Return the provider's ids of what was sent, or raise `Undelivered`."""
        edge = self._edges.get(reply.channel)
        if edge is None:
            raise Undelivered("outage", f"{reply.channel} is not in the file of credentials")
        done = self._done(reply.key)
        parts = list(within_limits(edge, reply.messages))
        for part in parts[len(done) :]:
            done.append(await self._send(edge, reply, len(done), part))
        return [provider_id for ids in done for provider_id in ids]

    async def _send(self, edge: Edge, reply: Reply, number: int, part: Mapping[str, Any]) -> list[str]:
        output = edge.output_for(reply.reply_to)
        if output is None:
            raise Undelivered("refused", f"{reply.channel} answers only when it is written to")
        ids: list[str] = []
        token, key = RECEIPTS.set(ids), KEY.set(f"{reply.key}:{number}")
        try:
            # The connector takes fields out of what it is given.
            await output.send_response(reply.recipient, dict(part))
        except Undelivered:
            raise
        except Exception as error:
            raise Undelivered("retryable", f"{type(error).__name__} while sending") from error
        finally:
            RECEIPTS.reset(token)
            KEY.reset(key)
        return ids

    def _done(self, key: str) -> list[list[str]]:
        """Return the ids of what was sent under this key, part by part."""
        done = self._delivered.setdefault(key, [])
        self._delivered.move_to_end(key)
        while len(self._delivered) > REMEMBERED:
            self._delivered.popitem(last=False)
        return done


def within_limits(edge: Edge, messages: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Split long texts, and write buttons that do not fit as lines: nothing is cut off."""
    for message in messages:
        rest = dict(message)
        buttons = rest.get("buttons") or ()
        if not _fit(edge, buttons):
            lines = [_line(n, button) for n, button in enumerate(buttons, 1)]
            rest = {**rest, "text": "\n".join([str(rest.get("text") or ""), *lines]).strip(), "buttons": None}
        pieces = split_text(str(rest.get("text") or ""), edge.longest_text)
        mark = {"markup": rest["markup"]} if rest.get("markup") else {}
        yield from ({"text": piece, **mark} for piece in pieces[:-1])
        last = {"text": pieces[-1]} if pieces else {}
        yield {**{name: value for name, value in rest.items() if value}, **last}


def _line(number: int, button: Mapping[str, Any]) -> str:
    """Write a button as a line; a page that it opens keeps its address."""
    return " ".join(filter(None, [f"{number}.", button.get("title"), button.get("url")]))


def _fit(edge: Edge, buttons: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether the channel can show these buttons."""
    return len(buttons) <= edge.most_buttons and all(
        len(str(button.get("title", ""))) <= edge.longest_label
        and len(str(button.get("payload", "")).encode()) <= edge.longest_payload
        for button in buttons
    )


def split_text(text: str, longest: int) -> list[str]:
    """Cut a text at the last line break or space that keeps each piece within the limit."""
    pieces: list[str] = []
    while len(text) > longest:
        window = text[: longest + 1]
        # A line is not torn where there is one to end with.
        line, space = window.rfind("\n"), window.rfind(" ")
        at = line if line > longest // 2 else max(line, space)
        at = at if at > 0 else longest
        pieces.append(text[:at])
        text = text[at:].lstrip()
    return [*pieces, text] if text else pieces
