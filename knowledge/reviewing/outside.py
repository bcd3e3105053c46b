"""Links to other websites, asked whether they still lead somewhere."""

import asyncio
from collections.abc import Sequence

import aiohttp

from knowledge.article import Article
from knowledge.reviewing.links import BrokenLink, links_of

AT_ONCE = 8
MOST_ASKED = 500
WITHIN = aiohttp.ClientTimeout(total=10)
_GONE = (404, 410)


async def broken_outside(session: aiohttp.ClientSession, articles: Sequence[Article]) -> list[BrokenLink]:
    """Ask each address once; what does not answer, or says that nothing is there, is broken."""
    links = [(each, words, at) for each in articles for words, at in links_of(each) if at.startswith("http")]
    addresses = list(dict.fromkeys(address for _, _, address in links))[:MOST_ASKED]
    gate = asyncio.Semaphore(AT_ONCE)
    answers = await asyncio.gather(*(_asked(session, gate, address) for address in addresses))
    wrong = {address: why for address, why in zip(addresses, answers, strict=True) if why}
    return [
        BrokenLink(article_id=each.id, words=words, address=address, why=wrong[address])
        for each, words, address in links
        if address in wrong
    ]


async def _asked(session: aiohttp.ClientSession, gate: asyncio.Semaphore, address: str) -> str:
    """Say what is wrong with an address; pages that only refuse to be looked at are there."""
    async with gate:
        try:
            async with session.get(address, timeout=WITHIN) as response:
                return f"answered {response.status}" if response.status in _GONE else ""
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as mistake:
            return f"did not answer: {type(mistake).__name__}"
