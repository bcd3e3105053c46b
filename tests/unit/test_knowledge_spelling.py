"""Misspelt questions meet the articles' words; right words and names are left alone."""

import pytest

from knowledge.spelling import mended

KNOWN = frozenset({"deliveri", "return", "refund", "voucher", "oil", "pendant"})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("how long does delivry take", "how long does deliveri take"),
        ("can I retrun it", "can I return it"),
        ("the pendnat lamp", "the pendant lamp"),
    ],
)
def test_a_slip_of_the_fingers_is_mended(written: str, read: str) -> None:
    assert mended(written, KNOWN) == read


@pytest.mark.parametrize(
    "written", ["how long does delivery take", "Delta flights", "oli", "what about it", "order 1042", ""]
)
def test_everything_else_stays_as_it_is(written: str) -> None:
    assert mended(written, KNOWN) == written
