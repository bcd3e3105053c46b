"""Reading articles: front matter, passages, sentences, and the page a customer opens."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.article import Article, ArticleInvalid
from knowledge.help_page import render_article_html
from knowledge.markdown import anchor
from knowledge.parse import MOST_CHARS, parse_article, read_articles

FRONT = """id: kettles
title: Kettles
domain: products
owner: quality
language: en
audience: customers
updated: 2026-05-01
keywords: [boil, water]"""


def article(body: str, front: str = FRONT) -> Article:
    return parse_article(f"---\n{front}\n---\n{body}\n", "kettles.md")


def test_front_matter_is_read_into_typed_fields() -> None:
    read = article("Text.")

    assert (read.id, read.updated, read.keywords) == ("kettles", date(2026, 5, 1), ("boil", "water"))


def test_each_heading_begins_a_passage_that_can_be_opened() -> None:
    read = article("Before.\n\n## How to boil\n\nFill it.\n\n### Then wait\n\nNine minutes.")

    assert [(chunk.heading, chunk.anchor, chunk.body) for chunk in read.chunks] == [
        ("Kettles", "top", "Before."),
        ("How to boil", "how-to-boil", "Fill it."),
        ("Then wait", "then-wait", "Nine minutes."),
    ]


def test_a_short_list_is_quoted_with_the_line_that_introduces_it() -> None:
    (chunk,) = article("You can boil:\n- water\n- milk,\n  if you stir.").chunks

    assert chunk.sentences == ("You can boil: water; milk, if you stir.",)


def test_a_list_without_introduction_is_quoted_item_by_item() -> None:
    (chunk,) = article("1. Fill it\n2. Boil it.").chunks

    assert chunk.sentences == ("Fill it.", "Boil it.")
    assert chunk.body == "1. Fill it\n2. Boil it."


def test_a_row_of_a_table_is_quoted_with_its_headings() -> None:
    (chunk,) = article("| Kettle | Time |\n| --- | ---: |\n| Small | 3 min |\n| Big | 9 min |").chunks

    assert chunk.sentences == ("Small: time 3 min.", "Big: time 9 min.")


def test_sentences_end_at_marks_and_not_inside_numbers_or_abbreviations() -> None:
    (chunk,) = article("It costs €4.90, e.g. Today. Is it free? See No. 5 at 12.30 p.m. daily.").chunks

    assert chunk.sentences == ("It costs €4.90, e.g. Today.", "Is it free?", "See No. 5 at 12.30 p.m. daily.")


def test_emphasis_and_links_leave_their_words_in_a_quote() -> None:
    (chunk,) = article(
        "Boil **fresh** water, see [the *guide*](https://x.example/a_b), snake_case stays."
    ).chunks

    assert chunk.sentences == ("Boil fresh water, see the guide, snake_case stays.",)


def test_a_long_section_is_cut_between_blocks_and_never_inside_a_list() -> None:
    items = "\n".join(f"- item {number} " + "word " * 12 for number in range(30))
    paragraph = "Sentence here. " * 40
    read = article(f"## Long\n\n{paragraph}\n\n{items}\n\n{paragraph}")

    assert [chunk.heading for chunk in read.chunks] == ["Long"] * 3
    assert read.chunks[1].body.count("- item") == 30
    assert all(len(chunk.body) <= MOST_CHARS for chunk in read.chunks[::2])


def test_the_fingerprint_changes_with_the_text_and_with_the_front_matter() -> None:
    same, text, front = article("A."), article("B."), article("A.", FRONT.replace("boil", "heat"))

    assert article("A.").content_hash == same.content_hash
    assert len({same.content_hash, text.content_hash, front.content_hash}) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no front", r"kettles\.md:1: no front matter; begin with"),
        (f"---\n{FRONT}\ncolour: red\n---\nText.", r"field 'colour'"),
        ("---\nid: kettles\n---\nText.", r"field 'title'"),
        (f"---\n{FRONT.replace('2026-05-01', 'soon')}\n---\nText.", r"field 'updated'"),
        (f"---\n{FRONT.replace('kettles', 'Kett les')}\n---\nText.", r"field 'id'"),
        (f"---\n{FRONT.replace('customers', 'agents')}\n---\nText.", r"field 'audience'.*'customers'"),
        ("---\nid: a\ntitle: b: c\n---\nText.", r"kettles\.md:3: .*quotes"),
        (f"---\n{FRONT}\n---\n\n## Only a heading\n", r"no text"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_a_remedy(text: str, message: str) -> None:
    with pytest.raises(ArticleInvalid, match=message):
        parse_article(text, "kettles.md")


def test_two_articles_of_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(f"---\n{FRONT}\n---\nText.\n")

    with pytest.raises(ArticleInvalid, match="two articles have the id 'kettles'"):
        read_articles(tmp_path)


def test_a_page_has_a_linkable_heading_for_every_passage() -> None:
    for read in read_articles(Path("knowledge/articles")):
        page = render_article_html(read)
        assert all(f'id="{chunk.anchor}"' in page for chunk in read.chunks), read.id
        anchors = [chunk.anchor for chunk in read.chunks]
        assert len(set(anchors)) == len(anchors), read.id


def test_a_page_shows_lists_tables_emphasis_and_links() -> None:
    page = render_article_html(
        article("1. **one**\n2. `two`\n\n| A | B |\n| - | - |\n\n| A | B |\n|---|---|\n| 1 | [x](/help/y) |")
    )

    assert "<ol><li><strong>one</strong></li><li><code>two</code></li></ol>" in page
    assert '<th scope="col">A</th>' in page
    assert '<td><a href="/help/y">x</a></td>' in page
    assert '<time datetime="2026-05-01">1 May 2026</time>' in page


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "**<img src=x onerror=alert(1)>**",
        "[click](javascript:alert(1))",
        "[click](//evil.example)",
        '[a](https://x.example/"onmouseover="alert(1))',
        "## <b>heading</b>\n\ntext",
        "| <i>a</i> | b |\n| --- | --- |\n| <script> | `</code><script>` |",
        "- <iframe src=//evil.example>",
    ],
)
def test_nothing_in_an_article_becomes_markup_of_its_own(nasty: str) -> None:
    page = render_article_html(article(f"Text.\n\n{nasty}"))

    for forbidden in (
        "<script",
        "<img",
        "<iframe",
        "<i>",
        "<b>",
        'href="javascript',
        'href="//',
        '"onmouseover',
    ):
        assert forbidden not in page


@given(st.text(max_size=400))
def test_any_body_can_be_read_and_shown(body: str) -> None:
    try:
        read = article(body)
    except ArticleInvalid:
        return
    page = render_article_html(read)

    assert page.startswith("<article")
    assert page.endswith("</article>\n")
    assert all(chunk.sentences for chunk in read.chunks)


@given(st.text(max_size=60))
def test_an_anchor_fits_into_an_address(heading: str) -> None:
    assert set(anchor(heading)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert anchor(heading)
