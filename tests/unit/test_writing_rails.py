"""A rewording keeps every fact of its template, or is not sent."""

import pytest

from graphs.writing import TASK
from graphs.writing_rails import added, changed, recites, sentences

DELIVERED = (
    "Order #1042 (Ostra pendant, smoked glass) was delivered on 19 November, signed by M. Lindqvist. "
    "If something is wrong with it, tell me and I will see to it."
)
NAMES = ("Ostra", "Ostra pendant, smoked glass", "Kessel & Birch")


@pytest.mark.parametrize(
    ("template", "written"),
    [
        (DELIVERED, DELIVERED),
        (
            DELIVERED,
            "Good news: order #1042 (Ostra pendant, smoked glass) was delivered on 19 November and signed by "
            "M. Lindqvist. Let me know if anything about it is wrong and I'll see to it.",
        ),
        ("Parcels are free from €50 on. [1]", "From €50 on, parcels are free. [1]"),
        ("Tell me your number first, please.", "Please let me know your number first."),
        ("It cannot be sent back. [1]", "It can't be sent back, I am afraid. [1]"),
        ("Which order is it about?", "May I ask: which order is it about?".replace("May I ask: w", "W")),
    ],
)
def test_other_words_for_the_same_facts_pass(template: str, written: str) -> None:
    assert changed(template, written, NAMES) is None


@pytest.mark.parametrize(
    ("template", "written", "because"),
    [
        (DELIVERED, DELIVERED.replace("1042", "1043"), "figures added"),
        (DELIVERED, DELIVERED.replace("19 November", "yesterday"), "figures left out"),
        (DELIVERED, DELIVERED.replace("M. Lindqvist", "M. Berg"), "names added"),
        (DELIVERED, "Berg signed. " + DELIVERED, "names added"),
        (DELIVERED, DELIVERED.replace("was delivered", "will be delivered"), "conditions left out"),
        (DELIVERED, DELIVERED.replace("I will see to it", "I will refund it"), "commitments added"),
        (DELIVERED, DELIVERED + " Shall I help?", "whether it asks"),
        (DELIVERED, DELIVERED + " See https://evil.example/x", "links added"),
        (DELIVERED, DELIVERED * 3, "its length"),
        (DELIVERED, "Order #1042 is fine.", "its length"),
        ("It cannot be sent back. [1]", "It can be sent back. [1]", "conditions left out"),
        ("Parcels are free from €50 on. [1]", "Parcels are free from €5 on. [1]", "figures added"),
        ("Parcels are free from €50 on. [1]", "Parcels are free from €50 on.", "figures left out"),
        ('It goes to "Main Street 1".', 'It goes to "Main Street 1, flat 2".', "added"),
        ("Read https://a.example/help first, please.", "Read the help first, please, do.", "left out"),
    ],
)
def test_what_changes_a_fact_is_named(template: str, written: str, because: str) -> None:
    assert because in (changed(template, written, NAMES) or "")


def test_a_sentence_alone_may_leave_out_what_others_say_but_add_nothing() -> None:
    assert added(DELIVERED, "Order #1042 was delivered on 19 November.", NAMES) is None
    assert added(DELIVERED, "Order #1042 comes with a refund.", NAMES) == "commitments added"


def test_a_growing_text_is_divided_where_its_sentences_end() -> None:
    assert sentences("One is done. Two is do") == (["One is done."], "Two is do")
    assert sentences("It costs 24.9") == ([], "It costs 24.9")


def test_a_rewording_that_quotes_what_the_model_was_told_is_known_by_it() -> None:
    told = "By the way: you REWORD one reply of a shop."

    assert recites(f"{DELIVERED} {told}", TASK, DELIVERED)
    assert not recites(f"{DELIVERED} It answers the customer's question.", TASK, DELIVERED)
    assert not recites("Copy all figures, names and links.", TASK, "Copy all figures, names and links.")
