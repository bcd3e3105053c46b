"""Makes two customers one and parts them again; each is one transaction."""

from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection

from app.conversations.seal import Seal, open_json, seal_json
from app.customers import repository as sql
from app.customers import repository_merging as moving
from app.customers.record import CARD, opened, sealed
from app.customers.repository_holding import hold
from app.ids import new_id
from app.problems import Problem, not_found
from app.turns.claim import action_place
from app.turns.lanes import lane_name

UNDO_WITHIN = timedelta(days=7)
FILLED = ("external_id", *CARD)


async def merge(
    conn: AsyncConnection, vault: Seal, tenant_id: str, kept_id: str, gone_id: str, now: datetime
) -> str:
    """Give everything of one customer to another, who learns what only the first knew."""
    await hold(conn, tenant_id, [kept_id, gone_id])
    kept, gone = await _pair(conn, tenant_id, kept_id, gone_id)
    learnt = _learnt(opened(vault, tenant_id, kept), opened(vault, tenant_id, gone))
    moved = await moving.move(conn, tenant_id, gone_id, kept_id)
    await _change_lanes(conn, vault, tenant_id, kept_id, moved)
    await _learn(conn, vault, tenant_id, kept, learnt)
    if gone.blocked_at and not kept.blocked_at:
        await sql.block(conn, tenant_id, kept_id, now)
    await moving.set_merged(conn, tenant_id, gone_id, kept_id)
    merge_id = new_id("mrg")
    before = {
        "conversations": list(moved.conversations),
        "addresses": [index.hex() for index in moved.addresses],
        "learnt": learnt,
        "blocked": bool(gone.blocked_at and not kept.blocked_at),
        "name": opened(vault, tenant_id, gone).get("name"),
    }
    kept_before = seal_json(vault, tenant_id, before, merge_place(merge_id))
    await moving.add(conn, tenant_id, merge_id, kept_id, gone_id, kept_before, now)
    return merge_id


async def part(
    conn: AsyncConnection, vault: Seal, tenant_id: str, merge_id: str, now: datetime
) -> moving.MergeRow:
    """Take a merge back: what came since stays with the one who was kept."""
    found = await moving.merge(conn, tenant_id, merge_id)
    if found is None:
        raise not_found("merge")
    if found.undone_at is not None or found.merged_at < now - UNDO_WITHIN:
        raise Problem(
            409,
            "merge-stands",
            "This merge cannot be taken back any more.",
            "It was taken back already, or is older than seven days.",
        )
    await hold(conn, tenant_id, [found.kept_id, found.gone_id])
    await _check_still_kept(conn, tenant_id, found.kept_id)
    before = open_json(vault, tenant_id, found.before, merge_place(merge_id))
    addresses = [bytes.fromhex(index) for index in before["addresses"]]
    back = moving.Moved(conversations=before["conversations"], addresses=addresses)
    await moving.move(conn, tenant_id, found.kept_id, found.gone_id, back)
    await _change_lanes(conn, vault, tenant_id, found.gone_id, back)
    await moving.set_merged(conn, tenant_id, found.gone_id, None)
    await _unlearn(conn, vault, tenant_id, found.kept_id, before)
    await moving.undone(conn, tenant_id, merge_id, now)
    return found


async def _change_lanes(
    conn: AsyncConnection, vault: Seal, tenant_id: str, customer_id: str, moved: moving.Moved
) -> None:
    """Let open actions take turns with those of the customer whose they are now; their threads are held."""
    for action_id, detail in await moving.open_actions(conn, tenant_id, moved.conversations):
        subject = open_json(vault, tenant_id, detail, action_place(action_id)).get("subject", "")
        lane = lane_name(vault, tenant_id, customer_id, str(subject))
        await moving.change_lane(conn, tenant_id, action_id, lane)


async def _check_still_kept(conn: AsyncConnection, tenant_id: str, kept_id: str) -> None:
    """Refuse to part whom another customer has since: what is theirs is not where it was put."""
    kept = await sql.one(conn, tenant_id, kept_id)
    if kept is not None and kept.merged_into:
        raise Problem(
            409,
            "merged-since",
            "Both were made one with another customer since.",
            "Take that merge back first.",
        )


async def _pair(
    conn: AsyncConnection, tenant_id: str, kept_id: str, gone_id: str
) -> tuple[sql.CustomerRow, sql.CustomerRow]:
    """Hold both rows, in the order of their ids so that two merges never wait for each other."""
    if kept_id == gone_id:
        raise Problem(422, "wrong-fields", "Some fields do not fit.", "other: this is the same customer.")
    rows = {one: await sql.one(conn, tenant_id, one, held=True) for one in sorted((kept_id, gone_id))}
    kept, gone = rows[kept_id], rows[gone_id]
    if kept is None or gone is None:
        raise not_found("customer")
    if kept.merged_into or gone.merged_into:
        raise Problem(
            409,
            "merged-already",
            "One of the two was merged before.",
            "Look the customer up again and merge who is left.",
        )
    return kept, gone


def _learnt(kept: dict[str, Any], gone: dict[str, Any]) -> dict[str, Any]:
    """Say what only the other knew."""
    return {field: gone[field] for field in FILLED if gone.get(field) and not kept.get(field)}


async def _learn(
    conn: AsyncConnection, vault: Seal, tenant_id: str, kept: sql.CustomerRow, learnt: dict[str, Any]
) -> None:
    profile = {"external_id": learnt["external_id"]} if "external_id" in learnt else {}
    values = sealed(vault, tenant_id, kept, learnt, **profile)
    rest = {"tier": kept.tier, "language": kept.language, "version": kept.version}
    await sql.update(conn, tenant_id, kept.customer_id, {**values, **rest})


async def _unlearn(
    conn: AsyncConnection, vault: Seal, tenant_id: str, kept_id: str, before: dict[str, Any]
) -> None:
    """Forget what the other had brought, unless it was changed since."""
    kept = await sql.one(conn, tenant_id, kept_id, held=True)
    if kept is None:
        return
    known = opened(vault, tenant_id, kept)
    same = [field for field, value in before["learnt"].items() if known.get(field) == value]
    await _learn(conn, vault, tenant_id, kept, dict.fromkeys(same))
    if before["blocked"]:
        await sql.block(conn, tenant_id, kept_id, None)


def merge_place(merge_id: str) -> str:
    """Name the place what a merge needs to be undone is sealed for."""
    return f"customer_merges:before:{merge_id}"
