"""Puts rules and stories together: what follows each intent, with questions that yes or no answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.companies.rasa.left import Leftovers, Origin
from app.companies.rasa.talks import Did, Talk, Turn

OTHERWISE = "What follows there depends on what was said before: write a flow that branches."


@dataclass(kw_only=True)
class Say:
    """A reply; as a question it has what follows a yes and a no."""

    template: str
    origin: Origin
    yes: "list[Do] | None" = None
    no: "list[Do] | None" = None

    @property
    def asks(self) -> bool:
        """Whether an answer to it was told."""
        return self.yes is not None or self.no is not None


@dataclass(kw_only=True)
class Fill:
    """A form."""

    form: str
    origin: Origin


@dataclass(kw_only=True)
class ByHand:
    """Code of the project, which a person stands in for."""

    action: str
    origin: Origin


Do = Say | Fill | ByHand


@dataclass(kw_only=True)
class Followed:
    """What follows an intent, and who says so."""

    talk: Talk
    does: list[Do]


@dataclass(kw_only=True)
class Sequences:
    """What follows each intent and each form, by the project's names."""

    intents: dict[str, Followed] = field(default_factory=dict)
    forms: dict[str, list[Do]] = field(default_factory=dict)
    between: set[str] = field(default_factory=set)
    """Intents that are met while a form asks."""


def put_together(
    talks: Iterable[Talk], forms: frozenset[str], names: Mapping[str, str], left: Leftovers
) -> Sequences:
    """Join all talks; `names` gives the book's name of an intent, by which yes and no are known."""
    joiner = _Joiner(forms, names, left)
    for talk in talks:
        if talk.submits:
            does = [one for turn in talk.turns for one in joiner.does(turn)]
            joiner.found.forms.setdefault(talk.submits, does)
        else:
            joiner.take(talk)
    return joiner.found


@dataclass
class _Joiner:
    """Adds one talk after the other."""

    forms: frozenset[str]
    names: Mapping[str, str]
    left: Leftovers
    found: Sequences = field(default_factory=Sequences)

    def take(self, talk: Talk) -> None:
        """Split a talk where a new wish begins; a yes or a no belongs to the question before it."""
        root: list[Do] = []
        before: list[Do] = root
        opening: Turn | None = None
        for turn in talk.turns:
            does = self.does(turn)
            answer = self.answer(turn)
            if answer is None:
                self.define(opening, root, talk)
                opening, root, before = turn, does, does
            elif not before or not isinstance(before[-1], Say) or opening is None:
                todo = "A yes or no means something only behind a question: write it into its flow."
                self.left.at(turn.origin, f"{talk} answers nothing here", todo)
                return
            else:
                before = self.branch(before[-1], answer, does)
        self.define(opening, root, talk)

    def answer(self, turn: Turn) -> str | None:
        """`affirm` or `deny`, where the turn is nothing else."""
        meant = {self.names.get(intent, intent) for intent in turn.intents}
        return next(iter(meant)) if len(meant) == 1 and meant <= {"affirm", "deny"} else None

    def branch(self, question: Say, answer: str, does: list[Do]) -> list[Do]:
        """Hang what follows an answer below its question."""
        if answer == "affirm":
            question.yes = does
        else:
            question.no = does
        return does

    def does(self, turn: Turn) -> list[Do]:
        """What the bot did in a turn, up to the first code, behind which a person goes on."""
        done: list[Do] = []
        for did in turn.did:
            done.append(self.do(did))
            if isinstance(done[-1], Fill) and self.submitted(done[-1].form, turn.did[len(done) :]):
                return done
        return done

    def do(self, did: Did) -> Do:
        """One thing that the bot did."""
        if did.action in self.forms:
            return Fill(form=did.action, origin=did.origin)
        if did.action.startswith("utter_"):
            return Say(template=did.action, origin=did.origin)
        return ByHand(action=did.action, origin=did.origin)

    def submitted(self, form: str, rest: list[Did]) -> bool:
        """Take what a story does behind a form for the form's end."""
        if not rest or form in self.found.forms:
            return form in self.found.forms
        self.found.forms[form] = [self.do(did) for did in rest]
        return True

    def define(self, opening: Turn | None, does: list[Do], talk: Talk) -> None:
        """Say what follows the intents of a turn, or add to what was said."""
        if opening is None or not does:
            return
        self.found.between.update(opening.intents if talk.between else ())
        for intent in opening.intents:
            known = self.found.intents.setdefault(intent, Followed(talk=talk, does=does))
            if known.does is not does and not merge(known.does, does):
                what = f"{talk} goes on otherwise behind '{intent}' than {known.talk}"
                self.left.at(opening.origin, what, OTHERWISE)


def merge(known: list[Do], more: list[Do]) -> bool:
    """Add the answers that another talk tells; False when the two do different things."""
    for one, other in zip(known, more, strict=False):
        if type(one) is not type(other):
            return False
        if isinstance(one, Say) and isinstance(other, Say):
            if one.template != other.template or not _merge_answers(one, other):
                return False
        elif name_of_do(one) != name_of_do(other):
            return False
    known.extend(more[len(known) :])
    return True


def _merge_answers(one: Say, other: Say) -> bool:
    """Join what follows a yes, and what follows a no."""
    for side in ("yes", "no"):
        mine, theirs = getattr(one, side), getattr(other, side)
        if mine is None:
            setattr(one, side, theirs)
        elif theirs is not None and not merge(mine, theirs):
            return False
    return True


def name_of_do(one: Do) -> str:
    """What is said, filled or called."""
    match one:
        case Say():
            return one.template
        case Fill():
            return one.form
        case ByHand():
            return one.action
