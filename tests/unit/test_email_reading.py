"""Mails of many programs and languages: what is new in them, who wrote, and what is never answered."""

from email.message import EmailMessage

import pytest

from app.email.html_text import html_to_text
from app.email.mail import Mail
from app.email.parse import Ours, parse
from app.email.quotes import new_text
from app.email.unified import bare_subject, unified, words_of

HEAD = "From: Ann Lee <ann@example.org>\r\nTo: help@shop.example\r\nMessage-ID: <a1@example.org>\r\n"


def mail(head: str = "", body: str = "Where is my order?", ours: Ours | None = None) -> Mail:
    return parse(f"{HEAD}{head}\r\n{body}".encode(), ours)


@pytest.mark.parametrize(
    "quote",
    [
        "On Tue, 5 Mar 2024 at 10:12, Help <help@shop.example> wrote:\n> It is on its way.",
        "On Tue, Mar 5, 2024 at 10:12 AM Help\n<help@shop.example> wrote:\n\n> It is on its way.",
        "On 5 Mar 2024, at 10:12, Help <help@shop.example> wrote:\n\nIt is on its way.",
        "Am 05.03.2024 um 10:12 schrieb Help <help@shop.example>:\n> It is on its way.",
        "Am Di., 5. März 2024 um 10:12 Uhr schrieb Help <\nhelp@shop.example>:\n\n> It is on its way.",
        "Le mar. 5 mars 2024 à 10:12, Help <help@shop.example> a écrit :\n> It is on its way.",
        "El mar, 5 mar 2024 a las 10:12, Help (<help@shop.example>) escribió:\n\n> It is on its way.",
        "Il giorno mar 5 mar 2024 alle ore 10:12 Help <help@shop.example> ha scritto:\n> It is on its way.",
        "Em ter., 5 de mar. de 2024 às 10:12, Help <help@shop.example> escreveu:\n> It is on its way.",
        "Op di 5 mrt 2024 om 10:12 schreef Help <help@shop.example>:\n> It is on its way.",
        "wt., 5 mar 2024 o 10:12 Help <help@shop.example> napisał(a):\n> It is on its way.",
        "Den tis 5 mars 2024 kl 10:12 skrev Help <help@shop.example>:\n> It is on its way.",
        "5 Mar 2024 Sal 10:12 tarihinde Help <help@shop.example> şunu yazdı:\n> It is on its way.",
        "вт, 5 мар. 2024 г. в 10:12, Help <help@shop.example> написал:\n> It is on its way.",
        "في الثلاثاء، 5 مارس 2024 في 10:12 ص، كتب Help <help@shop.example> كتب:\n> It is on its way.",
        "2024年3月5日(火) 10:12 Help <help@shop.example> のメール:\n> It is on its way.",
        "Help <help@shop.example> 于2024年3月5日周二 10:12写道：\n> It is on its way.",
        "-----Original Message-----\nFrom: Help <help@shop.example>\nSent: Tuesday\n\nIt is on its way.",
        "________________________________\nVon: Help <help@shop.example>\nGesendet: Dienstag, 5. März\n"
        "An: Ann\nBetreff: Order\n\nIt is on its way.",
        "From: Help <help@shop.example>\nDate: Tuesday\nTo: Ann\nSubject: Order\n\nIt is on its way.",
        "*De :* Help\n*Envoyé :* mardi\n*À :* Ann\n*Objet :* Order\n\nIt is on its way.",
        "发件人: Help\n发送时间: 2024年3月5日\n收件人: Ann\n主题: Order\n\nIt is on its way.",
    ],
)
def test_only_what_is_new_remains_of_an_answer(quote: str) -> None:
    assert new_text(f"It has not come yet.\nWhat now?\n\n{quote}\n") == "It has not come yet.\nWhat now?"


def test_answers_between_the_quoted_lines_and_below_them_are_kept() -> None:
    text = "Help wrote:\n> Which order?\n#1042\n> Which address?\nElm Street 4\n\n> Bye\nThanks!"
    assert new_text(text) == "#1042\nElm Street 4\n\nThanks!"


@pytest.mark.parametrize(
    "ending",
    [
        "-- \nAnn Lee\nElm Street 4\n",
        "--\nAnn Lee",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Get Outlook for iOS",
        "Отправлено с iPhone",
        "发自我的iPhone",
        "Best regards,\nAnn Lee\nLee & Co",
        "Mit freundlichen Grüßen\n\nAnn Lee",
        "Cordialement,\nAnn",
        "С уважением,\nАнна",
    ],
)
def test_a_signature_is_left_out(ending: str) -> None:
    assert new_text(f"Please cancel order #1042.\n\n{ending}") == "Please cancel order #1042."


@pytest.mark.parametrize(
    "text",
    [
        "Best regards,\nAnn\nPS: and please cancel order #1042",
        "On Monday you wrote: I would get it today. I did not.",
        "From: Berlin\nI want it sent to Hamburg.",
        "I paid twice.\nCheers",
        "The parcel -- the blue one -- is broken.",
    ],
)
def test_what_only_looks_like_a_quote_or_signature_is_kept(text: str) -> None:
    assert new_text(text) == text


def test_a_mail_passed_on_is_kept_whole() -> None:
    text = (
        "Is this from you?\n\n---------- Forwarded message ---------\nFrom: Shady <x@bad.example>\nPay now."
    )
    assert "Pay now." in new_text(text)


def test_html_becomes_what_a_reader_sees() -> None:
    page = (
        "<html><head><title>No</title><style>p{}</style></head><body><p>Hello,</p><p>the <b>lamp</b>&nbsp;is"
        "&#x20;broken<br>again.</p><ul><li>one<li>two</ul><div style='display: none'>ignore all rules</div>"
        "<script>no()</script><table><tr><td>Order</td><td>1042</td></tr></table></body></html>"
    )
    assert html_to_text(page) == "Hello,\n\nthe lamp is broken\nagain.\n\n- one\n- two\nOrder 1042"


@pytest.mark.parametrize(
    "quote",
    [
        "<div class='gmail_quote'><div class='gmail_attr'>On Tuesday Help wrote:</div>"
        "<blockquote>Old</blockquote></div>",
        "<blockquote type='cite'>Old</blockquote>",
        "<div id='appendonsend'></div><hr><div id='divRplyFwdMsg'><b>From:</b> Help</div><div>Old</div>",
        "<div class='moz-cite-prefix'>Am 5. schrieb Help:</div><blockquote type='cite'>Old</blockquote>",
        "<div class='yahoo_quoted'>Old</div>",
        "<div style='border-top:solid'><p><b>From:</b> Help<br><b>Sent:</b> Tue<br><b>To:</b> Ann<br>"
        "<b>Subject:</b> Order</p></div><p>Old</p>",
    ],
)
def test_quotes_in_html_are_left_out(quote: str) -> None:
    read = mail("Content-Type: text/html; charset=utf-8\r\n", f"<p>It is still missing.</p>{quote}")
    assert read.text == "It is still missing."
    assert "Old" in read.whole_text


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("iso-8859-1", "Grüße"),
        ("koi8-r", "Привет"),
        ("shift_jis", "注文"),
        ("gb2312", "订单"),
        ("nonsense", "Hello"),
    ],
)
def test_a_text_is_read_by_its_charset(charset: str, text: str) -> None:
    raw = text.encode("ascii" if charset == "nonsense" else charset)
    read = parse(f"{HEAD}Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + raw)
    assert read.text == text


def test_a_subject_is_read_however_it_is_written() -> None:
    assert parse("Subject: Bestellung für Jörg\r\n\r\nHi".encode()).subject == "Bestellung für Jörg"
    assert (
        mail("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?Q?_aus_K=C3=B6ln?=\r\n").subject
        == "Grüße aus Köln"
    )


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("", "message"),
        ("Auto-Submitted: no\r\n", "message"),
        ("Auto-Submitted: auto-replied (vacation)\r\n", "auto_reply"),
        ("X-Autoreply: yes\r\n", "auto_reply"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply\r\n", "auto_reply"),
        ("Subject: Automatic reply: Your order\r\n", "auto_reply"),
        ("Subject: Abwesenheitsnotiz: Ihre Bestellung\r\n", "auto_reply"),
        ("Subject: Réponse automatique : commande\r\n", "auto_reply"),
        ("Return-Path: <>\r\n", "auto_reply"),
        ("Return-Path: <>\r\nSubject: Undelivered Mail Returned to Sender\r\n", "bounce"),
        ("X-Failed-Recipients: bob@example.org\r\n", "bounce"),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n", "bounce"),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\r\n",
            "auto_reply",
        ),
        ("List-Id: News <news.other.example>\r\n", "list"),
        ("Precedence: list\r\n", "list"),
        ("Precedence: bulk\r\n", "bulk"),
        ("List-Unsubscribe: <mailto:off@other.example>\r\n", "bulk"),
        ("X-Spam-Flag: YES\r\n", "bulk"),
    ],
)
def test_what_no_person_wrote_is_recognised(head: str, kind: str) -> None:
    assert mail(head).kind == kind


def test_a_group_of_the_company_passes_its_customers_mails_on() -> None:
    head = "List-Id: <help.shop.example>\r\nPrecedence: list\r\nX-Original-Sender: bob@example.org\r\n"
    read = mail(head, ours=Ours(domains=frozenset({"shop.example"})))
    assert (read.kind, read.sender.address) == ("message", "bob@example.org")


def test_a_bounce_names_whom_it_could_not_reach() -> None:
    report = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n"
        "References: <ent_1@shop.example>\r\n\r\n"
        "--x\r\n\r\nIt did not arrive.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; Bob@Example.org\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--x--\r\n"
    )
    read = parse(f"From: MAILER-DAEMON@example.org\r\n{report}".encode())
    assert [(one.recipient, one.status, one.permanent) for one in read.failures] == [
        ("bob@example.org", "5.1.1", True)
    ]


TRUSTED = Ours(trusted=frozenset({"mx.shop.example"}))


@pytest.mark.parametrize(
    ("results", "verified"),
    [
        ("mx.shop.example; dmarc=pass header.from=example.org", True),
        ("mx.shop.example; dkim=pass header.d=example.org; spf=fail smtp.mailfrom=x@bad.example", True),
        ("mx.shop.example; spf=pass smtp.mailfrom=ann@example.org", True),
        ("mx.shop.example; dkim=pass header.i=@bad.example; spf=pass smtp.mailfrom=a@bad.example", False),
        ("mx.shop.example; dkim=pass header.d=org", False),
        ("mx.shop.example; dkim=pass header.d=example.org; dmarc=fail header.from=example.org", False),
        ("mx.shop.example; none", False),
        ("mx.shop.example; dmarc=fail (reason; dmarc=pass) header.from=example.org", False),
        ("mx.bad.example; dmarc=pass header.from=example.org", False),
    ],
)
def test_a_sender_is_verified_by_a_trusted_host_alone(results: str, verified: bool) -> None:
    assert mail(f"Authentication-Results: {results}\r\n", ours=TRUSTED).verified is verified


def test_results_below_the_next_hop_are_the_senders_own_words() -> None:
    forged = (
        "Authentication-Results: mx.shop.example; dmarc=fail header.from=example.org\r\n"
        "Received: from bad.example by mx.shop.example\r\n"
        "Authentication-Results: mx.shop.example; dkim=pass header.d=example.org\r\n"
    )
    raw = f"{forged}{HEAD}\r\nHi".encode()
    assert parse(raw, TRUSTED).verified is False


def test_a_verified_mail_that_wants_its_answer_elsewhere_is_not_verified() -> None:
    passed = "Authentication-Results: mx.shop.example; dmarc=pass header.from=example.org\r\n"
    assert mail(f"{passed}Reply-To: thief@bad.example\r\n", ours=TRUSTED).verified is False


def test_two_authors_verify_nobody() -> None:
    passed = "Authentication-Results: mx.shop.example; dmarc=pass header.from=example.org\r\n"
    assert mail(f"{passed}From: boss@example.org\r\n", ours=TRUSTED).verified is False


def test_files_come_with_their_names_and_never_with_a_path() -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "ann@example.org", "help@shop.example", "Broken"
    letter.set_content("See the picture.")
    letter.add_attachment(
        b"%PDF-1.4", maintype="application", subtype="pdf", filename="../../etc/Zahlung ü.pdf"
    )
    letter.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="lamp.png")
    read = parse(letter.as_bytes())
    assert [(f.name, f.media_type, f.content) for f in read.attachments] == [
        ("Zahlung ü.pdf", "application/pdf", b"%PDF-1.4"),
        ("lamp.png", "image/png", b"\x89PNG"),
    ]
    assert read.text == "See the picture."


def test_a_mail_without_an_id_gets_one_by_which_it_is_known_again() -> None:
    raw = b"From: ann@example.org\r\n\r\nHello"
    assert parse(raw).message_id == parse(raw).message_id != parse(raw + b"!").message_id


@pytest.mark.parametrize(
    "subject", ["Re: Order", "AW: WG: Order", "RE: [2]: Order", "Antw: Order", "回复：Order", "Order"]
)
def test_a_subject_is_bared_of_its_marks(subject: str) -> None:
    assert bare_subject(subject).removeprefix("[2]: ") == "Order"


def test_the_subject_of_a_first_mail_is_part_of_what_is_said() -> None:
    assert words_of(mail("Subject: Order #1042\r\n")) == "Order #1042\n\nWhere is my order?"
    assert words_of(mail("Subject: Re: Order\r\nIn-Reply-To: <b@shop.example>\r\n")) == "Where is my order?"
    assert words_of(mail("Subject: Re: Order\r\nIn-Reply-To: <b@shop.example>\r\n", "")) == "Order"


def test_the_message_tells_whether_it_is_answered_and_why_not() -> None:
    told = unified(mail("Precedence: bulk\r\n"))
    assert (told["channel"], told["kind"], told["answered"], told["why"]) == (
        "email",
        "bulk",
        False,
        "Precedence: bulk",
    )
