"""The help centre's room: drafting, previewing, publishing, going back; gaps, reviews, readers' votes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from graphs.draft import Draft, Reply
from knowledge.base import ArticleBase
from knowledge.help_page import render_article_html
from tests.integration.front import TENANT, Front, give_key, hire, open_front

ARTICLES = "/api/v1/knowledge/articles"
RIGHTS = ("knowledge:edit", "messages:write", "conversations:read", "audit:read")


@pytest.fixture(scope="module")
async def front(database: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    async with open_front(database, tmp_path_factory.mktemp("front")) as opened:
        opened.key = await give_key(opened, "author", RIGHTS)
        yield opened


def fields(body: str, title: str = "About kettles", **more: Any) -> dict[str, Any]:
    return {"title": title, "domain": "kitchen", "owner": "ada", "body": body, **more}


async def draft(front: Front, article_id: str, body: str, **more: Any) -> dict[str, Any]:
    revision = more.pop("revision", None)
    sent = {"fields": fields(body, **more), "revision": revision}
    status, page = await front.call("PUT", f"{ARTICLES}/{article_id}/draft", sent)
    assert status == 200, page
    return dict(page)


async def publish(front: Front, *articles: str) -> dict[str, Any]:
    status, done = await front.call("POST", "/api/v1/knowledge/releases", {"articles": articles, "note": "n"})
    assert status == 201, done
    return dict(done)


async def test_a_draft_is_listed_compared_and_published(front: Front) -> None:
    page = await draft(front, "kettles", "Kettles boil water.", keywords=["hot: very", "tea"])
    _, listed = await front.call("GET", ARTICLES)
    _, diff = await front.call("GET", "/api/v1/knowledge/diff")
    done = await publish(front, "kettles")
    _, after = await front.call("GET", f"{ARTICLES}/kettles")

    assert (page["version"], page["draft"]["fields"]["keywords"]) == (None, ["hot: very", "tea"])
    line = next(one for one in listed["items"] if one["article_id"] == "kettles")
    assert (line["state"], line["title"], line["changed_by"] is not None) == ("new", "About kettles", True)
    assert [(one["article_id"], one["change"]) for one in diff["items"]] == [("kettles", "new")]
    assert (done["articles"], done["release"]["note"]) == (["kettles"], "n")
    assert (after["version"], after["draft"], after["published"]["body"]) == (
        1,
        None,
        "Kettles boil water.\n",
    )


async def test_a_preview_shows_what_readers_see_and_what_answers_quote(front: Front) -> None:
    shown = await front.call(
        "POST", "/api/v1/knowledge/preview", fields("## How\n\n<b>Boil</b> it. Then wait.")
    )
    broken = await front.call("POST", "/api/v1/knowledge/preview", fields("## Only a heading"))

    assert '<h2 id="how">How</h2>' in shown[1]["html"]
    assert "&lt;b&gt;" in shown[1]["html"]
    assert shown[1]["passages"] == [
        {"heading": "How", "anchor": "how", "sentences": ["<b>Boil</b> it.", "Then wait."]}
    ]
    assert broken[1]["problem"] == "the article has no text; write at least one paragraph"


async def test_two_authors_do_not_overwrite_each_other(front: Front) -> None:
    page = await draft(front, "pans", "Pans fry.")
    await draft(front, "pans", "Pans fry eggs.", revision=page["draft"]["revision"])
    sent = {"fields": fields("Mine."), "revision": page["draft"]["revision"]}
    status, problem = await front.call("PUT", f"{ARTICLES}/pans/draft", sent)

    assert (status, problem["type"]) == (409, "/problems/draft-moved")


async def test_an_article_goes_back_to_a_version_and_the_whole_to_a_release(front: Front) -> None:
    for body in ("One.", "Two."):
        await draft(front, "lids", body)
        last = await publish(front, "lids")
    _, page = await front.call("POST", f"{ARTICLES}/lids/rollback", {"version": 1})
    status, again = await front.call(
        "POST", f"/api/v1/knowledge/releases/{last['release']['number']}/restore"
    )
    _, now = await front.call("GET", f"{ARTICLES}/lids")
    _, audit = await front.call("GET", "/api/v1/admin/audit?subject=article")

    assert (page["version"], page["published"]["body"]) == (1, "One.\n")
    assert (status, again["restores"], now["version"]) == (200, last["release"]["number"], 2)
    assert {"article.rolled_back", "articles.restored", "articles.published"} <= {
        one["action"] for one in audit["items"]
    }


async def test_an_article_is_withdrawn_with_the_next_publication(front: Front) -> None:
    await draft(front, "forks", "Forks.")
    await publish(front, "forks")
    _, drafted = await front.call("POST", f"{ARTICLES}/forks/withdrawal")
    await publish(front, "forks")
    _, page = await front.call("GET", f"{ARTICLES}/forks")
    status, _ = await front.call("POST", f"{ARTICLES}/forks/withdrawal")

    assert (drafted["draft"]["fields"], page["version"], page["published"]) == (None, None, None)
    assert status == 404


async def test_who_may_not_edit_sees_nothing_of_it(front: Front) -> None:
    await hire(front, "agent", "agent")
    await hire(front, "designer", "designer")
    agent, designer = await front.sign_in("agent"), await front.sign_in("designer")
    refused, _ = await agent.call("GET", ARTICLES)
    allowed, _ = await designer.call("GET", ARTICLES)
    await asyncio.gather(agent.session.close(), designer.session.close())

    assert (refused, allowed) == (403, 200)


async def asks(front: Front, question: str, answer: dict[str, Any]) -> str:
    """Let a customer ask, and the articles say this."""
    conversation = await front.says(question)
    heard = {"texts": [], "answers": [[question, "en", answer]]}
    claim = await front.claim(conversation)
    await front.commit(claim, Draft(replies=[Reply(text="Let me ask.")]), recording={"heard": heard})
    return conversation


async def test_questions_asked_in_vain_are_brought_together_until_somebody_closes_them(front: Front) -> None:
    near = [{"article_id": "lids", "title": "About kettles"}]
    for question in ("do you rent out lamps", "Do you rent out lamps?", "can I rent a lamp from you"):
        last = await asks(front, question, {"confidence": 0.2, "nearest": near})
    await asks(
        front, "how long is the warranty", {"text": "Two years. [1]", "confidence": 0.9, "citations": []}
    )

    _, found = await front.call("GET", "/api/v1/knowledge/gaps")
    (gap,) = found["items"]
    await front.call("POST", "/api/v1/knowledge/gaps/close", {"questions": gap["questions"]})
    _, after = await front.call("GET", "/api/v1/knowledge/gaps")

    assert (gap["asked"], gap["conversations"], gap["conversation_id"]) == (3, 1, last)
    assert gap["questions"][0].lower().startswith("do you rent out lamps")
    assert gap["suggested"] == [{"article_id": "lids", "title": "About kettles", "near": 3}]
    assert after["items"] == []


async def test_broken_links_contradictions_and_days_are_listed(front: Front) -> None:
    body = "A kettle boils a litre in 9 minutes. See [pots](/help/no-such) and [top](#nowhere)."
    await draft(front, "boiling", body, review="2026-01-01")
    await draft(front, "cooking", "## Kettles\n\nA kettle boils a litre in 4 minutes.", title="Cooking")
    await publish(front, "boiling", "cooking")
    _, review = await front.call("GET", "/api/v1/knowledge/review")

    assert [(one["article_id"], one["address"]) for one in review["links"]] == [
        ("boiling", "/help/no-such"),
        ("boiling", "#nowhere"),
    ]
    assert [one["why"] for one in review["contradictions"]] == ["9 minute here, 4 minute there"]
    assert [(one["article_id"], one["what"]) for one in review["days"]] == [("boiling", "review")]


async def test_a_readers_vote_counts_once_and_for_the_version_it_was_given_on(front: Front) -> None:
    await draft(front, "spoons", "Spoons stir.")
    await publish(front, "spoons")
    for helpful in ("yes", "no"):
        async with front.session.post(
            f"{front.url}/help/spoons/vote", data={"helpful": helpful}, allow_redirects=False
        ) as response:
            assert response.status == 303
    _, page = await front.call("GET", f"{ARTICLES}/spoons")
    await draft(front, "spoons", "Spoons stir better.")
    await publish(front, "spoons")
    _, newer = await front.call("GET", f"{ARTICLES}/spoons")

    assert (page["helpful"], page["unhelpful"]) == (0, 1)
    assert (newer["helpful"], newer["unhelpful"]) == (0, 0)


async def test_what_is_published_here_is_what_customers_are_answered_from(front: Front) -> None:
    await draft(front, "knives", "Knives are sharpened on Mondays.", title="Knives")
    await publish(front, "knives")
    base = ArticleBase(front.database.tenant, lambda: 0.0, lend=front.database.anyone, floor=0.0)
    said = await base.answer(TENANT, "when are knives sharpened", None)
    shown = await base.article(TENANT, "knives")

    assert "Mondays" in getattr(said, "text", "")
    assert shown is not None
    assert "sharpened" in render_article_html(shown)
