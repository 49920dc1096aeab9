"""Each row of the table in `canonical.py`, and the corners of each."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.dataset import canonical as module
from bottega.dataset.canonical import canonical
from bottega.dataset.types import is_canonical
from bottega.errors import BottegaError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGEST = 2**63 - 1


def _column(*chunks: Any) -> pa.ChunkedArray[Any]:
    return pa.chunked_array(list(chunks))


def _of(values: Sequence[Any], kind: Any) -> Any:
    return pa.array(values, kind)


def _categories(codes: Sequence[int | None], values: Any, *, ordered: bool = False, index: Any = None) -> Any:
    values = values if isinstance(values, pa.Array) else pa.array(values)
    return pa.DictionaryArray.from_arrays(_of(codes, index or pa.int8()), values, ordered=ordered)


def _text(arrow: str) -> Any:
    return getattr(pa, arrow)()


_D = decimal.Decimal
_DAY = dt.datetime(2020, 2, 29)  # noqa: DTZ001 - columns without a zone hold naive times
_LATE = dt.time(23, 59, 59, 999999)
_SPAN = dt.timedelta(days=-3, microseconds=7)

# Arrow type, values, canonical type, values there (None: the same).
_ROWS: list[tuple[Any, list[Any], Any, list[Any] | None]] = [
    (pa.string(), ["a", None, "ünïcødé 🎉", ""], pa.large_string(), None),
    (pa.large_string(), ["a", None], pa.large_string(), None),
    (pa.string_view(), ["a", None, "longer than twelve bytes"], pa.large_string(), None),
    *[
        (kind, [0, None, 127], pa.int64(), None)
        for kind in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64())
    ],
    (pa.uint64(), [_LARGEST, None], pa.int64(), None),
    (pa.uint64(), [_LARGEST + 1, None, 1], pa.float64(), [float(2**63), None, 1.0]),
    (pa.float16(), [1.5, None, math.nan], pa.float64(), [1.5, None, None]),
    (pa.float32(), [0.1, None, math.inf], pa.float64(), [0.10000000149011612, None, math.inf]),
    (pa.float64(), [0.1, None, math.nan, -math.inf], pa.float64(), [0.1, None, None, -math.inf]),
    (pa.decimal32(5, 2), [_D("1.25"), None], pa.float64(), [1.25, None]),
    (pa.decimal64(5, 2), [_D("1.25"), None], pa.float64(), [1.25, None]),
    (pa.decimal128(38, 2), [_D("1.25"), None, _D("9" * 36)], pa.float64(), [1.25, None, 1e36]),
    (pa.decimal256(60, 2), [_D("1.25"), None], pa.float64(), [1.25, None]),
    (pa.date32(), [dt.date(1969, 12, 31), None], pa.timestamp("us"), [dt.datetime(1969, 12, 31), None]),  # noqa: DTZ001
    (pa.date64(), [dt.date(2020, 2, 29), None], pa.timestamp("us"), [_DAY, None]),
    *[(pa.timestamp(unit), [_DAY, None], pa.timestamp("us"), None) for unit in ("s", "ms", "us", "ns")],
    (pa.time32("s"), [dt.time(1, 2, 3), None], pa.duration("us"), [dt.timedelta(seconds=3723), None]),
    (pa.time32("ms"), [dt.time(0, 0, 1), None], pa.duration("us"), [dt.timedelta(seconds=1), None]),
    (pa.time64("us"), [_LATE, None], pa.duration("us"), [dt.timedelta(days=1, microseconds=-1), None]),
    (pa.time64("ns"), [_LATE, None], pa.duration("us"), [dt.timedelta(days=1, microseconds=-1), None]),
    (pa.duration("s"), [dt.timedelta(days=-3), None], pa.duration("us"), None),
    (pa.duration("us"), [_SPAN, None], pa.duration("us"), None),
    (pa.duration("ns"), [_SPAN, None], pa.duration("us"), None),
    (pa.binary(), [b"\xff", None, b""], pa.large_binary(), None),
    (pa.binary(2), [b"ab", None], pa.large_binary(), None),
    (pa.binary_view(), [b"longer than twelve bytes", None], pa.large_binary(), None),
    (pa.bool_(), [True, None, False], pa.bool_(), None),
    (pa.null(), [None, None], pa.large_string(), None),
    (pa.list_(pa.int64()), [[1, None], None, []], pa.large_string(), ["[1, null]", None, "[]"]),
    (pa.list_(pa.int64(), 2), [[1, 2], None], pa.large_string(), ["[1, 2]", None]),
    (pa.list_view(pa.int64()), [[1], None], pa.large_string(), ["[1]", None]),
    (pa.struct([("a", pa.int64())]), [{"a": 1}, None], pa.large_string(), ['{"a": 1}', None]),
    (pa.map_(pa.string(), pa.int64()), [[("é", 1)], None], pa.large_string(), ['[["é", 1]]', None]),
    (pa.month_day_nano_interval(), [(1, 2, 3), None], pa.large_string(), ["[1, 2, 3]", None]),
    (pa.uuid(), [b"0123456789abcdef", None], pa.large_binary(), [b"0123456789abcdef", None]),
    (pa.json_(), ["{}", None], pa.large_string(), None),
    (pa.run_end_encoded(pa.int32(), pa.string()), ["a", "a", None], pa.large_string(), None),
    (pa.dictionary(pa.int8(), pa.string()), ["b", None, "a", "b"], pa.dictionary(pa.int32(), pa.large_string()), None),
    (pa.dictionary(pa.uint64(), pa.int16()), [7, None, 5], pa.dictionary(pa.int32(), pa.int64()), None),
]
_EVERY = pytest.mark.parametrize(
    ("kind", "values", "target", "expected"), _ROWS, ids=[f"{index}-{row[0]}" for index, row in enumerate(_ROWS)]
)


@_EVERY
def test_row(kind: Any, values: list[Any], target: Any, expected: list[Any] | None) -> None:
    column = canonical(_column(_of(values, kind)), "x")
    assert column.type == target
    assert is_canonical(column.type)
    assert column.to_pylist() == (values if expected is None else expected)
    column.validate(full=True)


@_EVERY
def test_row_in_chunks_and_slices(kind: Any, values: list[Any], target: Any, expected: list[Any] | None) -> None:
    whole = _of([*values, *values], kind)
    count = len(values)
    column = canonical(_column(whole.slice(1, count - 1), whole.slice(0, 0), whole.slice(count, count)), "x")
    expected = values if expected is None else expected
    assert column.type == target
    assert column.to_pylist() == [*expected[1:], *expected]
    column.validate(full=True)


@_EVERY
def test_row_without_rows(kind: Any, values: list[Any], target: Any, expected: list[Any] | None) -> None:
    del values, expected
    # Values alone decide whether an unsigned integer is too large.
    target = pa.int64() if kind == pa.uint64() else target
    empty: Any = pa.chunked_array([], type=kind)
    for column in (canonical(empty, "x"), canonical(_column(_of([], kind)), "x")):
        assert column.type == target
        assert len(column) == 0


@_EVERY
def test_row_of_missing_values(kind: Any, values: list[Any], target: Any, expected: list[Any] | None) -> None:
    del values, target, expected
    column = canonical(_column(_of([None, None], kind)), "x")
    assert is_canonical(column.type)
    assert column.to_pylist() == [None, None]


@_EVERY
def test_canonical_is_a_fixed_point(kind: Any, values: list[Any], target: Any, expected: list[Any] | None) -> None:
    del target, expected
    column = canonical(_column(_of(values, kind)), "x")
    assert canonical(column, "x") is column


def test_union_becomes_json() -> None:
    union = pa.UnionArray.from_dense(
        pa.array([0, 1], pa.int8()), pa.array([0, 0], pa.int32()), [pa.array([1]), pa.array(["z"])]
    )
    assert canonical(_column(union), "x").to_pylist() == ["1", '"z"']


def test_zone_is_kept() -> None:
    column = canonical(_column(_of([0], pa.timestamp("s", "Europe/Rome"))), "x")
    assert column.type == pa.timestamp("us", "Europe/Rome")
    assert column.cast(pa.int64()).to_pylist() == [0]


@pytest.mark.parametrize("kind", [pa.timestamp("ns", "UTC"), pa.duration("ns")], ids=str)
def test_nanoseconds_stay_where_one_value_needs_them(kind: Any) -> None:
    column = canonical(_column(_of([1000], kind), _of([1001, None], kind)), "x")
    assert column.type == kind
    assert column.cast(pa.int64()).to_pylist() == [1000, 1001, None]


def test_time_of_day_keeps_nanoseconds() -> None:
    column = canonical(_column(_of([1001], pa.time64("ns"))), "x")
    assert column.type == pa.duration("ns")
    assert column.cast(pa.int64()).to_pylist() == [1001]


def test_what_lies_under_a_missing_value_does_not_count() -> None:
    valid, ticks = pa.py_buffer(b"\1"), _of([1000, 1234567], pa.int64()).buffers()[1]
    hidden = pa.Array.from_buffers(pa.timestamp("ns"), 2, [valid, ticks])
    assert canonical(_column(hidden), "x").type == pa.timestamp("us")


@pytest.mark.parametrize(
    "array",
    [
        _of([2**62], pa.timestamp("s")),
        _of([-(2**62)], pa.timestamp("ms")),
        _of([2**62], pa.duration("s")),
        _of([2**31 - 1], pa.int32()).view(pa.date32()),
        _categories([0], _of([2**31 - 1], pa.int32()).view(pa.date32())),
        pa.ExtensionArray.from_storage(pa.opaque(pa.timestamp("s"), "t", "v"), _of([2**62], pa.timestamp("s"))),
        pa.StructArray.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]),
        pa.StructArray.from_arrays([_of([2**62], pa.timestamp("us"))], names=["a"]),
    ],
    ids=lambda array: str(array.type),
)
def test_a_misfit_names_the_column_and_its_type(array: Any) -> None:
    with pytest.raises(BottegaError) as caught:
        canonical(_column(array), "when")
    assert caught.value.code == "0139"
    assert caught.value.facts["column"] == "when"
    assert caught.value.facts["type"] == str(array.type)
    assert caught.value.facts["reason"]


def test_a_type_without_rule_names_the_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RULES", ())
    with pytest.raises(BottegaError) as caught:
        canonical(_column(_of([1], pa.int8())), "small")
    assert caught.value.code == "0017"
    assert caught.value.facts == {"column": "small", "type": "int8"}


def _parts(column: pa.ChunkedArray[Any]) -> tuple[list[Any], list[Any]]:
    """Return the categories, which all chunks have to share, and the values."""
    chunks: list[Any] = column.chunks
    assert all(chunk.dictionary.equals(chunks[0].dictionary) for chunk in chunks)
    return chunks[0].dictionary.to_pylist(), column.to_pylist()


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize(
    ("codes", "dictionary", "categories", "values"),
    [
        ([1, 0, None], ["z", "a", "unused"], ["z", "a", "unused"], ["a", "z", None]),
        ([0, 1, 2, None], ["z", "a", "z"], ["z", "a"], ["z", "a", "z", None]),
        ([0, 1, 2, None], ["z", None, "a"], ["z", "a"], ["z", None, "a", None]),
        ([0, 1], [None, None], [], [None, None]),
        ([0, 1, 2], [math.nan, 2.0, 1.0], [2.0, 1.0], [None, 2.0, 1.0]),
        ([0, 1, 0], [[1], [2]], ["[1]", "[2]"], ["[1]", "[2]", "[1]"]),
        ([1, 0], [True, False], [True, False], [False, True]),
    ],
)
def test_categories(
    codes: list[int],
    dictionary: list[Any],
    categories: list[Any],
    values: list[Any],
    ordered: bool,
) -> None:
    column = canonical(_column(_categories(codes, dictionary, ordered=ordered)), "x")
    kind: Any = column.type
    assert kind.ordered is ordered
    assert kind.index_type == pa.int32()
    assert _parts(column) == (categories, values)
    column.validate(full=True)


@pytest.mark.parametrize(
    ("given_values", "categories", "values"),
    [(["z", "a", "z"], ["z", "a"], ["z", "a", "z"]), (["z", None, "a"], ["z", "a"], ["z", None, "a"])],
    ids=["repeated", "missing"],
)
def test_categories_are_mended_in_the_canonical_type_too(
    given_values: list[Any], categories: list[Any], values: list[Any]
) -> None:
    array = _categories([0, 1, 2], _of(given_values, pa.large_string()), index=pa.int32())
    assert is_canonical(array.type)
    assert _parts(canonical(_column(array), "x")) == (categories, values)


def test_categories_of_chunks_are_joined_in_order() -> None:
    column = canonical(_column(_categories([0, 1], ["b", "a"]), _categories([0, None, 1], ["c", "b"])), "x")
    assert _parts(column) == (["b", "a", "c"], ["b", "a", "c", None, "b"])


def test_categories_of_chunks_may_outgrow_the_code_type() -> None:
    left = _categories([0, 99], [str(number) for number in range(100)])
    right = _categories([0, 99], [str(number) for number in range(100, 200)])
    categories, values = _parts(canonical(_column(left, right), "x"))
    assert categories == [str(number) for number in range(200)]
    assert values == ["0", "99", "100", "199"]


def test_categories_of_chunks_get_one_unit() -> None:
    coarse = _categories([0], _of([1000], pa.timestamp("ns")))
    fine = _categories([0], _of([1001], pa.timestamp("ns")))
    column = canonical(_column(coarse, fine), "x")
    assert column.type == pa.dictionary(pa.int32(), pa.timestamp("ns"))
    assert canonical(_column(coarse), "x").type == pa.dictionary(pa.int32(), pa.timestamp("us"))


def test_categories_stay_where_there_are_no_rows() -> None:
    assert _parts(canonical(_column(_categories([], ["a"])), "x")) == (["a"], [])
    kind: Any = pa.dictionary(pa.int8(), pa.string())
    assert _parts(canonical(pa.chunked_array([], type=kind), "x")) == ([], [])


def test_categories_of_categories_are_plain() -> None:
    inner = _categories([0, 1], ["a", "b"])
    column = canonical(_column(_categories([1, 0], inner)), "x")
    assert column.type == pa.dictionary(pa.int32(), pa.large_string())
    assert _parts(column) == (["a", "b"], ["b", "a"])


_TEXTS = st.lists(st.none() | st.sampled_from("abc"), max_size=6)


@given(st.lists(st.tuples(_TEXTS, st.randoms(use_true_random=False)), min_size=1, max_size=4))
def test_categories_never_change_a_value(parts: list[tuple[list[str | None], Any]]) -> None:
    chunks, expected = [], []
    for texts, random in parts:
        codes = [random.randrange(len(texts)) if texts and random.random() > 0.2 else None for _ in range(5)]
        chunks.append(_categories(codes, _of(texts, pa.string())))
        expected += [None if code is None else texts[code] for code in codes]
    column = canonical(_column(*chunks), "x")
    categories, values = _parts(column)
    assert values == expected
    assert None not in categories
    assert len(set(categories)) == len(categories)
    assert canonical(column, "x") is column


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (pa.array([[math.nan, math.inf, -math.inf, 1.5]]), '[null, "Infinity", "-Infinity", 1.5]'),
        (pa.array([{"a": [{"b": math.nan}]}]), '{"a": [{"b": null}]}'),
        (pa.array([[b"\xff\x00"]]), '["ff00"]'),
        (pa.array([{"a": _DAY, "b": dt.date(2020, 1, 2)}]), '{"a": "2020-02-29T00:00:00", "b": "2020-01-02"}'),
        (pa.array([[_D("1.50")]]), '["1.50"]'),
        (pa.array([[dt.timedelta(seconds=3723)]]), '["1:02:03"]'),
        (pa.array([["é"]]), '["é"]'),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nested_values_are_valid_json(array: Any, text: str) -> None:
    column = canonical(_column(array), "x")
    assert column.to_pylist() == [text]
    json.loads(text, parse_constant=pytest.fail)


@pytest.mark.parametrize(
    "values", [pa.string(), pa.timestamp("s"), pa.duration("ns"), pa.date32(), pa.bool_(), pa.binary()], ids=str
)
def test_a_categorical_without_chunks_is_one_without_rows(values: Any) -> None:
    kind: Any = pa.dictionary(pa.int8(), values)
    without: Any = pa.chunked_array([], kind)
    empty: Any = pa.chunked_array([pa.nulls(0, kind)])
    assert canonical(without, "a").type == canonical(empty, "a").type
    assert len(canonical(without, "a")) == 0
