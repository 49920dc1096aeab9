"""The sample data: whole, typed and marked."""

from __future__ import annotations

import pytest
from sklearn import datasets

from bottega.modules.data_input_and_output import _samples
from bottega.modules.data_input_and_output._sample_columns import columns
from bottega.modules.machine_learning.evaluate_model import evaluate_model
from bottega.modules.machine_learning.two_class_boosted_decision_tree import two_class_boosted_decision_tree
from bottega.sdk import Column, ColumnType, Kind, Role
from tests.modules.learning.helpers import code_of, column, roles, scored

_STRING = ColumnType(Kind.STRING)


@pytest.mark.parametrize(
    ("name", "rows", "columns", "label", "kind"),
    [
        ("breast-cancer", 569, 31, "diagnosis", Kind.STRING),
        ("diabetes", 442, 11, "progression", Kind.DOUBLE),
        ("digits", 1797, 65, "digit", Kind.INTEGER),
        ("iris", 150, 5, "species", Kind.STRING),
        ("linnerud", 20, 6, None, None),
        ("wine", 178, 14, "cultivar", Kind.STRING),
    ],
)
def test_size_and_label(name: str, rows: int, columns: int, label: str | None, kind: Kind | None) -> None:
    table = _samples.load(name)
    assert (table.num_rows, table.num_columns) == (rows, columns)
    marked = [(each.name, each.type.kind) for each in table.columns if each.role is Role.LABEL]
    assert marked == ([(label, kind)] if label else [])
    assert all(table.column(each.name).null_count == 0 for each in table.columns)


def test_every_sample_has_a_title() -> None:
    assert list(_samples.NAMES) == sorted(_samples.TITLES)
    assert len(_samples.NAMES) == 6


def test_values_are_those_of_scikit_learn() -> None:
    table, frame = _samples.load("breast-cancer"), datasets.load_breast_cancer(as_frame=True)
    assert table.arrow.column_names == [*frame.data.columns, "diagnosis"]
    assert column(table, "worst concave points").tolist() == frame.data["worst concave points"].tolist()
    assert column(table, "diagnosis").tolist() == [frame.target_names[number] for number in frame.target]
    assert table.columns[-1] == Column("diagnosis", _STRING, Role.LABEL)


def test_diabetes_is_in_its_own_units() -> None:
    table = _samples.load("diabetes")
    assert column(table, "age").min() == 19
    assert {each.name: each.type for each in table.columns}["sex"] == ColumnType(Kind.INTEGER, categorical=True)


def test_a_learner_takes_a_sample_as_it_is() -> None:
    result = scored(two_class_boosted_decision_tree(trees=20), _samples.load("breast-cancer"), "diagnosis")
    assert roles(result)["diagnosis"] is Role.LABEL
    assert column(evaluate_model(result), "Accuracy")[0] > 0.97
    assert column(evaluate_model(result), "Positive Label")[0] == "malignant"


def test_an_unknown_sample() -> None:
    error = code_of(lambda: _samples.load("titanic"))
    assert "the samples are breast-cancer, diabetes" in str(error)


@pytest.mark.parametrize("name", _samples.NAMES)
def test_columns_are_known_without_loading(name: str) -> None:
    assert columns(name) == _samples.load(name).columns


def test_no_columns_of_what_is_no_sample() -> None:
    assert columns("none") is None
