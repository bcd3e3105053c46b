"""How mail programs and people of many languages begin quotes, pass mails on, and end them.

Languages: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Danish,
Norwegian, Finnish, Czech, Hungarian, Romanian, Turkish, Greek, Russian, Ukrainian, Arabic, Hebrew,
Chinese, Japanese, Korean.
"""

import re


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


def _listed(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.split(","))


WROTE = re.compile(
    _any(
        r"\bwrote",
        r"\bschrieb(?: .{1,200})?",
        r"\ba écrit",
        r"\bescribió",
        r"\bha scritto",
        r"\bescreveu",
        r"\bschreef(?: .{1,200})?",
        r"\bnapisała?(?:\(a\))?",
        r"\bpisze",
        r"\bskrev(?: .{1,200})?",
        r"\bkirjoitti(?: .{1,200})?",
        r"\bnapsala?(?:\(a\))?",
        r"\bírta(?: .{1,200})?",
        r"\ba scris",
        r"\byazdı",
        r"\bέγραψε",
        r"\bнаписала?(?:\(а\))?",
        r"\bпишет",
        r"\bпише",
        "كتب",
        "כתב(?:ה)?",
        "[写寫]道",
        r"のメール",
        r"書きました",
        r"작성",
        r"님이 씀",
    )
    + r"\s?[:：]\s*$",
    re.IGNORECASE,
)
"""The end of an introduction: `On Monday, Ann <ann@example.com> wrote:`."""

_ORIGINALS = _any(
    "original message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "message d['’]origine",
    "message original",
    "mensaje original",
    "messaggio originale",
    "mensagem original",
    "oorspronkelijk bericht",
    "oryginalna wiadomość",
    "wiadomość oryginalna",
    "originalmeddelande",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "původní zpráva",
    "eredeti üzenet",
    "mesajul original",
    "orijinal mesaj",
    "αρχικό μήνυμα",
    "исходное сообщение",
    "оригінальне повідомлення",
    "الرسالة الأصلية",
    "הודעה מקורית",
    "原始邮件",
    "原始郵件",
    "元のメッセージ",
    "원본 메시지",
)
ORIGINAL = re.compile(rf"\s*[-_*]{{2,20}}\s?{_ORIGINALS}\s?[-_*]{{2,20}}\s*", re.IGNORECASE)
"""The line under which the mail that is answered follows."""

_FORWARDS = _any(
    "forwarded message",
    "begin forwarded message:?",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht:?",
    "message transféré",
    "début du message réexpédié ?:?",
    "mensaje reenviado",
    "inicio del mensaje reenviado:?",
    "messaggio inoltrato",
    "inizio messaggio inoltrato:?",
    "mensagem encaminhada",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht:?",
    "wiadomość przekazana",
    "vidarebefordrat meddelande",
    "videresendt meddelelse",
    "videresendt melding",
    "välitetty viesti",
    "přeposlaná zpráva",
    "továbbított üzenet",
    "mesaj redirecționat",
    "iletilen mesaj",
    "προωθημένο μήνυμα",
    "пересылаемое сообщение",
    "перенаправлене повідомлення",
    "رسالة معاد توجيهها",
    "הודעה שהועברה",
    "转发的邮件",
    "轉寄的郵件",
    "転送されたメッセージ",
    "전달된 메시지",
)
FORWARDED = re.compile(rf"\s*(?:[-_*]{{2,20}}\s?)?{_FORWARDS}(?:\s?[-_*]{{2,20}})?\s*", re.IGNORECASE)
"""The line under which a mail follows that is passed on."""

FROM = _listed(
    """
    from, von, de, da, van, od, från, fra, lähettäjä, feladó, gönderen, kimden, από, от, від, من,
    מאת, 发件人, 寄件者, 差出人, 보낸 사람, remitente, expéditeur
    """
)
"""Labels of a quoted head's first line, in small letters."""
HEAD = FROM | _listed(
    """
    sent, to, cc, subject, date, reply-to, gesendet, an, betreff, datum, kopie, envoyé, à, objet,
    para, enviado, enviado el, asunto, fecha, inviato, a, oggetto, data, assunto, enviada em,
    enviado em, aan, verzonden, onderwerp, wysłano, do, wysłane, temat, skickat, till, ämne,
    sendt, til, emne, lähetetty, vastaanottaja, aihe, päivämäärä, odesláno, komu, předmět,
    elküldve, címzett, tárgy, trimis, către, subiect, gönderildi, gönderme tarihi, kime, konu,
    tarih, στάλθηκε, προς, θέμα, ημερομηνία, отправлено, кому, тема, дата, надіслано, إلى,
    الموضوع, التاريخ, تم الإرسال, נשלח, אל, נושא, 发送时间, 收件人, 主题, 日期, 傳送日期,
    寄件日期, 收件者, 主旨, 送信日時, 宛先, 件名, 日付, 보낸 날짜, 받는 사람, 제목, 날짜
    """
)

SENT_FROM = re.compile(
    r"\s*[*_]?"
    + _any(
        r"sent from (?:my|mail|outlook|yahoo|proton|samsung)\b.{0,60}$",
        r"get outlook for \w+.{0,60}$",
        r"von meine[mr]? .{1,40} gesendet",
        r"gesendet (?:von|mit) .{1,60}$",
        r"envoyé (?:de|depuis) mon .{1,60}$",
        r"enviado (?:desde|do) (?:mi|meu|o meu) .{1,60}$",
        r"inviato da(?:l mio)? (?:iphone|ipad|.{0,20}android|smartphone).{0,40}$",
        r"verzonden (?:vanaf|met) (?:mijn )?.{1,60}$",
        r"wysłan[eo] z .{1,60}$",
        r"skickat från min .{1,60}$",
        r"sendt fra min .{1,60}$",
        r"lähetetty .{1,30}(?:puhelimesta|iphonesta|ipadista).{0,20}$",
        r"odesláno z .{1,60}$",
        r".{1,30}(?:'|’)?(?:dan|den|ımdan|imden) gönderildi",
        r"отправлено (?:с|из) .{1,60}$",
        r"надіслано з .{1,60}$",
        r"أُ?رسلت من .{1,60}$",
        r"נשלח מה.{1,60}$",
        r"(?:发自|發自)我的.{0,60}$",
        r".{0,30}から送信",
        r".{0,30}에서 보냄",
    ),
    re.IGNORECASE,
)
"""The line that a telephone writes below every mail."""

SIGN_OFFS = _listed(
    """
    best, best regards, kind regards, regards, warm regards, many thanks and best regards,
    sincerely, yours sincerely, sincerely yours, yours faithfully, yours truly, cheers,
    best wishes, respectfully, mit freundlichen grüßen, mit freundlichem gruß, freundliche grüße,
    viele grüße, beste grüße, liebe grüße, mfg, lg, vg, mit besten grüßen, herzliche grüße,
    hochachtungsvoll, gruß, grüße, cordialement, bien cordialement, bien à vous, salutations,
    meilleures salutations, sincères salutations, saludos, un saludo, saludos cordiales,
    atentamente, cordialmente, un cordial saludo, cordiali saluti, distinti saluti, saluti,
    un saluto, atenciosamente, cumprimentos, abraços, com os melhores cumprimentos,
    met vriendelijke groet, met vriendelijke groeten, groeten, mvg, groetjes, pozdrawiam,
    z poważaniem, med vänlig hälsning, med vänliga hälsningar, vänliga hälsningar, mvh,
    med venlig hilsen, venlig hilsen, med vennlig hilsen, vennlig hilsen, ystävällisin terveisin,
    terveisin, s pozdravem, üdvözlettel, cu stimă, saygılarımla, iyi çalışmalar, με εκτίμηση,
    с уважением, з повагою, مع أطيب التحيات, تحياتي, مع التحية, בברכה, 此致, 敬礼, 祝好, 敬具,
    よろしくお願いします, 감사합니다
    """
)
"""Words that end a mail, in small letters, when a name follows."""

TELLS = re.compile(r"[?？؟#]|\d{4,}[^\d\s@/.-]*$|^\s*p\.?\s?s\b", re.IGNORECASE)
"""What no signature holds: a question, an order's number at the end of a line, a postscript."""
