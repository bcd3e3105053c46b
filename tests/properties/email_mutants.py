"""Mails that went wrong in every way: bytes lost, doubled, swapped; and mails made to do harm.

Run as a program, `python -m tests.properties.email_mutants COUNT [FOLDER]`, it reads a number of them within
limits of memory and time.
"""

import faulthandler
import random
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from app.email.parse import parse
from app.email.unified import unified, words_of

MEMORY = 1_500_000_000
"""Bytes of address space that reading may take, the interpreter included."""
LONGEST_S = 20.0
"""After so much computing without a mail being finished it counts as a hang."""
MOST_OF_A_MAIL = 400_000

SAMPLES = tuple(
    text.replace("\n", "\r\n").encode("latin-1")
    for text in (
        """From: Ann <ann@example.org>
To: help@shop.example
Subject: =?utf-8?B?SGVsbG8=?=
Message-ID: <a@b>
References: <x@y> <z@y>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="m"

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe

On Tue, 5 Mar at 10:12 <h@s.example> wrote:
> old
--\x20
Ann
--a
Content-Type: text/html

<p>Gr&uuml;&szlig;e<blockquote type=cite>old
--a--
--m
Content-Type: image/png; name*=utf-8''l%C3%A4mp.png
Content-Transfer-Encoding: base64

iVBORw0K
--m--
""",
        """From: MAILER-DAEMON@example.org
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

No.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; m

Final-Recipient: rfc822; b@example.org
Action: failed
Status: 5.1.1

--x
Content-Type: message/rfc822

From: help@shop.example
Message-ID: <e@s>

Hi
--x--
""",
        """From: =?koi8-r?Q?=E1?= <a@b.example>
Authentication-Results: mx; dkim=pass (a (b) c) header.d=b.example;
 spf=pass
Subject: Re: =?x-unknown?Q?=FF=FE?=

From: x
Sent: y
To: z
Subject: w

old
""",
    )
)
SPLINTERS = (
    *(
        b"\r\n\r\n",
        b"\r\n",
        b"\0",
        b"\xff\xfe",
        b"--m",
        b"--a--",
        b"Content-Type: ",
        b"multipart/mixed; boundary=",
    ),
    *(
        b"message/rfc822",
        b"=?utf-8?B?",
        b"?=",
        b"<",
        b">",
        b"(",
        b")",
        b'"',
        b"\\",
        b";",
        b"charset=utf-7",
        b"base64",
    ),
    *(
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"begin 644 a\n",
        b"name*0*=",
        b"&#1114112;",
        b"<!--",
        b"]]>",
    ),
    *(
        b"Subject: ",
        b"References: ",
        b" wrote:",
        b"\n> ",
        "\u202e\u200b".encode(),
        b"\x80" * 40,
        b"charset=hex",
    ),
)
NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3_000))
BOMBS = {
    "boundaries": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 500_000,
    "parts within parts": NESTED,
    "mails within mails": b"Content-Type: message/rfc822\n\n" * 5_000,
    "a head without end": b"X-A: b\n" * 300_000,
    "empty lines": b"From: a@b.example\n\n" + b"\n" * 3_000_000,
    "open comments": b"From: " + b"(" * 200_000 + b"a@b.example\n\nHi",
    "quoted names": b"To: " + b'"\\"' * 100_000 + b"\n\nHi",
    "encoded words": b"Subject: " + b"=?utf-8?Q?=41?= " * 50_000 + b"\n\nHi",
    "references": b"References: " + b"<a@b> " * 200_000 + b"\n\nHi",
    "nested tags": b"Content-Type: text/html\n\n" + b"<div><b>" * 300_000,
    "open tags": b"Content-Type: text/html\n\n" + b"<" * 1_000_000,
    "comments": b"Content-Type: text/html\n\n" + b"<!-" * 500_000,
    "entities": b"Content-Type: text/html\n\n" + b"&amp" * 500_000,
    "attributes": b"Content-Type: text/html\n\n<p " + b"a=b " * 300_000 + b">",
    "styles": b"Content-Type: text/html\n\n<p style='" + b"display " * 200_000 + b"'>x",
    "wrote": b"From: a@b.example\n\n" + b"On 5 Mar 10:12 wrote " * 100_000,
    "short lines that wrote": b"From: a@b.example\n\n" + b"On 10:12 schrieb x\n" * 100_000,
    "signatures": b"From: a@b.example\n\n" + b"--\nBest regards,\nAnn\n" * 100_000,
    "labels": b"From: a@b.example\n\n" + b"From: a\nSent: b\n" * 200_000,
    "spaces": b"From: a@b.example\n\n" + b" " * 2_000_000 + b"x",
    "stand-ins": b"From: a@b.example\n\n" + b"[image: " * 200_000,
    "results": b"Authentication-Results: mx; " + b"(" * 100_000 + b"\nFrom: a@b.example\n\nHi",
    "parameters": b"Content-Type: text/plain" + b"; a*0*=b" * 100_000 + b"\n\nHi",
    "quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n=3D" * 300_000,
    "base64": b"Content-Transfer-Encoding: base64\n\n" + b"=A" * 500_000,
}
"""Mails by what they pile up."""


def mutant(samples: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a mail that suffered one to twelve times."""
    raw = bytearray(chance.choice(samples)[:MOST_OF_A_MAIL])
    for _ in range(chance.randint(1, 12)):
        # Most harm is done where the structure stands.
        at = chance.randrange(min(len(raw), chance.choice((600, 4_000, len(raw) or 1))) or 1)
        till = min(len(raw), at + chance.choice((1, 3, 20, 400)))
        match chance.randrange(7):
            case 0:
                del raw[at:till]
            case 1:
                raw[at:at] = raw[at:till] * chance.choice((1, 2, 30))
            case 2:
                raw[at:at] = chance.choice(SPLINTERS) * chance.choice((1, 1, 50))
            case 3:
                raw[at:till] = chance.randbytes(till - at)
            case 4:
                other = chance.choice(samples)[:MOST_OF_A_MAIL]
                raw[at:] = other[chance.randrange(len(other)) :]
            case 5:
                raw[:] = raw[:at] if chance.random() < 0.2 else raw.replace(b"\r\n", b"\n")
            case _ if raw:
                raw[at] ^= 1 << chance.randrange(8)
        if not raw:
            raw[:] = b"\n"
    return bytes(raw[: 3 * MOST_OF_A_MAIL])


def read(raw: bytes) -> None:
    """Read a mail to the end, and hold what every reading promises."""
    mail = parse(raw)
    told = unified(mail)
    words = words_of(mail)
    assert mail.kind in ("message", "auto_reply", "bounce", "list", "bulk")
    assert mail.message_id
    assert "@" in mail.sender.address or not mail.sender.address
    # What is stored and shown must be text that every database and page takes.
    for text in (words, told["subject"], mail.sender.name, *(file["name"] for file in told["attachments"])):
        assert "\0" not in text
        text.encode()
    assert not any("/" in file["name"] for file in told["attachments"])
    assert len(told["attachments"]) <= 200


def main() -> None:
    """Read COUNT mutants and every bomb; a crash, a hang or too much memory ends with a status above 0."""
    count = int(sys.argv[1])
    given = sorted(Path(sys.argv[2]).glob("*.eml")) if len(sys.argv) > 2 else []
    samples = [*SAMPLES, *(path.read_bytes() for path in given)]
    # By the time that the process computes: a busy machine is no hang. Without a handler the signal ends it.
    faulthandler.register(signal.SIGVTALRM, chain=True)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for seed in range(count):
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_S)
        read(mutant(samples, random.Random(seed)))
    for raw in BOMBS.values():
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_S)
        read(raw)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} mutants and {len(BOMBS)} bombs read; {peak} MB at most")


if __name__ == "__main__":
    main()
