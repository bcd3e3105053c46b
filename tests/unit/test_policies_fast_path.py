"""What needs no NLU, tried on the sample book's words."""

import pytest

from policies.fast_path import FastPath
from policies.normalise import clauses, normalise
from policies.phrases import PhraseInvalid, check_phrase, compile_phrases, read_lists, readings
from policies.spelling import Spelling
from tests.unit.books.altered import shop_book


@pytest.fixture(scope="module")
def fast_path() -> FastPath:
    """The sample book's fast path."""
    return FastPath(shop_book())


def intent(fast_path: FastPath, text: str) -> str | None:
    """Give the intent that the words decide."""
    match = fast_path.match(text)
    return match.intent if match else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hi", "greeting"),
        ("Hellooo!!", "greeting"),
        ("Good morning", "greeting"),
        ("thx", "thanks"),
        ("Thanks a lot!", "thanks"),
        ("ok thanks", "thanks"),
        ("bye", "goodbye"),
        ("yes", "affirm"),
        ("Yes please!", "affirm"),
        ("yep", "affirm"),
        ("y", "affirm"),
        ("OK", "affirm"),
        ("Sure, go ahead", "affirm"),
        ("no", "deny"),
        ("n", "deny"),
        ("Nope.", "deny"),
        ("no thanks", "deny"),
        ("stop", "stop"),
        ("no, never mind", "stop"),
        ("Don't do that", "deny"),
        ("are you a bot?", "bot_challenge"),
        ("Am I talking to a human?", "bot_challenge"),
    ],
)
def test_small_talk_is_known_by_the_whole_message(fast_path: FastPath, text: str, expected: str) -> None:
    assert intent(fast_path, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "let me talk to a human",
        "LET ME TALK TO A HUMAN!!!",
        "human",
        "agent please",
        "Can I speak to someone please?",
        "can u connect me with someone",
        "I want to speak with a representative now",
        "Speak to human",
        "talk to agent",
        "escalate",
        "Please escalate this",
        "get me a manager",
        "i need a real person",
        "I'd like to talk to one of your colleagues, or a real person: talk to a person",
        "it is not working let me talk to a person",
        "no, i want a human",
        "don't give me excuses, get me a manager",
        "why can't I talk to a human",
        "put me through to somebody",
        "I am not happy and want to talk to a human",
        "this does not help so get me a person",
        "I don't need a bot. I need a human.",
    ],
)
def test_asking_for_a_person_is_heard_at_once(fast_path: FastPath, text: str) -> None:
    assert intent(fast_path, text) == "human_request"


@pytest.mark.parametrize(
    "text",
    [
        "I don't need an agent",
        "I dont want to talk to a human",
        "I do not need to speak to a person",
        "please don't transfer me to an agent",
        "no need to connect me to an agent",
        "i no longer need an agent",
        "the agent told me to talk to a person",
        "your agent said I should talk to a manager",
        "I was told to talk to an agent",
        "I spoke to an agent yesterday",
        "yesterday I had to talk to a human",
        "do I need a person to sign for the parcel",
        "your support is slow",
        "the person at the door took it",
    ],
)
def test_a_person_who_is_only_spoken_of_is_not_called(fast_path: FastPath, text: str) -> None:
    assert intent(fast_path, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "my lamp caught fire",
        "There's a burning smell!!",
        "smoke coming out of the socket",
        "I got an electric shock, let me talk to a human",
        "my son was injured",
        "yes it is on fire",
        "I cut my hand on the glass",
        "our puppy may have swallowed a piece of glass",
        "someone swallowed the battery",
    ],
)
def test_words_of_alarm_come_before_everything(fast_path: FastPath, text: str) -> None:
    match = fast_path.match(text)
    assert match is not None
    assert (match.intent, match.source) == ("safety", "safety")


@pytest.mark.parametrize("text", ["the smoked glass lamp", "fireplace candle", "is it fireproof?"])
def test_harmless_words_raise_no_alarm(fast_path: FastPath, text: str) -> None:
    assert fast_path.safety_word(text) is None
    assert fast_path.match(text) is None


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("1042", {"order_number": "1042"}),
        ("#1042.", {"order_number": "1042"}),
        ("Order 1042", {"order_number": "1042"}),
        ("order #1042!", {"order_number": "1042"}),
        ("marta@example.org", {"email": "marta@example.org"}),
        ("10\u200b42", {"order_number": "1042"}),
        ("\ufeffOrder\u200d 1042\u200b", {"order_number": "1042"}),
    ],
)
def test_a_bare_value_is_told_by_its_form(fast_path: FastPath, text: str, entities: dict[str, str]) -> None:
    match = fast_path.match(text)
    assert match is not None
    assert (match.intent, match.source, match.entities) == ("inform", "value", entities)


@pytest.mark.parametrize("text", ["10423", "104", "order 1042 and 1043", "a@b", "1042@"])
def test_what_is_almost_a_value_is_left_to_understanding(fast_path: FastPath, text: str) -> None:
    assert fast_path.match(text) is None


@pytest.mark.parametrize(
    ("text", "expected", "entities"),
    [
        ("/affirm", "affirm", {}),
        ("/refund_request", "refund_request", {}),
        ('/inform{"order_number": "1042"}', "inform", {"order_number": "1042"}),
        ('/option{"number": 2}', "option", {"number": "2"}),
    ],
)
def test_a_button_says_what_it_means(
    fast_path: FastPath, text: str, expected: str, entities: dict[str, str]
) -> None:
    match = fast_path.match(text)
    assert match is not None
    assert (match.intent, match.source, match.entities) == (expected, "button", entities)


@pytest.mark.parametrize(
    "text",
    ["/nothing", "/affirm{", '/affirm{"a": {"b": 1}}', '/affirm{"a": null}', "/", "/affirm yes", "//affirm"],
)
def test_a_payload_that_no_button_has_is_only_text(fast_path: FastPath, text: str) -> None:
    assert fast_path.match(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "👍",
        "where is my order",
        "hi, where is my order 1042?",
        "yes, but not that one",
        "ок",
        "\x00",
    ],
)
def test_what_the_words_do_not_decide_is_left_to_understanding(fast_path: FastPath, text: str) -> None:
    assert fast_path.match(text) is None


def test_a_match_names_the_pattern_and_never_the_text(fast_path: FastPath) -> None:
    match = fast_path.match("My name is Marta and I want to talk to a human about my bank account")
    assert match is not None
    assert "<person>" in match.matched
    assert "bank" not in match.matched


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("I’m NOT happy", "i am not happy"),
        ("u can't do that, plz!!!", "you cannot do that please"),
        ("Heeeello   there", "hello there"),
        ("ＨＥＬＬＯ", "hello"),
        ("it's 1000 euros", "it is 1000 euros"),
        ("...", ""),
        ("a\u200bgent pl\u00adease", "agent please"),
    ],
)
def test_spelling_is_evened_out(text: str, normal: str) -> None:
    assert normalise(text) == normal


def test_clauses_keep_a_not_to_itself() -> None:
    assert list(clauses("I don't need it, but call me. Now")) == ["i do not need it", "call me", "now"]


def test_a_phrase_stands_for_all_its_wordings() -> None:
    assert set(readings("(talk|speak) to [a|the] person")) == {
        "talk to person",
        "talk to a person",
        "talk to the person",
        "speak to person",
        "speak to a person",
        "speak to the person",
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("please talk to the person now", True),
        ("talk to person", True),
        ("talk to persons", False),
        ("untalk to person", False),
        ("talk a person", False),
    ],
)
def test_a_phrase_is_found_between_whole_words(words: str, found: bool) -> None:
    phrase = "(talk|speak) to [a|the] person"
    assert compile_phrases([phrase]).find(words) == (phrase if found else None)


@pytest.mark.parametrize(
    ("phrase", "words", "found"),
    [
        ("^ person $", "person", True),
        ("^ person $", "a person", False),
        ("talk ... person", "talk now with a nice person", True),
        ("talk ... person", "talk about one two three four person", False),
        ("[talk [to|with] a] person", "person", True),
        ("(talk (to|with) a|reach) person", "reach person", True),
        ("(talk (to|with) a|reach) person", "talk a person", False),
        ("<who> please", "somebody please", True),
    ],
)
def test_a_phrase_may_have_gaps_ends_and_nested_groups(phrase: str, words: str, found: bool) -> None:
    lists = read_lists({"who": ["person", "somebody"]})
    assert (compile_phrases([phrase], lists).find(words) is not None) == found


@pytest.mark.parametrize(("slip", "meant"), [("agnet", "agent"), ("represenative", "representative")])
def test_a_slip_is_mended_in_words_that_matter(slip: str, meant: str) -> None:
    spelling = Spelling(["agent", "representative", "human"], ["urgent", "humane"])
    assert spelling.mend(f"get me an {slip}") == f"get me an {meant}"
    assert spelling.mend("an urgent and humane man") == "an urgent and humane man"


@pytest.mark.parametrize(
    "text",
    [
        "connect me to agent",
        "human agent",
        "talk to human",
        "speak to agent",
        "speak to someone",
        "escalate",
        "supervisor",
        "manager\n    ",
        "transfer me",
        "need help now",
        "need immediate help",
        "can someone help",
        "speak with agent",
        "chat with agent\n    ",
        "contact agent",
        "operator",
        "agnet",
        "humna pls",
        "represenative",
        "tlk 2 an agnet",
        "I never wanted a bot, get me a person\n    ",
        "I thought I wouldn't need a person, but I do now.",
        "if possible, I'd like to talk to a person",
    ],
)
def test_the_wordings_everybody_uses_are_heard(fast_path: FastPath, text: str) -> None:
    assert intent(fast_path, text.strip()) == "human_request"


@pytest.mark.parametrize(
    "text",
    [
        "are your agents paid well",
        "if it isn't here by Friday, I want to talk to a human\n    ",
        "which cleaning agent may I use",
        "my manager needs an invoice",
        "the talk to a human button is broken\n    ",
        "does it cost anything to speak to a person",
        "when are agents available on Sundays\n    ",
        "how do I become an agent",
        "let me talk to my wife first",
        "never mind the agent, I found it",
    ],
)
def test_what_only_looks_like_asking_for_a_person_is_not_heard(fast_path: FastPath, text: str) -> None:
    assert intent(fast_path, text.strip()) is None


def test_a_list_that_is_not_there_is_told() -> None:
    with pytest.raises(PhraseInvalid, match="<persn> is no list"):
        check_phrase("talk to <persn>", read_lists({"person": ["human"]}))


@pytest.mark.parametrize(
    ("phrase", "message"),
    [("(a|b", "do not pair"), ("a] b", "do not pair"), ("[a] [b]", "can be empty"), ("!!", "can be empty")],
)
def test_a_phrase_that_cannot_be_searched_for_is_refused(phrase: str, message: str) -> None:
    with pytest.raises(PhraseInvalid, match=message):
        check_phrase(phrase)


def test_a_whole_message_with_too_many_wordings_is_refused() -> None:
    with pytest.raises(PhraseInvalid, match="4096 wordings"):
        list(readings(" ".join(["(a|b|c|d)"] * 6)))


def test_a_clause_that_only_denies_is_blanked_and_positions_stay(fast_path: FastPath) -> None:
    text = "I don't need an agent, just tell me where order 1042 is"
    meant = fast_path.meant(text)
    assert len(meant) == len(text)
    assert meant.strip() == "just tell me where order 1042 is"
    assert fast_path.taken_back(text) == {"human_request"}


def test_short_is_what_the_customer_wrote_short(fast_path: FastPath) -> None:
    short, long = fast_path.match("get me a human"), fast_path.match("hey you there, get me a human being")
    assert short is not None
    assert long is not None
    assert (short.plain, long.plain) == (True, False)


def test_a_text_that_denies_nothing_or_nothing_else_stays_whole(fast_path: FastPath) -> None:
    assert fast_path.meant("where is order 1042") == "where is order 1042"
    assert fast_path.meant("I don't need an agent") == "I don't need an agent"
