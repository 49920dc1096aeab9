"""The guest's side of tables on other Pythons, pandas and NumPys, with and without pyarrow."""

from __future__ import annotations

import datetime as dt
import glob
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
import uv

import bottega.sandbox
from bottega.dataset import exchange, plain
from bottega.dataset.table import Table

_SANDBOX = os.path.dirname(str(bottega.sandbox.__file__)) if bottega.sandbox.__file__ else bottega.sandbox.__path__[0]
_FAR = dt.datetime(3000, 1, 1)  # noqa: DTZ001 - columns without a zone hold naive times
_DAY = dt.datetime(2020, 2, 29, 12, 30)  # noqa: DTZ001
_LONG = dt.timedelta(days=200_000)

# Reads the first table, gives it back as it is and filtered, and writes columns of objects.
_SCRIPT = """
import datetime as dt, decimal, json, os, sys, uuid, warnings
sandbox, form, source, same, chosen, made = sys.argv[1:]
sys.path.insert(0, sandbox)
import numpy as np, pandas as pd
from guest import incoming, outgoing
from guest.untouched import Untouched
if form == "arrow":
    from guest import exchange_arrow as exchange
else:
    from guest import exchange_plain as exchange
warnings.simplefilter("error")
read = exchange.read(os.open(source, os.O_RDWR))
frame = incoming.frame(*read)
dtypes = {name: str(dtype) for name, dtype in frame.dtypes.items()}
notes = []

def write(frame, path, notes):
    names, vectors = outgoing.columns(frame, notes)
    Untouched(*read).restore(frame, names, vectors)
    exchange.write(os.open(path, os.O_RDWR | os.O_CREAT), len(frame), names, vectors)

write(frame, same, notes)
write(frame.iloc[[2, 0]], chosen, notes)
for name in frame:
    frame.loc[0, name] = frame[name].iloc[2]
far, day, long = dt.datetime(3000, 1, 1), dt.datetime(2020, 2, 29, 12, 30), dt.timedelta(days=200000)
said = []
objects = {
    "far": [far, None], "zone": [far.replace(tzinfo=dt.timezone.utc), None], "date": [dt.date(2020, 2, 29), day],
    "span": [long, None], "time": [dt.time(1), None], "text": ["a", np.nan], "bytes": [b"a", None],
    "number": [1, None], "truth": [True, None], "decimal": [decimal.Decimal("1.5"), 2], "uuid": [uuid.UUID(int=1), None],
    "json": [[1, np.nan], {"x": (2,)}], "period": [pd.Period("3000-01", "M"), None], "pandas": [pd.Timestamp(day), pd.NaT],
}
result = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in objects.items()})
result["periods"] = pd.PeriodIndex(["2020-02", None], freq="M")
result["nullable"] = pd.array([2**53 + 1, None], "Int64")
result["string"] = pd.array(["a", None], "string")
result["category"] = pd.Categorical(["y", None], categories=["z", "y"], ordered=True)
result["interval"] = pd.arrays.IntervalArray.from_breaks([0, 1, 2])
result["sparse"] = pd.arrays.SparseArray([0, 1])
result["moment"] = pd.to_datetime([day, None]).tz_localize("Asia/Tokyo")
result["complex"] = [1j, 2j]
write(result, made, said)
json.dump({"dtypes": dtypes, "notes": notes, "said": said, "pyarrow": "pyarrow" in sys.modules}, sys.stdout)
"""


class _Guest(NamedTuple):
    """An environment: Python, packages, and the exchange that it leads to."""

    python: str
    packages: tuple[str, ...]
    form: str


_GUESTS = [
    _Guest("3.9", ("pandas==1.5.3", "numpy==1.26.4", "pyarrow==21.*"), "arrow"),
    _Guest("3.9", ("pandas==1.5.3", "numpy==1.23.5"), "plain"),
    _Guest("3.10", ("pandas==2.0.3", "numpy==1.26.4", "pyarrow==21.*"), "arrow"),
    _Guest("3.11", ("pandas==2.3.*",), "plain"),
    _Guest("3.11", ("pandas==3.*",), "plain"),
    _Guest("3.11", ("pandas==3.*", "pyarrow"), "arrow"),
]


def _python(version: str) -> str:
    """An interpreter of that version, this machine's own: the test downloads packages alone."""
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        return sys.executable
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    found = glob.glob(f"{pyenv}/versions/{version}.*/bin/python")
    python = found[0] if found else shutil.which(f"python{version}")
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    return python


def _categories(values: Any, *, ordered: bool = False) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array([1, None, 0], pa.int32()), values, ordered=ordered)


def _table() -> Table:
    zoned = [moment and moment.replace(tzinfo=dt.UTC) for moment in (_DAY, None, _FAR)]
    columns: dict[str, Any] = {
        "s": ["ü🎉", None, ""],
        "i": [2**53 + 1, None, -(2**63)],
        "n": [1, 2, 3],
        "d": [0.5, None, float("inf")],
        "b": [True, None, False],
        "y": [b"\x00\xff", None, b""],
        "t": pa.array([_DAY, None, _DAY], pa.timestamp("us")),
        "ns": pa.array([1, None, 2], pa.timestamp("ns")),
        "far": pa.array([_FAR, None, _DAY], pa.timestamp("us")),
        "zone": pa.array(zoned, pa.timestamp("us", "Europe/Paris")),
        "offset": pa.array([0, None, 1], pa.timestamp("us", "-05:30")),
        "zero": pa.array([0, None, 1], pa.timestamp("us", "+00:00")),
        "p": pa.array([7, None, -7], pa.duration("us")),
        "long": pa.array([_LONG, None, _LONG], pa.duration("us")),
        "c": _categories(pa.array(["x", "y", "unused"]), ordered=True),
        "ci": _categories(pa.array([5, 3])),
        "cb": _categories(pa.array([True, False])),
        "cy": _categories(pa.array([b"a", b"b"])),
        "cd": _categories(pa.array([_DAY, _FAR])),
        "cn": pa.DictionaryArray.from_arrays(pa.nulls(3, pa.int32()), pa.array([], pa.bool_())),
        "no bool": pa.nulls(3, pa.bool_()),
        "no bytes": pa.nulls(3, pa.binary()),
        "no text": pa.nulls(3, pa.string()),
    }
    return Table(pa.table(columns))


@pytest.fixture(scope="module", params=_GUESTS, ids=lambda guest: f"{guest.python} {' '.join(guest.packages)}")
def interpreter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """The Python of an environment built for the test, and the exchange it uses."""
    guest: _Guest = request.param
    python = str(tmp_path_factory.mktemp("guest") / "bin" / "python")
    for command in (
        ("venv", "--quiet", "--python", _python(guest.python), os.path.dirname(os.path.dirname(python))),
        ("pip", "install", "--quiet", "--only-binary", ":all:", "--python", python, *guest.packages),
    ):
        subprocess.run([uv.find_uv_bin(), *command], check=True, timeout=300)
    return python, guest.form


def _said(column: str, text: str) -> str:
    return f"Column {column!r}, row 0: {text}."


@pytest.mark.slow
def test_tables_through_another_environment(interpreter: tuple[str, str], tmp_path: Path) -> None:
    python, form = interpreter
    host: Any = exchange if form == "arrow" else plain
    paths = [str(tmp_path / name) for name in ("source", "same", "chosen", "made")]
    table = _table()
    with open(paths[0], "wb") as file:
        host.write(table, file)
    before = Path(paths[0]).read_bytes()
    command = [python, "-I", "-B", "-c", _SCRIPT, _SANDBOX, form, *paths]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    reply = json.loads(ended.stdout)
    same, chosen, made = (host.read_untrusted(pa.memory_map(path).read_buffer(), "result") for path in paths[1:])

    assert Path(paths[0]).read_bytes() == before
    assert reply["pyarrow"] == (form == "arrow")
    assert reply["notes"] == []
    dtypes = reply["dtypes"]
    assert {name: dtypes[name] for name in "indbyc"} == {
        "i": "float64",
        "n": "int64",
        "d": "float64",
        "b": "object",
        "y": "object",
        "c": "category",
    }
    assert same.equals(table)
    assert chosen.equals(Table(table.arrow.take(pa.array([2, 0]))))
    _check_made(made, reply["said"])


def _check_made(made: Table, said: list[str]) -> None:
    """What the script made of objects and of pandas' own dtypes."""
    assert made.arrow.to_pydict() == {
        "far": [_FAR, None],
        "zone": [_FAR.replace(tzinfo=dt.UTC), None],
        "date": [dt.datetime(2020, 2, 29), _DAY],  # noqa: DTZ001
        "span": [_LONG, None],
        "time": [dt.timedelta(hours=1), None],
        "text": ["a", None],
        "bytes": [b"a", None],
        "number": [1, None],
        "truth": [True, None],
        "decimal": [1.5, 2.0],
        "uuid": ["00000000-0000-0000-0000-000000000001", None],
        "json": ["[1, null]", '{"x": [2]}'],
        "period": [_FAR, None],
        "pandas": [_DAY, None],
        "periods": [dt.datetime(2020, 2, 1), None],  # noqa: DTZ001
        "nullable": [2**53 + 1, None],
        "string": ["a", None],
        "category": ["y", None],
        "interval": ["(0, 1]", "(1, 2]"],
        "sparse": [0, 1],
        "moment": [_DAY - dt.timedelta(hours=9), None],
        "complex": ["1j", "2j"],
    } | {"moment": [(_DAY - dt.timedelta(hours=9)).replace(tzinfo=dt.UTC), None]}
    assert said == [
        _said("uuid", "UUID values became text"),
        "Column 'json', row 1: dict stands among list values; the column became text.",
        _said("period", "periods became the moments at which they start"),
        _said("periods", "periods became the moments at which they start"),
        _said("interval", "Interval values became text"),
        _said("complex", "complex values became text"),
    ]
