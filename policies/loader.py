"""Loads a folder of YAML files into one immutable book, or says everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from policies.assembly import compile_actions, compile_conflicts, compile_templates
from policies.desk_reading import compile_desk
from policies.desk_schema import hours_of
from policies.draft import Draft
from policies.facts import Tools
from policies.fast_schema import FastPathFile
from policies.flow_schema import FlowsFile
from policies.flows import compile_flow
from policies.gateway_schema import compile_delivery, compile_files, compile_limits
from policies.handoff_rows import HandoffTrigger
from policies.model import (
    Book,
    FastPattern,
    FastValue,
    FastWords,
    Flow,
    Intent,
    Persons,
    Routing,
    Thresholds,
)
from policies.problems import BookInvalid, Problem, did_you_mean
from policies.proofs import prove
from policies.rails_schema import RailsFile, compile_rails
from policies.reading import Reader
from policies.references import check_references
from policies.schema import (
    DOCUMENTS,
    FILES,
    FOLDERS,
    ActionsFile,
    CompanyFile,
    ConflictsFile,
    IntentsFile,
    PersonsFile,
    RoutingFile,
    TemplatesFile,
    ThresholdsFile,
)
from policies.shapes import Strict
from policies.showing import shown
from policies.source import read_source
from policies.version import version_of

S = TypeVar("S", bound=Strict)


def load_book(folder: Path, tools: Tools | None = None) -> Book:
    """Load and check a book; raises `BookInvalid` with every problem found.

    Given the tools, it also checks their names, their arguments and the fields of their results.
    """
    _, book, problems = examine(folder, tools)
    if problems or book is None:
        raise BookInvalid(problems)
    return book


def examine(folder: Path, tools: Tools | None) -> tuple[Draft, Book | None, tuple[Problem, ...]]:
    """Read, compile and prove a book, as far as it goes, and give everything found wrong on the way."""
    draft = read_folder(folder)
    if draft.problems:
        return draft, None, _in_order(draft.problems)
    book = compile_book(draft, tools)
    check_references(draft, book, tools)
    if draft.problems:
        return draft, book, _in_order(shown(book, draft.problems))
    return draft, book, _in_order(prove(draft, book))


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by file and line, each once."""
    return tuple(sorted(set(problems)))


def read_folder(folder: Path) -> Draft:
    """Parse every file of the folder against its schema."""
    paths = sorted(path for path in folder.rglob("*.yaml") if path.is_file())
    files: dict[str, tuple[Reader, Strict]] = {}
    folders: dict[str, list[tuple[Reader, Strict]]] = {name: [] for name in FOLDERS}
    readers: list[Reader] = []
    strays = list(_missing(folder))
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if name.startswith(DOCUMENTS):
            continue
        shape = FILES.get(name) or FOLDERS.get(name.partition("/")[0] if "/" in name else "")
        if shape is None:
            strays.append(_stray(name))
            continue
        reader, content = _read(path, name, shape)
        readers.append(reader)
        if content is not None and name in FILES:
            files[name] = (reader, content)
        elif content is not None:
            folders[name.partition("/")[0]].append((reader, content))
    kept = {name: tuple(found) for name, found in folders.items()}
    version = version_of({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
    return Draft(files=files, folders=kept, readers=tuple(readers), version=version, strays=tuple(strays))


def _read(path: Path, name: str, shape: type[S]) -> tuple[Reader, S | None]:
    """Parse one file; syntax errors hide the schema's, which would only follow from them."""
    source = read_source(path, name)
    reader = Reader(source=source, problems=list(source.problems))
    return reader, None if source.problems else reader.shape(shape)


def _missing(folder: Path) -> Iterator[Problem]:
    """Note the files that every book has."""
    if not folder.is_dir():
        yield Problem(file=str(folder), line=1, column=1, message="there is no such folder")
        return
    for name in FILES:
        if not (folder / name).is_file():
            yield Problem(file=name, line=1, column=1, message="this file is missing", hint="Add it.")


def _stray(name: str) -> Problem:
    """Note a file that no part of the book reads."""
    known = [*FILES, *(f"{folder}/{Path(name).name}" for folder in FOLDERS)]
    return Problem(
        file=name, line=1, column=1, message="nothing reads this file", hint=did_you_mean(name, known)
    )


def compile_book(draft: Draft, tools: Tools | None) -> Book:
    """Build the book; mistakes inside expressions and texts are noted by the readers."""
    _, company = draft.one("company.yaml", CompanyFile)
    _, thresholds = draft.one("thresholds.yaml", ThresholdsFile)
    _, rails = draft.one("rails.yaml", RailsFile)
    _, fast = draft.one("fast_path.yaml", FastPathFile)
    _, conflicts = draft.one("conflicts.yaml", ConflictsFile)
    intents = _intents(draft)
    flows = _flows(draft, tools)
    actions = [
        (reader, name, action)
        for reader, shape in draft.spread("actions", ActionsFile)
        for name, action in _first(shape.actions, reader, "actions", draft)
    ]
    return Book(
        version=draft.version,
        thresholds=Thresholds(**thresholds.model_dump()),
        intents=intents,
        flows=flows,
        actions=compile_actions(actions, flows, tools),
        conflicts=compile_conflicts(conflicts, [name for _, name, _ in actions]),
        contradictions=frozenset(frozenset(pair) for pair in conflicts.contradictions),
        templates=compile_templates(draft.many("templates", TemplatesFile), company),
        fast_path=tuple(FastPattern(**pattern.model_dump()) for pattern in fast.patterns),
        fast_words=FastWords(**fast.words.model_dump()),
        persons=_persons(draft),
        fast_values=tuple(FastValue(**value.model_dump()) for value in fast.values),
        routing=_routing(draft.one("routing.yaml", RoutingFile)[1], intents),
        rails=compile_rails(rails),
        assistant_name=company.assistant_name,
        company_name=company.company_name,
        currency=company.currency,
        products=company.products,
        product_names=company.product_names,
        flow_of_intent={intent: flow.name for flow in flows.values() for intent in flow.intents},
        desk=compile_desk(draft),
        limits=compile_limits(draft),
        delivery=compile_delivery(draft),
        files=compile_files(draft),
    )


def _routing(shape: RoutingFile, intents: Mapping[str, Intent]) -> Routing:
    """Build the routing, with the intents that always go to a person."""
    return Routing(
        skills=shape.skills,
        default_skills=shape.default_skills,
        vip_tiers=frozenset(shape.vip_tiers),
        safety_words=shape.safety_words,
        first_reply_minutes=shape.first_reply_minutes.model_dump(),
        languages=shape.languages,
        complex_intents=frozenset(name for name, intent in intents.items() if intent.complex),
        hours=hours_of(shape.hours),
        while_waiting=shape.while_waiting.model_dump(exclude_none=True),
        handoff_triggers=tuple(
            HandoffTrigger(trigger_id=name, **row.model_dump())
            for name, row in shape.handoff_triggers.items()
        ),
    )


def _intents(draft: Draft) -> dict[str, Intent]:
    """Gather the intents of all files."""
    return {
        name: Intent(**intent.model_dump(), name=name, place=reader.source.place(("intents", name)))
        for reader, shape in draft.many("intents", IntentsFile)
        for name, intent in _first(shape.intents, reader, "intents", draft)
    }


def _persons(draft: Draft) -> Persons:
    """Join the files; a message can only be one or the other."""
    asks: list[str] = []
    look_alikes: list[str] = []
    for reader, shape in draft.many("persons", PersonsFile):
        asks += shape.asks
        look_alikes += shape.look_alikes
        for index, message in enumerate(shape.look_alikes):
            if message in asks:
                reader.note(("look_alikes", index), "this message is among those that ask", "Remove one.")
    return Persons(asks=tuple(asks), look_alikes=tuple(look_alikes))


def _flows(draft: Draft, tools: Tools | None) -> dict[str, Flow]:
    """Compile the flows of all files."""
    files = draft.many("flows", FlowsFile)
    known = {name: flow for _, shape in files for name, flow in shape.flows.items()}
    return {
        name: compile_flow(name, flow, reader, ("flows", name), tools, known)
        for reader, shape in files
        for name, flow in _first(shape.flows, reader, "flows", draft)
    }


def _first(entries: Mapping[str, Any], reader: Reader, key: str, draft: Draft) -> Iterator[tuple[str, Any]]:
    """Yield a file's entries, noting names that an earlier file has already."""
    earlier = draft.readers[: draft.readers.index(reader)]
    for name, entry in entries.items():
        twin = next((other for other in earlier if (key, name) in other.source.marks), None)
        if twin:
            where = twin.source.place((key, name))
            reader.note((key, name), f"'{name}' is defined twice", f"Also in {where.file}:{where.line}.")
        yield name, entry
