"""The administrator's room: people, groups, keys, the audit; and how the first administrator begins."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from app.people.codes import first_code
from tests.integration.front import TENANT, Browser, Front, hire, open_front
from tests.integration.shell import frontdesk

NEW = {"email": "Ylva@Example.com", "name": "Ylva Ek", "role": "agent", "skills": ["orders"], "max_load": 3}
CHOSEN = "copper-kettle-9"


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture(scope="module")
async def admin(front: Front) -> AsyncIterator[Browser]:
    code = await start(front)
    chosen = {"code": code, "email": "ada@example.com", "name": "Ada", "password": CHOSEN}
    assert (await front.call("POST", "/api/v1/auth/welcome/password", chosen, key=None))[0] == 200
    browser = await sign_in(front, "ada@example.com", CHOSEN)
    yield browser
    await browser.session.close()


async def start(front: Front) -> str:
    """What the engine does at its start; returns the code it would print."""
    async with front.database.tenant(TENANT) as conn:
        code = await first_code(conn, TENANT, front.clock())
    assert code is not None
    return code.code


async def sign_in(front: Front, email: str, password: str) -> Browser:
    browser = await front.sign_in("runa")
    status, _ = await browser.call("POST", "/api/v1/auth/login", {"email": email, "password": password})
    assert status == 200
    return browser


async def add(admin: Browser, **given: Any) -> dict[str, Any]:
    status, added = await admin.call("POST", "/api/v1/admin/people", {**NEW, **given})
    assert status == 201, added
    return dict(added)


async def choose(front: Front, code: str, password: str = CHOSEN) -> tuple[int, Any]:
    body = {"code": code, "password": password}
    return await front.call("POST", "/api/v1/auth/welcome/password", body, key=None)


async def test_the_first_administrators_code_works_once(front: Front, admin: Browser) -> None:
    status, me = await admin.call("GET", "/api/v1/auth/me")
    assert (status, me["role"]) == (200, "admin")

    async with front.database.tenant(TENANT) as conn:
        assert await first_code(conn, TENANT, front.clock()) is None


async def test_a_new_person_chooses_a_password_with_the_code_and_signs_in(
    front: Front, admin: Browser
) -> None:
    added = await add(admin)
    code = added["welcome"]["code"]
    status, whose = await front.call("POST", "/api/v1/auth/welcome", {"code": code}, key=None)
    assert (status, whose["name"], whose["email"]) == (200, "Ylva Ek", "Ylva@Example.com")

    assert (await choose(front, code, "short"))[0] == 422
    assert (await choose(front, code))[0] == 200
    ylva = await sign_in(front, "ylva@example.com", CHOSEN)
    assert (await ylva.call("GET", "/api/v1/auth/me"))[1]["max_load"] == 3
    status, problem = await choose(front, code)
    assert (status, problem["type"]) == (404, "/problems/code-ended")
    await ylva.session.close()


async def test_a_code_ends_after_three_days(front: Front, admin: Browser) -> None:
    code = (await add(admin, email="late@example.com"))["welcome"]["code"]
    front.clock.ahead += timedelta(days=3, seconds=1)
    try:
        assert (await choose(front, code))[0] == 404
    finally:
        front.clock.ahead -= timedelta(days=3, seconds=1)


async def test_two_people_cannot_share_an_email(admin: Browser) -> None:
    await add(admin, email="one@example.com")
    status, problem = await admin.call("POST", "/api/v1/admin/people", {**NEW, "email": " ONE@example.com"})
    assert (status, problem["type"], problem["field"]) == (409, "/problems/email-taken", "email")


async def test_who_is_deactivated_is_signed_out_at_once_and_comes_back_with_the_old_password(
    front: Front, admin: Browser
) -> None:
    await hire(front, "otto", "agent")
    otto = await front.sign_in("otto")
    path = "/api/v1/admin/people/otto"
    assert (await admin.call("PATCH", path, {"active": False}))[1]["active"] is False

    assert (await otto.call("GET", "/api/v1/auth/me"))[0] == 401
    login = {"email": "otto@example.com", "password": "lantern-oak-17"}
    assert (await front.call("POST", "/api/v1/auth/login", login, key=None))[0] == 401
    assert "otto" not in str(await front.call("GET", "/api/v1/agents"))

    await admin.call("PATCH", path, {"active": True})
    assert (await front.call("POST", "/api/v1/auth/login", login, key=None))[0] == 200
    front.session.cookie_jar.clear()
    await otto.session.close()


async def test_a_reset_ends_the_password_and_every_login(front: Front, admin: Browser) -> None:
    await hire(front, "pia", "agent")
    pia = await front.sign_in("pia")
    status, code = await admin.call("POST", "/api/v1/admin/people/pia/reset")

    assert status == 200
    assert code["path"] == f"/console#/welcome/{code['code']}"
    assert (await pia.call("GET", "/api/v1/auth/me"))[0] == 401
    assert (await choose(front, code["code"], "another-one-5"))[0] == 200
    await (await sign_in(front, "pia@example.com", "another-one-5")).session.close()
    await pia.session.close()


async def test_ones_own_password_changes_only_with_the_old_one(front: Front, admin: Browser) -> None:
    await hire(front, "rut", "agent")
    rut, elsewhere = await front.sign_in("rut"), await front.sign_in("rut")
    wrong = {"old": "not this", "new": "green-ladder-3"}
    assert (await rut.call("POST", "/api/v1/auth/password", wrong))[0] == 403
    right = {"old": "lantern-oak-17", "new": "green-ladder-3"}
    assert (await rut.call("POST", "/api/v1/auth/password", right))[0] == 204

    assert (await rut.call("GET", "/api/v1/auth/me"))[0] == 200
    assert (await elsewhere.call("GET", "/api/v1/auth/me"))[0] == 401
    for browser in (rut, elsewhere):
        await browser.session.close()


@pytest.mark.parametrize("change", [{"active": False}, {"role": "agent"}])
async def test_the_last_administrator_stays(admin: Browser, change: dict[str, Any]) -> None:
    me = (await admin.call("GET", "/api/v1/auth/me"))[1]["agent_id"]
    status, problem = await admin.call("PATCH", f"/api/v1/admin/people/{me}", change)
    assert (status, problem["type"]) == (409, "/problems/last-admin")


async def test_a_changed_role_holds_at_the_next_request(front: Front, admin: Browser) -> None:
    await hire(front, "siv", "agent")
    siv = await front.sign_in("siv")
    assert (await siv.call("GET", "/api/v1/admin/people"))[0] == 403
    changed = await admin.call(
        "PATCH", "/api/v1/admin/people/siv", {"role": "admin", "languages": ["sv", "en"]}
    )
    assert changed[1]["languages"] == ["sv", "en"]
    assert (await siv.call("GET", "/api/v1/admin/people"))[0] == 200
    await admin.call("PATCH", "/api/v1/admin/people/siv", {"role": "agent"})
    await siv.session.close()


async def test_a_group_holds_people_and_can_be_dissolved(admin: Browser) -> None:
    body = {"name": "Refunds", "members": ["runa", "nobody"]}
    status, group = await admin.call("POST", "/api/v1/admin/groups", body)
    assert (status, group["members"]) == (201, ["runa"])
    assert (await admin.call("POST", "/api/v1/admin/groups", body))[0] == 409

    path = f"/api/v1/admin/groups/{group['group_id']}"
    assert (await admin.call("PATCH", path, {"members": ["nils", "tove"]}))[1]["members"] == ["nils", "tove"]
    people = (await admin.call("GET", "/api/v1/admin/people"))[1]["items"]
    assert next(p for p in people if p["agent_id"] == "nils")["groups"] == [group["group_id"]]
    assert (await admin.call("DELETE", path))[0] == 204
    assert (await admin.call("DELETE", path))[0] == 404


async def test_a_key_is_shown_once_and_works_until_it_is_revoked(front: Front, admin: Browser) -> None:
    wanted = {"name": "Shop", "scopes": ["agents:read"]}
    status, made = await admin.call("POST", "/api/v1/admin/keys", wanted)
    assert status == 201
    assert made["key"] not in str(await admin.call("GET", "/api/v1/admin/keys"))
    assert (await front.call("GET", "/api/v1/agents", key=made["key"]))[0] == 200
    assert (await front.call("GET", "/api/v1/queue", key=made["key"]))[0] == 403

    assert (await admin.call("DELETE", f"/api/v1/admin/keys/{made['key_id']}"))[0] == 204
    front.clock.ahead += timedelta(seconds=11)
    assert (await front.call("GET", "/api/v1/agents", key=made["key"]))[0] == 401


async def test_a_key_cannot_be_allowed_more_than_its_maker(front: Front, admin: Browser) -> None:
    wanted = {"name": "Maker", "scopes": ["keys:manage"]}
    key = (await admin.call("POST", "/api/v1/admin/keys", wanted))[1]["key"]
    more = {"name": "More", "scopes": ["people:manage", "keys:manage"]}
    status, problem = await front.call("POST", "/api/v1/admin/keys", more, key=key)
    assert (status, problem["detail"]) == (403, "Leave out people:manage.")


async def test_the_audit_says_who_did_what_and_repeats_no_secret(front: Front, admin: Browser) -> None:
    added = await add(admin, email="audited@example.com", name="Audited")
    await admin.call("PATCH", f"/api/v1/admin/people/{added['person']['agent_id']}", {"max_load": 9})
    lines = (await admin.call("GET", "/api/v1/admin/audit?subject=person&limit=2"))[1]

    assert [(line["actor"], line["action"]) for line in lines["items"]] == [
        ("Ada", "person.changed"),
        ("Ada", "person.added"),
    ]
    assert lines["items"][0]["detail"]["max_load"] == {"from": 3, "to": 9}
    whole = str(await admin.call("GET", "/api/v1/admin/audit?limit=200"))
    assert added["welcome"]["code"] not in whole
    assert "audited@example.com" not in whole
    older = (await admin.call("GET", f"/api/v1/admin/audit?subject=person&cursor={quoted(lines)}"))[1]
    assert not {line["audit_id"] for line in older["items"]} & {line["audit_id"] for line in lines["items"]}


def quoted(page: dict[str, Any]) -> str:
    return str(page["next_cursor"]).replace("+", "%2B")


async def test_signing_in_and_failing_to_are_recorded(front: Front, admin: Browser) -> None:
    await (await front.sign_in("nils")).session.close()
    login = {"email": "nils@example.com", "password": "wrong"}
    await front.call("POST", "/api/v1/auth/login", login, key=None)
    lines = (await admin.call("GET", "/api/v1/admin/audit?subject=login"))[1]["items"]
    assert [(line["action"], line["subject_id"]) for line in lines[:2]] == [
        ("login.refused", "unknown"),
        ("login.begun", "nils"),
    ]


@pytest.mark.parametrize("role", ["agent", "supervisor", "designer", "evaluator"])
async def test_only_administrators_see_the_room(front: Front, role: Any) -> None:
    await hire(front, f"some-{role}", role)
    browser = await front.sign_in(f"some-{role}")
    for page in ("people", "groups", "keys", "audit"):
        status, problem = await browser.call("GET", f"/api/v1/admin/{page}")
        assert (status, problem["type"]) == (403, "/problems/not-allowed")
    await browser.session.close()


async def test_the_command_line_adds_people_and_says_what_does_not_fit(
    front: Front, admin: Browser, database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    user = partial(frontdesk, database, next(tmp_path_factory.getbasetemp().glob("front*/keys")), "user")
    status, said = await user("add", "cleo@example.com", "--name", "Cleo", "--role", "designer")
    assert status == 0, said
    assert (await choose(front, said.strip().rsplit("/", 1)[1]))[0] == 200
    await (await sign_in(front, "cleo@example.com", CHOSEN)).session.close()
    lines = (await admin.call("GET", "/api/v1/admin/audit?subject=person"))[1]["items"]
    assert ("command line", "person.added") in {(line["actor"], line["action"]) for line in lines}

    status, said = await user("add", "cleo@example.com", "--name", "Another", "--role", "chef")
    assert (status, "role: Input should be" in said) == (1, True)
    status, said = await user("reset", "nobody@example.com")
    assert (status, said.startswith("frontdesk: Nobody has the email")) == (1, True)
