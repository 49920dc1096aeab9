"""Create Python Model: the contract of the class, what its author reads when it fails, and the way through train and score."""

from __future__ import annotations

import json
import pickle
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression

from bottega.modules.machine_learning.evaluate_model import evaluate_model
from bottega.modules.machine_learning.linear_regression import linear_regression
from bottega.modules.machine_learning.one_vs_all_multiclass import one_vs_all_multiclass
from bottega.modules.machine_learning.score_model import score_model
from bottega.modules.python_language_modules.create_python_model import create_python_model
from bottega.sdk import Column, ColumnType, Kind, Role, Table, catalogue
from tests.modules.learning.helpers import code_of, column, named, notes_of, roles, scored, table, train, two_class

_LOGISTIC = """
import pandas as pd
from sklearn.linear_model import LogisticRegression

class AzureMLModel:
    def __init__(self):
        self.model = LogisticRegression()

    def train(self, df_train, df_label):
        self.names = df_train.columns.tolist()
        self.model.fit(df_train, df_label.iloc[:, 0])

    def predict(self, df):
        chances = self.model.predict_proba(df[self.names])[:, 1]
        return pd.DataFrame({"Scored Labels": self.model.predict(df[self.names]), "Scored Probabilities": chances})
"""


def _script(predict: str, train: str = "pass", before: str = "") -> str:
    lines = [before, "import pandas as pd", "class AzureMLModel:", "    def train(self, df_train, df_label):"]
    lines += [f"        {line}" for line in train.splitlines()]
    lines += ["    def predict(self, df):", *(f"        {line}" for line in predict.splitlines())]
    return "\n".join(lines)


_DATA = {"x": [1.0, 2.0, 3.0], "c": ["a", "b", None], "y": [1, 2, 3]}


def test_it_is_scikit_learn_called_directly() -> None:
    matrix, target = two_class()
    data = table({**named(matrix), "y": target})
    model = pickle.loads(pickle.dumps(train(create_python_model(script=_LOGISTIC), data)))
    result = score_model(model, data)
    plain = LogisticRegression().fit(matrix, target)
    np.testing.assert_allclose(column(result, "Scored Probabilities"), plain.predict_proba(matrix)[:, 1])
    assert column(result, "Scored Labels").tolist() == plain.predict(matrix).tolist()
    assert result.columns[5:] == (
        Column("Scored Labels", ColumnType(Kind.INTEGER), Role.SCORE),
        Column("Scored Probabilities", ColumnType(Kind.DOUBLE), Role.SCORE),
    )
    assert roles(result)["y"] is Role.LABEL
    accuracy = column(evaluate_model(result), "Accuracy")[0]
    assert accuracy == pytest.approx((plain.predict(matrix) == target).mean())


def test_what_the_methods_get() -> None:
    script = _script(
        "return pd.DataFrame({'seen': [self.seen] * len(df), 'all': [','.join(df.columns)] * len(df)})",
        "self.seen = f'{list(df_train.columns)} {len(df_train)} {list(df_label.columns)} {df_label.iloc[:, 0].tolist()}'",
    )
    data = table({**_DATA, "w": [1, 1, 1], "s": [0, 0, 0], "y": [1, None, 3]}, w=Role.WEIGHT, s=Role.SCORE)
    model, notes = notes_of(lambda: train(create_python_model(script=script), data))
    assert notes == ["1 of 3 rows are left out of training: no label"]
    result = score_model(model, data)
    assert column(result, "seen")[0] == "['x', 'c'] 2 ['y'] [1, 3]"
    assert column(result, "all")[0] == "x,c,y,w,s"
    assert json.loads(json.dumps(model.describe())) == {
        "learner": "Python model",
        "task": "Python model",
        "settings": {},
        "label": {"name": "y", "type": "Integer"},
        "features": [{"name": "x", "type": "Double"}, {"name": "c", "type": "String"}],
        "rows": 2,
        "learned": {},
    }


def test_the_scores_of_another_model_are_replaced() -> None:
    data = table({"x": [1.0, 2.0, 3.0], "y": [1, 2, 3]})
    script = _script('return pd.DataFrame({"Scored Labels": df["x"] * 2})')
    result = scored(create_python_model(script=script), scored(linear_regression(), data))
    assert result.arrow.column_names == ["x", "y", "Scored Labels"]
    assert column(result, "Scored Labels").tolist() == [2, 4, 6]


def test_two_models_of_different_scripts_do_not_meet() -> None:
    data = table(_DATA)
    models = [
        pickle.loads(pickle.dumps(train(create_python_model(script=script), data)))
        for script in (_script(f"return pd.DataFrame({{'out': [{value}] * len(df)}})") for value in (1, 2))
    ]
    assert [column(score_model(model, data), "out")[0] for model in models] == [1, 2]


def test_names_outside_ascii_and_helpers_beside_the_class() -> None:
    script = _script(
        "return pd.DataFrame({'Größe': [größer(each) for each in df['x']]})",
        before="from dataclasses import dataclass\n@dataclass\nclass Helper:\n    n: int\ndef größer(x):\n    return x + 1",
        train="self.helper = Helper(3)",
    )
    model = pickle.loads(pickle.dumps(train(create_python_model(script=script), table(_DATA))))
    assert column(score_model(model, table(_DATA)), "Größe").tolist() == [2, 3, 4]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("", "The script defines no class AzureMLModel"),
        ("AzureMLModel = 3", "has a int instead of the class AzureMLModel"),
        ("class AzureMLModel:\n    def train(self, a, b): pass", "defines no method predict"),
        ("class AzureMLModel:\n    predict = train = None", "defines no method train"),
        ("class AzureMLModel\n    pass", "SyntaxError: expected ':'"),
        ("x = 1 / 0", "ZeroDivisionError: division by zero"),
        ("import not_there", "Models run in Bottega's own environment"),
        ("raise SystemExit(3)", "SystemExit"),
        ("x = '\udce4'", "surrogates not allowed"),
        ("x = 1\x00", "null bytes"),
    ],
    ids=["empty", "no-class", "no-predict", "no-train", "syntax", "top", "import", "exit", "surrogate", "null"],
)
def test_a_script_that_is_no_learner(script: str, words: str) -> None:
    error = code_of(lambda: create_python_model(script=script))
    assert error.code == "0085"
    assert words in str(error)


def test_the_authors_own_line_and_trace() -> None:
    script = _script("return 1", "helper(df_train)", "def helper(frame):\n    return frame['none']\n")
    error = code_of(lambda: train(create_python_model(script=script), table(_DATA)))
    assert (error.code, error.facts["line"]) == ("0085", 2)
    assert "KeyError: 'none'" in str(error)
    trace = str(error.facts["traceback"])
    assert 'File "model.py", line 7, in train\n    helper(df_train)' in trace
    assert 'File "model.py", line 2, in helper' in trace
    assert "bottega" not in trace
    assert "pandas" not in trace


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (_script("pass", "raise ValueError('no')"), "ValueError: no"),
        (_script("pass", "import threading\nself.lock = threading.Lock()"), "cannot be kept: TypeError"),
        (_script("pass", "self.f = lambda: 1"), "open files, connections, generators or lambdas"),
        (_script("pass", before="class A:\n    pass").replace("df_train, df_label", "df"), "positional argument"),
        (_script("pass", "import sys\nsys.exit()"), "SystemExit"),
    ],
    ids=["raises", "lock", "lambda", "arguments", "exit"],
)
def test_what_fails_in_training(script: str, words: str) -> None:
    error = code_of(lambda: train(create_python_model(script=script), table(_DATA)))
    assert error.code == "0085"
    assert words in str(error)


@pytest.mark.parametrize(
    ("predict", "words"),
    [
        ("return None", "it returned a value of type NoneType"),
        ("return [1, 2, 3]", "a value of type list"),
        ("return pd.DataFrame({'a': [1]})", "it returned 1 rows for 3"),
        ("return df", "columns that the table has already (x, c, y)"),
        ("return pd.DataFrame({'x': df['x'], 'new': 1})", "already (x)"),
        ("return df.nothing", "AttributeError"),
        ("import gc, sys\nraise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_what_fails_in_predicting(predict: str, words: str) -> None:
    model = train(create_python_model(script=_script(predict)), table(_DATA))
    error = code_of(lambda: score_model(model, table(_DATA)))
    assert error.code == "0085"
    assert words in str(error)


def test_a_class_that_breaks_when_it_is_opened() -> None:
    script = _script("pass").replace(
        "class AzureMLModel:", "class AzureMLModel:\n    def __setstate__(self, state):\n        1 / 0"
    )
    script = script.replace("        pass\n    def predict", "        self.x = 1\n    def predict")
    model = train(create_python_model(script=script), table(_DATA))
    error = code_of(lambda: score_model(model, table(_DATA)))
    assert "ZeroDivisionError" in str(error)


def test_out_of_memory_is_its_own_error() -> None:
    with pytest.raises(MemoryError):
        train(create_python_model(script=_script("pass", "raise MemoryError")), table(_DATA))


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"x": [], "y": []}, "0021"),
        ({"y": [1, 2]}, "0047"),
        ({"x": [1, 2]}, "0001"),
        ({"x": [1, 2], "y": pa.nulls(2, pa.int64())}, "0134"),
    ],
    ids=["empty", "no-feature", "no-label", "unlabelled"],
)
def test_data_that_none_takes(columns: dict[str, Any], code: str) -> None:
    learner = create_python_model(script=_script("pass"))
    assert code_of(lambda: train(learner, table(columns))).code == code


def test_a_table_without_its_features() -> None:
    model = train(create_python_model(script=_script("return df")), table(_DATA))
    error = code_of(partial(score_model, model, table({"c": ["a"]})))
    assert (error.code, error.facts) == ("0001", {"column": "x", "columns": "c"})


def test_an_empty_table_goes_to_predict() -> None:
    model = train(create_python_model(script=_script("return pd.DataFrame({'out': df['x'] + 1})")), table(_DATA))
    result = score_model(model, table({"x": pa.nulls(0, pa.float64()), "c": pa.nulls(0, pa.large_string())}))
    assert (result.num_rows, result.arrow.column_names) == (0, ["x", "c", "out"])


def test_thousands_of_columns() -> None:
    data = table({**{f"c{place}": [float(place), 1.0] for place in range(10_000)}, "y": [1, 2]})
    script = _script("return pd.DataFrame({'sum': df[self.names].sum(axis=1)})", "self.names = list(df_train.columns)")
    assert column(scored(create_python_model(script=script), data), "sum").tolist() == [49_995_000, 10_000]


def test_place_on_the_palette() -> None:
    spec = catalogue.get("create-python-model")
    assert (spec.title, spec.category) == ("Create Python Model", "Python Language Modules")
    assert [str(port.type) for port in spec.outputs] == ["UntrainedModel"]


def test_the_sample_script_is_a_learner() -> None:
    spec = catalogue.get("create-python-model")
    matrix, target = two_class()
    labels = np.array(["no", "yes"])[target]
    result = scored(spec.function(**spec.convert({})), table({**named(matrix), "y": labels}))
    plain = LogisticRegression(max_iter=1000).fit(matrix, labels)
    assert column(result, "Scored Labels").tolist() == plain.predict(matrix).tolist()
    assert code_of(lambda: spec.convert({"script": None})).code == "0002"


@pytest.mark.parametrize("cell", ["object()", "pd", "{1: object()}"])
def test_a_cell_that_no_table_holds_is_the_scripts_mistake(cell: str) -> None:
    script = _script(f"return pd.DataFrame({{'odd': [{cell}] * len(df)}})")
    error = code_of(lambda: scored(create_python_model(script=script), table(_DATA)))
    assert error.code == "0085"
    assert "odd" in str(error)
    assert "a table cannot hold what it returned" in str(error)


def test_a_scored_table_is_scored_again_whatever_the_columns_are_called() -> None:
    script = _script("return pd.DataFrame({'guess': df['x'] * 2, 'Scored Labels': df['x']})")
    model = train(create_python_model(script=script), table(_DATA))
    once = score_model(model, table(_DATA))
    again, notes = notes_of(lambda: score_model(model, once))
    assert again.arrow.equals(once.arrow)
    assert notes == ["The scores of an earlier model are replaced: guess, Scored Labels"]


def test_a_score_that_is_not_returned_again_stays() -> None:
    data = table({**_DATA, "old": [7, 8, 9]}, old=Role.SCORE)
    script = _script("return pd.DataFrame({'guess': df['x']})")
    result = scored(create_python_model(script=script), data)
    assert result.arrow.column_names == ["x", "c", "y", "old", "guess"]


@pytest.mark.parametrize(
    ("predict", "values"),
    [
        ("return pd.DataFrame({'out': df['x']}).sort_values('out', ascending=False)", [1, 2, 3]),
        ("return pd.DataFrame({'out': [1, 2, 3]}, index=[2, 0, 1])", [2, 3, 1]),
        ("return pd.DataFrame({'out': [1, 2, 3]}, index=[0, 0, 1])", [1, 2, 3]),
        ("return pd.DataFrame({'out': [1, 2, 3]}, index=[30, 20, 10])", [1, 2, 3]),
        ("return pd.DataFrame({'out': [1, 2, 3]}, index=list('cab'))", [1, 2, 3]),
        ("return pd.DataFrame({'out': [1, 2, 3]}, index=[[2, 0, 1], [1, 1, 1]])", [1, 2, 3]),
    ],
    ids=["sorted", "permuted", "twice", "others", "texts", "levels"],
)
def test_rows_go_by_the_index_of_the_table(predict: str, values: list[int]) -> None:
    result = scored(create_python_model(script=_script(predict)), table(_DATA))
    assert column(result, "out").tolist() == values


def test_the_sample_script_takes_texts_and_no_rows() -> None:
    spec = catalogue.get("create-python-model")
    matrix, target = two_class()
    labels = np.array(["no", "yes"])[target]
    data = table({**named(matrix), "word": labels, "y": labels})
    model = train(spec.function(**spec.convert({})), data)
    plain = LogisticRegression(max_iter=1000).fit(matrix, labels)
    full = score_model(model, data)
    assert column(full, "Scored Labels").tolist() == plain.predict(matrix).tolist()
    nothing = score_model(model, Table(data.arrow.slice(0, 0)))
    assert (nothing.num_rows, nothing.columns[-1].name) == (0, "Scored Labels")
    assert nothing.columns[-1].type == full.columns[-1].type


def test_one_vs_all_calls_it_by_its_name() -> None:
    learner = create_python_model(script=_script("return df"))
    error = code_of(lambda: one_vs_all_multiclass(learner))
    assert (error.code, error.facts["found"]) == ("0013", "Python model")
