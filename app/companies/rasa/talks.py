"""Reads rules and stories as turns: what was meant, and what the bot did then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.companies.rasa.left import Leftovers, Origin, origin_of
from app.companies.rasa.project import Project
from policies.source import Source, YamlPath

SILENT = frozenset({"action_listen", "action_extract_slots", "action_session_start"})
"""Actions of Rasa's own that a customer does not notice."""
CODE = "Its steps are decided by the story's state: write them as a flow in book/flows."


@dataclass(frozen=True, kw_only=True)
class Did:
    """One thing that the bot did: an action by name, or a form that it ended."""

    action: str
    origin: Origin


@dataclass(kw_only=True)
class Turn:
    """What the customer meant, and what the bot did then."""

    intents: tuple[str, ...]
    origin: Origin
    did: list[Did] = field(default_factory=list)


@dataclass(kw_only=True)
class Talk:
    """A rule or a story, as far as it can be read."""

    kind: str
    name: str
    origin: Origin
    turns: list[Turn] = field(default_factory=list)
    submits: str | None = None
    """The form whose end this rule is about."""
    between: bool = False
    """Whether it is about a wish that comes while a form asks."""

    def __str__(self) -> str:
        """Name it in a sentence."""
        return f"the {self.kind} '{self.name}'"


class Unmapped(Exception):
    """A step that no flow can take over; the message says what it is."""

    def __init__(self, path: YamlPath, what: str, todo: str) -> None:
        super().__init__(what)
        self.path, self.what, self.todo = path, what, todo


def read_talks(project: Project, forms: frozenset[str], left: Leftovers) -> list[Talk]:
    """Read all rules, then all stories; one that cannot be taken over is noted as a whole."""
    talks = []
    for key, kind in (("rules", "rule"), ("stories", "story")):
        for source, path, item in project.items(key):
            named = item.get(kind) if isinstance(item, dict) else None
            if not isinstance(named, str) or not isinstance(item.get("steps"), list):
                left.note(source, path, f"this is no {kind} with steps", "Look whether it is needed.")
                continue
            talk = Talk(kind=kind, name=named, origin=origin_of(source, path))
            try:
                _read_steps(talk, source, path, item, forms)
            except Unmapped as step:
                left.note(source, step.path, f"{talk} is left out: {step.what}", step.todo)
                continue
            talks.append(talk)
    return talks


def _read_steps(
    talk: Talk, source: Source, path: YamlPath, item: Mapping[str, Any], forms: frozenset[str]
) -> None:
    """Read the steps into turns."""
    loop = _condition(item.get("condition"), path)
    if item.get("conversation_start"):
        raise Unmapped(
            (*path, "conversation_start"), "it holds at the start only", "The engine greets by itself."
        )
    talk.submits = loop
    reader = _Steps(talk, source, forms, loop)
    for index, step in enumerate(item["steps"]):
        reader.read(step, (*path, "steps", index))
    if talk.submits and talk.turns and talk.turns[0].intents:
        talk.submits, talk.between = None, True


def _condition(given: Any, path: YamlPath) -> str | None:
    """The form in which a rule holds; any other condition cannot be taken over."""
    listed = given if isinstance(given, list) else []
    loops = [one["active_loop"] for one in listed if isinstance(one, dict) and set(one) == {"active_loop"}]
    if len(loops) != len(listed) or len(loops) > 1 or not all(isinstance(one, str) for one in loops):
        raise Unmapped((*path, "condition"), "it holds under a condition", CODE)
    return loops[0] if loops else None


@dataclass
class _Steps:
    """Reads one step after the other; what is said inside a form is the engine's own business."""

    talk: Talk
    source: Source
    forms: frozenset[str]
    loop: str | None

    def read(self, step: Any, path: YamlPath) -> None:
        """Read one step into the talk."""
        given = step if isinstance(step, dict) else {}
        match given:
            case {"intent": str(intent)}:
                self.meant((intent,), path)
            case {"or": list(ways)} if all(isinstance(one, dict) and "intent" in one for one in ways):
                self.meant(tuple(str(one["intent"]) for one in ways), path)
            case {"action": str(action)}:
                self.did(action, path)
            case {"active_loop": str() | None as loop}:
                self.loop = loop
            case {"slot_was_set": listed}:
                self.set_slots(listed, path)
            case {"checkpoint": _}:
                raise Unmapped(path, "it uses a checkpoint", "Write it as a flow, with `link` or `call`.")
            case {"user": _} | {"bot": _}:
                raise Unmapped(path, "it is written end to end, without intents", CODE)
            case _:
                raise Unmapped(path, "this step cannot be read", CODE)

    def meant(self, intents: tuple[str, ...], path: YamlPath) -> None:
        """Begin a turn; inside a form it is a value, or a wish in between, unless nothing began the form."""
        if self.loop is None or not self.talk.turns:
            self.talk.turns.append(Turn(intents=intents, origin=origin_of(self.source, path)))
        elif self.talk.kind == "story" and not self._only_values(intents):
            raise Unmapped(
                path, "it leaves a form in the middle", "Wishes in between are met by the engine itself."
            )

    def _only_values(self, intents: tuple[str, ...]) -> bool:
        return all(intent in ("inform", "affirm", "deny") for intent in intents)

    def did(self, action: str, path: YamlPath) -> None:
        """Add what the bot did to the turn; a form that goes on is not begun again."""
        if action in SILENT:
            return
        if not self.talk.turns:
            self.talk.turns.append(Turn(intents=(), origin=origin_of(self.source, path)))
        going_on = action in self.forms and (action == self.loop or self._began(action))
        if not going_on and not (self.loop and self.talk.turns[-1].did and self._began(self.loop)):
            self.talk.turns[-1].did.append(Did(action=action, origin=origin_of(self.source, path)))

    def _began(self, form: str) -> bool:
        return any(one.action == form for turn in self.talk.turns for one in turn.did)

    def set_slots(self, listed: Any, path: YamlPath) -> None:
        """Take what a form set for granted; a way that depends on a slot cannot be told from others."""
        names = {name for one in (listed if isinstance(listed, list) else [listed]) for name in _names(one)}
        if self.loop is None and names - {"requested_slot"} and not self._after_a_form():
            raise Unmapped(path, f"it depends on the slot {', '.join(sorted(names))}", CODE)

    def _after_a_form(self) -> bool:
        return any(one.action in self.forms for turn in self.talk.turns for one in turn.did)


def _names(one: Any) -> Iterator[str]:
    """The slots that an entry names."""
    if isinstance(one, dict):
        yield from one
    elif isinstance(one, str):
        yield one
