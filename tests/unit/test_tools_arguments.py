"""Arguments: what is cleaned, and what is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.arguments import Address, Amount, Arguments, Email, OrderNumber, Version


class Sample(Arguments):
    order: OrderNumber = "1"
    amount: Amount = Decimal(1)
    address: Address = "Storgatan 1"
    email: Email = "a@b.example"
    version: Version = None


@pytest.mark.parametrize("said", ["1042", "#1042", " # 1042 ", 1042])
def test_an_order_number_is_the_same_however_it_is_written(said: object) -> None:
    assert Sample.model_validate({"order": said}).order == "1042"


@pytest.mark.parametrize(
    "said", ["", "#", "10 42", "1042/cancel", "1042?x", "../x", "1" * 33, True, None, 10.5]
)
def test_what_is_no_order_number_is_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"order": said})


@pytest.mark.parametrize(
    ("said", "meant"),
    [(149.99, "149.99"), (149.99 - 120, "29.99"), ("120", "120"), (120, "120.00"), (0.1 + 0.2, "0.30")],
)
def test_an_amount_survives_binary_floating_point(said: object, meant: str) -> None:
    assert Sample.model_validate({"amount": said}).amount == Decimal(meant)


@pytest.mark.parametrize(
    "said", [0, -1, 1.005, "1.005", float("nan"), float("inf"), 1e12, "much", True, None]
)
def test_what_is_no_amount_of_money_is_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"amount": said})


@given(cents=st.integers(min_value=1, max_value=10_000_000))
def test_no_amount_in_cents_is_ever_changed(cents: int) -> None:
    assert Sample.model_validate({"amount": cents / 100}).amount == Decimal(cents) / 100


def test_the_lines_of_an_address_become_one() -> None:
    said = "Storgatan 1,\n 411 08 Gothenburg \n\nSweden\n"

    assert Sample.model_validate({"address": said}).address == "Storgatan 1, 411 08 Gothenburg, Sweden"


def test_an_email_is_compared_in_lower_case() -> None:
    assert Sample.model_validate({"email": " Marta@Example.com "}).email == "marta@example.com"


def test_a_misspelt_argument_is_refused() -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"ordre": "1042"})


def test_the_version_is_no_part_of_what_an_effect_means() -> None:
    assert Sample(version=3).model_dump(mode="json") == Sample(version=4).model_dump(mode="json")
