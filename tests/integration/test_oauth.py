"""OAuth 2 at a vendor: fetched when needed, renewed once for everybody, clear when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from tests.contracts.companies import MARTA_ID, a_key, adapters, add_marta
from tests.peers import shopify
from tests.peers.faults import serving
from tests.peers.hubspot import CLIENT, REFRESH_TOKEN, HubSpotPeer
from tests.peers.vendor import open_peer
from tools.catalogue import Connections
from tools.errors import BackendFailed
from tools.oauth import Client, OAuthToken, turned_away


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Closes what a test opens."""
    async with AsyncExitStack() as opened:
        yield opened


@asynccontextmanager
async def through_oauth(peer: HubSpotPeer, **given: str) -> AsyncIterator[Connections]:
    """HubSpot through an OAuth app instead of a private app's token."""
    app = {f"hubspot_{name}": value for name, value in CLIENT.items()}
    wanted = {
        "crm_from": "hubspot",
        "tickets_from": "hubspot",
        "hubspot_customer_property": "customer_number",
        "hubspot_refresh_token": REFRESH_TOKEN,
    }
    async with open_peer(peer) as url, adapters(**wanted | app | given, hubspot_url=url) as systems:
        add_marta(peer)
        yield systems


async def test_a_token_is_fetched_once_for_all_who_need_it_first(stack: AsyncExitStack) -> None:
    peer = HubSpotPeer()
    systems = await stack.enter_async_context(through_oauth(peer))

    found = await asyncio.gather(*(systems.crm.get(MARTA_ID) for _ in range(20)))

    assert {customer.id for customer in found} == {MARTA_ID}
    assert peer.issued == 1


@pytest.mark.parametrize("status", [401, 400])
async def test_a_token_that_runs_out_is_renewed_once_and_every_call_is_made_again(
    stack: AsyncExitStack, status: int
) -> None:
    peer = HubSpotPeer(expired_status=status)
    systems = await stack.enter_async_context(through_oauth(peer))
    await systems.crm.get(MARTA_ID)
    peer.expire()

    found = await asyncio.gather(*(systems.crm.get(MARTA_ID) for _ in range(20)))

    assert {customer.id for customer in found} == {MARTA_ID}
    assert peer.issued == 2


@pytest.mark.parametrize("status", [401, 400])
async def test_an_effect_that_was_turned_away_happens_once_with_the_new_token(
    stack: AsyncExitStack, status: int
) -> None:
    peer = HubSpotPeer(expired_status=status)
    systems = await stack.enter_async_context(through_oauth(peer))
    await systems.crm.get(MARTA_ID)
    peer.expire()

    ticket = await systems.tickets.create(MARTA_ID, "Late", "The token ran out.", key=a_key())

    assert list(peer.tickets) == [ticket.id]


async def test_a_refused_refresh_token_asks_for_a_new_connection_and_does_nothing(
    stack: AsyncExitStack,
) -> None:
    peer = HubSpotPeer()
    systems = await stack.enter_async_context(through_oauth(peer, hubspot_refresh_token="revoked"))

    for asked in (systems.crm.get(MARTA_ID), systems.tickets.create(MARTA_ID, "A", "B", key=a_key())):
        with pytest.raises(BackendFailed, match=r"invalid_grant.*connect the account again") as failed:
            await asked
        assert failed.value.code == "authorisation_lost"
    assert peer.tickets == {}


async def test_a_token_that_cannot_be_renewed_ends_the_calls_that_needed_it(stack: AsyncExitStack) -> None:
    peer = HubSpotPeer()
    systems = await stack.enter_async_context(through_oauth(peer))
    await systems.crm.get(MARTA_ID)
    peer.expire()
    peer.issuing = False

    outcomes = await asyncio.gather(*(systems.crm.get(MARTA_ID) for _ in range(5)), return_exceptions=True)

    assert {getattr(outcome, "code", None) for outcome in outcomes} == {"authorisation_lost"}
    peer.issuing = True
    assert (await systems.crm.get(MARTA_ID)).id == MARTA_ID


async def test_shopify_lets_in_an_app_by_its_client_credentials(stack: AsyncExitStack) -> None:
    peer = shopify.ShopifyPeer(tokens=set())
    number = peer.place("processing")
    url = await stack.enter_async_context(open_peer(peer))
    app = {f"shopify_{name}": value for name, value in shopify.CLIENT.items()}
    systems = await stack.enter_async_context(adapters(orders_from="shopify", shopify_url=url, **app))

    assert (await systems.orders.get(number)).id == number
    peer.tokens.clear()
    assert (await systems.orders.get(number)).id == number


class Issuer:
    """An issuer of tokens that says what it is told to."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answers: list[web.Response] = []
        self.busy, self.open = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def token(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        self.busy.set()
        await self.open.wait()
        if self.answers:
            return self.answers.pop(0)
        number = len(self.asked)
        return web.json_response(
            {"access_token": f"t{number}", "refresh_token": f"r{number}", "expires_in": 60}
        )


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def token_url(issuer: Issuer, stack: AsyncExitStack) -> str:
    app = web.Application()
    app.router.add_post("/token", issuer.token)
    return await stack.enter_async_context(serving(app)) + "/token"


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def session(stack: AsyncExitStack) -> aiohttp.ClientSession:
    return await stack.enter_async_context(aiohttp.ClientSession())


def client(url: str, refresh_token: str | None = "r0") -> Client:
    return Client(token_url=url, client_id="app", client_secret="s", refresh_token=refresh_token)


async def sent(token: OAuthToken) -> str:
    """What a request carries now."""
    return (await token.headers())["Authorization"]


async def test_a_token_is_replaced_shortly_before_it_runs_out(
    issuer: Issuer, token_url: str, session: aiohttp.ClientSession
) -> None:
    clock = Clock()
    token = OAuthToken(session, client(token_url), clock=clock)

    assert await sent(token) == "Bearer t1"
    clock.now = 29.0
    assert await sent(token) == "Bearer t1"
    clock.now = 31.0
    assert await sent(token) == "Bearer t2"


async def test_a_refresh_token_that_was_replaced_is_used_from_then_on(
    issuer: Issuer, token_url: str, session: aiohttp.ClientSession
) -> None:
    clock = Clock()
    token = OAuthToken(session, client(token_url), clock=clock)
    await token.headers()
    clock.now = 100.0
    await token.headers()

    assert [form["refresh_token"] for form in issuer.asked] == ["r0", "r1"]


async def test_without_a_refresh_token_the_client_asks_in_its_own_name(
    issuer: Issuer, token_url: str, session: aiohttp.ClientSession
) -> None:
    issuer.answers = [web.json_response({"access_token": "own"})]

    assert await sent(OAuthToken(session, client(token_url, None))) == "Bearer own"
    assert issuer.asked == [{"grant_type": "client_credentials", "client_id": "app", "client_secret": "s"}]


async def test_who_gives_up_waiting_does_not_take_the_token_from_the_others(
    issuer: Issuer, token_url: str, session: aiohttp.ClientSession
) -> None:
    token = OAuthToken(session, client(token_url))
    issuer.open.clear()
    hasty, patient = asyncio.create_task(sent(token)), asyncio.create_task(sent(token))
    await issuer.busy.wait()
    hasty.cancel()
    issuer.open.set()

    assert await patient == "Bearer t1"
    assert hasty.cancelled()
    assert len(issuer.asked) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (web.Response(status=503), "token_unavailable"),
        (web.Response(status=429), "token_unavailable"),
        (web.Response(text="<html>"), "token_unavailable"),
        (web.json_response({"error": "invalid_client"}, status=401), "authorisation_lost"),
    ],
)
async def test_an_issuer_that_does_not_issue_is_a_failure_that_says_which_kind(
    issuer: Issuer, token_url: str, session: aiohttp.ClientSession, answer: web.Response, code: str
) -> None:
    issuer.answers = [answer]
    token = OAuthToken(session, client(token_url))

    with pytest.raises(BackendFailed) as failed:
        await token.headers()

    assert failed.value.code == code
    assert await sent(token) == "Bearer t2"


async def test_an_issuer_that_is_not_there_is_a_failure(session: aiohttp.ClientSession) -> None:
    with pytest.raises(BackendFailed) as failed:
        await OAuthToken(session, client("http://127.0.0.1:1/token")).headers()
    assert failed.value.code == "token_unavailable"


def test_secrets_are_not_printed() -> None:
    assert "r0" not in repr(client("https://issuer.example"))


@pytest.mark.parametrize(
    ("status", "body", "expired"),
    [
        (401, b"", True),
        (400, b'{"error": "invalid_token"}', True),
        (400, b'{"category": "EXPIRED_AUTHENTICATION"}', True),
        (400, b'{"error": {"type": "invalid_request_error"}}', False),
        (400, b'{"error": "RecordInvalid"}', False),
        (400, b"<html>", False),
        (403, b'{"error": "invalid_token"}', False),
    ],
)
def test_only_a_401_or_a_400_that_says_so_means_that_the_token_ran_out(
    status: int, body: bytes, expired: bool
) -> None:
    assert turned_away(status, body) is expired
