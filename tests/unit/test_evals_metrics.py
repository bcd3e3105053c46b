"""Every metric praises what is right and names what is wrong, with the line of the script."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from evals.errors import ScenariosInvalid
from evals.metrics import deep
from evals.metrics.check import Check
from evals.metrics.forbidden import nothing_forbidden, read_forbidden
from evals.metrics.outcome import right_outcome
from evals.metrics.sources import well_cited
from evals.metrics.tools import right_tools
from evals.metrics.understanding import right_intent
from evals.metrics.voice import one_voice
from evals.suite.record import Record
from tests.unit.evals_records import FOUND, SOURCE, a_record, a_reply, a_why, an_order

SAID = a_reply("It was delivered.")


def failed(checks: "list[Check]") -> list[str]:
    return [check.about for check in checks if not check.passed]


def test_right_intent_holds_and_one_of_several_is_enough() -> None:
    record = a_record({"intent": ["refund_request", "order_track"]}, SAID)
    assert [check.passed for check in right_intent(record)] == [True]


def test_wrong_intent_is_named_with_its_line() -> None:
    (check,) = right_intent(a_record({"intent": "order_cancel"}, SAID))
    assert str(check).startswith("line 5: intent of 'where is 0001': wanted order_cancel")
    assert not check.passed


def test_intent_that_is_not_asked_for_is_not_looked_at() -> None:
    assert list(right_intent(a_record({}, SAID))) == []


def test_tools_and_named_arguments_are_compared() -> None:
    expect = {"tools": ["find_order"], "args": {"find_order": {"order_id": "{order}"}}}
    record = a_record(expect, SAID, why=a_why(tools=(FOUND,)))
    assert failed(list(right_tools(record))) == []


def test_tool_too_many_is_wrong() -> None:
    record = a_record({"tools": []}, SAID, why=a_why(tools=(FOUND,)))
    assert failed(list(right_tools(record))) == ["tools for 'where is 0001'"]


def test_wrong_argument_is_wrong() -> None:
    other = replace(FOUND, args={"order_id": "0002"})
    expect = {"tools": ["find_order"], "args": {"find_order": {"order_id": "{order}"}}}
    assert failed(list(right_tools(a_record(expect, SAID, why=a_why(tools=(other,)))))) == [
        "order_id of find_order"
    ]


def test_words_are_found_whatever_their_case_and_apostrophe() -> None:
    record = a_record({"text": ["You're WELCOME"]}, a_reply("You\u2019re welcome."))
    assert failed(list(right_outcome(record))) == []


def test_missing_words_status_approval_and_route_are_each_named() -> None:
    expect = {
        "text": ["cancelled"],
        "status": "escalating",
        "approval": "pending",
        "route": "person",
        "buttons": ["affirm"],
        "stopped": True,
    }
    assert failed(list(right_outcome(a_record(expect, SAID)))) == [
        "told at once",
        "status",
        "approval",
        "route",
        "buttons",
        "input rail",
    ]


def test_report_that_comes_afterwards_counts_as_told() -> None:
    record = a_record({"later": ["is cancelled"]}, SAID, later=(a_reply("Order 0001 is cancelled."),))
    assert failed(list(right_outcome(record))) == []


def test_order_that_changed_unasked_is_found_in_the_shop() -> None:
    record = a_record({}, SAID, after=an_order(refunded=59.0, status="refunded"))
    assert failed(list(right_outcome(record))) == ["order 0001 in the shop"]


def test_refund_made_twice_is_found_in_the_shop() -> None:
    leaves = {"order": {"refunds": ["{order.total}"]}}
    once = a_record({}, SAID, leaves=leaves, after=an_order(refunds=(59.0,)))
    twice = a_record({}, SAID, leaves=leaves, after=an_order(refunds=(59.0, 59.0)))
    assert failed(list(right_outcome(once))) == []
    assert failed(list(right_outcome(twice))) == ["refunds of order 0001"]


def test_return_that_nobody_asked_for_is_found_in_the_shop() -> None:
    begun = an_order(followed=("return",))
    unasked = a_record({}, SAID, after=begun)
    asked = a_record({}, SAID, leaves={"order": {"followed": ["return"]}}, after=begun)
    missing = a_record({}, SAID, leaves={"order": {"followed": ["return"]}}, after=an_order())
    assert failed(list(right_outcome(unasked))) == ["order 0001 in the shop"]
    assert failed(list(right_outcome(asked))) == []
    assert failed(list(right_outcome(missing))) == ["what followed of order 0001"]


def test_script_that_broke_is_a_fault() -> None:
    record = a_record({}, SAID, broke="Broken: no button /affirm was offered")
    assert failed(list(right_outcome(record))) == ["the script"]


def test_silence_is_broken_by_the_assistant_alone() -> None:
    notice = a_reply("A person will answer.", sender="system")
    assert failed(list(right_outcome(a_record({"silent": True}, notice)))) == []
    assert failed(list(right_outcome(a_record({"silent": True}, SAID)))) == ["the assistant"]


def test_right_article_with_its_mark_is_well_cited() -> None:
    reply = a_reply("Within 30 days. [1]", citations=(SOURCE,))
    assert failed(list(well_cited(a_record({"cites": "returns"}, reply)))) == []


def test_mark_without_a_source_is_a_broken_promise() -> None:
    reply = a_reply("Within 30 days. [2]", citations=(SOURCE,))
    assert failed(list(well_cited(a_record({}, reply)))) == ["marks in the text"]


def test_wrong_article_and_unwanted_source_are_faults() -> None:
    reply = a_reply("Within 30 days. [1]", citations=(SOURCE,))
    for wanted in ("warranty", "nothing"):
        assert failed(list(well_cited(a_record({"cites": wanted}, reply)))) == ["sources for 'where is 0001'"]


@pytest.mark.parametrize(
    "text",
    [
        "Traceback (most recent call last)",
        "Your order {order.order_id} left.",
        "Oops, that went wrong.",
        "Refunded successfully.",
        "We guarantee that it comes.",
        "I called refund_order for you.",
        "Your card 4111 1111 1111 1111 was charged.",
    ],
)
def test_forbidden_words_are_found(text: str) -> None:
    examine = nothing_forbidden(read_forbidden())
    assert failed(list(examine(a_record({}, a_reply(text))))) == ["after 'where is 0001'"]


def test_honest_words_are_not_forbidden() -> None:
    honest = "Order #0001 (Linen throw, sand) was delivered on 19 November at 14:05. €1,059.00 went back."
    examine = nothing_forbidden(read_forbidden())
    assert failed(list(examine(a_record({}, a_reply(honest))))) == []


def test_script_may_forbid_words_of_its_own() -> None:
    record = a_record({"not_text": ["{order.product}"]}, a_reply("It is a Linen throw, sand."))
    assert failed(list(nothing_forbidden(())(record))) == ["after 'where is 0001'"]


def test_faulty_pattern_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "forbidden.yaml").write_text("never:\n  - fine\n  - '(open'\n", "utf-8")
    with pytest.raises(ScenariosInvalid, match=r"forbidden.yaml:3: .*Mend the regular expression"):
        read_forbidden(tmp_path / "forbidden.yaml")


def test_message_without_an_answer_and_answer_given_twice_are_faults() -> None:
    assert failed(list(one_voice(a_record({}, SAID)))) == []
    assert failed(list(one_voice(a_record({})))) == ["answer to 'where is 0001'"]
    assert failed(list(one_voice(a_record({}, SAID, SAID)))) == ["answer to 'where is 0001'"]


def test_assistant_that_speaks_while_a_person_owns_the_conversation_is_a_second_voice() -> None:
    (first,) = a_record({}, a_reply("I am bringing a person."), status="escalating").exchanges
    record = a_record({}, SAID, status="escalating")
    both = replace(record, exchanges=(first, *record.exchanges))
    assert [check.passed for check in one_voice(both)] == [True, False]


def deep_scores(record: Record) -> dict[str, tuple[float, bool]]:
    return {score.metric: (score.value, score.passed) for score in deep.scores(record, deep.metrics())}


def test_deepeval_metrics_score_the_share_of_checks_that_hold() -> None:
    record = a_record({"text": ["delivered", "by nobody"], "intent": "order_track"}, SAID)
    scores = deep_scores(record)
    assert scores["intent"] == (1.0, True)
    assert scores["outcome"] == (pytest.approx(2 / 3), False)


def test_metric_with_nothing_to_look_at_gives_no_score() -> None:
    assert "intent" not in deep_scores(a_record({}, SAID))


def test_test_case_tells_the_conversation_with_its_tools() -> None:
    case = deep.test_case(a_record({}, SAID, why=a_why(tools=(FOUND,))))
    assert [(turn.role, turn.content) for turn in case.turns] == [
        ("user", "where is 0001"),
        ("assistant", "It was delivered."),
    ]
    assert [call.name for call in case.turns[1].tools_called] == ["find_order"]


def test_deepeval_is_told_to_report_nothing() -> None:
    assert os.environ["DEEPEVAL_TELEMETRY_OPT_OUT"] == "1"
    assert os.environ["DEEPEVAL_DISABLE_DOTENV"] == "1"
