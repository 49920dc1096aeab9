"""Convert to TSV, ARFF and SVMLight: files that others read."""

# ruff: noqa: DTZ001 - columns without a zone
from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import arff
import numpy as np
import pyarrow as pa
import pytest
from sklearn.datasets import load_svmlight_file

from bottega.dataset.table import Table
from bottega.dataset.types import Role
from bottega.sandbox.runner.ports import as_table
from bottega.sdk import ArffFile, CsvFile, SvmLightFile, TsvFile, catalogue
from bottega.sdk.notes import collect
from bottega.sdk.ports import PortType
from tests.modules.data.helpers import categories, fails, lists, run, table, types

TSV, ARFF, SVM = "convert-to-tsv", "convert-to-arff", "convert-to-svmlight"
FORMATS = [("convert-to-csv", CsvFile), (TSV, TsvFile), (ARFF, ArffFile), (SVM, SvmLightFile)]


def numbers(**columns: Any) -> Table:
    return table({"y": Role.LABEL}, **columns)


def svmlight(before: Table) -> tuple[list[list[float]], list[float]]:
    """What scikit-learn reads from what we write."""
    result = run(SVM, before)
    assert isinstance(result, SvmLightFile)
    features, labels = load_svmlight_file(io.BytesIO(result.data))
    return features.toarray().tolist(), labels.tolist()


@pytest.mark.parametrize(("name", "kind"), FORMATS, ids=[name for name, _ in FORMATS])
def test_the_port_is_classics_and_feeds_tables(name: str, kind: Any) -> None:
    types_by_name = {CsvFile: "GenericCsv", TsvFile: "GenericTsv", ArffFile: "Arff", SvmLightFile: "SvmLight"}
    output = catalogue.get(name).output("Results dataset")
    assert output is not None
    assert output.type == types_by_name[kind]
    assert output.type.fits(PortType.TABLE)
    assert not PortType.TABLE.fits(output.type)
    before = numbers(x=[0.5, 0.0], größe=[1, 2], y=[1.0, -1.0])
    after = as_table(run(name, before))
    assert [sorted(row.values()) for row in after.arrow.to_pylist()] == [[0.5, 1, 1], [-1, 0, 2]]


def test_tsv_quotes_what_others_would_split() -> None:
    before = table(**{"a\tb": ["x,y", 'say "hi"', "one\ttwo", None, ""], "n": [1, None, 3, 4, 5]})
    text = run(TSV, before).data.decode()
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter="\t")) == [
        ["a\tb", "n"], ["x,y", "1"], ['say "hi"', ""], ["one\ttwo", "3"], ["", "4"], ["", "5"]
    ]  # fmt: skip
    assert text.splitlines()[-1] == '""\t5'


def test_arff_is_read_by_its_library() -> None:
    before = table(
        **{
            "größe (cm)": [1.5, None], "n": [1, 2], "kind": categories(["b", None], ["a b", "b"]), "ok": [True, None],
            "text": ["it's", None], "day": [dt.datetime(2020, 1, 2, 3, 4, 5), None],
        }
    )  # fmt: skip
    # Its library reads no dates.
    text = run(ARFF, before).data.decode().replace('DATE "yyyy-MM-dd HH:mm:ss"', "STRING")
    read = arff.loads(text)
    assert read["attributes"] == [
        ("größe (cm)", "REAL"), ("n", "INTEGER"), ("kind", ["a b", "b"]), ("ok", ["False", "True"]), ("text", "STRING"),
        ("day", "STRING"),
    ]  # fmt: skip
    assert read["data"] == [[1.5, 1, "b", "True", "it's", "2020-01-02 03:04:05"], [None, 2, None, None, None, None]]


def test_the_marked_label_comes_first() -> None:
    before = numbers(a=[0.5, 0.0, 2.0], y=[3, 1, 2], b=[True, False, True])
    assert svmlight(before) == ([[0.5, 1.0], [0.0, 0.0], [2.0, 1.0]], [3.0, 1.0, 2.0])


def test_without_a_label_the_first_column_is_it() -> None:
    notes = collect()
    assert svmlight(table(r=[2, 0, 1], f=[50, 13, 16])) == ([[50.0], [13.0], [16.0]], [2.0, 0.0, 1.0])
    assert "first, r," in notes[0]


@pytest.mark.parametrize(
    "labels",
    [[0, 1, 0], [0.0, 1.0, 0.0], [False, True, False], categories([0, 1, 0], [1, 0])],
    ids=["integers", "doubles", "flags", "categories"],
)
def test_two_classes_are_minus_one_and_one(labels: Any) -> None:
    assert svmlight(numbers(x=[1.0, 2.0, 3.0], y=labels)) == ([[1.0], [2.0], [3.0]], [-1.0, 1.0, -1.0])


def test_other_roles_are_left_out() -> None:
    before = table({"y": Role.LABEL, "w": Role.WEIGHT, "s": Role.SCORE, "i": Role.NONE},
                   i=["r1", "r2"], w=[9, 9], x=[1.0, 2.0], y=[5, 6], s=[7.0, 7.0])  # fmt: skip
    assert svmlight(before) == ([[1.0], [2.0]], [5.0, 6.0])


def test_zeros_missing_and_infinite_values() -> None:
    before = numbers(a=[0.0, 1.0], b=[0.0, None], c=[0.0, -np.inf], y=[1, 2])
    assert run(SVM, before).data == b"1 3:0.0\n2 1:1.0 2:nan 3:-inf\n"


def test_what_svmlight_cannot_hold() -> None:
    assert fails("0017", SVM, numbers(x=["a"], y=[1])).facts["column"] == "x"
    assert fails("0017", SVM, numbers(x=[1.0], y=["yes"])).facts["column"] == "y"
    assert fails("0080", SVM, numbers(x=[1.0], y=pa.array([None], pa.float64()))).facts["column"] == "y"
    assert "2 of its values" in str(fails("0039", SVM, numbers(x=[1.0, 2, 3], y=[1, None, None])))
    fails("0020", SVM, Table(pa.table({})))


@pytest.mark.parametrize("name", [TSV, ARFF, SVM])
def test_tables_without_rows(name: str) -> None:
    before = numbers(x=pa.array([], pa.float64()), y=pa.array([], pa.float64()))
    after = as_table(run(name, before))
    assert after.num_rows == 0
    if name != SVM:
        assert after.arrow.column_names == ["x", "y"]


def test_tables_without_columns() -> None:
    assert run(TSV, Table(pa.table({}))).data == b""
    assert as_table(run(ARFF, Table(pa.table({})))).num_columns == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [TSV, ARFF, SVM])
def test_very_many_columns(name: str) -> None:
    before = table(**{f"c{number}": [float(number), None] for number in range(9_999)}, y=[1.0, 2.0])
    if name == SVM:
        before = before.with_roles({"y": Role.LABEL})
    after = as_table(run(name, before))
    assert after.num_columns == 10_000
    assert after.column(after.columns[5000].name).to_pylist() == [5000.0, None]


def test_types_come_back_from_arff() -> None:
    before = table(k=categories(["v", None], ["u", "v"]), n=[1, 2], d=[0.5, None], s=["1", "x"])
    after = as_table(run(ARFF, before))
    assert types(after) == types(before)
    assert lists(after) == lists(before)
