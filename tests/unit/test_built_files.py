"""What browsers are told about the built files."""

from pathlib import Path

import aiohttp
from fastapi import FastAPI

from app.console.pages import mount_files
from tests.integration.front import serving


async def test_a_file_whose_name_tells_its_content_is_not_asked_for_twice_and_words_are_read_from_other_sites(
    tmp_path: Path,
) -> None:
    for name in ("assets/console-1a2b.js", "words/de.json", "widget.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", "utf-8")
    app = FastAPI()
    mount_files(app, tmp_path)

    async with serving(app) as url, aiohttp.ClientSession(url) as http:
        kept = {}
        for name in ("assets/console-1a2b.js", "words/de.json", "widget.js"):
            async with http.get(f"/static/{name}") as answer:
                assert answer.status == 200
                assert answer.headers["Access-Control-Allow-Origin"] == "*"
                kept[name] = answer.headers["Cache-Control"]

    assert "immutable" in kept.pop("assets/console-1a2b.js")
    assert set(kept.values()) == {"no-cache"}
