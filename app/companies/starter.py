"""The files that every new company begins with."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.companies.errors import BadName

FOLDER = Path(__file__).parent / "starter"
RENAMED = {"gitignore.txt": ".gitignore"}
LONGEST_NAME = 60
_NAME = re.compile(r"[^\W_][\w &.,'’()+/-]*")


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose folder it is."""

    name: str
    slug: str
    """The name as a folder and as a tenant."""


def company_named(name: str) -> Company:
    """Take a name as customers read it; refuses one that could not stand in every text."""
    tidy = " ".join(name.split())
    slug = slug_of(tidy)
    if not _NAME.fullmatch(tidy) or not slug or len(tidy) > LONGEST_NAME:
        raise BadName(
            f"'{name}' cannot be a company's name here. Use letters (some of a to z), digits, blanks "
            f"and & . , ' ( ) + / -, at most {LONGEST_NAME} in all, beginning with a letter or digit."
        )
    return Company(name=tidy, slug=slug)


def slug_of(name: str) -> str:
    """Write a name in small letters, digits and dashes: `Café Nord` is `cafe-nord`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def starter_files(company: Company, *, about_tools: str = "") -> dict[str, str]:
    """Give the files of an empty company; `about_tools` is a step more for its README."""
    marks = {"__COMPANY__": company.name, "__TENANT__": company.slug, "__TOOLS__": about_tools}
    found = (path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    files = {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in sorted(found)}
    return {RENAMED.get(name, name): filled(text, marks) for name, text in files.items()}


def filled(text: str, marks: Mapping[str, str]) -> str:
    """Put values in place of their marks."""
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text
