"""Adds, changes and sends away people; every change is one transaction with its line in the audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from app.audit.record import Actor, Deed, record
from app.auth.roles import Role
from app.conversations.seal import Seal, seal_text
from app.ids import new_id
from app.people import repository as sql
from app.people.codes import Code, new_code
from app.problems import Problem, not_found


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """Who begins to work here."""

    email: str
    name: str
    role: Role
    skills: Sequence[str] = ()
    languages: Sequence[str] = ("en",)
    max_load: int = 5


@dataclass(frozen=True, kw_only=True)
class Office:
    """Where a change to people is made, by whom, and when."""

    conn: AsyncConnection
    vault: Seal
    tenant_id: str
    actor: Actor
    now: datetime

    async def note(self, action: str, user_id: str, **detail: Any) -> None:
        """Record a deed on a person."""
        deed = Deed(action=action, subject="person", subject_id=user_id, detail=detail)
        await record(self.conn, self.vault, self.tenant_id, self.actor, deed, self.now)


async def add(office: Office, new: NewPerson) -> tuple[str, Code]:
    """Add a person, who chooses a password with the code; refuse an email that is taken."""
    user_id = new_id("usr")
    values = {
        "user_id": user_id,
        **sealed_email(office, user_id, new.email),
        "name": new.name,
        "role": new.role,
        "skills": list(new.skills),
        "languages": list(new.languages),
        "max_load": new.max_load,
    }
    if not await sql.add_person(office.conn, office.tenant_id, values):
        raise email_taken()
    await office.note("person.added", user_id, name=new.name, role=new.role)
    return user_id, await new_code(office.conn, office.tenant_id, user_id, office.now)


async def change(office: Office, user_id: str, wanted: Mapping[str, Any]) -> None:
    """Change what is named; who is sent away is signed out at once."""
    conn, tenant_id = office.conn, office.tenant_id
    admins = await sql.admins(conn, tenant_id)
    before = await sql.person(conn, tenant_id, user_id)
    if before is None:
        raise not_found("person")
    _keep_an_admin(admins, user_id, wanted)
    values: dict[str, Any] = {k: v for k, v in wanted.items() if k not in ("email", "active", "groups")}
    if "email" in wanted:
        values |= await _another_email(office, user_id, wanted["email"])
    if "active" in wanted:
        values["deactivated_at"] = None if wanted["active"] else before.deactivated_at or office.now
    if wanted.get("active") is False:
        values["status"] = "offline"
        await send_off(office, user_id)
    await sql.change_person(conn, tenant_id, user_id, values)
    if "groups" in wanted:
        await sql.set_groups(conn, tenant_id, user_id, wanted["groups"])
    await office.note(_what(before, wanted), user_id, **_told(before, wanted))


async def reset(office: Office, user_id: str) -> Code:
    """Let a person choose another password; the old one and every login end now."""
    found = await sql.person(office.conn, office.tenant_id, user_id)
    if found is None or found.deactivated_at is not None:
        raise not_found("person")
    await sql.set_password(office.conn, office.tenant_id, user_id, "")
    await office.note("person.password_reset", user_id)
    return await new_code(office.conn, office.tenant_id, user_id, office.now)


async def send_off(office: Office, user_id: str) -> None:
    """Sign a person out everywhere and end what could let them in again."""
    await sql.end_logins(office.conn, office.tenant_id, user_id)
    await sql.end_codes(office.conn, office.tenant_id, user_id)


def sealed_email(office: Office, user_id: str, email: str) -> dict[str, bytes]:
    """Seal an email for a person's row, with the index it is found by."""
    vault, tenant_id = office.vault, office.tenant_id
    return {
        "email_index": vault.blind_index(tenant_id, email),
        "email": seal_text(vault, tenant_id, email.strip(), f"users:email:{user_id}"),
    }


def email_taken() -> Problem:
    """Say that two people cannot share an email."""
    return Problem(
        409,
        "email-taken",
        "Somebody has this email.",
        "Choose another email, or bring the person back who has it.",
        field="email",
    )


async def _another_email(office: Office, user_id: str, email: str) -> dict[str, bytes]:
    sealed = sealed_email(office, user_id, email)
    if await sql.holder_of(office.conn, office.tenant_id, sealed["email_index"]) not in (None, user_id):
        raise email_taken()
    return sealed


def _keep_an_admin(admins: Sequence[str], user_id: str, wanted: Mapping[str, Any]) -> None:
    """Refuse to leave the company without an administrator."""
    leaves = wanted.get("active") is False or wanted.get("role", "admin") != "admin"
    if leaves and admins == [user_id]:
        raise Problem(
            409,
            "last-admin",
            "This is the only administrator.",
            "Make somebody else an administrator first.",
        )


def _what(before: sql.PersonRow, wanted: Mapping[str, Any]) -> str:
    if "active" in wanted and wanted["active"] == (before.deactivated_at is not None):
        return "person.brought_back" if wanted["active"] else "person.deactivated"
    return "person.changed"


def _told(before: sql.PersonRow, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Say what changed from what to what; of an email only that it did."""
    told: dict[str, Any] = {"name": before.name}
    for field, value in wanted.items():
        if field == "email":
            told["email"] = "changed"
        elif field != "active" and (was := getattr(before, field)) != value:
            told[field] = {"from": list(was) if isinstance(was, list) else was, "to": value}
    return told
