"""Releases, texts and sources, whatever is in them."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.help_page import render_article_html
from knowledge.markdown import Heading, blocks
from knowledge.parse import MOST_CHARS, parse_article
from knowledge.publishing.differing import diff_lines
from knowledge.publishing.release import changes_between, recounted
from knowledge.sources.comparing import There, compare
from knowledge.sources.files import read_content
from knowledge.sources.found import Found, Page, Taken, Terms, slug, take, told_apart
from knowledge.sources.repository import Origin
from knowledge.terms import count_passages
from knowledge.writing import article_text

TERMS = Terms(today=date(2026, 5, 1))
IDS = st.sampled_from(["kettles", "pots", "pans", "lids", "forks"])
SHOWN = st.dictionaries(IDS, st.integers(1, 5))
PASSAGES = st.lists(st.text("abcdefg hij klm", max_size=40), max_size=8)
LINES = st.lists(st.text("ab ", max_size=4), max_size=12)
PAGES = st.builds(
    Page, title=st.text(max_size=40), body=st.text(max_size=300), keywords=st.tuples(st.text(max_size=9))
)


@given(SHOWN, SHOWN)
def test_the_changes_between_two_releases_lead_from_one_to_the_other(
    now: Mapping[str, int], wanted: Mapping[str, int]
) -> None:
    """Feature: omnichannel-cx-platform, Property 26: Knowledge Base Integration.

    What was published once can be answered from again, exactly as it was.
    """
    changes = changes_between(now, wanted)
    after = {each: version for each, version in {**now, **changes}.items() if version is not None}

    assert after == dict(wanted)
    assert changes_between(after, wanted) == {}


@given(PASSAGES, PASSAGES, PASSAGES)
def test_counts_moved_along_are_the_counts_of_what_is_there(
    stay: list[str], gone: list[str], come: list[str]
) -> None:
    moved = recounted(count_passages([*stay, *gone]), gone, come)

    assert moved == count_passages([*stay, *come])


@given(LINES, LINES)
def test_a_difference_holds_every_line_that_went_and_came(old: list[str], new: list[str]) -> None:
    lines = list(diff_lines(old, new))
    gone = [line.text for line in lines if line.kind == "gone"]
    come = [line.text for line in lines if line.kind == "come"]

    assert len(old) - len(gone) == len(new) - len(come)
    assert bool(lines) == (old != new)


@given(PAGES)
def test_an_article_written_and_read_again_is_the_same(page: Page) -> None:
    found = take("x", page, TERMS)
    if isinstance(found, Taken):
        assert parse_article(article_text(found.article), "x") == found.article


@given(st.text(max_size=600))
def test_no_list_or_table_is_torn_and_every_heading_can_be_opened(body: str) -> None:
    """Feature: omnichannel-cx-platform, Property 26: Knowledge Base Integration.

    A citation opens at its heading, and a passage is longer than allowed only for one block that is.
    """
    found = take("x", Page(title="Title", body=body), TERMS)
    if not isinstance(found, Taken):
        return
    anchors = [block.anchor for block in blocks(found.article.body) if isinstance(block, Heading)]
    page = render_article_html(found.article)

    assert len(set(anchors)) == len(anchors)
    assert all(f'id="{chunk.anchor}"' in page for chunk in found.article.chunks)
    assert all(len(chunk.body) <= MOST_CHARS or "\n\n" not in chunk.body for chunk in found.article.chunks)


@given(st.sampled_from(["a.html", "a.md", "a.csv", "a.json", "a.docx", "a.zip"]), st.binary(max_size=400))
def test_a_document_of_any_bytes_costs_at_most_itself(name: str, content: bytes) -> None:
    for one in read_content(name, content, TERMS):
        assert one.origin


@given(st.text("<>/=\"' abdhilnopstuv123\n", max_size=400))
def test_a_page_of_any_marks_is_read_and_shown_as_text(source: str) -> None:
    for one in read_content("a.html", f"<h1>T</h1><p>x</p>{source}".encode(), TERMS):
        if isinstance(one, Taken):
            page = render_article_html(one.article)
            assert "<script" not in page
            assert "<a href" not in page.replace('<a href="/', "").replace('<a href="#', "")


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text("abc/.md", min_size=1, max_size=9), st.binary(max_size=60), max_size=5))
def test_an_archive_of_anything_is_read_to_its_end(members: Mapping[str, bytes]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)

    assert isinstance(list(read_content("a.zip", packed.getvalue(), TERMS)), list)


@given(st.lists(PAGES, max_size=3))
def test_no_two_articles_of_an_import_share_an_id(pages: list[Page]) -> None:
    found = told_apart([take(f"{number}.md", page, TERMS) for number, page in enumerate(pages)])
    ids = [one.article.id for one in found if isinstance(one, Taken)]

    assert len(set(ids)) == len(ids)
    assert len(found) == len(pages)


@given(st.text(max_size=100))
def test_a_slug_is_an_id_or_nothing(title: str) -> None:
    made = slug(title)
    if made:
        assert parse_article(_text(made, "Text."), "x").id == made


@given(
    SHOWN,
    st.dictionaries(IDS, st.sampled_from(["one", "two"])),
    st.dictionaries(IDS, st.sampled_from(["one", "two"])),
)
def test_an_import_never_overwrites_what_was_edited_here(
    said: Mapping[str, int], bodies: Mapping[str, str], edited: Mapping[str, str]
) -> None:
    """An article that differs from what its source said last is updated by nobody but people."""
    found: list[Found] = [_taken(each, bodies.get(each, "one")) for each in said]
    before = {each: _taken(each, "one").article.content_hash for each in said}
    published = {each: _taken(each, edited.get(each, "one")).article.content_hash for each in said}
    origins = {
        each: Origin(article_id=each, source_id="s", origin="o", content_hash=before[each]) for each in said
    }
    plan = compare("s", found, There(origins=origins, published=published, drafted={}))

    assert all(published[one.article.id] == before[one.article.id] for one in plan.update)
    assert len(plan.lines) == len(said)


def _text(article_id: str, body: str) -> str:
    front = f'id: "{article_id}"\ntitle: Title\ndomain: d\nowner: o\nlanguage: en\naudience: customers'
    return f"---\n{front}\nupdated: 2026-01-01\n---\n{body}\n"


@cache
def _taken(article_id: str, body: str) -> Taken:
    text = _text(article_id, body)
    return Taken(origin=f"{article_id}.md", article=parse_article(text, article_id), text=text)
