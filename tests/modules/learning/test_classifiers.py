"""What every learner of classes does alike, on nasty data above all."""

from __future__ import annotations

import dataclasses
import json
import pickle
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from bottega.modules.machine_learning._values import distinct, places
from bottega.modules.machine_learning.score_model import score_model
from bottega.sdk import Role, Table, UntrainedModel
from tests.modules.learning.classifiers import EVERY, MULTI_CLASS, each, each_hardy, each_multi_class, each_other
from tests.modules.learning.helpers import code_of, column, notes_of, scored, table, train, two_class

_QUICK = [name for name in EVERY if name != "all-logistic"]
_quick = pytest.mark.parametrize("learner", [EVERY[name] for name in _QUICK], ids=_QUICK)


def _probabilities(result: Table) -> np.ndarray[Any, Any]:
    names = [each.name for each in result.columns if each.name.startswith("Scored Probabilities")]
    return np.column_stack([column(result, name) for name in names])


def _data(**more: Any) -> Table:
    matrix, target = two_class(60)
    return table({"a": matrix[:, 0], "b": matrix[:, 1], "c": ["x", "y", "z"] * 20, **more, "y": target})


@each
def test_equal_data_give_equal_scores_also_after_pickling(learner: UntrainedModel) -> None:
    data = _data()
    first, second = train(learner, data), train(learner, data)
    assert pickle.dumps(first) == pickle.dumps(second)
    result = score_model(pickle.loads(pickle.dumps(first)), data)
    assert result.equals(score_model(first, data))
    probabilities = _probabilities(result)
    assert np.isfinite(probabilities).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    told = json.loads(json.dumps(first.describe()))
    assert [feature["name"] for feature in told["features"]] == ["a", "b", "c"]
    assert told["label"]["classes"] == ["0", "1"]


@each
def test_a_row_is_scored_alone_as_among_others(learner: UntrainedModel) -> None:
    data = _data()
    model = train(learner, data)
    alone = score_model(model, Table(data.arrow.slice(7, 1)))
    np.testing.assert_allclose(_probabilities(alone), _probabilities(score_model(model, data))[7:8], rtol=1e-12)


@each
def test_empty_tables(learner: UntrainedModel) -> None:
    data = _data()
    empty = Table(data.arrow.slice(0, 0))
    assert code_of(lambda: train(learner, empty)).code == "0021"
    result = score_model(train(learner, data), empty)
    assert result.num_rows == 0
    assert result.columns[4].name == "Scored Labels"


@each
def test_one_class_is_too_few(learner: UntrainedModel) -> None:
    for labels in (["no", "no", "no"], ["no", None, None]):
        error = code_of(lambda labels=labels: train(learner, table({"x": [1.0, 2.0, 3.0], "y": labels})))  # type: ignore[misc]
        assert error.code == "0023"
        assert "no" in str(error)


@each
def test_a_class_whose_rows_weigh_nothing_is_none(learner: UntrainedModel) -> None:
    columns = {"x": [1.0, 2.0, 3.0, 4.0], "w": [1, 1, 0, 0], "y": ["a", "a", "b", "b"]}
    assert code_of(lambda: train(learner, table(columns, w=Role.WEIGHT))).code == "0023"


@each
def test_two_rows_are_enough(learner: UntrainedModel) -> None:
    result = scored(learner, table({"x": [1.0, 2.0], "y": ["a", "b"]}))
    assert set(result.column("Scored Labels").to_pylist()) <= {"a", "b"}


@each
def test_constant_columns_tell_nothing(learner: UntrainedModel) -> None:
    data = table({"x": [7.0] * 40, "c": ["same"] * 40, "y": [0, 1, 1, 1] * 10})
    probabilities = _probabilities(scored(learner, data))
    assert np.isfinite(probabilities).all()
    assert (probabilities == probabilities[0]).all()


@each_other
def test_features_that_are_missing_altogether(learner: UntrainedModel) -> None:
    error = code_of(lambda: train(learner, table({"x": pa.nulls(4, pa.float64()), "y": [0, 1, 0, 1]})))
    assert error.code == "0130"


@each_hardy
def test_features_that_are_missing_altogether_where_gaps_can_be(learner: UntrainedModel) -> None:
    result = scored(learner, table({"x": pa.nulls(4, pa.float64()), "y": [0, 1, 0, 1]}))
    probabilities = _probabilities(result)
    assert (probabilities == probabilities[0]).all()


@each_other
def test_missing_and_infinite_values_where_they_cannot_be(learner: UntrainedModel) -> None:
    gaps = _data(d=[None, 1.0, 2.0] * 20)
    result, notes = notes_of(lambda: scored(learner, gaps))
    assert notes[0] == "20 of 60 rows are left out of training: missing values"
    assert result.column("Scored Labels").null_count == 20
    endless = _data(d=[1.0, float("inf"), 2.0] * 20)
    error = code_of(lambda: train(learner, endless))
    assert (error.code, error.facts) == ("0033", {"column": "d", "row": 2})


@each_hardy
def test_missing_and_infinite_values_where_they_can_be(learner: UntrainedModel) -> None:
    matrix, target = two_class(60)
    telling = np.where(target, np.nan, matrix[:, 0])
    endless = np.where(target, np.inf, -np.inf)
    for values in (telling, endless):
        data = table({"a": pa.array(values, from_pandas=True), "y": target})
        result = scored(learner, data)
        assert column(result, "Scored Labels").tolist() == target.tolist()
        assert np.isfinite(_probabilities(result)).all()


@each
def test_unseen_levels_count_as_none_or_are_refused(learner: UntrainedModel) -> None:
    model = train(learner, _data())
    asked = table({"a": [0.5], "b": [5.0], "c": ["new"]})
    assert np.isfinite(_probabilities(score_model(model, asked))).all()
    strict = train(dataclasses.replace(learner, allow_unknown_levels=False), _data())  # type: ignore[type-var]
    error = code_of(lambda: score_model(strict, asked))
    assert (error.code, error.facts) == ("level-unknown", {"column": "c", "value": "new"})


@each
def test_names_of_any_text(learner: UntrainedModel) -> None:
    matrix, target = two_class(40)
    names = ["größe", "[x]: {y}", "\u4e2d\u6587 \U0001f600", "Scored Labels"]
    data = table({**dict(zip(names, matrix.T, strict=True)), "": target})
    result = scored(learner, data, "")
    assert result.arrow.column_names[:6] == [*names, "", "Scored Labels (1)"]


@each
def test_numbers_at_the_end_of_the_range(learner: UntrainedModel) -> None:
    data = table({"x": [1e308, -1e308, 1e-308, 0.0] * 5, "z": [1.0, 2.0, 3.0, 4.0] * 5, "y": [0, 1, 0, 1] * 5})
    assert np.isfinite(_probabilities(scored(learner, data))).all()


@each
def test_dates_are_told_apart(learner: UntrainedModel) -> None:
    seconds = np.arange(200)
    when = (np.datetime64("2024-05-01T00:00:00", "us") + seconds.astype("timedelta64[s]")).astype("datetime64[us]")
    data = table({"when": pa.array(when), "y": seconds >= 100})
    result = scored(learner, data)
    right = (column(result, "Scored Labels") == column(result, "y")).mean()
    assert right > 0.9 or hasattr(learner, "hidden_nodes"), "two passes are not enough for a network"


@_quick
@pytest.mark.slow
def test_ten_thousand_columns(learner: UntrainedModel) -> None:
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(30, 10_000))
    target = np.arange(30) % 2
    matrix[:, 0] += 4 * target
    result = scored(learner, table({**{f"c{place}": matrix[:, place] for place in range(10_000)}, "y": target}))
    assert np.isfinite(_probabilities(result)).all()


@each
def test_many_levels_are_kept_sparse(learner: UntrainedModel) -> None:
    chance = np.random.default_rng(0)
    level = chance.integers(0, 200, 600)
    data = table({"id": [f"v{each}" for each in level], "x": chance.normal(size=600), "y": level % 2})
    result = scored(learner, data)
    assert np.isfinite(_probabilities(result)).all()


@each_multi_class
@pytest.mark.parametrize(
    ("labels", "texts"),
    [
        (pa.array(["c", "a", "b"] * 20), ["a", "b", "c"]),
        (pa.array([30, -10, 20] * 20), ["-10", "20", "30"]),
        (pa.array([2.5, 0.5, 2.0] * 20), ["0.5", "2", "2.5"]),
        (pa.array(["c", "a", "b"] * 20).dictionary_encode(), ["a", "b", "c"]),
        (pa.array([30, 10, 20] * 20).dictionary_encode(), ["10", "20", "30"]),
        (pa.array([True, False, True] * 20), ["false", "true"]),
    ],
    ids=["text", "integer", "double", "categorical", "categorical-integer", "boolean"],
)
def test_classes_of_every_type(learner: UntrainedModel, labels: Any, texts: list[str]) -> None:
    chance = np.random.default_rng(0)
    codes = np.array([2, 0, 1] * 20)
    data = table({"x": codes * 10 + chance.normal(size=60), "z": codes == 1, "y": labels})
    model, result = train(learner, data), scored(learner, data)
    before, after = result.column("y"), result.column("Scored Labels")
    assert after.type == before.type
    assert result.columns[3].role is Role.SCORE
    known = sorted(set(labels.to_pylist()))
    assert model.describe()["label"]["classes"] == texts
    assert result.arrow.column_names[4:] == [f'Scored Probabilities for Class "{text}"' for text in texts]
    assert all(each.role is Role.SCORE for each in result.columns[3:])
    probabilities = _probabilities(result)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    likeliest = [known[place] for place in probabilities.argmax(axis=1)]
    assert after.to_pylist() == likeliest


@each_multi_class
def test_types_that_are_no_classes(learner: UntrainedModel) -> None:
    when = np.array(["2020-01-01", "2020-01-02", "2020-01-03"], dtype="datetime64[us]")
    for labels in (pa.array(when), pa.array([b"a", b"b", b"c"])):
        error = code_of(lambda labels=labels: train(learner, table({"x": [1.0, 2.0, 3.0], "y": labels})))  # type: ignore[misc]
        assert error.code == "0023"


@each_multi_class
def test_too_many_classes(learner: UntrainedModel) -> None:
    error = code_of(lambda: train(learner, table({"x": np.arange(1001.0), "y": np.arange(1001)})))
    assert (error.code, error.facts) == ("0014", {"column": "y", "found": 1001, "upper": 1000})


@pytest.mark.slow
@pytest.mark.parametrize("learner", [MULTI_CLASS[name] for name in _QUICK if name in MULTI_CLASS])
def test_a_thousand_classes(learner: UntrainedModel) -> None:
    target = np.repeat(np.arange(1000), 2)
    result = scored(learner, table({"x": target * 1.0, "y": target}))
    assert result.num_columns == 2 + 1 + 1000
    np.testing.assert_allclose(_probabilities(result).sum(axis=1), 1)


@each_multi_class
def test_rows_without_a_score_have_no_probability(learner: UntrainedModel) -> None:
    model = train(learner, table({"c": ["a", "b", "d"] * 5, "x": [1.0, 2.0, 3.0] * 5, "y": ["u", "v", "w"] * 5}))
    result = score_model(model, table({"c": ["a", None], "x": [1.0, None]}))
    counts = {result.column(name).null_count for name in result.arrow.column_names[2:]}
    assert counts in ({0}, {1})
    assert (counts == {0}) == model.learner.takes_missing  # type: ignore[attr-defined]


@each_multi_class
def test_scores_of_another_model_are_replaced(learner: UntrainedModel) -> None:
    data = table({"x": [1.0, 2.0, 3.0] * 5, "y": ["u", "v", "w"] * 5})
    once = scored(learner, data)
    other = train(learner, table({"x": [1.0, 2.0] * 5, "k": ["p", "q"] * 5}), "k")
    again, notes = notes_of(lambda: score_model(other, once))
    assert again.arrow.column_names == [
        "x", "y", "Scored Labels", 'Scored Probabilities for Class "p"', 'Scored Probabilities for Class "q"'
    ]  # fmt: skip
    assert notes == [f"The scores of an earlier model are replaced: {', '.join(once.arrow.column_names[2:])}"]


def test_either_zero_is_one_class() -> None:
    known = distinct(pa.array([0.0, -0.0, 1.0]))
    assert known.to_pylist() == [0.0, 1.0]
    assert places(pa.array([-0.0, 0.0, 1.0, None]), known).tolist() == [0, 0, 1, -1]
