"""Reading what companies have: each kind of document, each kind of export, and what is wrong with some."""

import csv
import io
from datetime import date
from pathlib import Path

import orjson
import pytest

from knowledge.sources.files import read_content, read_path
from knowledge.sources.found import Found, Refused, Reply, Taken, Terms, told_apart
from tests.documents import docx, locked_pdf, pdf, zipped

TERMS = Terms(today=date(2026, 5, 1), domain="orders", owner="ada")


def read(name: str, content: bytes | str) -> list[Found]:
    return list(read_content(name, content.encode() if isinstance(content, str) else content, TERMS))


def taken(name: str, content: bytes | str) -> Taken:
    (found,) = read(name, content)
    assert isinstance(found, Taken), found
    return found


def refused(name: str, content: bytes | str) -> str:
    (found,) = read(name, content)
    assert isinstance(found, Refused), found
    return found.why


def test_a_web_page_gives_its_text_and_not_its_menus() -> None:
    article = taken(
        "kettles.html",
        '<html lang="de-AT"><head><title>x</title></head><body><nav>Menu</nav><main><h1>Kettles</h1>'
        "<p>They <b>boil</b> water, see <a href='/help/pots'>pots</a> or "
        "<a href='javascript:x()'>this</a>.</p>"
        "<h2>How long</h2><ul><li>small: 3 min</li><li>big: <i>9</i> min</li></ul>"
        "<table><tr><th>Kettle</th><th>Price</th></tr><tr><td>Small</td><td>€20</td></tr></table></main>"
        "<footer>imprint</footer><script>alert(1)</script></body></html>",
    ).article

    assert (article.id, article.title, article.language) == ("kettles", "Kettles", "de")
    assert (article.domain, article.owner, article.updated) == ("orders", "ada", date(2026, 5, 1))
    assert article.body == (
        "They **boil** water, see [pots](/help/pots) or this.\n\n"
        "## How long\n\n- small: 3 min\n- big: 9 min\n\n"
        "| Kettle | Price |\n| --- | --- |\n| Small | €20 |\n"
    )


def test_a_word_document_keeps_its_headings_lists_and_tables() -> None:
    made = docx(
        "# Kettles", "They boil.", "- water", "- milk", "Kettle | Price", "Small | €20", "# More", "End."
    )
    article = taken("k.docx", made).article

    assert article.title == "Kettles"
    assert article.body == (
        "They boil.\n\n- water\n- milk\n\n"
        "| Kettle | Price |\n| --- | --- |\n| Small | €20 |\n\n"
        "## More\n\nEnd.\n"
    )


def test_a_pdf_tells_headings_by_their_size() -> None:
    made = pdf("# Kettles", "", "They boil wa-", "ter and", "milk.", "", "# How long", "", "Nine minutes.")
    article = taken("kettles.pdf", made).article

    assert article.title == "Kettles"
    assert [(chunk.heading, chunk.body) for chunk in article.chunks] == [
        ("Kettles", "They boil water and milk."),
        ("How long", "Nine minutes."),
    ]


def test_a_table_of_questions_becomes_an_article_a_category() -> None:
    rows = io.StringIO()
    csv.writer(rows, delimiter=";").writerows(
        [
            ["Question", "Answer", "Category", "Keywords"],
            ["How long?", "Two days.", "Delivery", "late"],
            ["To where?", "Europe; only there.", "Delivery", ""],
            ["How to pay?", "By card.", "Payment", ""],
            ["What else?", "", "Payment", ""],
        ]
    )
    delivery, payment, nothing = sorted(
        read("faq.csv", rows.getvalue()), key=lambda one: type(one).__name__ != "Taken"
    )

    assert isinstance(delivery, Taken)
    assert isinstance(payment, Taken)
    assert (delivery.article.id, delivery.article.domain) == ("questions-about-delivery", "delivery")
    assert [chunk.heading for chunk in delivery.article.chunks] == ["How long?", "To where?"]
    assert nothing == Refused(origin="faq.csv, line 5", why="no answer; fill it in")


def test_zendesk_articles_and_macros_are_taken_and_drafts_are_not() -> None:
    export = {
        "sections": [{"id": 7, "name": "Orders & returns"}],
        "articles": [
            {
                "id": 1,
                "title": "Kettles",
                "body": "<p>They boil.</p>",
                "locale": "en-us",
                "section_id": 7,
                "label_names": ["hot"],
                "updated_at": "2026-04-02T08:00:00Z",
                "draft": False,
            },
            {"id": 2, "title": "Pots", "body": "<p>x</p>", "locale": "en-us", "draft": True},
        ],
        "macros": [
            {
                "id": 3,
                "title": "Late parcel",
                "active": True,
                "actions": [
                    {"field": "status", "value": "solved"},
                    {"field": "comment_value_html", "value": "<p>We are <b>looking</b>.</p>"},
                ],
            },
            {"id": 4, "title": "Close", "active": True, "actions": [{"field": "status", "value": "closed"}]},
        ],
        "next_page": None,
    }
    article, draft, macro, silent = read("export.json", orjson.dumps(export))

    assert isinstance(article, Taken)
    assert (article.article.domain, article.article.keywords) == ("orders-returns", ("hot",))
    assert article.article.updated == date(2026, 4, 2)
    assert draft == Refused(origin="export.json: article 2", why="a draft there; publish it first")
    assert macro == Reply(origin="export.json: macro 3", name="Late parcel", text="We are **looking**.")
    assert isinstance(silent, Refused)


def test_chatwoot_articles_canned_responses_and_macros_are_taken() -> None:
    export = [
        {
            "payload": [
                {
                    "id": 1,
                    "title": "Kettles",
                    "content": "They boil.\n\n## How long\n\nNine minutes.",
                    "status": "published",
                    "category": {"slug": "kitchen", "locale": "en"},
                    "updated_at": 1775116800,
                },
                {"id": 2, "title": "Old", "content": "x", "status": "archived"},
                {
                    "id": 3,
                    "name": "Hello",
                    "actions": [{"action_name": "send_message", "action_params": ["Hi!"]}],
                },
            ]
        },
        {"id": 4, "short_code": "bye", "content": "Goodbye."},
    ]
    article, archived, macro, canned = read("chatwoot.json", orjson.dumps(export))

    assert isinstance(article, Taken)
    assert (article.article.domain, len(article.article.chunks)) == ("kitchen", 2)
    assert isinstance(archived, Refused)
    assert (macro, canned) == (
        Reply(origin="chatwoot.json: macro 3", name="Hello", text="Hi!"),
        Reply(origin="chatwoot.json: canned response 4", name="bye", text="Goodbye."),
    )


def test_a_notion_export_names_articles_without_its_numbers() -> None:
    number = "0123456789abcdef0123456789abcdef"
    notes = b"# Boiling water\n\nOwner: bea\nTags: hot, tea\n\nNine minutes."
    export = zipped({f"Part-1/Boiling {number}.md": notes, "Part-1/kettle.png": b"\x89PNG"})
    article = taken("Export.zip", export).article

    assert (article.id, article.title, article.owner) == ("boiling-water", "Boiling water", "bea")
    assert (article.keywords, article.body) == (("hot", "tea"), "Nine minutes.\n")


def test_an_article_of_ours_keeps_its_own_front_matter() -> None:
    text = Path("knowledge/articles/returns.md").read_text("utf-8")

    assert taken("returns.md", text).article.owner == "returns-team"
    assert taken("returns.md", text).text == text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", locked_pdf("secret", "text"), "encrypted; save it without a password"),
        ("a.pdf", b"%PDF-1.4 nonsense", "damaged; export it again"),
        ("a.pdf", pdf(""), "no text in it"),
        ("a.docx", b"PK\x03\x04 broken", "not a whole zip archive"),
        ("a.docx", zipped({"readme.txt": b"x"}), "not a Word document"),
        ("a.docx", zipped({"word/document.xml": b"<w"}), "damaged; save it as .docx again"),
        ("a.zip", zipped({"a.md": b"\0" * 30_000_000}), "zip bomb; not opened"),
        ("a.html", "<html><body><script>draw()</script></body></html>", "no text in it"),
        ("a.html", "<div>" * 5000 + "x", "nested more than 200 deep"),
        ("a.md", "---\ntitle: [\n---\nText.", "put texts with a colon in quotes"),
        ("a.md", "---\nid: a\n---\nText.", "front matter field 'title'"),
        ("a.md", b"# T\n\n\xff\xfe", "not UTF-8"),
        ("a.csv", "name,age\nAda,36\n", "names no columns `question` and `answer`"),
        ("a.json", "{", "not JSON"),
        ("a.json", '{"rows": []}', "neither articles nor macros"),
        ("a.exe", b"MZ", "not a kind of file that is read"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(name: str, content: bytes | str, says: str) -> None:
    assert says in refused(name, content)


def test_an_entity_in_a_document_is_not_followed() -> None:
    secret = Path("pyproject.toml").resolve()
    attack = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>Before &x; after</w:t></w:r></w:p></w:body></w:document>"
    )
    (found,) = read("a.docx", zipped({"word/document.xml": attack.encode()}))

    assert "frontdesk" not in str(found)


def test_a_file_too_large_to_be_a_document_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "huge.html").open("wb") as huge:
        huge.truncate(200_000_000)
    (tmp_path / "small.html").write_text("<h1>Small</h1><p>Text.</p>")
    large, small = read_path(tmp_path, TERMS)

    assert large == Refused(origin="huge.html", why="200 MB is more than the 20 MB that are read; split it")
    assert isinstance(small, Taken)


def test_a_folder_that_leads_back_to_itself_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.md").write_text("# One\n\nText.")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / ".hidden.md").write_text("# Hidden\n\nText.")
    found = list(read_path(tmp_path, TERMS))

    assert [type(one).__name__ for one in found] == ["Refused", "Taken"]
    assert found[0] == Refused(origin="a/again", why="a link to another folder; not followed")


def test_articles_of_one_name_are_told_apart_and_the_very_same_is_left_out() -> None:
    one, other, same = (taken(f"{name}/a.md", f"# Title\n\n{text}") for name, text in ("xX", "yY", "zX"))
    found = told_apart([one, other, same])

    assert [each.article.id for each in found if isinstance(each, Taken)] == ["title", "title-2"]
    assert found[2] == Refused(origin="z/a.md", why="says the same as x/a.md")
