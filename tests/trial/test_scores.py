"""Scores that do not depend on how a head is written."""

import math

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from nbdiag.trial.scores import CannotJudge, area, check_labels, determination, read, task_of

RNG = np.random.default_rng(0)
YES = RNG.integers(0, 2, size=300)
SCORE = YES + RNG.normal(size=300)
VALUES = np.array([0.0, 1.0])


def test_the_area_is_that_of_the_rank_test_ties_included() -> None:
    scores = np.round(SCORE, 1)
    statistic = mannwhitneyu(scores[YES == 1], scores[YES == 0]).statistic
    pairs = (YES == 1).sum() * (YES == 0).sum()
    assert area(YES == 1, scores) == pytest.approx(statistic / pairs)
    assert area(YES == 1, np.zeros(300)) == 0.5
    assert math.isnan(area(np.ones(4, dtype=bool), np.arange(4.0)))


@pytest.mark.parametrize("form", ["score", "probability", "two probabilities", "two scores"])
@pytest.mark.parametrize("labels", ["index", "column", "one hot"])
def test_one_model_scores_the_same_in_every_form(form: str, labels: str) -> None:
    chance = 1 / (1 + np.exp(-SCORE))
    outputs = {
        "score": SCORE[:, None],
        "probability": chance[:, None],
        "two probabilities": np.stack([1 - chance, chance], axis=-1),
        "two scores": np.stack([np.zeros(300), SCORE], axis=-1),
    }[form]
    written = {"index": YES, "column": YES[:, None], "one hot": np.eye(2)[YES]}[labels]
    reading = read("classes", written, outputs, VALUES, logits="score" in form)
    assert reading.value == pytest.approx(area(YES == 1, SCORE))
    assert reading.accuracy == pytest.approx(((SCORE > 0) == YES).mean())
    assert reading.learnt


def test_other_encodings_of_two_classes_are_understood() -> None:
    chance = 1 / (1 + np.exp(-SCORE))
    right = ((SCORE > 0) == YES).mean()
    for low, high in ((0, 255), (1, 2), (-1, 1)):
        labels = np.where(YES == 1, high, low)
        values = np.array([low, high])
        assert read("classes", labels, chance, values, logits=False).accuracy == right
    linear = np.where(YES == 1, 200.0, 20.0)
    labels = np.where(YES == 1, 255, 0)
    assert read("classes", labels, linear, np.array([0, 255]), logits=False).accuracy == 1.0


def test_a_constant_answer_has_learnt_nothing() -> None:
    reading = read("classes", YES, np.full((300, 1), 0.999), VALUES, logits=False)
    assert (reading.value, reading.learnt) == (0.5, False)
    assert reading.accuracy == pytest.approx(YES.mean())


def test_few_samples_of_a_rare_class_need_more_than_luck() -> None:
    labels = np.zeros(60, dtype=int)
    labels[:2] = 1
    scores = np.arange(60.0)
    scores[0], scores[1] = 40.5, 39.5  # 0.68 of the pairs are in order
    reading = read("classes", labels, scores, VALUES, logits=False)
    assert reading.value > 0.62
    assert not reading.learnt


def test_many_classes() -> None:
    labels = RNG.integers(0, 5, size=400)
    outputs = np.eye(5)[labels] + 0.8 * RNG.normal(size=(400, 5))
    by_index = read("classes", labels, outputs, np.arange(5), logits=True)
    by_column = read("classes", np.eye(5)[labels], outputs, np.arange(5), logits=True)
    assert by_index == by_column
    assert by_index.accuracy == pytest.approx((outputs.argmax(axis=1) == labels).mean())
    assert 0.8 < by_index.value < 1
    one_number = read("classes", labels + 3, labels + 3.2, np.arange(3, 8), logits=False)
    assert (one_number.accuracy, one_number.value) == (1.0, 1.0)


def test_classes_per_time_step() -> None:
    labels = RNG.integers(0, 3, size=(50, 7))
    outputs = np.eye(3)[labels]
    assert task_of(labels, 3) == "classes"
    assert read("classes", labels, outputs, np.arange(3), logits=False).accuracy == 1.0


def test_tags_are_scored_by_column() -> None:
    tags = RNG.integers(0, 2, size=(200, 3))
    outputs = tags + RNG.normal(size=(200, 3))
    wanted = np.mean([area(tags[:, k] == 1, outputs[:, k]) for k in range(3)])
    assert task_of(tags, 3) == "tags"
    assert read("tags", tags, outputs, VALUES, logits=False).value == pytest.approx(wanted)


def test_numbers_are_scored_alike_on_any_scale() -> None:
    targets = RNG.normal(size=200)
    outputs = targets + 0.5 * RNG.normal(size=200)
    share = determination(targets, outputs)
    assert 0.6 < share < 0.9
    assert determination(50 + 9 * targets, 50 + 9 * outputs[:, None]) == pytest.approx(share)
    assert read("numbers", targets, outputs, targets, logits=False).learnt
    assert not read("numbers", targets, np.zeros(200), targets, logits=False).learnt
    assert math.isnan(determination(targets, np.zeros((200, 2))))


@pytest.mark.parametrize(
    ("labels", "units", "task"),
    [
        (YES, 1, "classes"),
        (YES * 255, 1, "classes"),
        (np.eye(2)[YES], 2, "classes"),
        (np.eye(2)[YES], 1, "classes"),
        (RNG.integers(0, 10, size=300), 10, "classes"),
        (RNG.integers(0, 200, size=900), 200, "classes"),
        (RNG.integers(0, 200, size=900), 1, "numbers"),
        (RNG.normal(size=300), 1, "numbers"),
        (RNG.random(size=(300, 8)), 8, "numbers"),
    ],
)
def test_what_labels_ask_for(labels: np.ndarray, units: int, task: str) -> None:
    assert task_of(labels, units) == task


@pytest.mark.parametrize(
    ("task", "labels", "reason"),
    [
        ("classes", np.ones(40), "they are all of one class"),
        ("classes", np.eye(3)[np.ones(40, dtype=int)], "they are all of one class"),
        ("tags", np.tile([0, 1, 1], (40, 1)), "they are all of one class"),
        ("numbers", np.full((40, 1), 3.5), "their targets are all the same"),
    ],
)
def test_samples_that_cannot_tell_trainings_apart_say_why(task, labels, reason) -> None:
    with pytest.raises(CannotJudge, match=reason):
        check_labels(task, labels)


@pytest.mark.parametrize(
    ("task", "labels"),
    [
        ("classes", YES),
        ("classes", np.eye(2)[YES]),
        ("tags", np.stack([YES, YES * 0], axis=-1)),
        ("numbers", SCORE),
    ],
)
def test_samples_that_can_are_taken(task, labels) -> None:
    check_labels(task, labels)


def test_a_head_that_cannot_be_scored_says_why() -> None:
    nan = read("classes", YES, np.full(300, np.nan), VALUES, logits=False)
    assert (nan.error, nan.learnt) == ("the outputs are not finite", False)
    shape = read("tags", np.zeros((9, 3)), np.zeros((9, 2)), VALUES, logits=False)
    assert shape.error == "labels and outputs have different shapes"
    alone = read("classes", np.ones(9), np.zeros(9), VALUES, logits=False)
    assert alone.error == "the held-out samples are all of one class"
