"""Writes what was made of a project as a company's files, beside those that every company begins with."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from app.companies.folder import Files
from app.companies.rasa.left import Left
from app.companies.rasa.parts import SAME, Parts
from app.companies.starter import Company, starter_files
from policies.normalise import normalise

KINDS = ("intents", "flows", "templates")
TALK = "book/intents/talk.yaml"
REPORT = "IMPORT.md"
ABOUT = "6. `IMPORT.md` lists what the import left to be done by hand.\n"


def imported_files(company: Company, parts: Parts, left: Sequence[Left]) -> Files:
    """Give every file of the company; what only a fresh company needs is left away."""
    files = starter_files(company, about_tools=ABOUT)
    own = _own_intents(files, parts)
    files |= {
        TALK: headed("What every company hears, with the project's examples.", {"intents": own}),
        "book/flows/service.yaml": _kept(files, "flows", "service", ["talk_to_person"]),
        "book/templates/service.yaml": _kept(
            files, "templates", "service", ["wish_human_request", "wish_complaint"]
        ),
        "book/fast_path.yaml": files["book/fast_path.yaml"] + _values(parts.values),
        REPORT: report(company, parts, left),
    }
    files.pop("book/intents/contact.yaml")
    for kind in KINDS:
        entries = {name: entry for name, entry in getattr(parts, kind).items() if not _is_own(kind, name)}
        files[f"book/{kind}/imported.yaml"] = headed("Taken over from a Rasa project.", {kind: entries})
    return files


def _is_own(kind: str, name: str) -> bool:
    """Whether every company has the entry."""
    return kind == "intents" and name in SAME


def _own_intents(files: Files, parts: Parts) -> dict[str, Any]:
    """The intents of every company, with what the project adds."""
    given = (
        yaml.safe_load(files[TALK])["intents"] | yaml.safe_load(files["book/intents/contact.yaml"])["intents"]
    )
    own = {}
    for name in SAME:
        added = dict(parts.intents.get(name, {}))
        examples = without_twins([*given[name].get("examples", ()), *added.pop("examples", ())])
        added.pop("category", None), added.pop("subcategory", None)
        shape = {
            key: value for key, value in given[name].items() if key != "template" or "answer" not in added
        }
        own[name] = shape | added | ({"examples": examples} if examples else {})
    return own


def without_twins(examples: Iterable[str]) -> list[str]:
    """Keep the first of examples that say the same."""
    kept: dict[str, str] = {}
    for example in examples:
        kept.setdefault(normalise(example) or example, example)
    return list(kept.values())


def _kept(files: Files, kind: str, file: str, names: Sequence[str]) -> str:
    """Write a file of the beginning with some of its entries only."""
    entries = yaml.safe_load(files[f"book/{kind}/{file}.yaml"])[kind]
    return headed("What every company has.", {kind: {name: entries[name] for name in names}})


def _values(values: Mapping[str, str]) -> str:
    """Write patterns of the project as lines behind those that are there."""
    return "".join(f"  - {{entity: {entity}, pattern: {quoted(text)}}}\n" for entity, text in values.items())


def quoted(text: str) -> str:
    """Write a text in single quotes, in which YAML leaves backslashes alone."""
    return "'" + text.replace("'", "''") + "'"


def headed(head: str, content: Mapping[str, Any]) -> str:
    """Write YAML under one line that says what it is."""
    return f"# {head}\n" + yaml.dump(
        dict(content), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110
    )


class _Plain(yaml.SafeDumper):
    """Writes every value out: an alias is no designer's friend."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never point at a value from elsewhere."""
        return True


def report(company: Company, parts: Parts, left: Sequence[Left]) -> str:
    """Write what was taken over, and what is left, as a page."""
    rows = "".join(f"| `{one.file}:{one.line}` | {cell(one.what)} | {cell(one.todo)} |\n" for one in left)
    table = f"| where | what | what to do |\n| --- | --- | --- |\n{rows}" if left else "Nothing is left.\n"
    return (
        f"# {company.name}: what came from Rasa\n\nTaken over: {counted(parts)}. They stand in "
        "`imported.yaml` of `book/intents`, `book/flows` and `book/templates`; greetings, thanks, yes and no "
        f"were added to `{TALK}`. The articles in `articles/` are samples: replace them by your own.\n\n"
        f"## To be done by hand\n\n{table}"
    )


def counted(parts: Parts) -> str:
    """Say how much was made."""
    examples = sum(len(intent["examples"]) for intent in parts.intents.values())
    return (
        f"{len(parts.intents)} intents with {examples} examples, {len(parts.flows)} flows, "
        f"{len(parts.templates)} replies"
    )


def cell(text: str) -> str:
    """Make a text fit into one cell of a table."""
    return " ".join(text.replace("|", "/").split())
