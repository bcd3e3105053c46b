"""A channel in memory: what it is given is there to be read."""

from app.outbox.port import Errand, Outage


class Letterbox:
    """Takes every message, unless it is shut."""

    def __init__(self) -> None:
        self.taken: list[Errand] = []
        self.shut = False

    async def deliver(self, errand: Errand) -> str:
        """See `ChannelSender`."""
        if self.shut:
            raise Outage("the letterbox is shut")
        self.taken.append(errand)
        return f"box-{len(self.taken)}"

    def last_to(self, address: str) -> str:
        """The newest message to an address."""
        return [errand.part.text for errand in self.taken if errand.address == address][-1]
