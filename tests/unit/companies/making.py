"""Makes companies the way the commands do, and talks with what was made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from app.commands.init import own_tools, problems_of
from app.companies.making import Made, make_company
from app.companies.rasa.taking import Taken, take_over
from app.companies.starter import company_named
from app.declared import declared_tools
from app.rulebooks import BookShelf
from tests.fakes.journal import FakeJournal
from tests.talk import Talk
from tools.declared.keeping import Keeper
from tools.registry import Registry
from tools.runner import ToolRunner

PROJECTS = Path(__file__).parent / "rasa"


@dataclass(frozen=True)
class Place:
    """Where a company was made, and what was said about it."""

    folder: Path
    told: Any

    @property
    def book(self) -> Path:
        return self.folder / "book"

    def text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def everything(self) -> str:
        """All texts of the folder."""
        return "\n".join(path.read_text("utf-8") for path in sorted(self.folder.rglob("*")) if path.is_file())


def names_in(folder: Path) -> list[str]:
    """What stands in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def begun(folder: Path, document: Path | None = None, name: str = "Brook Books") -> Place:
    """A company as `frontdesk init` makes it."""
    made: Made = await make_company(company_named(name), folder, document, problems_of, own_tools)
    return Place(folder, made)


async def taken(project: Path, folder: Path, name: str = "Brook Books") -> Place:
    """A company as `frontdesk import rasa` makes it."""
    told: Taken = await take_over(project, company_named(name), folder, problems_of)
    return Place(folder, told)


def talk_with(place: Place, **meanings: str) -> Talk:
    """A conversation by the company's book; `meanings` maps a word of a message to its intent."""
    talk = Talk(shelf=BookShelf.load(place.book))
    talk.interpreter.meanings = dict(meanings)
    return talk


def with_tools(talk: Talk, place: Place, session: aiohttp.ClientSession, secret: str) -> Talk:
    """The same conversation with the tools that the company declares."""
    tools = declared_tools(place.book, session, lambda name: secret, Keeper()).sound()
    talk.use(tools=ToolRunner(Registry(tools), FakeJournal()))
    return talk
