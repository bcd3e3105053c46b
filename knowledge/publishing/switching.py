"""Show staged versions, withdraw others, go back: each in one transaction, seen whole or not at all."""

from psycopg import AsyncConnection

from knowledge import repository
from knowledge.ports import Connect
from knowledge.publishing import repository as sql
from knowledge.publishing.release import Changes, Made, Release, changes_between, recounted
from knowledge.terms import Commonness, count_passages


class UnknownVersion(LookupError):
    """An article was never published at that version: look at the versions that exist."""


class UnknownRelease(LookupError):
    """There is no release of that number: `frontdesk knowledge versions` lists them."""


async def switch(conn: AsyncConnection, tenant_id: str, changes: Changes, made: Made) -> str:
    """Show these versions instead of others and name the new state; the caller holds the publishing lock."""
    state = await repository.read_state(conn, tenant_id, None)
    gone = await sql.shown_texts(conn, tenant_id, list(changes)) if state else []
    await sql.show(conn, tenant_id, changes)
    if state is None or state.commonness is None:
        common: Commonness = count_passages(await repository.live_texts(conn, tenant_id))
    else:
        common = recounted(state.commonness, gone, await sql.shown_texts(conn, tenant_id, list(changes)))
    return await _noted(conn, tenant_id, common, made, new=bool(changes))


async def go_back(connect: Connect, tenant_id: str, number: int, made: Made) -> Release:
    """Publish again what an earlier release showed; answers kept for that state are valid again, too."""
    async with connect(tenant_id) as conn:
        await repository.lock_publishing(conn, tenant_id)
        wanted = await sql.release(conn, tenant_id, number)
        if wanted is None:
            raise UnknownRelease(f"there is no release {number}")
        changes = changes_between(await sql.shown(conn, tenant_id), wanted.shown)
        await sql.show(conn, tenant_id, changes)
        common = await sql.release_words(conn, tenant_id, number)
        again = Made(by=made.by, note=made.note, restores=number)
        await _noted(conn, tenant_id, common, again, new=bool(changes))
        newest, *_ = await sql.releases(conn, tenant_id, 1)
        return newest


async def roll_back(connect: Connect, tenant_id: str, article_id: str, version: int, made: Made) -> str:
    """Show an earlier version of one article again."""
    async with connect(tenant_id) as conn:
        await repository.lock_publishing(conn, tenant_id)
        if not await repository.version_exists(conn, tenant_id, article_id, version):
            raise UnknownVersion(f"article {article_id!r} has no version {version}")
        changes = {article_id: version}
        if (await sql.shown(conn, tenant_id)).get(article_id) == version:
            changes = {}
        return await switch(conn, tenant_id, changes, made)


async def _noted(conn: AsyncConnection, tenant_id: str, common: Commonness, made: Made, *, new: bool) -> str:
    """Name what is published now; where something changed, it is a release."""
    name = await repository.set_state(conn, tenant_id, common)
    if new:
        await sql.add_release(conn, tenant_id, made)
    return name
