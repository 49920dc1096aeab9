"""How score columns are named, and how they are found again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bottega.modules.machine_learning._scores import append, class_column, class_probabilities, find
from bottega.modules.machine_learning.multiclass_logistic_regression import multiclass_logistic_regression
from bottega.modules.machine_learning.two_class_logistic_regression import two_class_logistic_regression
from bottega.sdk import Role, Table
from tests.modules.learning.helpers import scored, table


def _unmarked(result: Table) -> Table:
    """As a file holds it: without roles."""
    return Table(result.arrow.replace_schema_metadata().cast(result.arrow.schema.remove_metadata()), roles={
        column.name: Role.FEATURE for column in result.columns
    })  # fmt: skip


def test_many_classes() -> None:
    result = scored(multiclass_logistic_regression(), table({"x": [1.0, 2, 3] * 4, "y": ["b", "c", "a"] * 4}))
    expected = {text: f'Scored Probabilities for Class "{text}"' for text in "abc"}
    assert class_probabilities(result) == expected
    assert find(result) == ("Scored Labels", None)
    plain = _unmarked(result)
    assert {column.role for column in plain.columns} == {Role.FEATURE}
    assert class_probabilities(plain) == expected
    assert find(plain) == ("Scored Labels", None)


def test_two_classes() -> None:
    result = scored(two_class_logistic_regression(), table({"x": [1.0, 2] * 4, "y": ["b", "c"] * 4}))
    assert class_probabilities(result) == {}
    assert find(result) == ("Scored Labels", "Scored Probabilities")
    assert find(_unmarked(result)) == ("Scored Labels", "Scored Probabilities")


def test_columns_that_only_look_like_scores() -> None:
    """A table whose own columns have the names of scores keeps them; those of the model are found by their marks."""
    columns = {"x": [1.0, 2, 3] * 4, 'Scored Probabilities for Class "a"': [5.0] * 12, "y": ["b", "c", "a"] * 4}
    result = scored(multiclass_logistic_regression(), table(columns))
    found = class_probabilities(result)
    assert found["a"] == 'Scored Probabilities for Class "a" (1)'
    assert list(found) == ["a", "b", "c"]
    assert result.column('Scored Probabilities for Class "a"').to_pylist() == [5.0] * 12


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5, unique=True))
@settings(deadline=None)
def test_classes_of_any_text_are_found_again(classes: list[str]) -> None:
    scores = {class_column(text): table({"p": [0.5]}).arrow.column(0).chunk(0) for text in classes}
    labels = {"Scored Labels": table({"l": [classes[0]]}).arrow.column(0).chunk(0)}
    result = append(table({"y": [classes[0]]}), "y", {**labels, **scores})
    assert list(class_probabilities(result)) == classes
