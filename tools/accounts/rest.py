"""Accounts over a plain REST API."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from tools.accounts.port import Account, Changes, LinkKind
from tools.rest import RestBackend, shaped
from tools.spec import ActionKey


class WireAccount(BaseModel):
    """One account, as the API writes it."""

    customer_id: str
    email: str
    pending_email: str | None
    phone: str | None
    address: str
    newsletter: bool
    closed: bool
    version: int


class WireLink(BaseModel):
    """The answer to a wish for a link: the same for every address."""

    accepted: bool


class RestAccounts:
    """The account system's `/accounts` and `/account-links`."""

    def __init__(self, backend: RestBackend) -> None:
        self._backend = backend

    async def get(self, customer_id: str) -> Account:
        """Return an account, or raise `NoSuchThing`."""
        found = await self._backend.get(account_path(customer_id), what="account")
        return read_account(shaped(WireAccount, found))

    async def change(self, customer_id: str, changes: Changes, *, version: int, key: ActionKey) -> Account:
        """Change phone, address or newsletter."""
        body = {name: value for name, value in vars(changes).items() if value is not None}
        return await self._act("PATCH", account_path(customer_id), body, version, key)

    async def change_email(self, customer_id: str, email: str, *, version: int, key: ActionKey) -> Account:
        """Ask the new address for confirmation."""
        return await self._act("POST", account_path(customer_id) + "/email", {"email": email}, version, key)

    async def close(self, customer_id: str, *, version: int, key: ActionKey) -> Account:
        """Close it for good."""
        return await self._act("POST", account_path(customer_id) + "/close", {}, version, key)

    async def done_under(self, key: ActionKey) -> Account | None:
        """Return the account as the key's receipt shows it."""
        receipt = await self._backend.done_under(key, shape=WireAccount)
        return None if receipt is None else read_account(receipt)

    async def send_link(self, email: str, kind: LinkKind, *, key: ActionKey) -> None:
        """Ask for a link."""
        wanted = {"email": email, "kind": kind}
        await self._backend.act("POST", "/account-links", wanted, key=key, what="link", shape=WireLink)

    async def link_sent_under(self, key: ActionKey) -> bool:
        """Say whether the API knows the key."""
        return await self._backend.done_under(key, shape=WireLink) is not None

    async def _act(
        self, method: str, path: str, body: Mapping[str, Any], version: int, key: ActionKey
    ) -> Account:
        return read_account(
            await self._backend.act(
                method, path, body, key=key, version=version, what="account", shape=WireAccount
            )
        )


def account_path(customer_id: str) -> str:
    """Where an account stands."""
    return f"/accounts/{quote(customer_id, safe='')}"


def read_account(wire: WireAccount) -> Account:
    """Translate an account from the API's words into ours."""
    return Account(**wire.model_dump())
