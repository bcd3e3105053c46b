"""People, logins and keys in the database. Connections come in; look-ups by secret need no tenant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from app.auth.roles import Role

FIND_LOGIN = "select tenant_id, user_id, expires_at from find_login(%s, %s)"
FIND_KEY = "select tenant_id, key_id, scopes from find_api_key(%s)"

OPEN = "('assigned', 'human_handling', 'waiting')"
PERSON = f"""select u.user_id, u.name, u.email, u.password_hash, u.role, u.skills, u.status, u.max_load,
    (select count(*) from conversations c where c.tenant_id = u.tenant_id and c.owner_id = u.user_id
       and c.status in {OPEN})::int as load
  from users u"""  # noqa: S608 (constants only)

# Who left is nobody any more: no login, no claim, no name in the list of agents.
HERE = "u.deactivated_at is null"
BY_EMAIL = f"{PERSON} where u.tenant_id = %s and u.email_index = %s and {HERE}"
BY_ID = f"{PERSON} where u.tenant_id = %s and u.user_id = %s and {HERE}"
ALL = f"{PERSON} where u.tenant_id = %s and u.role in ('agent', 'supervisor') and {HERE} order by u.name"

# Of an agent: the own conversations, those nobody has, those in which the agent is named or which are offered
# to them. One that does not exist is nobody's.
IN_SIGHT = """select not exists (select from conversations c
  where c.tenant_id = %(tenant)s and c.conversation_id = %(conversation)s and c.owner_id <> %(agent)s
    and not exists (select from mentions m where m.tenant_id = c.tenant_id
      and m.conversation_id = c.conversation_id and m.agent_id = %(agent)s)
    and not exists (select from transfers t where t.tenant_id = c.tenant_id
      and t.conversation_id = c.conversation_id and t.state = 'offered'
      and (t.to_agent = %(agent)s or t.to_group is not null)))"""

INSERT_LOGIN = "insert into logins (tenant_id, token_hash, user_id, expires_at) values (%s, %s, %s, %s)"
EXTEND_LOGIN = "update logins set expires_at = %s where tenant_id = %s and token_hash = %s"
DELETE_LOGIN = "delete from logins where tenant_id = %s and token_hash = %s"
SWEEP_LOGINS = "delete from logins where tenant_id = %s and expires_at <= %s"
SET_STATUS = "update users set status = %s, seen_at = %s where tenant_id = %s and user_id = %s"
INSERT_KEY = """insert into api_keys (tenant_id, key_id, key_hash, name, scopes) values (%s, %s, %s, %s, %s)
  on conflict (tenant_id, key_id) do update
  set key_hash = excluded.key_hash, scopes = excluded.scopes, revoked_at = null"""
REVOKE_KEY = "update api_keys set revoked_at = %s where tenant_id = %s and key_id = %s"
INSERT_PERSON = """insert into users
    (tenant_id, user_id, email_index, email, name, password_hash, role, skills, status)
  values (%s, %s, %s, %s, %s, %s, %s, %s, 'online')
  on conflict (tenant_id, user_id) do update
  set email_index = excluded.email_index, email = excluded.email, name = excluded.name,
      password_hash = excluded.password_hash, role = excluded.role, skills = excluded.skills"""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the company, with how much is on their desk."""

    user_id: str
    name: str
    email: bytes
    password_hash: str
    role: Role
    skills: Sequence[str]
    status: str
    max_load: int
    load: int


@dataclass(frozen=True, kw_only=True)
class Login:
    """A session that has not ended."""

    tenant_id: str
    user_id: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key that has not been revoked."""

    tenant_id: str
    key_id: str
    scopes: Sequence[str]


async def find_login(conn: AsyncConnection, token_hash: bytes, now: datetime) -> Login | None:
    """Find the session of a cookie, whoever's it is."""
    cursor = conn.cursor(row_factory=class_row(Login))
    await cursor.execute(FIND_LOGIN, [token_hash, now])
    return await cursor.fetchone()


async def find_api_key(conn: AsyncConnection, key_hash: bytes) -> ApiKey | None:
    """Find a key, whoever's it is."""
    cursor = conn.cursor(row_factory=class_row(ApiKey))
    await cursor.execute(FIND_KEY, [key_hash])
    return await cursor.fetchone()


async def person_by_email(conn: AsyncConnection, tenant_id: str, email_index: bytes) -> Person | None:
    """Find a person by the blind index of the email."""
    cursor = conn.cursor(row_factory=class_row(Person))
    await cursor.execute(BY_EMAIL, [tenant_id, email_index])
    return await cursor.fetchone()


async def person_by_id(conn: AsyncConnection, tenant_id: str, user_id: str) -> Person | None:
    """Find a person by id."""
    cursor = conn.cursor(row_factory=class_row(Person))
    await cursor.execute(BY_ID, [tenant_id, user_id])
    return await cursor.fetchone()


async def all_agents(conn: AsyncConnection, tenant_id: str) -> list[Person]:
    """List everyone who can own a conversation, with their load."""
    cursor = conn.cursor(row_factory=class_row(Person))
    await cursor.execute(ALL, [tenant_id])
    return await cursor.fetchall()


async def in_sight(conn: AsyncConnection, tenant_id: str, conversation_id: str, agent_id: str) -> bool:
    """Say whether an agent may read a conversation."""
    values = {"tenant": tenant_id, "conversation": conversation_id, "agent": agent_id}
    row = await (await conn.execute(IN_SIGHT, values)).fetchone()
    return bool(row and row[0])


async def begin_login(
    conn: AsyncConnection,
    tenant_id: str,
    token_hash: bytes,
    user_id: str,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Store a session and drop the tenant's ended ones."""
    await conn.execute(SWEEP_LOGINS, [tenant_id, now])
    await conn.execute(INSERT_LOGIN, [tenant_id, token_hash, user_id, expires_at])


async def extend_login(conn: AsyncConnection, login: Login, token_hash: bytes, expires_at: datetime) -> None:
    """Move a session's end."""
    await conn.execute(EXTEND_LOGIN, [expires_at, login.tenant_id, token_hash])


async def end_login(conn: AsyncConnection, tenant_id: str, token_hash: bytes) -> None:
    """Forget a session; a second time does nothing."""
    await conn.execute(DELETE_LOGIN, [tenant_id, token_hash])


async def set_status(conn: AsyncConnection, tenant_id: str, user_id: str, status: str, now: datetime) -> bool:
    """Say whether a person takes conversations; False when there is no such person."""
    cursor = await conn.execute(SET_STATUS, [status, now, tenant_id, user_id])
    return cursor.rowcount == 1


async def store_key(
    conn: AsyncConnection, tenant_id: str, key_id: str, key_hash: bytes, name: str, scopes: Sequence[str]
) -> None:
    """Store a key under its id; an older key of the same id ends."""
    await conn.execute(INSERT_KEY, [tenant_id, key_id, key_hash, name, list(scopes)])


async def revoke_key(conn: AsyncConnection, tenant_id: str, key_id: str, now: datetime) -> None:
    """End a key."""
    await conn.execute(REVOKE_KEY, [now, tenant_id, key_id])


async def store_person(
    conn: AsyncConnection,
    tenant_id: str,
    user_id: str,
    *,
    email_index: bytes,
    email: bytes,
    name: str,
    password_hash: str,
    role: Role,
    skills: Sequence[str],
) -> None:
    """Store a person; the same id again changes everything about the person."""
    values = [tenant_id, user_id, email_index, email, name, password_hash, role, list(skills)]
    await conn.execute(INSERT_PERSON, values)
