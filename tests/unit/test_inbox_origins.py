"""Which pages elsewhere may call the inboxes' part of the API."""

import httpx
import pytest
from fastapi import FastAPI

from app.interrupts.origin_list import read_origins
from app.interrupts.origins import InboxOrigins

INBOX, OTHER = "https://inbox.example", "https://other.example"


def client() -> httpx.AsyncClient:
    app = FastAPI()

    @app.post("/threads/search")
    @app.post("/api/v1/approvals")
    async def answered() -> list[str]:
        return []

    app.add_middleware(InboxOrigins, origins=(INBOX,))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://desk")


async def asks(path: str, origin: str) -> httpx.Response:
    """What a browser asks before it sends a request of another site's page."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key, content-type",
    }
    async with client() as http:
        return await http.options(path, headers=headers)


async def test_a_named_origin_may_list_what_waits_without_cookies() -> None:
    allowed = await asks("/threads/search", INBOX)

    assert allowed.headers["access-control-allow-origin"] == INBOX
    assert "access-control-allow-credentials" not in allowed.headers


@pytest.mark.parametrize(("path", "origin"), [("/threads/search", OTHER), ("/api/v1/approvals", INBOX)])
async def test_no_other_page_and_no_other_part_is_opened(path: str, origin: str) -> None:
    refused = await asks(path, origin)

    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize(
    "text", ["inbox.example", "https://inbox.example/", "*", "https://a.example https://b"]
)
def test_what_is_no_origin_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        read_origins(text)


def test_several_origins_stand_with_commas() -> None:
    assert read_origins(f"{INBOX}, {OTHER}") == (INBOX, OTHER)
    assert read_origins("") == ()
