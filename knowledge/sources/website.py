"""Reads a website by its sitemap: allowed hosts only, what robots.txt allows only, each page once."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import aiohttp
from lxml import etree

from knowledge.sources.files import MOST_FILE, read_content
from knowledge.sources.found import Found, Refused, Terms, Unreadable

AGENT = "Frontdesk"
MOST_PAGES = 5000
MOST_SITEMAPS = 200
MOST_REDIRECTS = 5
AT_ONCE = 4
WITHIN = aiohttp.ClientTimeout(total=30)
_KINDS = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf"}
_MOVED = (301, 302, 303, 307, 308)


class NotThere(Unreadable):
    """The site says that there is nothing at this address."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A website that may be read: its sitemap, and the hosts that belong to it."""

    sitemap: str
    hosts: frozenset[str]


@dataclass(kw_only=True)
class _Seen:
    sitemaps: set[str] = field(default_factory=set)
    pages: dict[str, None] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


def site_of(address: str, also: Iterable[str] = ()) -> Site:
    """Name a site by the address of its sitemap, or of any of its pages."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unreadable(f"{address}: not the address of a website; begin it with https://")
    sitemap = address if parts.path.endswith((".xml", ".xml.gz")) else urljoin(address, "/sitemap.xml")
    return Site(sitemap=sitemap, hosts=frozenset({_host(address), *also}))


async def read_site(session: aiohttp.ClientSession, site: Site, terms: Terms) -> AsyncIterator[Found]:
    """Read every page that the sitemap lists; what is not allowed or not there becomes a line."""
    try:
        robots = await _robots(session, site)
    except Unreadable as mistake:
        yield Refused(origin=urljoin(site.sitemap, "/robots.txt"), why=f"{mistake}; nothing was read")
        return
    seen = _Seen()
    await _collect(session, site, site.sitemap, seen)
    for line in seen.refused:
        yield line
    pages = list(seen.pages)[:MOST_PAGES]
    if len(seen.pages) > MOST_PAGES:
        yield Refused(origin=site.sitemap, why=f"lists more than {MOST_PAGES} pages; the rest was left out")
    for start in range(0, len(pages), AT_ONCE):
        batch = pages[start : start + AT_ONCE]
        for found in await asyncio.gather(*(_page(session, site, robots, one, terms) for one in batch)):
            for one in found:
                yield one


def _host(address: str) -> str:
    """Return an address's host and port, as allow-lists write them."""
    return urlsplit(address).netloc.rpartition("@")[2].lower()


async def _robots(session: aiohttp.ClientSession, site: Site) -> RobotFileParser:
    """Ask what may be read; a site without rules allows everything."""
    robots = RobotFileParser()
    try:
        content, _ = await _fetch(session, site, urljoin(site.sitemap, "/robots.txt"))
        robots.parse(content.decode("utf-8", "replace").splitlines())
    except NotThere:
        robots.parse([])
    return robots


async def _collect(session: aiohttp.ClientSession, site: Site, address: str, seen: _Seen) -> None:
    """Read a sitemap and the sitemaps it lists; one that leads back to another is read once."""
    if address in seen.sitemaps or len(seen.sitemaps) >= MOST_SITEMAPS:
        why = "lists a sitemap that lists it; read once" if address in seen.sitemaps else "too many sitemaps"
        seen.refused.append(Refused(origin=address, why=why))
        return
    seen.sitemaps.add(address)
    try:
        content, _ = await _fetch(session, site, address)
        further, pages = _locations(_unpacked(content))
    except Unreadable as mistake:
        seen.refused.append(Refused(origin=address, why=str(mistake)))
        return
    for page in pages:
        seen.pages.setdefault(page.partition("#")[0])
    for other in further:
        await _collect(session, site, other, seen)


def _unpacked(content: bytes) -> bytes:
    """Unpack a sitemap that is packed; one that bursts is refused."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as opened:
            unpacked = opened.read(MOST_FILE + 1)
    except (OSError, EOFError) as mistake:
        raise Unreadable("a damaged archive") from mistake
    if len(unpacked) > MOST_FILE:
        raise Unreadable("unpacks to more than a sitemap holds: a bomb; not read")
    return unpacked


def _locations(content: bytes) -> tuple[list[str], list[str]]:
    """Return the sitemaps and the pages that a sitemap lists."""
    try:
        root = etree.fromstring(
            content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        )
    except etree.XMLSyntaxError as mistake:
        raise Unreadable("not a sitemap: its XML is broken") from mistake

    def listed(parent: str) -> Iterator[str]:
        for one in root.iterfind(f"{{*}}{parent}/{{*}}loc"):
            if text := (one.text or "").strip():
                yield text

    return list(listed("sitemap")), list(listed("url"))


async def _page(
    session: aiohttp.ClientSession, site: Site, robots: RobotFileParser, address: str, terms: Terms
) -> list[Found]:
    """Read one page; it is named by its path, without the site."""
    if not robots.can_fetch(AGENT, address):
        return [Refused(origin=address, why="robots.txt does not allow it")]
    try:
        content, kind = await _fetch(session, site, address)
    except Unreadable as mistake:
        return [Refused(origin=address, why=str(mistake))]
    ending = _KINDS.get(kind)
    if ending is None:
        return [Refused(origin=address, why=f"{kind or 'of no kind'}; pages and PDF files are read")]
    found = await asyncio.to_thread(lambda: list(read_content(f"{address}{ending}", content, terms)))
    return [_named(one, address) for one in found]


def _named(found: Found, address: str) -> Found:
    return type(found)(**{**vars(found), "origin": address})


async def _fetch(session: aiohttp.ClientSession, site: Site, address: str) -> tuple[bytes, str]:
    """Fetch one address, following redirects within the site; never more bytes than a document has."""
    been: list[str] = []
    while address not in been:
        if _host(address) not in site.hosts:
            raise Unreadable(
                f"leads to {_host(address) or 'nowhere'}, which is not allowed; add it with --allow"
            )
        if len(been) > MOST_REDIRECTS:
            raise Unreadable("redirects too often")
        been.append(address)
        try:
            async with session.get(
                address, timeout=WITHIN, allow_redirects=False, headers={"user-agent": AGENT}
            ) as response:
                if response.status in _MOVED and "location" in response.headers:
                    address = urljoin(address, response.headers["location"])
                    continue
                return await _content(response), response.content_type
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as mistake:
            if isinstance(mistake, Unreadable):
                raise
            why = str(getattr(mistake, "os_error", "") or type(mistake).__name__)
            raise Unreadable(f"did not answer: {why}") from mistake
    raise Unreadable("redirects in a circle")


async def _content(response: aiohttp.ClientResponse) -> bytes:
    """Read an answer's bytes up to what a document may have."""
    if response.status != 200:
        kind = NotThere if 400 <= response.status < 500 else Unreadable
        raise kind(f"answered {response.status}")
    content = bytearray()
    async for part in response.content.iter_chunked(65536):
        content += part
        if len(content) > MOST_FILE:
            raise Unreadable(
                f"larger than the {MOST_FILE // 1_000_000} MB that are read; not fetched further"
            )
    return bytes(content)
