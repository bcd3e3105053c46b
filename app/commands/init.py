"""`init`: a company's own folder, that checks and runs at once."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from policies.problems import Problem


def init(
    name: Annotated[str, typer.Argument(help="The company's name, as customers read it.")],
    from_openapi: Annotated[
        Path | None,
        typer.Option(help="OpenAPI 3 document of one of its systems: its operations are offered as tools."),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where to make it; a folder named like the company otherwise.")
    ] = None,
) -> None:
    """Make an empty company: book, articles and settings that check, run and answer at once."""
    from app.companies.making import make_company
    from app.companies.starter import company_named

    company = company_named(name)
    target = (folder or Path(company.slug)).expanduser().absolute()
    made = asyncio.run(make_company(company, target, from_openapi, problems_of, own_tools))
    for note in made.notes:
        print(f"note: {note}")
    print(f"{company.name} is in {target}: {made.summary}")
    print(f"\nNext:\n  cd {shown(target)}\n  frontdesk check\n  frontdesk run\n")
    print("README.md there says how to go on.")


async def own_tools() -> frozenset[str]:
    """The names of the engine's own tools, which no declared tool may have."""
    from app.commands.book import tools_and_faults
    from app.companies.starter import FOLDER

    tools, _ = await tools_and_faults(FOLDER / "book")
    return frozenset(tools)


async def problems_of(book: Path) -> "tuple[Problem, ...]":
    """Everything that keeps a book from being served, its declared tools included."""
    from app.commands.book import tools_and_faults
    from policies.check import check

    tools, faults = await tools_and_faults(book)
    return tuple(sorted({*check(book, tools).problems, *faults}))


def shown(folder: Path) -> str:
    """A folder as one would type it from here."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
