"""The tool that tells who asks."""

from typing import Annotated

from pydantic import StringConstraints

from tools.arguments import Answer, Arguments
from tools.crm.port import Crm, Customer
from tools.errors import NoSuchThing
from tools.spec import ActionKey, Caller, ToolSpec

PROFILE_S = 30.0
"""A profile changes rarely; it may be this old."""


class LookUpCustomer(Arguments):
    """Which customer; without an id, the one who asks."""

    customer_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] | None = None


class CustomerProfile(Answer):
    """Who asks."""

    customer_id: str
    name: str
    first_name: str
    email: str
    tier: str
    language: str
    city: str
    customer_since: str


def look_up_customer(crm: Crm) -> ToolSpec[LookUpCustomer, CustomerProfile]:
    """Make the tool that looks up the caller's own profile; anybody else looks as if they did not exist."""

    async def run(caller: Caller, args: LookUpCustomer, key: ActionKey | None) -> CustomerProfile:
        wanted = args.customer_id or caller.customer_id
        if wanted is None or wanted != caller.customer_id:
            raise NoSuchThing("customer")
        return profile(await crm.get(wanted))

    return ToolSpec(
        name="look_up_customer",
        description="Look up the customer who asks.",
        args=LookUpCustomer,
        result=CustomerProfile,
        risk="read",
        run=run,
        cache_s=PROFILE_S,
    )


def profile(customer: Customer) -> CustomerProfile:
    """A customer in the words of conditions and templates."""
    return CustomerProfile(
        customer_id=customer.id,
        name=customer.name,
        first_name=customer.name.split(" ", 1)[0],
        email=customer.email,
        tier=customer.tier,
        language=customer.language,
        city=customer.city,
        customer_since=customer.since.isoformat(),
    )
