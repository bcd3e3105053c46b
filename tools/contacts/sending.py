"""The tool that sends a code to an email address or number, so that its owner can go on from there."""

from typing import Annotated

from pydantic import StringConstraints

from tools.arguments import Answer, Arguments
from tools.contacts.port import CodeOnItsWay, ContactCodes
from tools.spec import ActionKey, Caller, ToolSpec

SEND_S = 6.0
"""A mail server may take its time to say that it took the mail."""


class SendContactCode(Arguments):
    """Where the customer says that they are reached."""

    contact: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=254)]


class CodeSent(Answer):
    """Where the code went, masked, and how long it counts."""

    to: str
    minutes: int


def send_contact_code(codes: ContactCodes) -> ToolSpec[SendContactCode, CodeSent]:
    """Make the tool; a guest may use it too: nothing is proved until the owner gives the code back."""

    async def run(caller: Caller, args: SendContactCode, key: ActionKey | None) -> CodeSent:
        assert key is not None
        return _shown(await codes.send(caller, args.contact, key=key))

    async def settle(caller: Caller, args: SendContactCode, key: ActionKey) -> CodeSent | None:
        sent = await codes.sent_under(caller, key)
        return _shown(sent) if sent else None

    return ToolSpec(
        name="send_contact_code",
        description="Send a code to an email address or phone number, to go on with the conversation there.",
        args=SendContactCode,
        result=CodeSent,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=SEND_S,
        needs_verified=False,
    )


def _shown(sent: CodeOnItsWay) -> CodeSent:
    return CodeSent(to=sent.to, minutes=sent.minutes)
