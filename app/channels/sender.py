"""The outbox's sender for every channel that Rasa's connectors serve."""

from collections.abc import Sequence
from typing import Any

from app.channels.process import ChannelsProcess
from app.channels.ways import WaysBack
from app.formatting.parts import Part
from app.formatting.reply import Card, Choice
from app.outbox.port import Errand


class ConnectorSender:
    """Hands each message to the channel's connector, with the way back to where the customer wrote."""

    def __init__(self, process: ChannelsProcess, ways: WaysBack) -> None:
        self._process = process
        self._ways = ways

    async def deliver(self, errand: Errand) -> str:
        """See `ChannelSender`."""
        way = await self._ways.find(errand.tenant_id, errand.channel, errand.address)
        reply = {
            "channel": errand.channel,
            "recipient": errand.address,
            "key": errand.key,
            "messages": [rasa_shape(errand.part)],
            "reply_to": {**way, **({"answers": errand.answers} if errand.answers else {})},
        }
        ids = await self._process.deliver(reply)
        return ids[-1] if ids else ""


def rasa_shape(part: Part) -> dict[str, Any]:
    """Write a message in the words of Rasa's output channels; `markup` says in which markup its text is."""
    shape: dict[str, Any] = {"text": part.text, "markup": part.markup}
    if part.choices:
        shape["quick_replies" if part.kind == "quick_replies" else "buttons"] = _buttons(part.choices)
    if part.cards:
        shape["elements"] = [_element(card) for card in part.cards]
    if part.media is not None:
        kind = "image" if part.media.media_type.startswith("image/") else "attachment"
        shape[kind] = part.media.url
    return {name: value for name, value in shape.items() if value}


def _buttons(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    return [
        {
            "title": one.title,
            "payload": one.payload,
            **({"url": one.url, "type": "web_url"} if one.url else {}),
        }
        for one in choices
    ]


def _element(card: Card) -> dict[str, Any]:
    element: dict[str, Any] = {"title": card.title, "subtitle": card.text, "image_url": card.image_url}
    element["buttons"] = _buttons(card.choices)
    return {name: value for name, value in element.items() if value}
