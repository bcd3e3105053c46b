"""Mails in and answers out: stored before they are confirmed, in one thread, to nobody but who is proven."""

import re
import smtplib
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage

import pytest

from app.conversations.repository import KnownCustomer, store_customers
from app.email import repository
from app.email.deps import MailDeps
from app.email.taking import take_mail
from app.embedded.postgres import Postgres
from tests.integration.front import TENANT, Front, open_front
from tests.integration.mail_house import HELP, MailHouse, mail, mail_house, proven
from tests.integration.test_gateway_outage import let_in

FORGOTTEN = (
    *("outbox", "inbox", "threads", "turns", "checkpoints", "entries", "mails", "handoffs"),
    *("identities", "conversations", "customers"),
)
"""What an earlier test left."""


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture
async def house(front: Front) -> AsyncIterator[MailHouse]:
    async with mail_house(front) as opened:
        async with front.database.tenant(TENANT) as conn:
            for table in FORGOTTEN:
                await conn.execute(f"delete from {table} where tenant_id = %s", [TENANT])
        yield opened


async def test_a_mail_is_a_message_of_whoever_sent_it(house: MailHouse) -> None:
    await house.hand_in(mail("Where is order #1042?\n\n-- \nAnn", Subject="My order"))

    (conversation,) = await house.conversations()
    await house.front.answers(conversation, "On its way.")
    assert await house.said(conversation) == ["My order\n\nWhere is order #1042?"]


async def test_the_same_mail_twice_is_one_message(house: MailHouse) -> None:
    sent = mail(Message_ID="<one@example.org>")
    await house.hand_in(sent)
    await house.hand_in(sent)

    (conversation,) = await house.conversations()
    await house.front.answers(conversation, "On its way.")
    assert await house.said(conversation) == ["Where is it?"]


async def test_nothing_is_relayed(house: MailHouse) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await house.hand_in(mail(), to="somebody@elsewhere.example")
    assert refused.value.recipients["somebody@elsewhere.example"][0] == 550


async def test_a_mail_is_confirmed_only_when_it_is_stored(
    house: MailHouse, postgres: Postgres, database: str
) -> None:
    sent = mail(Message_ID="<kept@example.org>")
    await let_in(postgres, database, False)
    try:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await house.hand_in(sent)
    finally:
        await let_in(postgres, database, True)
    assert refused.value.smtp_code == 451

    await house.hand_in(sent)
    assert len(await house.conversations()) == 1


async def test_an_answer_goes_out_in_its_thread_and_marked_as_automatic(house: MailHouse) -> None:
    await house.hand_in(
        mail(Subject="My order", Message_ID="<a1@example.org>", References="<a0@example.org>")
    )
    (conversation,) = await house.conversations()

    answer = await house.answer(conversation, "It leaves **today**.")

    assert house.office.mails[-1][0] == ["ann@example.org"]
    assert answer["From"] == "Lamps and more <help@shop.example>"
    assert answer["Subject"] == "Re: My order"
    assert answer["In-Reply-To"] == "<a1@example.org>"
    assert answer["References"] == "<a0@example.org> <a1@example.org>"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert re.fullmatch(r"help\+[a-z0-9]+-[0-9a-f]{16}@shop\.example", answer["Reply-To"])
    assert isinstance(answer, EmailMessage)
    texts = {part.get_content_type(): part.get_content() for part in answer.iter_parts()}
    assert texts["text/plain"].strip() == "It leaves today."
    assert "<p>It leaves <strong>today</strong>.</p>" in texts["text/html"]


async def test_a_persons_answer_is_not_marked_as_automatic(house: MailHouse) -> None:
    await house.hand_in(mail())
    (conversation,) = await house.conversations()
    await house.front.hands_off(conversation)
    assert (await house.front.call("POST", f"/api/v1/agents/runa/claim/{conversation}"))[0] == 200

    path = f"/api/v1/agents/runa/conversations/{conversation}/messages"
    assert (await house.front.call("POST", path, {"message_id": "m1", "text": "I look after it."}))[0] < 300
    await house.outbox.carry()

    answer = house.office.mails[-1][1]
    assert "I look after it." in str(answer)
    assert answer["Auto-Submitted"] is None


@pytest.mark.parametrize("by", ["mark", "reference"])
async def test_a_reply_goes_on_in_the_conversation_it_answers(house: MailHouse, by: str) -> None:
    await house.hand_in(mail("First"))
    (conversation,) = await house.conversations()
    answer = await house.answer(conversation, "And then?")

    if by == "mark":
        await house.hand_in(mail("Second"), to=answer["Reply-To"])
    else:
        await house.hand_in(mail("Second", In_Reply_To=answer["Message-ID"]))

    assert await house.conversations() == [conversation]
    await house.front.answers(conversation, "Fine.")
    assert await house.said(conversation) == ["First", "Second"]


async def test_somebody_elses_mark_or_reference_opens_nothing(house: MailHouse) -> None:
    await house.hand_in(proven("First"))
    (conversation,) = await house.conversations()
    answer = await house.answer(conversation, "And then?")

    thief = mail("Send it to me", sender="thief@bad.example", In_Reply_To=answer["Message-ID"])
    await house.hand_in(thief, to=answer["Reply-To"])

    other = (await house.conversations())[1:]
    assert len(other) == 1
    await house.front.answers(other[0], "No.")
    assert await house.said(other[0]) == ["Send it to me"]


async def test_a_forged_sender_gets_no_conversation_of_whom_it_claims_to_be(house: MailHouse) -> None:
    await house.hand_in(proven("First"))
    (known,) = await house.conversations()
    await house.front.answers(known, "Yes?")

    await house.hand_in(mail("Cancel everything"))

    other = (await house.conversations())[1:]
    assert len(other) == 1
    async with house.front.database.tenant(TENANT) as conn:
        rows = await (
            await conn.execute("select conversation_id, verified from conversations order by started_at")
        ).fetchall()
    assert rows == [(known, True), (other[0], False)]


async def test_a_proven_senders_mails_are_one_conversation(house: MailHouse) -> None:
    await house.hand_in(proven("First"))
    await house.hand_in(proven("Second", Subject="Something else"))

    (conversation,) = await house.conversations()
    await house.front.answers(conversation, "One.")
    await house.front.answers(conversation, "Two.")
    assert await house.said(conversation) == ["First", "Something else\n\nSecond"]


async def test_who_wrote_in_the_widget_goes_on_by_mail_from_the_address_the_company_knows(
    house: MailHouse,
) -> None:
    marta = KnownCustomer(
        external_id="C-7007", name="Marta", email="marta@known.example", tier="gold", language="en"
    )
    async with house.front.database.tenant(TENANT) as conn:
        await store_customers(conn, house.front.vault, TENANT, [marta])
    begun = {"channel": "web", "message_id": "w1", "text": "Hello", "customer_id": "C-7007"}
    _, stored = await house.front.call("POST", "/api/v1/messages", begun)
    await house.front.answers(stored["conversation_id"], "Yes?")

    await house.hand_in(mail("It was I", sender="marta@known.example"))
    await house.hand_in(proven("And by mail", sender="marta@known.example"))
    await house.answer(stored["conversation_id"], "I see.")

    assert await house.said(stored["conversation_id"]) == ["Hello", "And by mail"]
    assert house.office.mails[-1][0] == ["marta@known.example"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"List_Id": "<news.other.example>"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
    ],
)
async def test_what_no_person_wrote_is_taken_and_never_answered(
    house: MailHouse, headers: dict[str, str]
) -> None:
    await house.hand_in(mail("I am away until Monday.", **headers))

    assert await house.conversations() == []
    async with house.front.database.tenant(TENANT) as conn:
        assert len(await repository.aside(conn, TENANT, 10)) == 1


async def test_two_machines_do_not_answer_each_other_for_ever(house: MailHouse) -> None:
    await house.hand_in(mail("Hello"))
    (conversation,) = await house.conversations()
    answer = await house.answer(conversation, "We look after it.")

    # The other side's machine sends back what it got, with our own marks in it, as from our own address.
    await house.hand_in(answer.as_bytes(), to=answer["Reply-To"])

    assert await house.conversations() == [conversation]
    assert await house.said(conversation) == ["Hello"]


async def test_a_bounce_is_told_to_the_message_that_came_back(house: MailHouse) -> None:
    await house.hand_in(mail())
    (conversation,) = await house.conversations()
    answer = await house.answer(conversation, "It leaves today.")
    assert await house.outbox.states(conversation) == ["sent"]

    await house.hand_in(bounce_of(answer["Message-ID"]), sender="")

    (line,) = await house.outbox.lines(conversation)
    assert (line[1], line[3]) == ("dead", "the mail came back (5.1.1)")


async def test_a_bounce_of_a_mail_that_was_never_sent_changes_nothing(house: MailHouse) -> None:
    await house.hand_in(mail())
    (conversation,) = await house.conversations()
    await house.answer(conversation, "It leaves today.")

    await house.hand_in(bounce_of("<guessed@shop.example>"), sender="")

    assert await house.outbox.states(conversation) == ["sent"]


def bounce_of(message_id: str) -> bytes:
    return (
        "From: MAILER-DAEMON@example.org\r\nTo: help@shop.example\r\nSubject: Undelivered Mail\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; ann@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: Re:\r\n"
        f"Message-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("answer", "state"), [("550 5.1.1 Nobody here", "dead"), ("451 4.2.0 Later", "waiting")]
)
async def test_a_mail_server_that_refuses_decides_whether_it_is_tried_again(
    house: MailHouse, answer: str, state: str
) -> None:
    await house.hand_in(mail())
    (conversation,) = await house.conversations()
    house.office.refuses["ann@example.org"] = answer

    await house.outbox.told(conversation, "It leaves today.")

    (line,) = await house.outbox.lines(conversation)
    assert line[1] == state
    assert "ann@" not in line[3]


async def test_a_second_attempt_is_the_same_mail(house: MailHouse) -> None:
    await house.hand_in(mail())
    (conversation,) = await house.conversations()
    house.office.refuses["ann@example.org"] = "451 4.2.0 Later"
    await house.outbox.told(conversation, "It leaves today.")
    house.office.refuses.clear()

    await house.outbox.carry(after_s=3)

    assert len(house.office.mails) == 1
    async with house.front.database.tenant(TENANT) as conn:
        rows = await (await conn.execute("select count(*) from mails where kind = 'sent'")).fetchone()
    assert rows == (1,)


async def test_an_answer_goes_elsewhere_only_where_nobody_is_known(house: MailHouse) -> None:
    await house.hand_in(mail(Reply_To="team@example.org"))
    (unknown,) = await house.conversations()
    await house.answer(unknown, "Yes?")
    assert house.office.mails[-1][0] == ["team@example.org"]

    await house.hand_in(proven("First", sender="bob@example.org"))
    known = (await house.conversations())[1]
    answer = await house.answer(known, "Yes?")
    stolen = mail("Go on", sender="bob@example.org", Reply_To="thief@bad.example")
    await house.hand_in(stolen, to=answer["Reply-To"])
    await house.answer(known, "Done.")
    assert house.office.mails[-1][0] == ["bob@example.org"]


@pytest.mark.parametrize(("headers", "known"), [({}, True), ({"Received": "from mx by here"}, False)])
async def test_in_a_demo_its_customers_can_be_played_by_mail_from_this_machine(
    house: MailHouse, headers: dict[str, str], known: bool
) -> None:
    mailbox = replace(house.deps.mailbox, believes_loopback=True, customer_of={"ann@example.org": "C-1"}.get)
    deps = replace(house.deps, mailbox=mailbox)

    await take_mail(deps, mail(**headers).as_bytes(), [HELP], from_loopback=True)

    async with house.front.database.tenant(TENANT) as conn:
        row = await (await conn.execute("select verified from conversations")).fetchone()
    assert row == (known,)


async def test_files_of_a_mail_are_kept_and_those_that_are_not_taken_are_named(house: MailHouse) -> None:
    sent = mail("See the picture.")
    sent.add_attachment(b"%PDF-1.4\n%%EOF", maintype="application", subtype="pdf", filename="bill.pdf")
    sent.add_attachment(b"MZ\x90\x00" * 10, maintype="application", subtype="exe", filename="run.exe")
    await house.hand_in(sent)

    (conversation,) = await house.conversations()
    await house.front.answers(conversation, "Thank you.")
    assert await house.said(conversation) == ["See the picture.\n\n[file not taken: run.exe]"]
    async with house.front.database.tenant(TENANT) as conn:
        rows = await (
            await conn.execute(
                "select media_type from attachments where conversation_id = %s", [conversation]
            )
        ).fetchall()
    assert rows == [("application/pdf",)]


async def test_a_crash_between_storing_and_remembering_loses_and_doubles_nothing(house: MailHouse) -> None:
    sent = mail(Message_ID="<crash@example.org>").as_bytes()
    deps: MailDeps = house.deps
    await take_mail(deps, sent, [HELP])
    async with house.front.database.tenant(TENANT) as conn:
        await conn.execute("delete from mails")

    await take_mail(deps, sent, [HELP])

    (conversation,) = await house.conversations()
    await house.front.answers(conversation, "Once.")
    assert await house.said(conversation) == ["Where is it?"]
