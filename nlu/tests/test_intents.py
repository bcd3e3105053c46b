"""The intent model: what it learns, how sure it is, and what lies outside."""

from dataclasses import replace

import numpy as np
import pytest

from frontdesk_nlu.intents.blend import Blend, IntentModel, Views, nearest, pull
from frontdesk_nlu.intents.calibrating import mend, weigh_views
from frontdesk_nlu.intents.context import MOST, Context, with_context
from frontdesk_nlu.intents.fitting import (
    Corpus,
    Foreign,
    TooFewExamples,
    fit_meaning,
    heard_folds,
    nearest_others,
    thinned,
    train,
)
from frontdesk_nlu.intents.machine import KernelMachine
from frontdesk_nlu.intents.ngrams import Counted

NAMES = ("buy", "open", "return")
WORDS = ("buy a lamp", "when are you open", "send it back")


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def corpus(each: int = 12, intents: int = 3, noise: float = 0.25) -> Corpus:
    """Three directions with noise around them."""
    chance = np.random.default_rng(1)
    labels = np.repeat(np.arange(intents), each)
    vectors = unit(np.eye(8)[labels] + noise * chance.normal(size=(len(labels), 8)))
    texts = tuple(f"{WORDS[label]} {at % 5}" for at, label in enumerate(labels))
    return Corpus(NAMES[:intents], texts, vectors, labels)


def foreign() -> Foreign:
    return Foreign(("it rains", "two goals"), unit(np.eye(8)[[6, 7]]))


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return train(corpus(), foreign())


def test_each_direction_is_named(model: IntentModel) -> None:
    judged = model.judge_many(WORDS, unit(np.eye(8)[:3]))
    assert [model.names[one.probabilities.argmax()] for one in judged] == list(NAMES)
    assert all(one.out_of_scope < 0.5 for one in judged)


def test_two_intents_are_enough() -> None:
    two = train(corpus(intents=2), foreign())
    assert [two.judge(WORDS[at], unit(np.eye(8))[at]).probabilities.argmax() for at in (0, 1)] == [0, 1]


def test_a_foreign_direction_is_out_of_scope(model: IntentModel) -> None:
    assert model.judge("it snows", unit(np.eye(8))[6]).out_of_scope > 0.5
    assert model.judge("nothing like it", unit(np.eye(8))[4]).out_of_scope > 0.5


def test_texts_get_the_same_judgement_alone_and_together(model: IntentModel) -> None:
    vectors = unit(np.eye(8)[:3] + 0.1)
    for text, vector, together in zip(WORDS, vectors, model.judge_many(WORDS, vectors), strict=True):
        alone = model.judge(text, vector)
        assert np.allclose(alone.probabilities, together.probabilities, atol=1e-5)
        assert alone.out_of_scope == pytest.approx(together.out_of_scope, abs=1e-5)


def test_a_stored_model_judges_as_before(model: IntentModel) -> None:
    again = IntentModel.from_arrays(model.arrays())
    vector = unit(np.eye(8))[1]
    assert np.array_equal(
        again.judge(WORDS[1], vector).probabilities, model.judge(WORDS[1], vector).probabilities
    )


def test_leaving_an_example_out_at_once_equals_fitting_without_it() -> None:
    taught = corpus(each=6)
    rows = np.array([17, 0, 9])
    _, left_out = fit_meaning(taught.vectors, taught.targets(), rows)
    for row, told in zip(rows, left_out, strict=True):
        rest = np.array([at for at in range(len(taught.labels)) if at != row])
        pulls, _ = fit_meaning(taught.vectors[rest], taught.targets()[rest], np.arange(3))
        said = pull(taught.vectors[row] @ taught.vectors[rest].T) @ pulls
        assert np.allclose(said, told, atol=1e-3)


def test_too_few_examples_are_named() -> None:
    few = corpus(each=6)
    with pytest.raises(TooFewExamples, match="return"):
        train(few.part(np.arange(14)), foreign())


def test_a_large_corpus_gives_every_intent_its_share() -> None:
    uneven = corpus(each=30).part(np.array([*range(30), *range(30, 36), *range(60, 90)]))
    kept = thinned(uneven, most=36)
    assert np.bincount(kept.labels).tolist() == [15, 6, 15]


def test_an_example_is_not_its_own_neighbour() -> None:
    assert nearest_others(unit(np.eye(4)), np.arange(4)).max() == pytest.approx(0)


def test_a_large_corpus_is_not_held_out_whole() -> None:
    assert len(heard_folds(np.arange(40) % 2)) == 5
    few = heard_folds(np.arange(20_000) % 2)
    assert len(few) == 1
    assert not set(few[0][0]) & set(few[0][1])


def test_the_view_that_knows_more_weighs_more() -> None:
    chance = np.random.default_rng(4)
    labels = chance.integers(0, 4, 500)
    sure, unsure, silent = (
        (strength * np.eye(4)[labels] + chance.normal(size=(500, 4))).astype(np.float32)
        for strength in (3, 1, 0)
    )
    meaning, words, plain = weigh_views(Views(sure, unsure, silent, sure.max(1)), labels)
    assert meaning > words > plain > 0
    meaning, words, _ = weigh_views(Views(silent, sure, silent, sure.max(1)), labels)
    assert words > 10 * meaning >= 0


def test_unknown_grams_weigh_nothing() -> None:
    ngrams = Counted.of(["red lamp", "blue lamp"]).ngrams()
    assert ngrams.weigh("zzz qqq")[1].size == 0
    assert np.linalg.norm(ngrams.weigh("red red lamp")[1]) == pytest.approx(1, abs=1e-5)


def test_rows_of_the_matrix_are_what_a_text_weighs() -> None:
    texts = ["red lamp", "blue lamp", "two red bowls and a red lamp"]
    counted = Counted.of(texts)
    matrix, ngrams = counted.weighed(counted.idf()).toarray(), counted.ngrams()
    for row, text in zip(matrix, texts, strict=True):
        at, weights = ngrams.weigh(text)
        assert np.allclose(row[at], weights, atol=1e-5)
        assert np.count_nonzero(row) == len(at)


def test_boasting_is_mended_and_the_first_stays_first() -> None:
    chance = np.random.default_rng(3)
    sure = chance.uniform(0.4, 0.999, 3_000).astype(np.float32)
    right = chance.uniform(size=3_000) < 0.5 + (sure - 0.4) * 0.5
    slope, offset = mend(sure, right)
    blend = Blend(1.0, 0.0, 0.0, slope, offset)
    scores = np.log(np.array([[0.97, 0.02, 0.01], [0.41, 0.40, 0.19]], np.float32))
    shares = blend.shares(scores)
    assert shares[0, 0] < 0.9
    assert shares.argmax(1).tolist() == [0, 0]
    assert np.allclose(shares.sum(1), 1, atol=1e-5)


def test_mended_shares_are_always_probabilities() -> None:
    chance = np.random.default_rng(5)
    for _ in range(500):
        row = chance.uniform(-300, 300, (1, chance.integers(2, 8))).astype(np.float32)
        blend = Blend(1.0, 0.0, 0.0, chance.uniform(0.05, 3), chance.uniform(-3, 3))
        shares = blend.shares(row)
        assert np.all((shares >= 0) & (shares <= 1))
        assert shares.sum() == pytest.approx(1, abs=1e-3)
        assert shares[0, row.argmax()] >= shares.max() - 1e-4


@pytest.mark.parametrize("wide", [2, 40, 256, 272, 300, 5_000])
def test_the_nearest_examples_are_found_wherever_they_stand(wide: int) -> None:
    cosines = np.random.default_rng(wide).uniform(-1, 1, (40, wide)).astype(np.float32)
    highest = np.sort(cosines, axis=1)[:, -3:]
    assert nearest(cosines) == pytest.approx(highest.mean(axis=1))


def test_the_kernel_machine_adds_up_what_every_example_pulls() -> None:
    chance = np.random.default_rng(3)
    axes, placed, pulls = (
        chance.normal(0, 0.3, shape).astype(np.float32) for shape in ((8, 5), (7, 5), (7, 2))
    )
    vectors = chance.normal(0, 0.3, (4, 8)).astype(np.float32)
    cosines, meaning = KernelMachine(axes, placed, pulls).look(vectors)
    assert cosines == pytest.approx(vectors @ axes @ placed.T, abs=1e-5)
    assert meaning == pytest.approx(pull(cosines) @ pulls, abs=1e-5)


RANKING = [("track", 0.42), ("cancel", 0.40), ("other", 0.18)]


def test_the_latest_intent_wins_among_near_equals() -> None:
    assert with_context(RANKING, Context(last_intents=("cancel",)))[0][0] == "cancel"
    assert with_context(RANKING, Context(last_intents=("other",)))[0][0] == "track"
    assert with_context(RANKING) == RANKING


def test_no_context_turns_a_clear_ranking() -> None:
    dense = Context(last_intents=("cancel",) * 3, entities=9, channel="voice", minutes=600)
    assert with_context([("track", 0.7), ("cancel", 0.3)], dense)[0][0] == "track"
    assert dense.lean == MOST


@pytest.mark.parametrize("field", ["entities", "minutes"])
def test_more_of_a_conversation_leans_more(field: str) -> None:
    leans = [replace(Context(last_intents=("cancel",)), **{field: value}).lean for value in (0, 1, 2, 50)]
    assert leans == sorted(leans)
    assert leans[0] < leans[-1]


def test_history_says_more_on_the_phone_than_in_a_mail() -> None:
    voice, chat, email = (Context(channel=name).lean for name in ("voice", "web", "email"))
    assert voice > chat > email


def test_the_tier_does_not_change_what_words_mean() -> None:
    assert Context(tier="gold").lean == Context().lean
