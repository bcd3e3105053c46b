"""What every system of accounts, subscriptions, declined payments and documents promises."""

from datetime import date, timedelta

import pytest

from tests.contracts.companies import MARTA_ID, Company, a_key
from tools.accounts.port import Changes
from tools.errors import BackendRefused, NoSuchThing, VersionConflict
from tools.subscriptions.port import Subscription


async def subscription_of(company: Company, customer_id: str = MARTA_ID) -> Subscription:
    """The customer's newest subscription as it is now."""
    return (await company.service.subscriptions.of_customer(customer_id))[0]


class AccountsPort:
    """The suite; a subclass says which companies it runs against."""

    async def test_what_is_changed_is_changed_under_the_next_version(self, company: Company) -> None:
        accounts = company.service.accounts
        before = await accounts.get(MARTA_ID)

        wanted = Changes(phone="+46 40 5550199", newsletter=not before.newsletter)
        after = await accounts.change(MARTA_ID, wanted, version=before.version, key=a_key())

        assert (after.phone, after.newsletter) == ("+46 40 5550199", not before.newsletter)
        assert (after.address, after.email) == (before.address, before.email)
        assert after.version > before.version
        assert await accounts.get(MARTA_ID) == after

    async def test_the_same_key_changes_once_and_tells_what_it_did(self, company: Company) -> None:
        accounts, key = company.service.accounts, a_key()
        assert await accounts.done_under(key) is None
        before = await accounts.get(MARTA_ID)
        wanted = Changes(address="Mill Lane 1, 1650 Copenhagen, Denmark")

        first = await accounts.change(MARTA_ID, wanted, version=before.version, key=key)
        again = await accounts.change(MARTA_ID, wanted, version=before.version, key=key)

        assert again == first == await accounts.done_under(key)
        assert (await accounts.get(MARTA_ID)).version == first.version

    async def test_who_has_read_an_older_version_changes_nothing(self, company: Company) -> None:
        accounts = company.service.accounts
        before = await accounts.get(MARTA_ID)
        await accounts.change(MARTA_ID, Changes(newsletter=True), version=before.version, key=a_key())

        with pytest.raises(VersionConflict):
            await accounts.change(MARTA_ID, Changes(newsletter=False), version=before.version, key=a_key())
        assert (await accounts.get(MARTA_ID)).newsletter

    async def test_a_new_email_waits_until_its_link_is_opened(self, company: Company) -> None:
        accounts = company.service.accounts
        before = await accounts.get(MARTA_ID)

        after = await accounts.change_email(
            MARTA_ID, "marta.new@example.org", version=before.version, key=a_key()
        )

        assert (after.email, after.pending_email) == (before.email, "marta.new@example.org")

    async def test_an_address_of_somebody_else_is_refused(self, company: Company) -> None:
        accounts = company.service.accounts
        taken, version = (await accounts.get("C-1002")).email, (await accounts.get(MARTA_ID)).version

        with pytest.raises(BackendRefused):
            await accounts.change_email(MARTA_ID, taken, version=version, key=a_key())

    async def test_a_link_is_accepted_for_every_address_alike(self, company: Company) -> None:
        accounts, known, unknown = company.service.accounts, a_key(), a_key()

        await accounts.send_link((await accounts.get(MARTA_ID)).email, "password_link", key=known)
        await accounts.send_link("nobody.at.all@example.org", "password_link", key=unknown)

        assert await accounts.link_sent_under(known)
        assert await accounts.link_sent_under(unknown)
        assert not await accounts.link_sent_under(a_key())

    async def test_a_closed_account_changes_no_more(self, company: Company) -> None:
        accounts = company.service.accounts
        loner = "C-1003"  # every third customer subscribes to nothing
        before = await accounts.get(loner)

        closed = await accounts.close(loner, version=before.version, key=a_key())

        assert closed.closed
        with pytest.raises(BackendRefused):
            await accounts.change(loner, Changes(newsletter=True), version=closed.version, key=a_key())

    async def test_nobody_has_no_account(self, company: Company) -> None:
        with pytest.raises(NoSuchThing):
            await company.service.accounts.get("C-0")


class SubscriptionsPort:
    """The suite; a subclass says which companies it runs against."""

    async def test_a_pause_ends_on_its_day_and_can_be_ended_before(self, company: Company) -> None:
        subscriptions, before = company.service.subscriptions, await subscription_of(company)
        until = date.fromisoformat("2026-11-21") + timedelta(days=90)

        paused = await subscriptions.pause(before.id, until, version=before.version, key=a_key())
        resumed = await subscriptions.resume(before.id, version=paused.version, key=a_key())

        assert (paused.status, paused.paused_until, paused.next_box) == ("paused", until, None)
        assert (resumed.status, resumed.paused_until) == ("active", None)
        assert resumed.next_box is not None

    async def test_a_pause_of_years_is_refused(self, company: Company) -> None:
        before = await subscription_of(company)

        with pytest.raises(BackendRefused):
            await company.service.subscriptions.pause(
                before.id, date(2030, 1, 1), version=before.version, key=a_key()
            )

    async def test_the_same_key_ends_once_and_keeps_what_is_paid_for(self, company: Company) -> None:
        subscriptions, key = company.service.subscriptions, a_key()
        before = await subscription_of(company, "C-1002")

        first = await subscriptions.cancel(before.id, version=before.version, key=key)
        again = await subscriptions.cancel(before.id, version=before.version, key=key)

        assert (first.status, first.paid_until) == ("ended", before.paid_until)
        assert again == first == await subscriptions.done_under(key)
        with pytest.raises(BackendRefused):
            await subscriptions.cancel(before.id, version=first.version, key=a_key())


class AttemptsPort:
    """The suite; a subclass says which companies it runs against."""

    async def test_a_payment_that_wanted_a_confirmation_goes_through_once_a_key(
        self, company: Company
    ) -> None:
        attempts, key = company.service.attempts, a_key()
        before = (await attempts.of_customer(MARTA_ID))[0]

        first = await attempts.retry(before.id, version=before.version, key=key)
        again = await attempts.retry(before.id, version=before.version, key=key)

        assert (first.state, first.amount) == ("paid", before.amount)
        assert again == first == await attempts.retried_under(key)
        with pytest.raises(BackendRefused):
            await attempts.retry(before.id, version=first.version, key=a_key())

    async def test_a_card_without_cover_is_not_charged_again_but_a_link_is_sent(
        self, company: Company
    ) -> None:
        attempts, key = company.service.attempts, a_key()
        before = (await attempts.of_customer("C-1003"))[0]

        with pytest.raises(BackendRefused):
            await attempts.retry(before.id, version=before.version, key=a_key())
        await attempts.send_link(before.id, key=key)

        assert await attempts.link_sent_under(key)
        assert (await attempts.of_customer("C-1003"))[0].state == "declined"


class DocumentsPort:
    """The suite; a subclass says which companies it runs against."""

    async def test_a_document_goes_to_the_address_on_file_once_a_key(self, company: Company) -> None:
        documents, key = company.service.documents, a_key()

        first = await documents.send(MARTA_ID, "terms", None, key=key)
        again = await documents.send(MARTA_ID, "terms", None, key=key)

        assert first.to == (await company.service.accounts.get(MARTA_ID)).email
        assert again == first == await documents.done_under(key)

    async def test_a_document_about_somebody_elses_order_is_not_sent(self, company: Company) -> None:
        with pytest.raises(NoSuchThing):
            await company.service.documents.send("C-1002", "order_confirmation", "1042", key=a_key())

    async def test_a_document_that_there_is_not_is_refused(self, company: Company) -> None:
        with pytest.raises(BackendRefused):
            await company.service.documents.send(MARTA_ID, "love_letter", None, key=a_key())
