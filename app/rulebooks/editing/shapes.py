"""The rule book as its editor reads and writes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from app.rulebooks.editing.draft import LONGEST_FILE, FileChange, fit_name
from app.rulebooks.editing.judging import Judged
from app.rulebooks.editing.pictures import Picture
from app.rulebooks.router import Finding, finding


class FileShape(BaseModel):
    """One file of the book."""

    name: str
    fingerprint: str
    lines: int


class BookShape(BaseModel):
    """The folder's book, and whether it is the one in force."""

    folder: str
    version: str
    in_force: str
    writable: bool
    files: Sequence[FileShape]
    problems: Sequence[Finding]
    """Why the folder's book is not in force."""


class FileText(BaseModel):
    """A file with its text."""

    name: str
    text: str
    fingerprint: str


class ChangeShape(BaseModel):
    """A file as a designer wants it; `text` null deletes it, `was` null means that it is new."""

    model_config = ConfigDict(extra="forbid")
    name: str
    text: Annotated[str, StringConstraints(max_length=LONGEST_FILE)] | None
    was: str | None

    @field_validator("name")
    @classmethod
    def stays_in_the_book(cls, name: str) -> str:
        """A file lies in the book's folder and is YAML."""
        if not fit_name(name):
            raise ValueError("write small letters, digits, - and _ with .yaml behind, as flows/refund.yaml")
        return name


class DraftShape(BaseModel):
    """What a designer changed."""

    model_config = ConfigDict(extra="forbid")
    changes: Annotated[Sequence[ChangeShape], Field(max_length=200)]

    def read(self) -> list[FileChange]:
        """Return the changes as the editor's code knows them."""
        return [FileChange(name=one.name, text=one.text, was=one.was) for one in self.changes]


class Publication(DraftShape):
    """A draft to be put in force, and why."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Note(BaseModel):
    """Why a version comes back."""

    model_config = ConfigDict(extra="forbid")
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Comparing(DraftShape):
    """A draft to be played on recorded conversations."""

    days: Annotated[int, Field(ge=1, le=365)] | None = None
    most: Annotated[int, Field(ge=1, le=5000)] = 1000


class NodeShape(BaseModel):
    """One step of a flow."""

    id: str
    kind: str
    title: str
    detail: str
    line: int


class EdgeShape(BaseModel):
    """A way between two steps."""

    source: str
    target: str
    label: str
    back: bool


class PictureShape(BaseModel):
    """A flow to be drawn."""

    flow: str
    description: str
    file: str
    line: int
    nodes: Sequence[NodeShape]
    edges: Sequence[EdgeShape]


class JudgedShape(BaseModel):
    """What a check said of a draft."""

    passed: bool
    summary: str
    version: str | None
    problems: Sequence[Finding]
    notes: Sequence[Finding]
    changed: Sequence[str]
    conflicts: Sequence[str]
    """Files that somebody else changed since the designer began."""
    flows: Sequence[PictureShape]


class StandingShape(BaseModel):
    """The flows in force with who is in them now."""

    version: str
    flows: Sequence[PictureShape]
    steps: Mapping[str, Mapping[str, int]]
    """Running conversations by flow and step."""
    older: Mapping[str, int]
    deciding: Mapping[str, int]
    """Approvals that wait, by action."""


class DiffShape(BaseModel):
    """A comparison, under way or done."""

    diff_id: str
    state: Literal["running", "done", "failed"]
    compared: int
    new: str
    result: Mapping[str, Any] | None


class VersionShape(BaseModel):
    """A version that is or was in force, and who put it there."""

    version: str
    first_at: datetime
    in_force_at: datetime
    in_force: bool
    by: str | None
    note: str | None


class Versions(BaseModel):
    """Versions, the one in force first."""

    items: Sequence[VersionShape]


class FileDifference(BaseModel):
    """A file that is not the same in two versions."""

    name: str
    old: str | None
    new: str | None


class FileDifferences(BaseModel):
    """What going back to a version would change."""

    items: Sequence[FileDifference]


class Published(BaseModel):
    """What came of it; with problems the book waits for another start of the engine."""

    version: str
    before: str
    in_force: bool
    problems: Sequence[Finding]


def judged_shape(judged: Judged, changed: Sequence[str], conflicts: Sequence[str]) -> JudgedShape:
    """Show a check's report."""
    return JudgedShape(
        passed=judged.passed,
        summary=judged.summary,
        version=judged.version,
        problems=[finding(problem) for problem in judged.problems],
        notes=[finding(note) for note in judged.notes],
        changed=changed,
        conflicts=conflicts,
        flows=[picture_shape(picture) for picture in judged.pictures],
    )


def picture_shape(picture: Picture) -> PictureShape:
    """Show a flow to be drawn."""
    return PictureShape(
        **{name: getattr(picture, name) for name in ("flow", "description", "file", "line")},
        nodes=[NodeShape(**vars(node)) for node in picture.nodes],
        edges=[EdgeShape(**vars(edge)) for edge in picture.edges],
    )
