"""A mail may be broken or built to do harm: reading it never fails, never hangs, never takes all memory."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.email_mutants import BOMBS, SAMPLES, mutant, read
from tests.unit.test_email_corpus import FOLDER

ROOT = Path(__file__).parents[2]


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_a_broken_mail_is_read_as_far_as_it_goes(seed: int) -> None:
    read(mutant(SAMPLES, random.Random(seed)))


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=2_000))
def test_any_bytes_at_all_are_read(raw: bytes) -> None:
    read(raw)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", BOMBS)
def test_a_mail_that_piles_something_up_is_read(name: str) -> None:
    read(BOMBS[name])


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_ten_thousand_broken_mails_are_read_in_bounded_memory_without_a_hang() -> None:
    given_mails = [str(FOLDER)] if FOLDER.is_dir() else []
    ran = subprocess.run(
        [sys.executable, "-m", "tests.properties.email_mutants", "10000", *given_mails],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
