"""`check`: what it proves about a whole book, beyond each line being right."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from policies.check import Report, check
from policies.explore import explore
from policies.facts import ToolShape, tool_shape
from policies.loader import load_book
from policies.problems import BookInvalid
from policies.reach import rings
from policies.samples import gather
from tests.unit.books.altered import LIBRARY, TOOLS, altered, library_book

FLOWS = "flows/loans.yaml"


def messages(report: Report) -> list[str]:
    """Give what a report says is wrong."""
    return [problem.message for problem in report.problems]


def only_problem(folder: Path, old: str, new: str, *, file: str = FLOWS) -> str:
    """Break the library's book in one place and give the one message that follows."""
    report = check(altered(folder, file, old, new), TOOLS)
    (message,) = messages(report)
    assert not report.passed
    return message


def test_a_good_book_passes_and_is_summed_up() -> None:
    report = check(LIBRARY, TOOLS)
    assert report.passed
    assert report.notes == ()
    assert re.fullmatch(r"version \w{16}: 2 flows, 1 actions, 4 intents, \d+ templates", report.summary)


def test_a_bad_book_is_counted(tmp_path: Path) -> None:
    report = check(altered(tmp_path, FLOWS, "- say: reserved", "- say: resrved"), TOOLS)
    assert report.summary == "1 problem to mend before this book can be served"


def test_a_folder_without_a_book_is_a_report_and_no_crash(tmp_path: Path) -> None:
    assert not check(tmp_path / "nowhere").passed


@pytest.mark.parametrize("end", ["- end: true", "- hand_over: asked", "- link: extend"])
def test_a_step_behind_the_end_is_dead(tmp_path: Path, end: str) -> None:
    old = "      - hand_over: asked\n"
    report = check(altered(tmp_path, FLOWS, old, f"      - say: goodbye\n      {end}\n      - say: thanks\n"))
    assert messages(report) == ["no conversation reaches this step"]
    assert report.problems[0].line == 32
    assert report.problems[0].column == 9


def test_a_step_behind_an_action_is_dead(tmp_path: Path) -> None:
    old = '              days: "14"\n'
    assert (
        only_problem(tmp_path, old, f"{old}          - say: thanks\n") == "no conversation reaches this step"
    )


def test_a_flow_that_may_end_in_silence_is_shown_with_the_shortest_way(tmp_path: Path) -> None:
    book = altered(tmp_path, FLOWS, "          - say: reserved\n", "          - end: true\n")
    (problem,) = check(book, TOOLS).problems
    assert problem.message == "the flow 'extend' can end without a reply and without a person"
    assert problem.shown_by == (
        "customer: keep my book longer",
        "assistant: Which loan?",
        "customer: A001",
        "(find_loan finds loan)",
        "(`loan.reserved == true` holds)",
        "(here it ends, and nothing was said)",
    )
    assert "\n    assistant: Which loan?\n    customer: A001\n" in str(problem)


def test_a_read_that_finds_nothing_must_tell_somebody(tmp_path: Path) -> None:
    message = only_problem(tmp_path, "        missing: no_loan\n", "")
    assert message == "when this finds nothing, nobody is told"


def test_a_slot_that_nobody_asks_for_is_shown(tmp_path: Path) -> None:
    old = "    slots:\n"
    assert only_problem(tmp_path, old, f"{old}      colour: {{ask: which_loan}}\n") == (
        "the flow 'extend' never asks for its slot 'colour'"
    )


def test_a_slot_that_customers_may_mention_need_not_be_asked_for(tmp_path: Path) -> None:
    slot = "    slots:\n      wish: {type: number, entities: [days], ask: which_loan}\n"
    book = altered(tmp_path, FLOWS, "    slots:\n", slot)
    text = (book / FLOWS).read_text(encoding="utf-8")
    wish = 'days: "slots.wish != null ? slots.wish : 14.0"'
    (book / FLOWS).write_text(text.replace('days: "14"', wish), encoding="utf-8")
    assert messages(check(book, TOOLS)) == []


def test_a_reply_may_name_only_what_was_read_on_every_way(tmp_path: Path) -> None:
    old = "      - collect: loan_id\n"
    assert only_problem(tmp_path, old, f"{old}      - say: reserved\n") == "'loan' is not known here"


def test_an_action_needs_its_reads_on_every_way(tmp_path: Path) -> None:
    old = "      - hand_over: asked\n"
    new = '      - action: extend_loan\n        with: {loan_id: "\'L001\'", days: "14"}\n'
    assert only_problem(tmp_path, old, new) == "'loan' is not known here"


def test_a_flow_that_nothing_starts_is_shown(tmp_path: Path) -> None:
    book = altered(tmp_path, FLOWS, "    intents: [talk]\n", "")
    text = (book / "intents/all.yaml").read_text(encoding="utf-8")
    (book / "intents/all.yaml").write_text(
        text.replace(
            "talk: {category: escalation, answer: flow", "talk: {category: escalation, answer: person"
        ),
        encoding="utf-8",
    )
    assert messages(check(book, TOOLS)) == ["nothing starts the flow 'person'"]


def test_flows_that_link_in_a_ring_are_shown(tmp_path: Path) -> None:
    book = altered(tmp_path, FLOWS, "      - hand_over: asked\n", "      - link: extend\n")
    text = (book / FLOWS).read_text(encoding="utf-8")
    (book / FLOWS).write_text(text.replace("- say: reserved", "- link: person"), encoding="utf-8")
    assert messages(check(book, TOOLS)) == ["these flows link in a ring: extend → person → extend"]


def test_an_effect_without_anybodys_yes_is_refused(tmp_path: Path) -> None:
    book = altered(
        tmp_path, "actions.yaml", "    ask: extend_ask\n", "    ask: extend_ask\n    always_confirm: false\n"
    )
    text = (book / "actions.yaml").read_text(encoding="utf-8")
    (book / "actions.yaml").write_text(text[: text.index("      - id: long")], encoding="utf-8")
    assert messages(check(book, TOOLS)) == ["'extend_loan' would run without anybody's yes"]


def test_money_without_an_amount_is_refused(tmp_path: Path) -> None:
    message = only_problem(tmp_path, "risk: write", "risk: money", file="actions.yaml")
    assert message == "'extend_loan' moves money but names no amount"


def test_an_actions_reply_cannot_name_what_the_action_does_not_know(tmp_path: Path) -> None:
    message = only_problem(
        tmp_path, "Loan {args.loan_id}.", "Loan {slots.loan_id}.", file="templates/all.yaml"
    )
    assert message == "'slots' is not known to the action 'extend_loan', which says 'extend_said'"


def test_an_action_that_no_flow_uses_is_shown(tmp_path: Path) -> None:
    old = """          - action: extend_loan
            with:
              loan_id: slots.loan_id
              days: "14"
"""
    assert (
        only_problem(tmp_path, old, "          - say: goodbye\n") == "no flow uses the action 'extend_loan'"
    )


def test_the_matrix_must_not_depend_on_who_came_first(tmp_path: Path) -> None:
    book = altered(tmp_path, "conflicts.yaml", "{extend_loan: block}", "{extend_loan: block, other: allow}")
    with (book / "conflicts.yaml").open("a", encoding="utf-8") as file:
        file.write("  other: {extend_loan: queue, other: block}\n")
    text = (book / "actions.yaml").read_text(encoding="utf-8")
    copy = text.replace("actions:\n", "").replace("  extend_loan:\n", "  other:\n", 1)
    (book / "actions.yaml").write_text(text + copy, encoding="utf-8")
    found = messages(check(book, TOOLS))
    assert "other after extend_loan is 'allow', but extend_loan after other is 'queue'" in found


def test_the_same_words_cannot_mean_two_things(tmp_path: Path) -> None:
    old = "    unless: [not]\n"
    message = only_problem(tmp_path, old, f'{old}    whole: ["YES!"]\n', file="fast_path.yaml")
    assert message == "'yes [please]' already means talk"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("read: find_loan", "read: find_lone", "there is no tool 'find_lone'"),
        ("read: find_loan", "read: extend_loan", "'extend_loan' changes something and cannot be read"),
        ("with: {loan_id: slots.loan_id}", "with: {loan: slots.loan_id}", "there is no argument 'loan'"),
        ("with: {loan_id: slots.loan_id}", "with: {}", "the argument 'loan_id' is missing"),
        ("loan.reserved == true", "loan.resrved == true", "'loan' has no field 'resrved'"),
        ("loan.reserved == true", "loan.extended == 'often'", "'==' cannot take number and text"),
    ],
)
def test_flows_are_checked_against_the_tools(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in messages(check(altered(tmp_path, FLOWS, old, new), TOOLS))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tool: extend_loan", "tool: extend", "there is no tool 'extend'"),
        ("tool: extend_loan", "tool: find_loan", "'find_loan' changes nothing"),
        ("if: loan.extended >= 3", "if: loan.extnded >= 3", "'loan' has no field 'extnded'"),
        ("{loan_id: text, days: number}", "{loan_id: text}", "extend_loan needs the argument 'days'"),
    ],
)
def test_actions_are_checked_against_the_tools(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in messages(check(altered(tmp_path, "actions.yaml", old, new), TOOLS))


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "templates/all.yaml",
            "  delay:",
            "  spare: {text: Unused.}\n  delay:",
            "nothing says the reply 'spare'",
        ),
        ("routing.yaml", "languages: [en]", "languages: [en, de]", "the reply 'thanks' is not there in: de"),
        ("intents/all.yaml", "[this is bad]", "[extend my loan]", "loan_extend has this example too"),
    ],
)
def test_what_only_looks_wrong_is_noted_and_served(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    report = check(altered(tmp_path, file, old, new), TOOLS)
    assert report.passed
    assert message in [note.message for note in report.notes]


def test_a_call_that_nothing_takes_back_when_a_later_one_fails_is_noted(tmp_path: Path) -> None:
    again = "then: [{tool: extend_loan, with: {loan_id: args.loan_id, days: args.days}}]"
    book = altered(tmp_path, "actions.yaml", "editable: [days]", f"{again}\n    editable: [days]")

    (note,) = check(book, TOOLS).notes
    assert note.message == "when a later call of 'extend_loan' fails, nothing takes 'extend_loan' back"

    undone = {**TOOLS, "extend_loan": replace(TOOLS["extend_loan"], undone=True)}
    assert check(book, undone).notes == ()


def test_exploring_a_good_book_reaches_every_step_and_finds_nothing() -> None:
    book = library_book()
    found = explore(book, gather(book))
    assert found.faults == {}
    steps = [(flow.name, at) for flow in book.flows.values() for at in range(len(flow.steps))]
    assert {*steps} == {*found.reached}


def test_a_flow_with_too_many_ways_to_follow_each_is_checked_all_the_same(tmp_path: Path) -> None:
    names = [f"mark_{number}" for number in range(14)]
    slots = "".join(f"      {name}: {{type: truth, ask: which_loan}}\n" for name in names)
    ask = "".join(f"      - collect: {name}\n" for name in names)
    pick = "".join(f"      - if: slots.{name} == true\n        then: [{{say: thanks}}]\n" for name in names)
    flow = f"  person:\n    slots:\n{slots}"
    book = altered(tmp_path, FLOWS, "  person:\n", flow)
    text = (book / FLOWS).read_text(encoding="utf-8")
    (book / FLOWS).write_text(text.replace("      - hand_over: asked\n", ask + pick + pick), encoding="utf-8")
    assert messages(check(book, TOOLS)) == [
        "the flow 'person' can end without a reply and without a person",
    ]


def test_a_ring_is_found_once_from_its_first_name() -> None:
    links = {"c": frozenset("a"), "a": frozenset("b"), "b": frozenset("c"), "d": frozenset("d")}
    assert list(rings(links)) == [("a", "b", "c", "a"), ("d", "d")]


def test_a_tool_is_described_by_its_schemas() -> None:
    args = {
        "required": ["order_id"],
        "properties": {
            "order_id": {"type": "string"},
            "email": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "amount": {"anyOf": [{"type": "number"}, {"type": "string"}]},
            "version": {"type": "integer"},
        },
    }
    result = {
        "properties": {"open": {"type": "boolean"}, "items": {"type": "array"}, "state": {"$ref": "#/x"}}
    }
    assert tool_shape(args, result, effect=True) == ToolShape(
        args={"order_id": "text", "email": "text", "amount": "any", "version": "number"},
        required=frozenset({"order_id"}),
        result={"open": "truth", "items": "any", "state": "any"},
        effect=True,
    )


def test_what_check_refuses_is_not_served_either(tmp_path: Path) -> None:
    book = altered(tmp_path, FLOWS, "        missing: no_loan\n", "")
    with pytest.raises(BookInvalid, match="nobody is told"):
        load_book(book, TOOLS)
