"""Rasa's Socket.IO channel, mended: a reply that nobody is there to read is told as undelivered."""

from collections.abc import Mapping
from typing import Any

from rasa.core.channels.socketio import SocketIOInput, SocketIOOutput

from frontdesk_channels.edge import KEY, Edge, sent
from frontdesk_channels.failures import Undelivered


class Emitter(SocketIOOutput):
    """Emits to the sockets of one session."""

    def __init__(self, sio: Any, bot_message_evt: str, namespace: str | None) -> None:
        super().__init__(sio, bot_message_evt)
        self._namespace = namespace or "/"

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Emit a text as one message."""
        await self._send_message(recipient_id, {"text": text})

    async def _send_message(self, socket_id: str, response: Any) -> None:
        rooms = self.sio.manager.rooms.get(self._namespace, {})
        if not rooms.get(socket_id):
            raise Undelivered("retryable", "the customer's browser is not connected")
        await self.sio.emit(self.bot_message_evt, response, room=socket_id, namespace=self._namespace)
        sent(KEY.get())


class SocketIO(Edge, SocketIOInput):
    """Web clients of Rasa, such as rasa-webchat; sessions live as long as their sockets, or their id."""

    reads_all = False
    longest_text = 64 * 1024
    most_buttons = 20
    longest_label = 200

    @property
    def unsigned(self) -> str:
        """Without a key for tokens anybody may open a socket, as in any web chat."""
        return "" if self.jwt_key else "set jwt_key where only your own pages may open a socket"

    def output_for(self, reply_to: Mapping[str, Any]) -> Emitter:
        """Answer in the room of the session."""
        return self.get_output_channel()

    def get_output_channel(self) -> Emitter:
        """See Rasa's; ours notices that nobody listens."""
        if self.sio is None:
            raise Undelivered("retryable", "the sockets are not open yet")
        return Emitter(self.sio, self.bot_message_evt, self.namespace)
