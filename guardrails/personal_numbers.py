"""Account, card and identity numbers: found by their form, believed by their check digits."""

import re
from collections.abc import Callable, Iterator

from guardrails.detail import Detail, squeezed

_NOT_DIGIT = re.compile(r"\D")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b")
_LONG_DIGITS = re.compile(r"(?<![\w.,#])(?:\d[ .-]?){12,18}\d(?![\w])")
_PARCEL = re.compile(
    r"(?i)(?:track(?:ing)?|shipment|parcel|package|sendung\w*|paket\w*|colis|suivi|seguimiento|env[ií]o|"
    r"spedizione|pacco|zending|pakket|rastre\w*|kargo|takip|paczk\w*|przesyłk\w*|paket\w*|"
    r"ref(?:erence|erenz|\.)?|ticket|case|invoice|rechnung\w*|facture|factura|fattura|factuur|fatura|"
    r"article|artikel\w*|ean|gtin|barcode|sku|serial|voucher|gift card|receipt)"
    r"(?:[\s:#.°º]|number|code|no\b|nr\b|id\b|is|ist|est|es|è|nummer|num[eé]ro|n[uú]mero|numarası|kodu|"
    r"your|de|do|di|del|der)*$"
)


def digits(text: str) -> str:
    """Keep the digits of a number, so that two ways of writing it compare equal."""
    return _NOT_DIGIT.sub("", text)


def names_a_thing(text: str, start: int) -> bool:
    """Tell whether the words before a place say that a number is a parcel's, an invoice's or the like."""
    return _PARCEL.search(text, max(0, start - 40), start) is not None


def ibans(text: str) -> Iterator[Detail]:
    """Find account numbers whose check digits are right."""
    for found in _IBAN.finditer(text):
        number = squeezed(found.group())
        if _iban_checks(number):
            yield Detail("iban", *found.span(), number)


def _iban_checks(number: str) -> bool:
    """Apply the remainder-97 rule of ISO 13616."""
    turned = number[4:] + number[:4]
    return 15 <= len(number) <= 34 and int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def cards(text: str) -> Iterator[Detail]:
    """Find payment card numbers: a card scheme's first digit and a right check digit."""
    for found in _LONG_DIGITS.finditer(text):
        number = digits(found.group())
        if number[0] in "123456" and luhn_checks(number):
            yield Detail("card", *found.span(), number)


def luhn_checks(number: str) -> bool:
    """Apply the Luhn rule."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2]]
    return (sum(doubled) + sum(int(digit) for digit in number[-1::-2])) % 10 == 0


def _dni_checks(number: str) -> bool:
    """Spain: the letter is the number modulo 23; X, Y and Z stand for a leading 0, 1 and 2."""
    whole = number.translate(str.maketrans("XYZ", "012"))
    return whole[:-1].isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(whole[:-1]) % 23] == number[-1]


def _nir_checks(number: str) -> bool:
    """France: the last two digits and the rest add up to a multiple of 97; Corsica counts as 19 and 18."""
    whole = number.replace("2A", "19").replace("2B", "18")
    return whole.isdigit() and (int(whole[:-2]) + int(whole[-2:])) % 97 == 0


def _bsn_checks(number: str) -> bool:
    """Netherlands: the eleven-test."""
    weighed = sum(int(digit) * weight for digit, weight in zip(number, range(9, 1, -1), strict=False))
    return (weighed - int(number[8])) % 11 == 0


def _cpf_checks(number: str) -> bool:
    """Brazil: two digits at the end, each the remainder of those before it."""
    if len(set(number)) == 1:
        return False
    for length in (9, 10):
        weighed = sum(int(digit) * (length + 1 - place) for place, digit in enumerate(number[:length]))
        if weighed * 10 % 11 % 10 != int(number[length]):
            return False
    return True


def _tckn_checks(number: str) -> bool:
    """Turkey: the tenth digit follows from odd and even places, the eleventh from all."""
    each = [int(digit) for digit in number]
    tenth = (7 * sum(each[0:9:2]) - sum(each[1:8:2])) % 10
    return each[0] != 0 and each[9] == tenth and each[10] == sum(each[:10]) % 10


def _idnr_checks(number: str) -> bool:
    """Germany's tax number: ISO 7064, modulo 11, 10."""
    product = 10
    for digit in number[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return number[0] != "0" and (11 - product) % 10 == int(number[10])


def _pesel_checks(number: str) -> bool:
    """Poland: weights 1, 3, 7, 9; the month carries the century."""
    weighed = sum(int(digit) * weight for digit, weight in zip(number, (1, 3, 7, 9) * 3, strict=False))
    month, day = int(number[2:4]) % 20, int(number[4:6])
    return 1 <= month <= 12 and 1 <= day <= 31 and weighed % 10 == 0


def _eleven_checks(number: str) -> bool:
    """Eleven digits in a row: Brazil's, Turkey's, Germany's or Poland's."""
    return any(checks(number) for checks in (_cpf_checks, _tckn_checks, _idnr_checks, _pesel_checks))


def _always(number: str) -> bool:
    """The form alone says enough."""
    return True


_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    # United States: three, two, four. Great Britain: two letters, six digits, a letter.
    (re.compile(r"(?<![\w-])\d{3}[- ]\d{2}[- ]\d{4}(?![\w-])"), _always),
    (re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Z]\b"), _always),
    (re.compile(r"\b[12] ?\d\d ?\d\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d\b"), _nir_checks),
    (re.compile(r"\b(?:\d{2}\.?\d{3}\.?\d{3}|[XYZ][- ]?\d{7})[- ]?[A-Z]\b"), _dni_checks),
    # Italy: sixteen letters and digits whose shape is like nothing else.
    (re.compile(r"\b(?:[A-Z]{3} ?){2}\d{2}[A-Z]\d{2} ?[A-Z]\d{3}[A-Z]\b"), _always),
    # Brazil and Germany in their written forms; Germany's pension number.
    (re.compile(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)"), _always),
    (re.compile(r"\b\d{2} \d{3} \d{3} \d{3}\b"), _idnr_checks),
    (re.compile(r"\b\d{2} ?[0-3]\d[01]\d{3} ?[A-Z] ?\d{3}\b"), _always),
    # Sweden: a day of birth, a hyphen, four digits.
    (re.compile(r"(?<![\w-])(?:19|20)?\d\d[01]\d[0-3]\d[-+]\d{4}(?![\w-])"), _always),
    (re.compile(r"(?<![\w.,#+-])\d{3} ?\d{3} ?\d{3} ?\d{2}(?![\w-])"), _eleven_checks),
    (re.compile(r"(?<![\w.,#+-])\d{9}(?![\w-])"), _bsn_checks),
)
_DOCUMENT = re.compile(
    r"(?i)\b(?:passport|pasaporte|reisepass\w*|passeport|passaporto|paspoort|passaporte|pasaport|"
    r"id card|identity card|personalausweis\w*|carte d.identité|carta d.identità|documento de identidad|"
    r"driv(?:ing|er.?s) licen[cs]e|führerschein\w*|permis de conduire|patente|rijbewijs|"
    r"carteira de motorista|"
    r"tax id|steuer-?(?:id|nummer)|social security|national insurance|sozialversicherungs\w*|bsn|cpf|kimlik)"
    r"(?:[\s:.°º#]|number|no\b|nr\b|n\b|nummer|num[eé]ro|n[uú]mero|is|ist|est|es|è|numarası)*"
    r"((?-i:[A-Z0-9][A-Z0-9]*\d[A-Z0-9 -]{3,14}[A-Z0-9]))"
)


_WORTH_LOOKING = re.compile(r"(?:[A-Z\d][ .+-]?){7,}[A-Z\d]")
"""So many capitals and digits in a row are in every such number, and in few replies."""


def identities(text: str) -> Iterator[Detail]:
    """Find numbers that states give to people: tax, social security, identity cards, passports."""
    if not _WORTH_LOOKING.search(text):
        return
    for form, checks in _FORMS:
        for found in form.finditer(text):
            number = re.sub(r"[ .-]", "", found.group())
            if checks(number) and not names_a_thing(text, found.start()):
                yield Detail("identity", *found.span(), number.lower())
    for found in _DOCUMENT.finditer(text):
        yield Detail("identity", *found.span(1), squeezed(found.group(1)))
