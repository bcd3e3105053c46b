"""What every sender of a channel promises the outbox."""

from dataclasses import dataclass, replace
from typing import Protocol

import pytest

from app.formatting.parts import Part
from app.formatting.reply import Choice
from app.outbox.port import ChannelSender, DeliveryFailed, Errand, Outage, Refused, Retryable

TEXT = "Your parcel 7731 arrives on Monday."
ADDRESS = "+49 151 0000 1042"


class Counterpart(Protocol):
    """The provider behind a sender, as a test moves it."""

    idempotent: bool
    """Whether the provider knows keys; else it shows a repeated message again."""

    def shown(self) -> list[str]:
        """The texts that were shown, in their order."""

    def fail(self, how: str) -> None:
        """Let the next attempt fail: `busy`, `refused`, `away`, `error`, `cut`, `cut_after`."""


@dataclass(frozen=True, kw_only=True)
class SenderBench:
    """A sender, its provider, and a message that can be sent."""

    sender: ChannelSender
    provider: Counterpart
    errand: Errand


def an_errand(channel: str, address: str = ADDRESS) -> Errand:
    """A message to be sent."""
    return Errand(
        tenant_id="t1",
        channel=channel,
        address=address,
        part=Part(kind="text", text=TEXT),
        key="ent_0123456789abcdef01234567.sms.1",
        conversation_id="cnv_1",
        entry_id="ent_0123456789abcdef01234567",
    )


class SenderPort:
    """The suite; a subclass gives the fixture `bench`."""

    async def test_a_message_is_shown_and_has_an_id(self, bench: SenderBench) -> None:
        assert await bench.sender.deliver(bench.errand)

        assert bench.provider.shown() == [TEXT]

    async def test_the_same_key_again_is_never_refused(self, bench: SenderBench) -> None:
        first = await bench.sender.deliver(bench.errand)
        again = await bench.sender.deliver(bench.errand)

        assert again
        if bench.provider.idempotent:
            assert (again, bench.provider.shown()) == (first, [TEXT])

    async def test_another_key_is_another_message(self, bench: SenderBench) -> None:
        first = await bench.sender.deliver(bench.errand)
        other = await bench.sender.deliver(replace(bench.errand, key=f"{bench.errand.key}0"))

        assert first != other
        assert bench.provider.shown() == [TEXT, TEXT]

    async def test_what_can_be_pressed_is_sent_with_it(self, bench: SenderBench) -> None:
        part = Part(kind="buttons", text="Shall I?", choices=(Choice(title="Yes", payload="/affirm"),))

        assert await bench.sender.deliver(replace(bench.errand, part=part))

        assert bench.provider.shown() == ["Shall I?"]

    @pytest.mark.parametrize(
        ("how", "error"),
        [
            *(("busy", Retryable), ("error", Retryable), ("cut", Retryable), ("cut_after", Retryable)),
            *(("refused", Refused), ("away", Outage)),
        ],
    )
    async def test_what_was_not_taken_raises_what_it_was(
        self, bench: SenderBench, how: str, error: type[DeliveryFailed]
    ) -> None:
        bench.provider.fail(how)

        with pytest.raises(error) as told:
            await bench.sender.deliver(bench.errand)

        assert TEXT not in str(told.value)
        assert bench.errand.address not in str(told.value)
        assert await bench.sender.deliver(bench.errand)
