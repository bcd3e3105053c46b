"""`import`: a company made of what it has in another system."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

group = typer.Typer(help="Take over what a company has in another system.", no_args_is_help=True)


@group.callback()
def name_a_system() -> None:
    """Take over what a company has in another system."""


@group.command("rasa")
def rasa(
    project: Annotated[Path, typer.Argument(help="Folder of a Rasa 3 project, with domain.yml in it.")],
    into: Annotated[
        Path | None, typer.Option(help="Where to make the company; a folder named like it otherwise.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The company's name; the project folder's otherwise.")
    ] = None,
) -> None:
    """Make a company of a Rasa project; what does not map is listed with its file and line."""
    from app.commands.init import problems_of, shown
    from app.companies.rasa.taking import take_over
    from app.companies.starter import company_named

    called = name or " ".join(
        project.expanduser().absolute().name.replace("_", " ").replace("-", " ").split()
    )
    company = company_named(called.title() if name is None else called)
    target = (into or Path(company.slug)).expanduser().absolute()
    taken = asyncio.run(take_over(project.expanduser(), company, target, problems_of))
    for one in taken.left:
        print(one)
    print(f"{company.name} is in {target}: {taken.summary}")
    print(f"{len(taken.left)} things are left to do by hand")
    print(f"\nNext:\n  cd {shown(target)}\n  frontdesk check\n  frontdesk run\n")
    print("IMPORT.md there lists what is left.")
