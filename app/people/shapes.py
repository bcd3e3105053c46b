"""People, groups and keys as the API shows and takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.auth.roles import Right, Role
from app.conversations.seal import Seal, open_text
from app.people.codes import SHORTEST_PASSWORD, Code
from app.people.repository import PersonRow

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=320, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Words = Annotated[Sequence[Word], Field(max_length=60)]
Password = Annotated[str, StringConstraints(min_length=SHORTEST_PASSWORD, max_length=1024)]


class PersonShape(BaseModel):
    """Somebody of the company."""

    agent_id: str
    name: str
    email: str
    role: Role
    skills: Sequence[str]
    languages: Sequence[str]
    groups: Sequence[str]
    max_load: int
    load: int
    status: str
    active: bool
    has_password: bool
    """False: the person has a code and has not chosen a password yet."""
    created_at: datetime
    seen_at: datetime | None


class People(BaseModel):
    """Everybody, who left at the end."""

    items: Sequence[PersonShape]


class NewPersonBody(BaseModel):
    """Who begins to work here."""

    model_config = ConfigDict(extra="forbid")
    email: Email
    name: Name
    role: Role = "agent"
    skills: Words = ()
    languages: Annotated[Sequence[Language], Field(min_length=1, max_length=40)] = ("en",)
    groups: Words = ()
    max_load: int = Field(5, ge=0, le=100)


class PersonChange(BaseModel):
    """What changes; a field that is left out stays."""

    model_config = ConfigDict(extra="forbid")
    email: Email | None = None
    name: Name | None = None
    role: Role | None = None
    skills: Words | None = None
    languages: Annotated[Sequence[Language], Field(min_length=1, max_length=40)] | None = None
    groups: Words | None = None
    max_load: int | None = Field(None, ge=0, le=100)
    active: bool | None = None


class CodeShape(BaseModel):
    """A code, shown this once, with which a person chooses a password."""

    code: str
    path: str
    """Where the person opens it, behind the engine's address."""
    expires_at: datetime


class Added(BaseModel):
    """A new person, and the code to hand over."""

    person: PersonShape
    welcome: CodeShape


class GroupShape(BaseModel):
    """People who are asked together."""

    group_id: str
    name: str
    members: Sequence[str]


class Groups(BaseModel):
    """Every group."""

    items: Sequence[GroupShape]


class GroupBody(BaseModel):
    """A group's name and people."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    members: Annotated[Sequence[Word], Field(max_length=2000)] = ()


class GroupChange(BaseModel):
    """What changes of a group."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    members: Annotated[Sequence[Word], Field(max_length=2000)] | None = None


class KeyShape(BaseModel):
    """A program's key, without the key."""

    key_id: str
    name: str
    scopes: Sequence[str]
    created_at: datetime
    revoked_at: datetime | None


class Keys(BaseModel):
    """Every key, and what a new one may be allowed."""

    items: Sequence[KeyShape]
    scopes: Sequence[str]


class NewKey(BaseModel):
    """What a program is called and may do."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    scopes: Annotated[Sequence[Right], Field(min_length=1)]


class ShownKey(BaseModel):
    """A new key, shown this once."""

    key_id: str
    name: str
    scopes: Sequence[str]
    key: str


class UsedCode(BaseModel):
    """A code that somebody was given."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Welcome(BaseModel):
    """Whose code it is; nobody's yet when the first administrator is set up."""

    first_admin: bool
    name: str | None
    email: str | None


class ChosenPassword(UsedCode):
    """The password that a person chose; the first administrator also says who that is."""

    password: Password
    email: Email | None = None
    name: Name | None = None


class Chosen(BaseModel):
    """With which email to sign in now."""

    email: str


class OwnPassword(BaseModel):
    """A change of one's own password."""

    old: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    new: Password


def person_shape(vault: Seal, tenant_id: str, row: PersonRow) -> PersonShape:
    """Show a person as the API does."""
    shown = {field: getattr(row, field) for field in PersonShape.model_fields if hasattr(row, field)}
    return PersonShape(
        **shown | {"email": open_text(vault, tenant_id, row.email, f"users:email:{row.user_id}")},
        agent_id=row.user_id,
        active=row.deactivated_at is None,
    )


def code_shape(code: Code) -> CodeShape:
    """Show a code with the page that takes it."""
    return CodeShape(code=code.code, path=welcome_path(code.code), expires_at=code.expires_at)


def welcome_path(code: str) -> str:
    """Name the page where a code is used; what follows # is never sent to a server or written to its log."""
    return f"/console#/welcome/{code}"
