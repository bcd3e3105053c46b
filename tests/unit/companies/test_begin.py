"""`frontdesk init`: an empty company that can be served at once."""

from pathlib import Path

import pytest

from app.companies.errors import BadName, CannotRead, FolderTaken
from app.companies.making import make_company
from app.companies.starter import company_named
from app.settings import Settings, declared_secret, load_settings
from knowledge.parse import read_articles
from policies.fast_path import FastPath
from policies.loader import load_book
from policies.problems import Problem
from tests.talk import said
from tests.unit.companies.making import Place, begun, names_in, own_tools, talk_with


@pytest.fixture(scope="module")
async def brook(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return await begun(tmp_path_factory.mktemp("companies") / "brook")


def test_a_new_company_has_its_own_name_everywhere_and_no_mark_is_left(brook: Place) -> None:
    book = load_book(brook.book)
    assert book.company_name == "Brook Books"
    assert "FRONTDESK_TENANT=brook-books\n" in brook.text("frontdesk.env")
    assert "__" not in brook.everything()


def test_nothing_of_the_sample_company_is_in_it(brook: Place) -> None:
    words = brook.everything().lower()
    assert [word for word in ("kessel", "birch", "ostra", "order_track") if word in words] == []


def test_its_articles_can_be_published(brook: Place) -> None:
    assert {article.id for article in read_articles(brook.folder / "articles")} == {
        "opening-hours",
        "contact",
    }


async def test_it_greets_answers_from_an_article_and_brings_a_person(brook: Place) -> None:
    talk = talk_with(brook, send="contact_question")
    assert "assistant of Brook Books" in said(await talk.say("hello"))
    assert "[1]" in said(await talk.say("where do I send a letter"))
    assert "I am bringing a person" in said(await talk.say("let me talk to a human please"))


async def test_its_first_flow_takes_a_message_to_the_team(brook: Place) -> None:
    talk = talk_with(brook, message="leave_message")
    assert "What should my colleagues know" in said(await talk.say("can I leave a message"))
    assert "a sentence or two" in said(await talk.say("call Anna"))
    assert "I have noted your message" in said(await talk.say("Tell Anna that the parcel has come"))


@pytest.mark.parametrize(
    "words",
    [
        "agent please",
        "I want to talk to a person",
        "connect me to somebody",
        "get me your manager",
        "humna please",
    ],
)
def test_who_asks_for_a_person_plainly_needs_no_understanding(brook: Place, words: str) -> None:
    found = FastPath(load_book(brook.book)).match(words)
    assert found is not None
    assert found.intent == "human_request"


@pytest.mark.parametrize(
    "words",
    [
        "I do not need a human",
        "are you a human reading this",
        "I spoke to an agent last week",
        "call me back",
    ],
)
def test_who_only_speaks_of_a_person_does_not_get_one_by_words_alone(brook: Place, words: str) -> None:
    found = FastPath(load_book(brook.book)).match(words)
    assert found is None or found.intent != "human_request"


@pytest.mark.parametrize("name", ["", "  ", "---", 'a "b"', "{x}", "a\nb: c", "x" * 61, "北風", "__TENANT__"])
def test_a_name_that_could_not_stand_in_every_text_is_refused(name: str) -> None:
    with pytest.raises(BadName, match="cannot be a company's name"):
        company_named(name)


def test_a_name_becomes_a_folder_and_a_tenant() -> None:
    assert company_named("Café Nord & Söhne").slug == "cafe-nord-sohne"
    assert company_named("  Two   blanks ").name == "Two blanks"


async def test_nothing_is_overwritten(tmp_path: Path) -> None:
    lay_things(tmp_path)
    for taken in ("mine", "file", "link"):
        with pytest.raises(FolderTaken, match=taken):
            await begun(tmp_path / taken)
    with pytest.raises(CannotRead, match="There is no folder"):
        await begun(tmp_path / "not" / "there")
    assert names_in(tmp_path) == ["file", "link", "mine"]
    assert names_in(tmp_path / "mine") == ["note"]


def lay_things(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "note").write_text("keep")
    (folder / "file").write_text("keep")
    (folder / "link").symlink_to(folder / "nowhere")


async def test_a_book_that_could_not_be_served_is_not_laid_out(tmp_path: Path) -> None:
    async def finds_fault(book: Path) -> tuple[Problem, ...]:
        return (Problem(file="rails.yaml", line=3, column=1, message="it is wrong"),)

    with pytest.raises(Exception, match=r"rails\.yaml:3:1: it is wrong"):
        await make_company(company_named("Brook"), tmp_path / "brook", None, finds_fault, own_tools)
    assert names_in(tmp_path) == []


class TestSettingsOfAFolder:
    """`frontdesk.env` counts where the command is started."""

    @pytest.fixture(autouse=True)
    def _there(self, brook: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in Settings.model_fields:
            monkeypatch.delenv(f"FRONTDESK_{name.upper()}", raising=False)
        monkeypatch.chdir(brook.folder)

    def test_its_book_articles_state_and_tenant_are_those_of_the_company(self, brook: Place) -> None:
        settings = load_settings()
        assert settings.book.resolve() == brook.book
        assert settings.articles.resolve() == brook.folder / "articles"
        assert settings.state == brook.folder / ".frontdesk"
        assert (settings.tenant, settings.sample, settings.demo) == ("brook-books", False, True)

    def test_the_environment_wins(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FRONTDESK_TENANT", "another")
        assert load_settings().tenant == "another"

    def test_a_secret_is_a_file_of_the_folder_it_names(self, brook: Place) -> None:
        (brook.folder / "secrets" / "frontdesk_secret_till").write_text("s3cret\n")
        assert declared_secret("till", load_settings().secrets_dir) == "s3cret"

    def test_secrets_are_for_their_owner_alone(self, brook: Place) -> None:
        assert (brook.folder / "secrets").stat().st_mode & 0o077 == 0
        assert "secrets/*" in brook.text(".gitignore")
