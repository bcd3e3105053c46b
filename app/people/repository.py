"""People, groups and codes in the database. The connection is bound to the tenant by whoever passes it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.sql import SQL, Identifier, Placeholder

from app.auth.roles import Role

OPEN = "('assigned', 'human_handling', 'waiting')"
PEOPLE = f"""select u.user_id, u.name, u.email, u.password_hash <> '' as has_password, u.role, u.skills,
    u.languages, u.status, u.max_load, u.created_at, u.seen_at, u.deactivated_at,
    coalesce((select array_agg(m.group_id order by m.group_id) from agent_group_members m
      where m.tenant_id = u.tenant_id and m.user_id = u.user_id), '{{}}') as groups,
    (select count(*) from conversations c where c.tenant_id = u.tenant_id and c.owner_id = u.user_id
      and c.status in {OPEN})::int as load
  from users u where u.tenant_id = %(tenant)s
    and (%(person)s::text is null or u.user_id = %(person)s)
  order by u.deactivated_at is not null, u.name, u.user_id"""  # noqa: S608 (constants only)

ADD = """insert into users (tenant_id, user_id, email_index, email, name, password_hash, role, skills,
    languages, max_load) values (%(tenant)s, %(user_id)s, %(email_index)s, %(email)s, %(name)s, '', %(role)s,
    %(skills)s, %(languages)s, %(max_load)s)
  on conflict (tenant_id, email_index) do nothing"""

BY_EMAIL = "select user_id from users where tenant_id = %s and email_index = %s"
ADMINS = """select user_id from users
  where tenant_id = %s and role = 'admin' and deactivated_at is null for update"""
SET_PASSWORD = "update users set password_hash = %s where tenant_id = %s and user_id = %s"  # noqa: S105
STORED_HASH = """select password_hash from users
  where tenant_id = %s and user_id = %s and deactivated_at is null"""
END_LOGINS = "delete from logins where tenant_id = %s and user_id = %s"

ADD_CODE = """insert into password_codes (tenant_id, code_hash, user_id, created_at, expires_at)
  values (%s, %s, %s, %s, %s)"""
END_CODES = "delete from password_codes where tenant_id = %s and user_id is not distinct from %s"
TAKE_CODE = """delete from password_codes where tenant_id = %s and code_hash = %s and expires_at > %s
  returning user_id"""
FIND_CODE = "select tenant_id, user_id from find_password_code(%s, %s)"

GROUPS = """select g.group_id, g.name, coalesce(array_agg(m.user_id order by m.user_id)
      filter (where m.user_id is not null), '{}') as members
  from agent_groups g left join agent_group_members m
    on m.tenant_id = g.tenant_id and m.group_id = g.group_id
  where g.tenant_id = %(tenant)s and (%(group)s::text is null or g.group_id = %(group)s)
  group by g.group_id, g.name order by g.name"""
ADD_GROUP = """insert into agent_groups (tenant_id, group_id, name, created_at) values (%s, %s, %s, %s)
  on conflict (tenant_id, name) do nothing"""
NAME_GROUP = """update agent_groups g set name = %(name)s
  where tenant_id = %(tenant)s and group_id = %(group)s and not exists (select from agent_groups o
    where o.tenant_id = g.tenant_id and o.name = %(name)s and o.group_id <> g.group_id)"""
DELETE_GROUP = "delete from agent_groups where tenant_id = %s and group_id = %s"
CLEAR_MEMBERS = "delete from agent_group_members where tenant_id = %s and group_id = %s"
ADD_MEMBERS = """insert into agent_group_members (tenant_id, group_id, user_id)
  select tenant_id, %s, user_id from users where tenant_id = %s and user_id = any(%s)"""
CLEAR_GROUPS = "delete from agent_group_members where tenant_id = %s and user_id = %s"
JOIN_GROUPS = """insert into agent_group_members (tenant_id, group_id, user_id)
  select tenant_id, group_id, %s from agent_groups where tenant_id = %s and group_id = any(%s)"""

KEYS = """select key_id, name, scopes, created_at, revoked_at from api_keys where tenant_id = %s
  order by revoked_at is not null, created_at desc"""
REVOKE = """update api_keys set revoked_at = %s where tenant_id = %s and key_id = %s and revoked_at is null
  returning name"""

CHANGEABLE = (
    *("name", "email", "email_index", "role", "skills", "languages", "max_load", "status"),
    "deactivated_at",
)


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """Somebody of the company, whether still here or not."""

    user_id: str
    name: str
    email: bytes
    has_password: bool
    role: Role
    skills: Sequence[str]
    languages: Sequence[str]
    status: str
    max_load: int
    created_at: datetime
    seen_at: datetime | None
    deactivated_at: datetime | None
    groups: Sequence[str]
    load: int


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """A group and who is in it."""

    group_id: str
    name: str
    members: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """A program's key, without the key."""

    key_id: str
    name: str
    scopes: Sequence[str]
    created_at: datetime
    revoked_at: datetime | None


async def people(conn: AsyncConnection, tenant_id: str, user_id: str | None = None) -> list[PersonRow]:
    """List everybody, who left at the end; or the one person named."""
    cursor = conn.cursor(row_factory=class_row(PersonRow))
    await cursor.execute(PEOPLE, {"tenant": tenant_id, "person": user_id})
    return await cursor.fetchall()


async def person(conn: AsyncConnection, tenant_id: str, user_id: str) -> PersonRow | None:
    """Read one person, or None when there is none."""
    found = await people(conn, tenant_id, user_id)
    return found[0] if found else None


async def add_person(conn: AsyncConnection, tenant_id: str, values: Mapping[str, Any]) -> bool:
    """Add a person without a password; False when somebody has the email."""
    return (await conn.execute(ADD, {"tenant": tenant_id, **values})).rowcount == 1


async def change_person(
    conn: AsyncConnection, tenant_id: str, user_id: str, values: Mapping[str, Any]
) -> None:
    """Change the named columns of a person."""
    columns = [column for column in CHANGEABLE if column in values]
    if not columns:
        return
    sets = SQL(", ").join(SQL("{} = {}").format(Identifier(column), Placeholder()) for column in columns)
    statement = SQL("update users set {} where tenant_id = %s and user_id = %s").format(sets)
    await conn.execute(statement, [*(values[column] for column in columns), tenant_id, user_id])


async def holder_of(conn: AsyncConnection, tenant_id: str, email_index: bytes) -> str | None:
    """Say who has an email."""
    row = await (await conn.execute(BY_EMAIL, [tenant_id, email_index])).fetchone()
    return str(row[0]) if row else None


async def admins(conn: AsyncConnection, tenant_id: str) -> list[str]:
    """List the administrators, held so that two of them cannot send each other away at once."""
    return [str(row[0]) for row in await (await conn.execute(ADMINS, [tenant_id])).fetchall()]


async def set_password(conn: AsyncConnection, tenant_id: str, user_id: str, password_hash: str) -> None:
    """Store a new password; every login and code of the person ends."""
    await conn.execute(SET_PASSWORD, [password_hash, tenant_id, user_id])
    await end_logins(conn, tenant_id, user_id)
    await end_codes(conn, tenant_id, user_id)


async def password_of(conn: AsyncConnection, tenant_id: str, user_id: str) -> str | None:
    """Read the stored hash; None for somebody who is not here."""
    row = await (await conn.execute(STORED_HASH, [tenant_id, user_id])).fetchone()
    return str(row[0]) if row else None


async def end_logins(conn: AsyncConnection, tenant_id: str, user_id: str) -> None:
    """End every login of a person."""
    await conn.execute(END_LOGINS, [tenant_id, user_id])


async def add_code(
    conn: AsyncConnection,
    tenant_id: str,
    code_hash: bytes,
    user_id: str | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Store a code; older ones of the same person end."""
    await end_codes(conn, tenant_id, user_id)
    await conn.execute(ADD_CODE, [tenant_id, code_hash, user_id, now, expires_at])


async def end_codes(conn: AsyncConnection, tenant_id: str, user_id: str | None) -> None:
    """End the codes of a person, or those for the first administrator."""
    await conn.execute(END_CODES, [tenant_id, user_id])


async def find_code(conn: AsyncConnection, code_hash: bytes, now: datetime) -> tuple[str, str | None] | None:
    """Find whose code it is: tenant and person; no person for the first administrator's."""
    row = await (await conn.execute(FIND_CODE, [code_hash, now])).fetchone()
    return (str(row[0]), row[1]) if row else None


async def take_code(conn: AsyncConnection, tenant_id: str, code_hash: bytes, now: datetime) -> bool:
    """Use a code up; False when it was used or ended meanwhile."""
    return (await conn.execute(TAKE_CODE, [tenant_id, code_hash, now])).rowcount == 1


async def groups(conn: AsyncConnection, tenant_id: str, group_id: str | None = None) -> list[GroupRow]:
    """List the groups, or the one named."""
    cursor = conn.cursor(row_factory=class_row(GroupRow))
    await cursor.execute(GROUPS, {"tenant": tenant_id, "group": group_id})
    return await cursor.fetchall()


async def add_group(conn: AsyncConnection, tenant_id: str, group_id: str, name: str, now: datetime) -> bool:
    """Add a group; False when the name is taken."""
    return (await conn.execute(ADD_GROUP, [tenant_id, group_id, name, now])).rowcount == 1


async def name_group(conn: AsyncConnection, tenant_id: str, group_id: str, name: str) -> bool:
    """Give a group another name; False when another group has it."""
    values = {"tenant": tenant_id, "group": group_id, "name": name}
    return (await conn.execute(NAME_GROUP, values)).rowcount == 1


async def delete_group(conn: AsyncConnection, tenant_id: str, group_id: str) -> bool:
    """Delete a group; its people stay. False when there was none."""
    return (await conn.execute(DELETE_GROUP, [tenant_id, group_id])).rowcount == 1


async def set_members(conn: AsyncConnection, tenant_id: str, group_id: str, members: Sequence[str]) -> None:
    """Say who is in a group; ids of nobody are left out."""
    await conn.execute(CLEAR_MEMBERS, [tenant_id, group_id])
    await conn.execute(ADD_MEMBERS, [group_id, tenant_id, list(members)])


async def set_groups(conn: AsyncConnection, tenant_id: str, user_id: str, groups: Sequence[str]) -> None:
    """Say in which groups a person is; ids of no group are left out."""
    await conn.execute(CLEAR_GROUPS, [tenant_id, user_id])
    await conn.execute(JOIN_GROUPS, [user_id, tenant_id, list(groups)])


async def keys(conn: AsyncConnection, tenant_id: str) -> list[KeyRow]:
    """List the keys, revoked ones at the end."""
    cursor = conn.cursor(row_factory=class_row(KeyRow))
    await cursor.execute(KEYS, [tenant_id])
    return await cursor.fetchall()


async def revoke(conn: AsyncConnection, tenant_id: str, key_id: str, now: datetime) -> str | None:
    """End a key and return its name; None when it had ended or never was."""
    row = await (await conn.execute(REVOKE, [now, tenant_id, key_id])).fetchone()
    return str(row[0]) if row else None
