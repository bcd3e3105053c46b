"""The tool that looks at the caller's own account."""

from tools.accounts.port import Account, Accounts
from tools.arguments import Answer, NoArguments
from tools.spec import ActionKey, Caller, ToolSpec


class FoundAccount(Answer):
    """The caller's account."""

    customer_id: str
    email: str
    pending_email: str | None
    phone: str | None
    address_line: str
    newsletter: bool
    closed: bool
    version: int


def look_up_account(accounts: Accounts) -> ToolSpec[NoArguments, FoundAccount]:
    """Make the tool that looks up the caller's account."""

    async def run(caller: Caller, args: NoArguments, key: ActionKey | None) -> FoundAccount:
        assert caller.customer_id is not None
        return described(await accounts.get(caller.customer_id))

    return ToolSpec(
        name="look_up_account",
        description="Look up the account of the customer who asks.",
        args=NoArguments,
        result=FoundAccount,
        risk="read",
        run=run,
    )


def described(account: Account) -> FoundAccount:
    """An account in the words of conditions and templates."""
    fields = {name: value for name, value in vars(account).items() if name != "address"}
    return FoundAccount(address_line=account.address, **fields)
