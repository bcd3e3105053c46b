"""Loading a book: what comes out of a good one, and what is said about a bad one."""

import shutil
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from policies.loader import load_book
from policies.model import Act, Branch, Collect, HandOver, Jump, Read, Say
from policies.problems import BookInvalid, Problem
from tests.unit.books.altered import LIBRARY, altered, library_book


def problems_of(folder: Path) -> tuple[Problem, ...]:
    """Load a bad book and give what is wrong with it."""
    with pytest.raises(BookInvalid) as caught:
        load_book(folder)
    return caught.value.problems


def only_problem(folder: Path, file: str, old: str, new: str) -> Problem:
    """Break the library's book in one place and give the one problem that follows."""
    (problem,) = problems_of(altered(folder, file, old, new))
    assert problem.file == file
    return problem


def where(file: str, needle: str) -> tuple[int, int]:
    """Find line and column of a text in the library's book."""
    before = (LIBRARY / file).read_text(encoding="utf-8").partition(needle)[0]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_a_good_book_knows_its_company_and_its_parts() -> None:
    book = library_book()
    assert (book.company_name, book.assistant_name, book.currency) == ("Harbour Library", "Ada", "GBP")
    assert set(book.flows) == {"extend", "person"}
    assert book.flow_of_intent == {"loan_extend": "extend", "talk": "person"}
    assert book.routing.complex_intents == {"complaint"}
    assert book.routing.first_reply_minutes == {"urgent": 2, "high": 5, "normal": 15}
    assert book.intents["loan_extend"].examples == ("keep my book longer", "extend my loan")


def test_a_book_cannot_be_changed_once_loaded() -> None:
    book = library_book()
    with pytest.raises(FrozenInstanceError):
        book.company_name = "Another"  # type: ignore[misc]


def test_a_flow_becomes_a_flat_program() -> None:
    steps = library_book().flows["extend"].steps
    kinds = [type(step) for step in steps]
    assert kinds == [Collect, Read, Branch, Say, Jump, Act]
    branch, jump = steps[2], steps[4]
    assert isinstance(branch, Branch)
    assert isinstance(jump, Jump)
    assert branch.otherwise == 5
    assert jump.target == len(steps)


def test_only_flows_that_act_have_a_side_effect() -> None:
    flows = library_book().flows
    assert flows["extend"].side_effect
    assert not flows["person"].side_effect
    assert isinstance(flows["person"].steps[0], HandOver)


def test_every_step_points_at_its_line() -> None:
    step = library_book().flows["extend"].steps[1]
    assert step.place.file == "flows/loans.yaml"
    assert step.place.line == where("flows/loans.yaml", "- read: find_loan")[0]


def test_the_version_follows_the_content_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(LIBRARY, copy)
    assert load_book(copy).version == library_book().version
    changed = altered(tmp_path, "company.yaml", "Ada", "Eva")
    assert load_book(changed).version != library_book().version


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "nowhere")
    assert "nowhere" in problem.file
    assert problem.message == "there is no such folder"


def test_every_missing_file_is_named(tmp_path: Path) -> None:
    files = {problem.file for problem in problems_of(tmp_path)}
    assert {"company.yaml", "thresholds.yaml", "actions.yaml", "conflicts.yaml"} <= files


def test_a_file_that_nothing_reads_is_named(tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(LIBRARY, book)
    (book / "treshold.yaml").write_text("a: 1", encoding="utf-8")
    (problem,) = problems_of(book)
    assert problem.message == "nothing reads this file"
    assert "thresholds.yaml" in problem.hint


def test_broken_yaml_is_shown_where_it_breaks(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "routing.yaml", "vip_tiers: [patron]", "vip_tiers: [patron")
    assert problem.message.startswith("this is not valid YAML")
    assert problem.line in (3, 4)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: \x00", b"a: \x07b"])
def test_a_file_that_is_no_text_is_a_problem_and_no_crash(tmp_path: Path, content: bytes) -> None:
    book = tmp_path / "book"
    shutil.copytree(LIBRARY, book)
    (book / "rails.yaml").write_bytes(content)
    (problem,) = problems_of(book)
    assert problem.file == "rails.yaml"


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just words", "&a [*a]"])
def test_a_file_of_another_shape_is_a_problem_and_no_crash(tmp_path: Path, content: str) -> None:
    book = tmp_path / "book"
    shutil.copytree(LIBRARY, book)
    (book / "company.yaml").write_text(content, encoding="utf-8")
    assert {problem.file for problem in problems_of(book)} == {"company.yaml"}


def test_an_unknown_key_is_met_with_the_nearest_known(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "flows/loans.yaml", "        ask: which_loan", "        aks: which_loan")
    assert problem.message == "unknown key 'aks'"
    assert problem.hint == "Did you mean 'ask'?"
    assert (problem.line, problem.column) == where("flows/loans.yaml", "ask: which_loan")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "company.yaml", "assistant_name: Ada\n", "")
    assert problem.message == "'assistant_name' is missing"


def test_an_unknown_step_is_met_with_the_nearest_known(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "flows/loans.yaml", "- collect: loan_id", "- colect: loan_id")
    assert problem.message == "this is not a step"
    assert problem.hint == "Did you mean 'collect'?"


def test_a_word_outside_the_choice_is_met_with_the_nearest(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "conflicts.yaml", "extend_loan: block", "extend_loan: blok")
    assert problem.message == "'blok' is not allowed here"
    assert problem.hint == "Did you mean 'block'?"


def test_the_same_key_twice_is_a_problem(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "company.yaml", "currency: GBP", "company_name: Twice")
    assert problem.message == "'company_name' stands here twice"


def test_the_same_flow_in_two_files_is_a_problem(tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(LIBRARY, book)
    shutil.copy(book / "flows/loans.yaml", book / "flows/more.yaml")
    messages = {problem.message for problem in problems_of(book)}
    assert "'extend' is defined twice" in messages


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("flows/loans.yaml", "intents: [loan_extend]", "intents: [loan_extnd]", "intent 'loan_extnd'"),
        ("flows/loans.yaml", "- say: reserved", "- say: resrved", "template 'resrved'"),
        ("flows/loans.yaml", "ask: which_loan", "ask: what_loan", "template 'what_loan'"),
        ("flows/loans.yaml", "missing: no_loan", "missing: noloan", "template 'noloan'"),
        ("flows/loans.yaml", "- collect: loan_id", "- collect: loan", "slot 'loan'"),
        ("flows/loans.yaml", "forget: [loan_id]", "forget: [loan]", "slot 'loan'"),
        ("flows/loans.yaml", "- action: extend_loan", "- action: extend_lone", "action 'extend_lone'"),
        ("actions.yaml", "refuse: extend_refused", "refuse: extend_refuse", "template 'extend_refuse'"),
        ("actions.yaml", "editable: [days]", "editable: [day]", "argument 'day'"),
        ("actions.yaml", "needs: [loan]", "needs: [lone]", "saved read 'lone'"),
        ("routing.yaml", "{loan_extend: [loans]}", "{loan_extends: [loans]}", "intent 'loan_extends'"),
        ("fast_path.yaml", "- intent: affirm", "- intent: afirm", "intent 'afirm'"),
        ("templates/all.yaml", 'payload: "/loan_extend"', 'payload: "/loan"', "intent 'loan'"),
        ("intents/all.yaml", "template: affirm_nothing", "template: nothing", "template 'nothing'"),
    ],
)
def test_a_name_that_leads_nowhere_is_shown_at_its_line(
    tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    found = problems_of(altered(tmp_path, file, old, new))
    mine = [problem for problem in found if message in problem.message]
    assert mine, found
    assert mine[0].file == file
    assert mine[0].line == where(file, old)[0]


def test_an_action_must_be_given_all_its_arguments(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "flows/loans.yaml", '              days: "14"\n', "")
    assert problem.message == "the argument 'days' is missing"


def test_the_matrix_must_say_something_about_every_pair(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "conflicts.yaml", "extend_loan: {extend_loan: block}", "extend_loan: {}")
    assert problem.message == "nothing says what follows extend_loan while extend_loan is pending"


def test_a_reply_of_the_engine_cannot_be_left_out(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "templates/all.yaml", "  delay: {text: This takes longer.}\n", "")
    assert problem.message.endswith("missing: delay")


def test_an_intent_for_a_flow_needs_one(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "intents/all.yaml", "answer: person", "answer: flow")
    assert problem.message == "no flow handles 'complaint'"


def test_a_condition_that_cannot_be_compiled_is_shown_at_its_very_column(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "actions.yaml", "if: args.days > 30", "if: args.days > 'long'")
    line, column = where("actions.yaml", "args.days > 30")
    assert problem.message == "'>' cannot take number and text"
    assert (problem.line, problem.column) == (line, column + len("args.days "))


def test_a_misspelt_slot_in_a_condition_is_met_with_the_nearest(tmp_path: Path) -> None:
    problem = only_problem(
        tmp_path, "flows/loans.yaml", "loan_id: slots.loan_id}\n", "loan_id: slots.laon_id}\n"
    )
    assert problem.message == "'slots' has no field 'laon_id'"
    assert problem.hint == "Did you mean 'slots.loan_id'?"


def test_a_condition_in_a_text_block_is_shown_at_its_line(tmp_path: Path) -> None:
    block = "if: |\n          args.days > 30\n            && args.dayz > 3"
    problem = only_problem(tmp_path, "actions.yaml", "if: args.days > 30", block)
    line, _ = where("actions.yaml", "if: args.days > 30")
    assert problem.message == "'args' has no field 'dayz'"
    assert (problem.line, problem.column) == (line + 2, 16)


def test_a_condition_that_is_no_truth_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "actions.yaml", "if: args.days > 30", "if: args.days + 30.0")
    assert problem.message == "this condition is neither true nor false"


def test_a_rule_without_consequence_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "actions.yaml", "        refuse: extend_refused\n", "")
    assert problem.message == "this rule has no consequence"


def test_bounds_that_cross_are_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "thresholds.yaml", "confidence_clarify: 0.7", "confidence_clarify: 0.9")
    assert problem.message == "confidence_clarify must not be above confidence_automate"


def test_a_placeholder_that_nothing_fills_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "templates/all.yaml", "Hello[ {customer.first_name}].", "Hello {name}.")
    assert problem.message == "nothing fills 'name'"


def test_a_placeholder_that_cannot_be_read_is_shown_at_its_column(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "templates/all.yaml", "Hello there.}", "'Hello {there()}.'}")
    line, column = where("templates/all.yaml", "Hello there.")
    assert (problem.line, problem.column) == (line, column + len("'Hello "))
    assert problem.message == "'{there()}' is not a placeholder"


def test_a_fast_phrase_whose_brackets_do_not_pair_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, "fast_path.yaml", '["yes [please]"]', '["yes [please"]')
    assert problem.message == "this phrase cannot be read: its brackets do not pair"


def test_a_rail_that_is_no_expression_is_refused(tmp_path: Path) -> None:
    old = "max_input_chars: 4000"
    problem = only_problem(tmp_path, "rails.yaml", old, f"{old}\ninjection_patterns: ['(open']")
    assert problem.message.startswith("this is not a regular expression")


def test_all_problems_are_told_at_once_in_order(tmp_path: Path) -> None:
    book = altered(tmp_path, "flows/loans.yaml", "- say: reserved", "- say: resrved")
    text = (book / "actions.yaml").read_text(encoding="utf-8")
    (book / "actions.yaml").write_text(text.replace("editable: [days]", "editable: [day]"), encoding="utf-8")
    found = problems_of(book)
    assert [problem.file for problem in found] == ["actions.yaml", "flows/loans.yaml"]
    assert str(found[0]).startswith(
        "actions.yaml:15:16: there is no argument 'day'\n    Did you mean 'days'?"
    )


def test_a_slip_deep_inside_a_step_is_shown_where_it_stands(tmp_path: Path) -> None:
    old = "          - say: reserved\n"
    problem = only_problem(tmp_path, "flows/loans.yaml", old, "          - sya: reserved\n")
    assert problem.message == "this is not a step"
    assert (problem.line, problem.column) == where("flows/loans.yaml", "say: reserved")


def test_actions_may_stand_in_several_files_each_under_its_own_name(tmp_path: Path) -> None:
    book = altered(tmp_path, "actions.yaml", "editable: [days]", "editable: [days]")
    text = (book / "actions.yaml").read_text(encoding="utf-8")
    (book / "actions").mkdir()
    (book / "actions" / "loans.yaml").write_text(text, encoding="utf-8")
    (book / "actions.yaml").write_text("actions: {}\n", encoding="utf-8")

    assert load_book(book).actions["extend_loan"].place.file == "actions/loans.yaml"

    (book / "actions.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BookInvalid, match="'extend_loan' is defined twice"):
        load_book(book)
