"""Tools that change the caller's own account, each once per key and on fresh state."""

from collections.abc import Awaitable, Callable

from tools.accounts.port import Account, Accounts, Changes, LinkKind
from tools.accounts.reading import FoundAccount, described
from tools.arguments import Address, Answer, Arguments, Email, Phone, Version
from tools.errors import VersionConflict
from tools.spec import ActionKey, Caller, ToolSpec

EFFECT_S = 3.0


class ChangeAccountAddress(Arguments):
    """Where the customer lives now; the version is the one they were told about."""

    address: Address
    version: Version = None


class ChangePhone(Arguments):
    """Under which number the customer is reached now."""

    phone: Phone
    version: Version = None


class ChangeEmail(Arguments):
    """With which address the customer signs in from now on."""

    email: Email
    version: Version = None


class SetNewsletter(Arguments):
    """Whether the newsletter comes."""

    wanted: bool
    version: Version = None


class CloseAccount(Arguments):
    """Nothing but the version that the customer was told about."""

    version: Version = None


class SendAccountLink(Arguments):
    """Which link shall go to which address."""

    email: Email
    kind: LinkKind


class LinkAccepted(Answer):
    """The same whether somebody uses the address or nobody does."""

    kind: str


Change = Callable[[str, int, ActionKey], Awaitable[Account]]


async def on_own_account(
    accounts: Accounts, caller: Caller, read_version: int | None, key: ActionKey | None, change: Change
) -> FoundAccount:
    """Change the caller's account; one that has changed meanwhile is read again, once."""
    assert key is not None
    assert caller.customer_id is not None
    version = read_version
    if version is None:
        version = (await accounts.get(caller.customer_id)).version
    try:
        return described(await change(caller.customer_id, version, key))
    except VersionConflict:
        fresh = await accounts.get(caller.customer_id)
        return described(await change(caller.customer_id, fresh.version, key))


def settled_by(accounts: Accounts) -> Callable[[ActionKey], Awaitable[FoundAccount | None]]:
    """Look up what was changed under a key."""

    async def settle(key: ActionKey) -> FoundAccount | None:
        done = await accounts.done_under(key)
        return described(done) if done else None

    return settle


def change_account_address(accounts: Accounts) -> ToolSpec[ChangeAccountAddress, FoundAccount]:
    """Make the tool that changes where the customer lives."""

    async def run(caller: Caller, args: ChangeAccountAddress, key: ActionKey | None) -> FoundAccount:
        async def move(customer_id: str, version: int, once: ActionKey) -> Account:
            wanted = Changes(address=args.address)
            return await accounts.change(customer_id, wanted, version=version, key=once)

        return await on_own_account(accounts, caller, args.version, key, move)

    async def settle(caller: Caller, args: ChangeAccountAddress, key: ActionKey) -> FoundAccount | None:
        return await settled_by(accounts)(key)

    return ToolSpec(
        name="change_account_address",
        description="Change the address in the customer's account, for the orders to come.",
        args=ChangeAccountAddress,
        result=FoundAccount,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def change_phone(accounts: Accounts) -> ToolSpec[ChangePhone, FoundAccount]:
    """Make the tool that changes the customer's phone number."""

    async def run(caller: Caller, args: ChangePhone, key: ActionKey | None) -> FoundAccount:
        async def dial(customer_id: str, version: int, once: ActionKey) -> Account:
            wanted = Changes(phone=args.phone)
            return await accounts.change(customer_id, wanted, version=version, key=once)

        return await on_own_account(accounts, caller, args.version, key, dial)

    async def settle(caller: Caller, args: ChangePhone, key: ActionKey) -> FoundAccount | None:
        return await settled_by(accounts)(key)

    return ToolSpec(
        name="change_phone",
        description="Change the phone number in the customer's account.",
        args=ChangePhone,
        result=FoundAccount,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def change_email(accounts: Accounts) -> ToolSpec[ChangeEmail, FoundAccount]:
    """Make the tool that asks a new address for confirmation."""

    async def run(caller: Caller, args: ChangeEmail, key: ActionKey | None) -> FoundAccount:
        async def ask(customer_id: str, version: int, once: ActionKey) -> Account:
            return await accounts.change_email(customer_id, args.email, version=version, key=once)

        return await on_own_account(accounts, caller, args.version, key, ask)

    async def settle(caller: Caller, args: ChangeEmail, key: ActionKey) -> FoundAccount | None:
        return await settled_by(accounts)(key)

    return ToolSpec(
        name="change_email",
        description="Send a confirmation link to a new email address; until it is opened the old one counts.",
        args=ChangeEmail,
        result=FoundAccount,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def set_newsletter(accounts: Accounts) -> ToolSpec[SetNewsletter, FoundAccount]:
    """Make the tool that begins or ends the newsletter."""

    async def run(caller: Caller, args: SetNewsletter, key: ActionKey | None) -> FoundAccount:
        async def switch(customer_id: str, version: int, once: ActionKey) -> Account:
            wanted = Changes(newsletter=args.wanted)
            return await accounts.change(customer_id, wanted, version=version, key=once)

        return await on_own_account(accounts, caller, args.version, key, switch)

    async def settle(caller: Caller, args: SetNewsletter, key: ActionKey) -> FoundAccount | None:
        return await settled_by(accounts)(key)

    return ToolSpec(
        name="set_newsletter",
        description="Begin or end the newsletter for the customer who asks.",
        args=SetNewsletter,
        result=FoundAccount,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def close_account(accounts: Accounts) -> ToolSpec[CloseAccount, FoundAccount]:
    """Make the tool that closes the caller's account."""

    async def run(caller: Caller, args: CloseAccount, key: ActionKey | None) -> FoundAccount:
        async def close(customer_id: str, version: int, once: ActionKey) -> Account:
            return await accounts.close(customer_id, version=version, key=once)

        return await on_own_account(accounts, caller, args.version, key, close)

    async def settle(caller: Caller, args: CloseAccount, key: ActionKey) -> FoundAccount | None:
        return await settled_by(accounts)(key)

    return ToolSpec(
        name="close_account",
        description="Close the customer's account for good.",
        args=CloseAccount,
        result=FoundAccount,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
    )


def send_account_link(accounts: Accounts) -> ToolSpec[SendAccountLink, LinkAccepted]:
    """Make the tool that sends a link to an address on file.

    Whoever is locked out cannot be verified, so nobody need be: the link goes only to an address
    that an account uses, and the answer is the same for every address.
    """

    async def run(caller: Caller, args: SendAccountLink, key: ActionKey | None) -> LinkAccepted:
        assert key is not None
        await accounts.send_link(args.email, args.kind, key=key)
        return LinkAccepted(kind=args.kind)

    async def settle(caller: Caller, args: SendAccountLink, key: ActionKey) -> LinkAccepted | None:
        return LinkAccepted(kind=args.kind) if await accounts.link_sent_under(key) else None

    return ToolSpec(
        name="send_account_link",
        description="Send a password or activation link to an address, if an account uses it.",
        args=SendAccountLink,
        result=LinkAccepted,
        risk="write",
        run=run,
        settle=settle,
        timeout_s=EFFECT_S,
        needs_verified=False,
    )
