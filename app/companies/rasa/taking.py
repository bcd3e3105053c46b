"""Takes a Rasa project over: reads it, makes a company of it, and leaves out what could not be served."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.companies.errors import CompanyError
from app.companies.folder import drafted, refuse_taken, write
from app.companies.making import Prove
from app.companies.rasa.domain import read_domain
from app.companies.rasa.examples import read_examples
from app.companies.rasa.left import Left, Leftovers, Origin
from app.companies.rasa.meaning import Read, parts_of_book
from app.companies.rasa.parts import Parts
from app.companies.rasa.project import read_project
from app.companies.rasa.talks import read_talks
from app.companies.rasa.writing import KINDS, counted, imported_files
from app.companies.starter import Company
from policies.problems import Problem
from policies.source import read_source

MOST_ROUNDS = 50


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was taken over, and what is left to be done by hand."""

    summary: str
    left: tuple[Left, ...]


async def take_over(project: Path, company: Company, folder: Path, prove: Prove) -> Taken:
    """Make a company of a project; what would keep its book from being served is left out and listed."""
    refuse_taken(folder)
    left = Leftovers()
    parts = read_parts(project, left)
    with drafted(folder) as draft:
        for _ in range(MOST_ROUNDS):
            write(draft, imported_files(company, parts, left.listed()))
            problems = await prove(draft / "book")
            if not problems:
                return Taken(summary=counted(parts), left=left.listed())
            leave_out(parts, draft / "book", problems, left)
        raise CompanyError("\n".join(map(str, problems)))


def read_parts(project: Path, left: Leftovers) -> Parts:
    """Read everything and make the book's entries."""
    found = read_project(project, left)
    domain = read_domain(found, left)
    taught = read_examples(found, left)
    talks = tuple(read_talks(found, frozenset(domain.forms), left))
    return parts_of_book(Read(domain=domain, taught=taught, talks=talks), left)


def leave_out(parts: Parts, book: Path, problems: tuple[Problem, ...], left: Leftovers) -> None:
    """Take out what a problem points at; one that points elsewhere ends the import."""
    for problem in problems:
        kind, name = pointed_at(book, problem)
        if name not in getattr(parts, kind, {}):
            if kind == "values" and parts.values:
                parts.values.clear()
                continue
            if (kind, name) in parts.origins:
                continue
            raise CompanyError("\n".join(map(str, problems)))
        origin = parts.origins.get((kind, name), Origin(file=problem.file, line=problem.line))
        what = f"'{name}' of the {kind} is left out: {problem.message}"
        left.at(origin, what, problem.hint or "Write it in the book by hand.")
        REMOVE[kind](parts, name)


def pointed_at(book: Path, problem: Problem) -> tuple[str, str]:
    """The entry of an imported file in which a problem stands."""
    kind = problem.file.partition("/")[0]
    if problem.file == "fast_path.yaml":
        return "values", ""
    if kind not in KINDS:
        return "", ""
    keys = read_source(book / problem.file, problem.file).keys
    above = [
        (mark.line, path[1]) for path, mark in keys.items() if len(path) == 2 and mark.line <= problem.line
    ]
    return kind, str(max(above)[1]) if above else ""


def _remove_flow(parts: Parts, name: str) -> None:
    """Let the articles answer what the flow answered."""
    for intent in parts.flows.pop(name)["intents"]:
        parts.intents[intent]["answer"] = "knowledge"


def _remove_reply(parts: Parts, name: str) -> None:
    """Let the articles answer what the reply answered."""
    parts.templates.pop(name)
    for intent in parts.intents.values():
        if intent.get("template") == name:
            intent.pop("template")
            intent["answer"] = "knowledge"


def _remove_intent(parts: Parts, name: str) -> None:
    """Take an intent out with its flow and its buttons."""
    parts.intents.pop(name)
    parts.flows = {key: flow for key, flow in parts.flows.items() if name not in flow["intents"]}
    for reply in parts.templates.values():
        kept = [button for button in reply.get("buttons", ()) if not says(button, name)]
        reply.pop("buttons", None)
        reply.update({"buttons": kept} if kept else {})


def says(button: dict[str, Any], intent: str) -> bool:
    """Whether a button says an intent."""
    return bool(button["payload"].partition("{")[0] == f"/{intent}")


REMOVE = {"flows": _remove_flow, "templates": _remove_reply, "intents": _remove_intent}
