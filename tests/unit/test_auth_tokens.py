"""Customers' tokens, throttling and rights, without a server."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.auth.caller import AgentCaller, KeyCaller, acting_agent, require
from app.auth.customer_token import CustomerToken, expiry, read_token, write_token
from app.auth.roles import EVERY_RIGHT, RIGHTS_OF_ROLE, rights_of_scopes
from app.auth.throttle import TRIES, Throttle
from app.problems import Problem

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
AGENT = AgentCaller(tenant_id="t", agent_id="runa", name="Runa", role="agent")
SUPERVISOR = AgentCaller(tenant_id="t", agent_id="tove", name="Tove", role="supervisor")


class Keys:
    def derive(self, tenant_id: str, purpose: str) -> bytes:
        return hashlib.sha256(f"{tenant_id}:{purpose}".encode()).digest()


def token(**changes: object) -> CustomerToken:
    values = {
        "tenant_id": "t",
        "visitor": "v1",
        "conversation_id": "c1",
        "customer_id": "C-1001",
        "verified": True,
        "expires": expiry(NOON),
    }
    return CustomerToken(**{**values, **changes})  # type: ignore[arg-type]


def test_a_token_reads_back_as_it_was_written() -> None:
    assert read_token(Keys(), write_token(Keys(), token()), NOON) == token()


def test_a_token_ends_after_thirty_days() -> None:
    written = write_token(Keys(), token())

    assert read_token(Keys(), written, NOON + timedelta(days=29)) is not None
    assert read_token(Keys(), written, NOON + timedelta(days=31)) is None


@given(st.data())
def test_no_changed_token_is_read(data: st.DataObject) -> None:
    written = write_token(Keys(), token())
    place = data.draw(st.integers(0, len(written) - 2))
    letter = data.draw(st.sampled_from("ABCDEFGHabcdefgh0123456789-_."))
    changed = written[:place] + letter + written[place + 1 :]

    read = read_token(Keys(), changed, NOON)

    assert read is None or read == token()


@given(st.text(max_size=80))
def test_any_other_text_is_no_token(text: str) -> None:
    assert read_token(Keys(), text, NOON) is None


def test_a_token_of_one_tenant_is_not_signed_for_another() -> None:
    one, other = write_token(Keys(), token()), write_token(Keys(), token(tenant_id="u"))
    mixed = f"{other.partition('.')[0]}.{one.partition('.')[2]}"

    assert read_token(Keys(), mixed, NOON) is None


def test_five_tries_a_minute_and_no_sixth() -> None:
    throttle = Throttle()
    waits = [throttle.seconds_to_wait("a", "e", NOON + timedelta(seconds=n)) for n in range(TRIES + 1)]

    assert waits == [0] * TRIES + [55]


def test_a_try_is_forgotten_after_a_minute() -> None:
    throttle = Throttle()
    for _ in range(TRIES):
        throttle.seconds_to_wait("a", "e", NOON)

    assert throttle.seconds_to_wait("a", "e", NOON + timedelta(seconds=61)) == 0


def test_tries_of_others_do_not_count() -> None:
    throttle = Throttle()
    for _ in range(TRIES):
        throttle.seconds_to_wait("a", "e", NOON)

    assert throttle.seconds_to_wait("b", "e", NOON) == 0
    assert throttle.seconds_to_wait("a", "f", NOON) == 0


def test_a_login_that_worked_forgets_the_tries_before_it() -> None:
    throttle = Throttle()
    for _ in range(TRIES):
        throttle.seconds_to_wait("a", "e", NOON)
    throttle.forget("a", "e")

    assert throttle.seconds_to_wait("a", "e", NOON) == 0


def test_a_scope_nobody_knows_gives_no_right() -> None:
    assert rights_of_scopes(["agents:read", "everything"]) == {"agents:read"}


def test_every_role_has_known_rights_and_only_the_supervisor_goes_above_an_agents_limit() -> None:
    assert all(rights <= EVERY_RIGHT for rights in RIGHTS_OF_ROLE.values())
    assert {r for r, rights in RIGHTS_OF_ROLE.items() if "approvals:above_limit" in rights} == {
        "supervisor",
        "admin",
    }


def test_an_agent_acts_as_oneself_only() -> None:
    assert acting_agent(AGENT, "runa") == acting_agent(AGENT, "me") == "runa"
    with pytest.raises(Problem) as refused:
        acting_agent(AGENT, "tove")
    assert refused.value.status == 403


def test_a_supervisor_and_a_key_with_the_scope_act_for_any_agent() -> None:
    key = KeyCaller(tenant_id="t", key_id="k", rights=frozenset({"agents:any"}))

    assert acting_agent(SUPERVISOR, "runa") == acting_agent(key, "runa") == "runa"
    with pytest.raises(Problem):
        acting_agent(key, "me")


def test_a_missing_right_is_named() -> None:
    with pytest.raises(Problem) as refused:
        require(AGENT, "agents:any")

    assert "agents:any" in refused.value.detail
