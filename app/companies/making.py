"""Makes a new company's folder."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from app.companies.errors import CompanyError
from app.companies.folder import drafted, refuse_taken, write
from app.companies.offering import Offer, offer_of
from app.companies.offering_text import offered_files
from app.companies.starter import Company, starter_files
from policies.problems import Problem

Prove = Callable[[Path], Awaitable[tuple[Problem, ...]]]
"""Gives everything that keeps a book from being served."""
Taken = Callable[[], Awaitable[frozenset[str]]]
"""Gives the names of the engine's own tools."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was made, and what its people should know."""

    summary: str
    notes: tuple[str, ...] = ()


async def make_company(
    company: Company, folder: Path, document: Path | None, prove: Prove, taken: Taken
) -> Made:
    """Make a company that can be served at once; a failure leaves nothing behind."""
    refuse_taken(folder)
    offer = offer_of(document, await taken()) if document else None
    with drafted(folder) as draft:
        write(draft, files_of(company, offer))
        problems = await prove(draft / "book")
        if problems:
            raise CompanyError("\n".join(map(str, problems)))
    return Made(summary=summary_of(offer), notes=offer.notes if offer else ())


def files_of(company: Company, offer: Offer | None) -> dict[str, str]:
    """All files of the company."""
    if offer is None:
        return starter_files(company)
    files, about = offered_files(offer)
    made = starter_files(company, about_tools=about) | files
    if offer.network:
        made["frontdesk.env"] += (
            f"\n# {offer.connection} is on this machine or in a private network.\n"
            f"FRONTDESK_PRIVATE_NETWORKS={offer.network}\n"
        )
    return made


def summary_of(offer: Offer | None) -> str:
    """What is there, in one line."""
    if offer is None:
        return "a book, two articles and settings"
    reads = sum(tool.reads for tool in offer.tools)
    rest = len(offer.tools) - reads
    return f"a book, two articles, settings, {reads} tools that read and {rest} more to decide about"
