"""One table out of several files: order, types, and what differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bottega.errors import BottegaError
from bottega.modules.data_input_and_output import _several
from tests.modules.data.helpers import lists, of_frame, table, types


def files(folder: Path, *texts: str) -> list[tuple[str, Path]]:
    made = []
    for number, text in enumerate(texts):
        path = folder / f"{number}"
        path.write_text(text, encoding="utf-8")
        made.append((f"box/{number}.csv", path))
    return made


@pytest.mark.parametrize(
    ("texts", "expected", "kind"),
    [
        (["1\n", "2\n"], [1, 2], "Integer"), (["1\n", "2.5\n"], [1.0, 2.5], "Double"), (["007\n", "x\n"], ["007", "x"], "String"),
        (['""\n', "1\n"], [None, 1], "Integer"), (['""\n', "x\n"], [None, "x"], "String"), (["True\n", "x\n"], ["True", "x"], "String"),
        (["1.50\n", '""\n', "x\n"], ["1.50", None, "x"], "String"), (["True\n", "False\n"], [True, False], "Boolean"),
        (['""\n', '""\n'], [None, None], "Double"),
    ],
    ids=range(9),
)  # fmt: skip
def test_types_of_all_files_together(tmp_path: Path, texts: list[str], expected: list[Any], kind: str) -> None:
    for header, name in (("", "csv-no-header"), ("ä\n", "csv"), ("ä\n", "tsv")):
        found = _several.read(files(tmp_path, *(header + text for text in texts)), name)
        assert list(lists(found).values()) == [expected]
        assert (types(found), found.arrow.column_names) == ([kind], ["ä" if header else "Col1"])


def test_files_without_rows_take_part(tmp_path: Path) -> None:
    found = _several.read(files(tmp_path, "a,b\n", "a,b\n1,x\n", "a,b\n"), "csv")
    assert (lists(found), types(found)) == ({"a": [1], "b": ["x"]}, ["Integer", "String"])


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("a\n1\n", "it has 1 columns, and the first file 2"), ("a,c\n1,2\n", "its column 2 is c, and b in the first file"),
        ("b,a\n1,2\n", "its column 1 is b, and a in the first file"),
    ],
)  # fmt: skip
def test_other_columns_are_told(tmp_path: Path, second: str, reason: str) -> None:
    with pytest.raises(BottegaError) as caught:
        _several.read(files(tmp_path, "a,b\n1,2\n", second), "csv")
    assert (caught.value.code, caught.value.facts["dataset"], caught.value.facts["reason"]) == (
        "0125",
        "box/1.csv",
        reason,
    )


def test_what_is_wrong_names_the_file_as_it_is_known(tmp_path: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        _several.read(files(tmp_path, "a\n1\n", 'a\n"open\n'), "csv")
    assert (caught.value.code, caught.value.facts["path"], caught.value.facts["line"]) == ("0049", "box/1.csv", 2)
    with pytest.raises(BottegaError) as caught:
        _several.read(files(tmp_path, "True\n", "1\n"), "csv-no-header")
    assert (caught.value.code, caught.value.facts["column"]) == ("0016", "Col1")


def test_categories_of_all_files(tmp_path: Path) -> None:
    head = "@relation x\n@attribute k {%s}\n@data\n"
    found = _several.read(files(tmp_path, head % "b, a" + "a\n", head % "c" + "c\n?\n", head % "z"), "arff")
    assert lists(found) == {"k": ["a", "c", None]}
    assert found.column("k").combine_chunks().dictionary.to_pylist() == ["b", "a", "c"]  # type: ignore[attr-defined]


def test_as_pandas_puts_them_together(tmp_path: Path) -> None:
    import pandas as pd

    frames = [pd.DataFrame({"x": [float(number), None], "s": [f"é{number}", None]}) for number in range(5)]
    texts = [frame.to_csv(index=False) for frame in frames]
    found = _several.read(files(tmp_path, *texts), "csv")
    assert lists(found) == lists(of_frame(pd.concat(frames, ignore_index=True)))


def test_the_role_of_a_label_stays(tmp_path: Path) -> None:
    found = _several.read(files(tmp_path, "1 1:2\n", "0 1:3\n"), "svmlight")
    assert lists(found) == lists(table(Col1=[2.0, 3.0], Labels=[1.0, 0.0]))
    assert [str(column.role) for column in found.columns] == ["feature", "label"]
