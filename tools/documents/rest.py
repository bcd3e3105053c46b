"""Documents over a plain REST API."""

from pydantic import BaseModel

from tools.documents.port import Sent
from tools.rest import RestBackend
from tools.spec import ActionKey


class WireSent(BaseModel):
    """A document that was sent, as the API writes it."""

    id: str
    customer_id: str
    to: str


class RestDocuments:
    """The document service's `/documents`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def send(self, customer_id: str, kind: str, order_id: str | None, *, key: ActionKey) -> Sent:
        """Send a document, once per key."""
        wanted = {"customer_id": customer_id, "kind": kind, "order_id": order_id}
        return read_sent(
            await self._backend.act("POST", "/documents", wanted, key=key, what="order", shape=WireSent)
        )

    async def done_under(self, key: ActionKey) -> Sent | None:
        """Return what the key's receipt shows."""
        receipt = await self._backend.done_under(key, shape=WireSent)
        return None if receipt is None else read_sent(receipt)


def read_sent(wire: WireSent) -> Sent:
    """Translate a sent document from the API's words into ours."""
    return Sent(**wire.model_dump())
