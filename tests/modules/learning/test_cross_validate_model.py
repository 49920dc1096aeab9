"""Cross-Validate Model against models that scikit-learn fits fold by fold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn import metrics
from sklearn.linear_model import LinearRegression

from bottega.dataset.folds import Folds
from bottega.modules.machine_learning.cross_validate_model import Validated, cross_validate_model
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.multiclass_logistic_regression import multiclass_logistic_regression
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.sdk import Columns, Role, Table, TrainedModel, UntrainedModel, note
from tests.modules.learning.helpers import Array, code_of, column, named, notes_of, roles, table, two_class

_TREES = partial(two_class_boosted_decision_tree, trees=5)


def _validated(learner: UntrainedModel, data: Table, label: str = "y", seed: int = 1) -> Validated:
    return cross_validate_model(learner, data, label=Columns.named(label), seed=seed)


def _measured(found: Validated, name: str) -> list[Any]:
    return list(found.evaluation_results_by_fold.column(name).to_pylist())


def _line(rows: int = 57, seed: int = 0) -> tuple[Array, Array]:
    chance = np.random.default_rng(seed)
    matrix = chance.normal(size=(rows, 4))
    return matrix, matrix @ [1.0, -2.0, 0.5, 0.0] + chance.normal(size=rows)


def test_each_row_is_predicted_by_a_model_of_the_other_folds() -> None:
    matrix, target = _line()
    found = _validated(linear_regression(l2_weight=0.0), table({**named(matrix), "y": target}))
    codes, predicted = column(found.scored_results, "Fold Assignments"), column(found.scored_results, "Scored Labels")
    assert column(found.scored_results, "y").tolist() == target.tolist()
    assert sorted(np.bincount(codes)) == [5] * 3 + [6] * 7
    lines = found.evaluation_results_by_fold.arrow.to_pylist()
    assert [line["Fold Number"] for line in lines] == [*map(str, range(10)), "Mean", "Standard Deviation"]
    assert {line["Model"] for line in lines} == {"Linear Regression"}
    errors = []
    for fold, line in enumerate(lines[:10]):
        inside = codes == fold
        model = LinearRegression().fit(matrix[~inside], target[~inside])
        assert predicted[inside] == pytest.approx(model.predict(matrix[inside]))
        errors.append(metrics.root_mean_squared_error(target[inside], predicted[inside]))
        assert line["Root Mean Squared Error"] == pytest.approx(errors[-1])
        assert line["Coefficient of Determination"] == pytest.approx(
            metrics.r2_score(target[inside], predicted[inside])
        )
        assert line["Number of examples in fold"] == inside.sum()
    assert lines[10]["Root Mean Squared Error"] == pytest.approx(np.mean(errors))
    assert lines[11]["Root Mean Squared Error"] == pytest.approx(np.std(errors, ddof=1))
    assert lines[10]["Number of examples in fold"] is None


def test_columns_and_roles() -> None:
    matrix, target = two_class(60)
    data = table(
        {"Größe": matrix[:, 0], "y": target, "note": ["x"] * 60, "old": target}, old=Role.LABEL, note=Role.WEIGHT
    )
    data = data.with_roles({"note": Role.SCORE})
    found = _validated(_TREES(), data)
    assert roles(found.scored_results) == {
        "Größe": Role.FEATURE,
        "y": Role.LABEL,
        "Fold Assignments": Role.SCORE,
        "note": Role.SCORE,
        "old": Role.FEATURE,
        "Scored Labels": Role.SCORE,
        "Scored Probabilities": Role.SCORE,
    }
    assert found.evaluation_results_by_fold.arrow.column_names == [
        "Fold Number", "Number of examples in fold", "Model", "Accuracy", "Precision", "Recall", "F-Score", "AUC",
        "Average Log Loss", "Training Log Loss",
    ]  # fmt: skip


@pytest.mark.parametrize("labels", ["text", "category", "number"])
def test_classes_are_spread_evenly(labels: str) -> None:
    matrix, _ = two_class(97)
    target: Any = [int(place % 7 == 0) for place in range(97)]
    if labels != "number":
        target = ["ja" if value else "nein" for value in target]
    given = pa.array(target).dictionary_encode() if labels == "category" else target
    found = _validated(_TREES(), table({**named(matrix), "y": given}))
    codes = column(found.scored_results, "Fold Assignments")
    for value in set(target):
        counts = np.bincount(codes[np.array(target) == value], minlength=10)
        assert counts.max() - counts.min() <= 1
    assert set(column(found.scored_results, "Scored Labels")) <= set(target)
    assert found.scored_results.columns[-2].type == found.scored_results.columns[4].type


def test_a_seed_repeats_exactly() -> None:
    matrix, target = _line()
    data = table({**named(matrix), "y": target})
    first, again, other = (_validated(linear_regression(), data, seed=seed) for seed in (7, 7, 8))
    assert first.scored_results.equals(again.scored_results)
    assert first.evaluation_results_by_fold.equals(again.evaluation_results_by_fold)
    assert not first.scored_results.equals(other.scored_results)


def test_the_clock_gives_a_seed_that_is_told() -> None:
    matrix, target = _line(20)
    data = table({**named(matrix), "y": target})
    found, notes = notes_of(lambda: _validated(linear_regression(), data, seed=0))
    (text,) = notes
    seed = int(text.split()[4].rstrip(","))
    assert _validated(linear_regression(), data, seed=seed).scored_results.equals(found.scored_results)


def test_assigned_folds_are_used() -> None:
    matrix, target = _line(30)
    codes = np.array([0, 1, 3] * 10, np.uint32)  # one fold has no rows
    data = table({**named(matrix), "y": target}).with_folds(Folds(4, codes))
    found, notes = notes_of(lambda: _validated(linear_regression(), data, seed=0))
    assert notes == []
    assert column(found.scored_results, "Fold Assignments").tolist() == codes.tolist()
    assert column(found.evaluation_results_by_fold, "Fold Number").tolist()[:3] == ["0", "1", "3"]
    assert found.scored_results.folds is not None


@pytest.mark.parametrize("rows", [2, 3, 9])
def test_few_rows_are_a_fold_each(rows: int) -> None:
    found = _validated(linear_regression(), table({"x": np.arange(rows) * 1.0, "y": np.arange(rows) * 2.0}))
    assert sorted(column(found.scored_results, "Fold Assignments")) == list(range(rows))
    assert found.evaluation_results_by_fold.num_rows == rows + 2


def test_rows_without_label_or_feature_stay_in_place() -> None:
    matrix, target = _line(40)
    features, labels = named(matrix), list(target)
    features["a"] = [None, *features["a"][1:]]
    labels[1] = None
    found, notes = notes_of(lambda: _validated(linear_regression(), table({**features, "y": labels})))
    scored = found.scored_results.column("Scored Labels").to_pylist()
    assert [place for place, value in enumerate(scored) if value is None] == [0]
    assert found.scored_results.column("y").to_pylist() == labels
    assert any(text.startswith("Fold ") and "no score" in text for text in notes)
    assert None not in _measured(found, "Mean Absolute Error")


def test_a_fold_without_labels_has_no_measures() -> None:
    matrix, target = _line(30)
    labels = [None if place % 3 == 0 else value for place, value in enumerate(target)]
    data = table({**named(matrix), "y": labels}).with_folds(Folds(3, np.arange(30) % 3))
    errors: list[Any] = _measured(_validated(linear_regression(), data), "Mean Absolute Error")
    assert errors[0] is None
    assert errors[3] == pytest.approx((errors[1] + errors[2]) / 2)


@pytest.mark.filterwarnings("error")
def test_a_measure_beyond_a_double_has_no_deviation() -> None:
    data = table({"x": np.arange(6.0), "y": np.arange(6.0)}).with_folds(Folds(2, np.array([0, 0, 0, 0, 1, 1])))
    found = _validated(_Constant((1e300, 1.0)), data)
    assert _measured(found, "Relative Squared Error")[-2:] == [float("inf"), None]


def test_a_class_that_one_fold_alone_has() -> None:
    data = table({"x": np.arange(12.0), "y": ["a", "b"] * 5 + ["c", "c"]}).with_folds(Folds(3, np.arange(12) // 4))
    found = _validated(multiclass_logistic_regression(), data)
    unseen = column(found.scored_results, 'Scored Probabilities for Class "c"')
    assert (unseen[8:] == 0).all()
    assert (unseen[:8] > 0).all()
    assert column(found.evaluation_results_by_fold, "Overall accuracy")[2] <= 0.5


def test_scores_of_an_earlier_model_are_replaced() -> None:
    matrix, target = _line(30)
    first = _validated(linear_regression(), table({**named(matrix), "y": target})).scored_results
    again = _validated(linear_regression(), first).scored_results
    assert again.columns == first.columns
    assert again.equals(first)
    given = table({"Fold Assignments": np.arange(12.0), "y": np.arange(12.0)})
    assert _validated(linear_regression(), given).scored_results.arrow.column_names == [
        "Fold Assignments", "y", "Fold Assignments (1)", "Scored Labels",
    ]  # fmt: skip
    again = _validated(linear_regression(), _validated(linear_regression(), given).scored_results).scored_results
    assert again.arrow.column_names == [
        "Fold Assignments", "y", "Fold Assignments (1)", "Scored Labels",
    ]  # fmt: skip
    both = table({"Fold Assignments": np.arange(12.0), "Fold Assignments (1)": np.arange(12.0), "y": np.arange(12.0)})
    assert _validated(linear_regression(), both).scored_results.arrow.column_names[3] == "Fold Assignments (2)"


@pytest.mark.parametrize("row", [0, 1, 17, 29])
def test_an_infinite_value_is_told_by_its_row(row: int) -> None:
    matrix, target = _line(30)
    matrix[row, 2] = np.inf
    error = code_of(lambda: _validated(linear_regression(), table({**named(matrix), "y": target})))
    assert (error.code, error.facts) == ("0033", {"column": "c", "row": row + 1})


def test_the_same_note_of_several_folds_is_told_once() -> None:
    data = table({"x": np.arange(6.0), "y": np.arange(6.0)}).with_folds(Folds(3, np.arange(6) % 3))
    _, notes = notes_of(lambda: _validated(_Talker({0: "a", 1: "b", 2: "a"}), data))
    assert notes == ["All folds: trained", "Folds 0, 2: a", "Fold 1: b"]


@dataclass(frozen=True)
class _Constant(UntrainedModel):
    """A learner as a stranger may write one: it scores with a value of its own for each size of training."""

    values: tuple[Any, Any]

    def fit(self, table: Table, label: str) -> TrainedModel:
        del label
        return _Scorer(self.values[table.num_rows % 2])

    def describe(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class _Talker(UntrainedModel):
    """A learner that tells a text of its own for the fold that it does not see."""

    texts: dict[int, str]

    def fit(self, table: Table, label: str) -> TrainedModel:
        del label
        note("trained")
        (absent,) = {0, 1, 2} - set(np.asarray(table.column("x").to_numpy()).astype(int) % 3)
        note(self.texts[absent])
        return _Scorer(1.0)

    def describe(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class _Scorer(TrainedModel):
    value: Any

    def score(self, table: Table) -> Table:
        arrow = table.arrow
        if self.value is not None:
            arrow = arrow.append_column("Scored Labels", pa.array([self.value] * table.num_rows))
        return Table(arrow, roles={"y": Role.LABEL})

    def describe(self) -> dict[str, Any]:
        return {}


@pytest.mark.parametrize(
    ("values", "code"), [((1, 2.5), None), (("a", 1.5), "0016"), ((None, None), "0025"), (("a", "b"), "0058")]
)
def test_learners_of_strangers(values: tuple[Any, Any], code: str | None) -> None:
    data = table({"x": np.arange(5.0), "y": np.arange(5.0)}).with_folds(Folds(2, np.array([0, 0, 0, 1, 1])))
    if code is None:
        scored = _validated(_Constant(values), data).scored_results
        assert column(scored, "Scored Labels").tolist() == [1, 1, 1, 2.5, 2.5]
    else:
        assert code_of(lambda: _validated(_Constant(values), data)).code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (table({"x": pa.nulls(0, pa.float64()), "y": pa.nulls(0, pa.float64())}), "0021"),
        (table({"x": [1.0], "y": [1.0]}), "0021"),
        (table({"x": [1.0, 2.0], "z": [1.0, 2.0]}), "0001"),
        (table({"x": [1.0, 2.0], "y": ["a", "b"]}), "0023"),
        (table({"y": [1.0, 2.0]}), "0047"),
        (table({"x": [1.0, float("inf")] * 9, "y": np.arange(18.0)}), "0033"),
        (table({"x": pa.nulls(4, pa.float64()), "y": np.arange(4.0)}), "0130"),
        (table({"x": np.arange(4.0), "y": pa.nulls(4, pa.float64())}), "0134"),
        (table({"x": np.arange(4.0), "y": np.arange(4.0)}).with_folds(Folds(3, np.ones(4, int))), "usage"),
    ],
    ids=["empty", "one-row", "no-label", "text", "no-feature", "infinite", "all-missing", "no-labels", "one-fold"],
)
def test_tables_that_cannot_be_cross_validated(data: Table, code: str) -> None:
    assert code_of(lambda: _validated(linear_regression(), data)).code == code


def test_one_class_alone_is_refused() -> None:
    assert code_of(lambda: _validated(_TREES(), table({"x": np.arange(9.0), "y": [1] * 9}))).code == "0023"


def test_a_fold_that_cannot_be_scored_is_told() -> None:
    """All of one class are in one fold, so that the others know one class."""
    data = table({"x": np.arange(9.0), "y": [1] * 6 + [0] * 3}).with_folds(Folds(3, np.arange(9) // 3))
    error, notes = notes_of(lambda: code_of(lambda: _validated(_TREES(), data)))
    assert error.code == "0023"
    assert notes == ["Fold 2 could not be scored by a model of the others"]


def test_a_trained_model_is_refused() -> None:
    given: Any = _Scorer(1)
    assert code_of(lambda: _validated(given, table({"x": [1.0, 2.0], "y": [1.0, 2.0]}))).code == "0013"


@pytest.mark.slow
def test_ten_thousand_columns() -> None:
    chance = np.random.default_rng(0)
    matrix = chance.normal(size=(20, 10_000))
    data = table({**{f"f{place}": matrix[:, place] for place in range(10_000)}, "y": matrix[:, 7]})
    found = _validated(linear_regression(), data.with_folds(Folds(2, np.arange(20) % 2)))
    assert found.scored_results.num_columns == 10_003
    assert found.scored_results.column("f9999").to_pylist() == matrix[:, 9999].tolist()
