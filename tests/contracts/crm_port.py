"""What every customer record promises."""

import pytest

from tests.contracts.companies import Company
from tests.contracts.wire import Failing, WireReads
from tools.errors import NoSuchThing


class CrmPort:
    """The suite; a subclass says which companies it runs against."""

    async def test_a_customer_is_found_by_id(self, company: Company) -> None:
        marta = await company.crm.get(company.marta)

        assert (marta.name, marta.tier, marta.language) == ("Marta Lindqvist", "gold", "en")

    async def test_a_customer_is_found_by_email_in_any_case_of_letters(self, company: Company) -> None:
        marta = await company.crm.get(company.marta)

        assert await company.crm.with_email(marta.email) == marta
        assert await company.crm.with_email(marta.email.upper()) == marta

    async def test_an_unknown_email_is_nobodys(self, company: Company) -> None:
        assert await company.crm.with_email("nobody+at%all@example.org") is None

    async def test_an_unknown_customer_does_not_exist(self, company: Company) -> None:
        with pytest.raises(NoSuchThing):
            await company.crm.get("C-0")


class CrmOverTheWire(WireReads):
    """A customer by id."""

    @pytest.fixture
    async def read(self, company: Company) -> Failing:
        return lambda: company.crm.get(company.marta)
