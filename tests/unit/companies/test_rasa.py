"""`frontdesk import rasa`: what maps becomes a book to be served, the rest is listed where it stands."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.companies.errors import CannotRead, FolderTaken
from app.companies.rasa.left import Left, Leftovers
from app.companies.rasa.taking import read_parts
from policies.check import check
from policies.loader import load_book
from tests.talk import said
from tests.unit.companies.making import PROJECTS, Place, names_in, taken, talk_with


@pytest.fixture(scope="module")
async def cheer(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return await taken(PROJECTS / "cheer", tmp_path_factory.mktemp("companies") / "cheer")


@pytest.fixture(scope="module")
async def table(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return await taken(PROJECTS / "table", tmp_path_factory.mktemp("companies") / "table")


@pytest.fixture(scope="module")
async def helpdesk(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return await taken(PROJECTS / "helpdesk", tmp_path_factory.mktemp("companies") / "helpdesk")


def left_at(place: Place, where: str) -> list[str]:
    """What is said about one line of the project."""
    return [one.what for one in place.told.left if f"{one.file}:{one.line}" == where]


def entries(place: Place, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(place.text(f"book/{kind}/imported.yaml"))[kind]
    return found


def lines_of(project: str) -> list[tuple[str, int]]:
    """The files of a project with the number of their lines."""
    files = [path for path in (PROJECTS / project).rglob("*") if path.is_file()]
    return [
        (path.relative_to(PROJECTS / project).as_posix(), len(path.read_text().splitlines()))
        for path in files
    ]


class TestStories:
    """A project of intents, replies and stories."""

    def test_examples_of_its_own_and_of_every_company_are_joined(self, cheer: Place) -> None:
        book = load_book(cheer.book)
        assert "catch you later" in book.intents["goodbye"].examples
        assert "see you later" in book.intents["goodbye"].examples
        assert book.intents["feeling_great"].answer == "template"

    async def test_it_talks_as_its_stories_tell(self, cheer: Place) -> None:
        talk = talk_with(cheer, gloomy="feeling_low", amazing="feeling_great")
        assert "How is your day?" in said(await talk.say("hello"))
        asked = said(await talk.say("I feel gloomy"))
        assert "To get brighter" in asked
        assert "Did that make you smile?" in asked
        assert said(await talk.say("yes")) == "Good to hear, carry on!"
        assert said(await talk.say("I feel amazing")) == "Good to hear, carry on!"

    async def test_a_no_goes_the_other_way(self, cheer: Place) -> None:
        talk = talk_with(cheer, gloomy="feeling_low")
        await talk.say("I feel gloomy")
        assert said(await talk.say("no")) == "Until next time."

    async def test_its_buttons_say_its_intents(self, cheer: Place) -> None:
        talk = talk_with(cheer)
        greeted = await talk.say("hello")
        titles = [title for reply in greeted.replies for title, _ in reply.buttons]
        assert titles == ["Great", "Not so good"]
        assert "To get brighter" in said(await talk.say("Not so good", payload="/feeling_low"))

    def test_a_picture_and_a_second_wording_are_listed_with_their_line(self, cheer: Place) -> None:
        assert left_at(cheer, "domain.yml:20") == ["'utter_joke' has 'image'"]
        assert left_at(cheer, "domain.yml:25") == ["'utter_glad' has 2 texts; the first is said"]


class TestForms:
    """A project of many files with a form, lookups, synonyms and a regular expression."""

    def test_slots_take_what_the_project_lists(self, table: Place) -> None:
        slots = entries(table, "flows")["reserve"]["slots"]
        assert slots["cuisine"]["choices"]["italian"] == ["italian", "pasta", "pizza place"]
        assert list(slots["seating"]["choices"]) == ["inside", "outside"]
        assert (slots["guests"]["type"], slots["guests"]["valid"]) == (
            "number",
            "value >= 1.0 && value <= 12.0",
        )
        assert (slots["phone"]["type"], slots["vegan"]["type"]) == ("phone", "truth")

    async def test_the_form_is_a_dialogue(self, table: Place) -> None:
        talk = talk_with(table, reserve="reserve")
        assert said(await talk.say("reserve a table in a pizza place")).endswith("Inside or outside?")
        assert said(await talk.say("outside")) == "How many of you?"
        assert said(await talk.say("40")) == "How many of you?"
        assert "phone" in said(await talk.say("4"))
        talk.interpreter.exact["0170 5550142"] = talk_number("0170 5550142")
        assert "Which voucher" in said(await talk.say("0170 5550142"))
        assert said(await talk.say("V-1234")) == "Shall it be vegan?"
        assert said(await talk.say("no")) == "A table for 4, italian kitchen, is noted."

    async def test_a_rule_inside_the_form_is_a_wish_in_between(self, table: Place) -> None:
        talk = talk_with(table, reserve="reserve", menu="ask_menu")
        await talk.say("reserve italian")
        told = said(await talk.say("what is on the menu"))
        assert told.startswith("The menu hangs at the door.")
        assert "Inside or outside?" in told

    def test_entities_that_understanding_finds_stay_marked_and_others_are_plain(self, table: Place) -> None:
        examples = entries(table, "intents")["reserve"]["examples"]
        assert "can we eat at your place, call me on [0170 555 0142](phone)" in examples
        assert "a table for four please" in examples

    def test_a_reply_for_one_channel_stays_one(self, table: Place) -> None:
        assert entries(table, "templates")["utter_menu"]["variants"][0]["channel"] == "email"

    def test_what_fills_nothing_is_listed(self, table: Place) -> None:
        assert left_at(table, "data/nlu/words.yml:12") == ["the synonym 'credit' is not used"]
        assert left_at(table, "domain/rest.yml:39") == ["no form asks for the slot 'table_number'"]
        assert left_at(table, "domain/rest.yml:77") == ["the action 'validate_reserve_form' is code"]


class TestTheRest:
    """A project that needs much by hand."""

    def test_each_answer_of_a_retrieval_intent_is_an_intent(self, helpdesk: Place) -> None:
        book = load_book(helpdesk.book)
        assert book.intents["faq_hours"].template == "utter_faq_hours"

    async def test_a_person_stands_in_for_code(self, helpdesk: Place) -> None:
        talk = talk_with(helpdesk, paper="order_paper")
        told = said(await talk.say("we need paper"))
        assert "The paper is ordered." in told
        assert "I am bringing a person" in told

    @pytest.mark.parametrize(
        ("where", "what"),
        [
            ("config.yml:1", "not taken over"),
            ("credentials.yml:1", "not taken over"),
            ("data/nlu.yml:22", "nothing says what follows 'vip_wish'"),
            ("data/nlu.yml:28", "no example"),
            ("data/nlu.yml:29", "'nlu_fallback' was not taken"),
            ("data/rules.yml:14", "'action_reset_password' is code"),
            ("data/rules.yml:15", "behind the code"),
            ("data/rules.yml:30", "under a condition"),
            ("data/stories.yml:5", "checkpoint"),
            ("data/stories.yml:10", "end to end"),
            ("data/stories.yml:14", "goes on otherwise behind 'printer_jam' than the rule 'jam'"),
            ("domain.yml:9", "'forgotten' has no examples"),
            ("domain.yml:20", "has no text"),
            ("domain.yml:25", "is code"),
        ],
    )
    def test_what_does_not_map_is_listed_where_it_stands(
        self, helpdesk: Place, where: str, what: str
    ) -> None:
        assert any(what in one for one in left_at(helpdesk, where)), left_at(helpdesk, where)

    def test_no_credential_goes_with_it(self, helpdesk: Place) -> None:
        assert "xoxb" not in helpdesk.everything()

    def test_the_report_says_what_the_screen_says(self, helpdesk: Place) -> None:
        report = helpdesk.text("IMPORT.md")
        assert report.count("\n| `") == len(helpdesk.told.left)
        assert "7 intents with 11 examples, 2 flows" in report


@pytest.mark.parametrize("project", ["cheer", "table", "helpdesk"])
def test_the_result_passes_the_check_and_every_place_exists(
    project: str, request: pytest.FixtureRequest
) -> None:
    place: Place = request.getfixturevalue(project)
    assert [str(problem) for problem in check(place.book).problems] == []
    assert "opening_hours" not in place.text("book/intents/talk.yaml")
    lengths = dict(lines_of(project))
    told: tuple[Left, ...] = place.told.left
    assert [str(one) for one in told if not 1 <= one.line <= lengths[one.file]] == []
    assert all(
        (one.what and one.todo.endswith((".", "?", "!", ")"))) or "The others" in one.todo for one in told
    )


async def test_what_could_not_be_served_is_left_out_and_listed(tmp_path: Path) -> None:
    project = altered(tmp_path, "table", "domain/rest.yml", "max_value: 12", "max_value: -3")
    place = await taken(project, tmp_path / "made")
    assert "reserve" not in entries(place, "flows")
    assert entries(place, "intents")["reserve"]["answer"] == "knowledge"
    assert any("'reserve' of the flows is left out" in one.what for one in place.told.left)


def altered(folder: Path, project: str, file: str, old: str, new: str) -> Path:
    """A copy of a project with one text replaced."""
    copy = folder / project
    shutil.copytree(PROJECTS / project, copy)
    text = (copy / file).read_text()
    assert text.count(old) == 1
    (copy / file).write_text(text.replace(old, new))
    return copy


def talk_number(text: str) -> Any:
    """What understanding makes of a telephone number."""
    from graphs.ports import Entity, Understood

    return Understood(
        intent=None,
        confidence=0.2,
        path="nlu",
        ranking=(),
        entities=(Entity(name="phone", value=text, start=0, end=len(text), confidence=1.0),),
        sentiment=0.0,
        out_of_scope=0.0,
    )


class TestHostile:
    """Input that is no project, or one that means harm."""

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("nlu:\n  - intent: a\n examples: |\n", r"data/nlu\.yml:3"),
            ("nlu: [" * 3000, "nested too deeply|not valid YAML"),
            ("nlu: &a [*a]\n", "endless"),
            ("\x00", "data/nlu.yml:1"),
            ("hello", "holds no Rasa project"),
            ("nlu: 7\n", "holds no Rasa project"),
        ],
    )
    async def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(
        self, tmp_path: Path, text: str, why: str
    ) -> None:
        lay(tmp_path / "bot", "data/nlu.yml", text)
        with pytest.raises(CannotRead, match=why):
            await taken(tmp_path / "bot", tmp_path / "made")
        assert names_in(tmp_path) == ["bot"]

    async def test_a_folder_that_is_none_and_one_that_is_taken(self, tmp_path: Path) -> None:
        with pytest.raises(CannotRead, match="There is no folder"):
            await taken(tmp_path / "gone", tmp_path / "made")
        with pytest.raises(FolderTaken):
            await taken(PROJECTS / "cheer", tmp_path)

    def test_files_outside_the_project_are_not_read(self, tmp_path: Path) -> None:
        outside = lay(
            tmp_path / "secret", "nlu.yml", "nlu:\n  - intent: stolen\n    examples: |\n      - key\n"
        )
        lay(tmp_path / "bot", "domain.yml", "intents: [greet]\n")
        (tmp_path / "bot" / "data").mkdir()
        (tmp_path / "bot" / "data" / "nlu.yml").symlink_to(outside)
        left = Leftovers()
        assert "stolen" not in read_parts(tmp_path / "bot", left).intents
        assert any("leads out of the project" in one.what for one in left.listed())

    def test_old_markdown_and_unknown_versions_are_listed(self, tmp_path: Path) -> None:
        lay(tmp_path / "bot", "data/nlu.md", "## intent:greet\n- hi\n")
        lay(tmp_path / "bot", "domain.yml", 'version: "2.0"\nintents: [greet]\nwhat: 1\n')
        left = Leftovers()
        read_parts(tmp_path / "bot", left)
        assert {one.file for one in left.listed()} == {"data/nlu.md", "domain.yml"}
        assert any("version 2.0 was read as 3.1" in one.what for one in left.listed())
        assert any("'what' is not known" in one.what for one in left.listed())


def lay(folder: Path, name: str, text: str) -> Path:
    """Write one file of a project."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
