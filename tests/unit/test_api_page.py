"""The API's page: everything the OpenAPI document tells, without script and without another server."""

import re
from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import BaseModel, Field

from app.api_page import render_api_page


class Wish(BaseModel):
    """What somebody wants."""

    what: str = Field(description="In <b>own</b> words")
    often: int | None = None


def described() -> str:
    app = FastAPI(title="Wishes & more", version="1.2")

    @app.get("/wishes/{wish_id}", tags=["wishes"])
    async def one(wish_id: str, lang: Annotated[str, Query(description="Language")] = "en") -> Wish:
        """Return one wish."""
        return Wish(what=wish_id + lang)

    @app.post("/wishes", tags=["wishes"])
    async def new(wish: Wish) -> Wish:
        """Make a wish."""
        return wish

    @app.delete("/everything")
    async def end() -> None:
        """Forget everything."""

    return render_api_page(app.openapi())


def test_every_operation_stands_under_its_tag_with_what_it_does() -> None:
    page = described()

    assert re.findall(r"<h2 [^>]*>([^<]+)</h2>", page) == ["wishes", "other"]
    operations = re.findall(r"<b>([A-Z]+)</b> <code>([^<]+)</code></h3><p>([^<]+)</p>", page)
    assert operations == [
        ("GET", "/wishes/{wish_id}", "Return one wish."),
        ("POST", "/wishes", "Make a wish."),
        ("DELETE", "/everything", "Forget everything."),
    ]


def test_parameters_and_bodies_name_their_fields() -> None:
    page = described()

    assert "<td><code>wish_id</code></td><td>string</td><td>in the path, required</td>" in page
    assert "<td><code>lang</code></td><td>string</td><td>in the query. Language</td>" in page
    assert "<td><code>often</code></td><td>integer or null</td>" in page


def test_the_page_needs_no_script_and_no_other_server() -> None:
    page = described()

    assert "<script" not in page
    assert "http" not in page


def test_words_of_the_document_cannot_become_markup() -> None:
    page = described()

    assert "Wishes &amp; more" in page
    assert "required. In &lt;b&gt;own&lt;/b&gt; words" in page
