"""How a word is kept so that it is found and cannot be read."""

from hypothesis import given
from hypothesis import strategies as st

from app.search.words import asked_hashes, line_hashes, words_of

KEY, OTHER = b"k" * 32, b"o" * 32
TEXTS = st.text(max_size=80)


def fits(typed: str, line: str) -> bool:
    return set(asked_hashes(KEY, typed)) <= set(line_hashes(KEY, line))


def test_case_and_accents_do_not_matter() -> None:
    assert words_of("Café CRÈME, café!") == ["cafe", "creme"]
    assert fits("inès", "Ines Carpentier wrote")


def test_a_beginning_finds_the_word_but_a_middle_does_not() -> None:
    assert fits("refu", "It was refunded")
    assert not fits("fund", "It was refunded")


def test_a_short_word_is_found_only_as_itself() -> None:
    assert fits("it", "It was refunded")
    assert not fits("wa", "It was refunded")


def test_a_number_is_found_with_or_without_its_sign() -> None:
    assert fits("#1042", "order 1042 is late")
    assert fits("1042", "order #1042 is late")


def test_of_a_long_word_its_beginning_or_all_of_it_is_asked_for() -> None:
    assert fits("donaudampf", "Donaudampfschifffahrt")
    assert fits("Donaudampfschifffahrt", "Donaudampfschifffahrt")
    assert not fits("Donaudampfschiff", "Donaudampfschifffahrt")


@given(TEXTS)
def test_every_line_is_found_by_its_own_words(line: str) -> None:
    assert fits(line, line)


@given(TEXTS.filter(words_of))
def test_another_tenant_s_hashes_are_others(line: str) -> None:
    assert not set(line_hashes(KEY, line)) & set(line_hashes(OTHER, line))


@given(TEXTS)
def test_every_hash_fits_into_a_column_of_eight_bytes(line: str) -> None:
    assert all(-(2**63) <= one < 2**63 for one in line_hashes(KEY, line))
