"""Checks a book as a whole, as `frontdesk check` prints it: what cannot be served, and what looks wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.draft import Draft
from policies.facts import Tools
from policies.loader import examine
from policies.model import Book, Collect, Say
from policies.normalise import normalise
from policies.problems import Problem
from policies.proofs import point_at
from policies.schema import IntentsFile
from policies.template_values import ENGINE, OPTIONAL
from policies.templates import Reply


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything found: `problems` keep the book from being served, `notes` do not."""

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    book: Book | None = None
    """The compiled book, when its files could be read at all."""

    @property
    def passed(self) -> bool:
        """True when the book may be served."""
        return not self.problems

    @property
    def summary(self) -> str:
        """One line: what was read, or how much is to mend."""
        if not self.passed:
            count = len(self.problems)
            return f"{count} problem{'' if count == 1 else 's'} to mend before this book can be served"
        if self.book is None:
            return "nothing was read"
        parts = ("flows", "actions", "intents", "templates")
        counts = ", ".join(f"{len(getattr(self.book, part))} {part}" for part in parts)
        return f"version {self.book.version}: {counts}"


def check(folder: Path, tools: Tools | None = None) -> Report:
    """Check schema, references and every way through the flows of a book; note what looks wrong, too."""
    draft, book, problems = examine(folder, tools)
    if problems or book is None:
        return Report(problems=problems, book=book)
    notes = [*_unused_templates(draft, book), *_languages(draft, book), *_same_examples(draft)]
    notes += _not_taken_back(draft, book, tools or {})
    return Report(problems=(), notes=tuple(sorted(set(notes))), book=book)


def _unused_templates(draft: Draft, book: Book) -> Iterator[Problem]:
    """Note replies that nothing says."""
    used = {*ENGINE, *OPTIONAL, *(intent.template for intent in book.intents.values())}
    for flow in book.flows.values():
        used |= {step.template for step in flow.steps if isinstance(step, Say)}
        used |= {read.missing for read in flow.reads}
        used |= {step.ask for step in flow.steps if isinstance(step, Collect)}
        used |= {name for slot in flow.slots.values() for name in (slot.ask, slot.invalid)}
    for action in book.actions.values():
        used |= {action.ask, action.started, action.waiting, action.done, action.failed, action.rejected}
        used |= {name for name in (action.effect, action.checking) if name}
        used |= {f"{action.done}_less", *(rule.refuse for rule in action.rules)}
    used |= {f"wish_{intent}" for intent in book.intents}
    for name in sorted(book.templates.keys() - used):
        yield point_at(draft, book.templates[name].place, f"nothing says the reply '{name}'", "Remove it?")


def _languages(draft: Draft, book: Book) -> Iterator[Problem]:
    """Note replies that lack a language the book serves."""
    for reply in book.templates.values():
        if isinstance(reply, Reply):
            missing = set(book.routing.languages) - {wording.language for wording in reply.wordings}
            if missing:
                message = f"the reply '{reply.name}' is not there in: {', '.join(sorted(missing))}"
                yield point_at(draft, reply.place, message, "Add a variant with `language`.")


def _not_taken_back(draft: Draft, book: Book, tools: Tools) -> Iterator[Problem]:
    """Note calls of an action that stay in force when a later one fails."""
    for action in book.actions.values():
        calls = [action.tool, *(call.tool for call in action.then)]
        for tool in calls[:-1]:
            if tool in tools and not tools[tool].undone:
                message = f"when a later call of '{action.name}' fails, nothing takes '{tool}' back"
                hint = "A person gets it as a task; better call first what another tool undoes."
                yield point_at(draft, action.place, message, hint)


def _same_examples(draft: Draft) -> Iterator[Problem]:
    """Note examples that two intents share: understanding could not tell them apart."""
    owners: dict[str, str] = {}
    for reader, file in draft.many("intents", IntentsFile):
        for name, intent in file.intents.items():
            for index, example in enumerate(intent.examples):
                owner = owners.setdefault(normalise(example), name)
                if owner != name:
                    path = ("intents", name, "examples", index)
                    yield reader.source.problem(path, f"{owner} has this example too", "Keep one of them.")
