"""Words as SSML says them: numbers digit by digit where they are codes, addresses by their alias. Pure."""

import html
import re

_CODE = re.compile(r"(?<![\d.,])\d{5,}(?![\d.,]?\d)|(?=\w*\d)(?=\w*[^\W\d_])\w{3,}")
"""A long number, or letters and digits together: an order's number, a parcel's."""
_SCHEME = re.compile(r"^[a-z]+:(?://)?(?:www\.)?", re.IGNORECASE)
_SIGNS = {
    ".": " dot ",
    "/": " slash ",
    "-": " dash ",
    "_": " underscore ",
    "@": " at ",
    "?": " question mark ",
}


def spoken_word(text: str) -> str:
    """Write a word for a voice; every character of it stays."""
    out, at = [], 0
    for match in _CODE.finditer(text):
        out.append(html.escape(text[at : match.start()], quote=False))
        out.append(f'<say-as interpret-as="characters">{html.escape(match[0], quote=False)}</say-as>')
        at = match.end()
    return "".join(out) + html.escape(text[at:], quote=False)


def spoken_link(label: str, url: str) -> str:
    """Say a link's label, then its address as one would dictate it."""
    address = f'<sub alias="{html.escape(_dictated(html.unescape(url)))}">{url}</sub>'
    return address if html.unescape(label) == html.unescape(url) else f"{label} {address}"


def _dictated(url: str) -> str:
    said = "".join(_SIGNS.get(sign, sign) for sign in _SCHEME.sub("", url).rstrip("/"))
    return " ".join(said.split())
