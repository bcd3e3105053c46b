"""The tool that sends a document to the verified customer's own address."""

from typing import Annotated

from pydantic import StringConstraints

from tools.arguments import Answer, Arguments, OrderNumber
from tools.documents.port import Documents, Sent
from tools.spec import ActionKey, Caller, ToolSpec

Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]


class SendDocument(Arguments):
    """Which document, about which order if it is about one. The address is never an argument."""

    kind: Kind
    order_id: OrderNumber | None = None


class DocumentSent(Answer):
    """What is on its way, and to where."""

    document_id: str
    kind: str
    to: str


def send_document(documents: Documents) -> ToolSpec[SendDocument, DocumentSent]:
    """Make the tool that sends a document to the address on file."""

    async def run(caller: Caller, args: SendDocument, key: ActionKey | None) -> DocumentSent:
        assert key is not None
        assert caller.customer_id is not None
        return receipt(await documents.send(caller.customer_id, args.kind, args.order_id, key=key), args)

    async def settle(caller: Caller, args: SendDocument, key: ActionKey) -> DocumentSent | None:
        done = await documents.done_under(key)
        return receipt(done, args) if done else None

    return ToolSpec(
        name="send_document",
        description="Send a document to the email address in the verified customer's account.",
        args=SendDocument,
        result=DocumentSent,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=3.0,
    )


def receipt(sent: Sent, args: SendDocument) -> DocumentSent:
    """A sent document as its receipt."""
    return DocumentSent(document_id=sent.id, kind=args.kind, to=sent.to)
