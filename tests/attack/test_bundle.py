"""A Script Bundle that is hostile is the author's error 0102, and harms nobody."""

from __future__ import annotations

import io
import time
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from bottega.sandbox.host.memory import Memory
from tests.attack.hostile import MIB, Jail, main

if TYPE_CHECKING:
    from collections.abc import Sequence

_Entry = tuple[str, bytes, int]


def _zip(*entries: _Entry, flag: int = 0) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")
        for name, data, mode in entries:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            entry.external_attr = mode << 16
            made.writestr(entry, data)
            entry.flag_bits |= flag
    return file.getvalue()


def _plain(names: Sequence[str], data: bytes = b"x") -> bytes:
    return _zip(*[(name, data, 0o100644) for name in names])


def _changed(data: bytes, mark: bytes, offset: int, new: bytes) -> bytes:
    place = data.rindex(mark) + offset
    return data[:place] + new + data[place + len(new) :]


_SUM = zlib.crc32(b"correct").to_bytes(4, "little")
_HOSTILE = {
    "no zip": b"this is no zip",
    "empty": b"",
    "cut": _plain(["a.py"])[:-6],
    "directory alone": b"PK\x05\x06" + b"\xff" * 18,
    "up": _plain(["../up.py"]),
    "up within": _plain(["a/../../up.py"]),
    "absolute": _plain(["/tmp/up.py"]),
    "drive": _plain(["C:\\up.py"]),
    "up by backslash": _plain(["..\\..\\up.py"]),
    "absolute by backslash": _plain(["\\up.py"]),
    "link": _zip(("link", b"/etc/passwd", 0o120777)),
    "link to a folder, then a file in it": _zip(("d", b"/tmp", 0o120777), ("d/up.py", b"x", 0o100644)),
    "device": _zip(("device", b"", 0o060666)),
    "encrypted": _zip(("a.py", b"x", 0o100644), flag=1),
    "bomb": _plain(["zeros"], bytes(200 << 20)),
    "many bombs": _plain([f"zeros{number}" for number in range(40)], bytes(4 << 20)),
    "many entries": _plain([f"f{number}" for number in range(12_000)], b""),
    "a file that is a folder": _plain(["a", "a/b"]),
    "a folder that is a file": _plain(["a/b", "a"]),
    "a long name": _plain(["x" * 300]),
    "a long path": _plain(["/".join(["x" * 100] * 20)]),
    "a deep path": _plain(["d/" * 490 + "f", "d/" * 490 + "f/g"]),
    "a wrong sum": _plain(["a.py"], b"correct").replace(_SUM, b"\0\0\0\0"),
    "an unknown method": _changed(_plain(["a.py"]), b"PK\x01\x02", 10, b"\x63"),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_hostile_bundle_is_an_error(jail: Jail, name: str) -> None:
    """Of the author's, with its number, soon, before the script runs."""
    started = time.monotonic()
    with Memory.of("bundle", _HOSTILE[name]) as bundle:
        failure = jail.failure(main("print('ran')"), inputs={"bundle": bundle}, disk=64 * MIB)
    assert failure.code == "0102", failure
    assert failure.message.isprintable()
    assert time.monotonic() - started < 10


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gigabyte", "entries"])
def test_large_bundles(jail: Jail, kind: str) -> None:
    """A gigabyte of zeros in a megabyte, and fifty thousand entries."""
    data = (
        _plain(["zeros"], bytes(1 << 30)) if kind == "gigabyte" else _plain([f"f{number}" for number in range(50_000)])
    )
    with Memory.of("bundle", data) as bundle:
        assert jail.failure(main("print('ran')"), inputs={"bundle": bundle}, disk=512 * MIB).code == "0102"


def test_a_bundle_that_lies_about_its_sizes(jail: Jail) -> None:
    """The size in the directory is not more believed than what comes out."""
    data = _changed(_plain(["zeros"], bytes(100 << 20)), b"PK\x01\x02", 24, (1000).to_bytes(4, "little"))
    with Memory.of("bundle", data) as bundle:
        assert jail.failure(main("print('ran')"), inputs={"bundle": bundle}).code == "0102"


def test_a_plain_bundle_is_unpacked(jail: Jail) -> None:
    """The control; of two entries of one name the last is kept, and names of folders are kept too."""
    data = _zip(
        ("a.py", b"x = 1", 0o100644), ("a.py", b"x = 2", 0o100644), ("d/", b"", 0o040755), ("d\\b.py", b"y = 3", 0)
    )
    with Memory.of("bundle", data) as bundle:
        source = main("import a\nfrom d import b\nprint(a.x, b.y)")
        assert jail.log(source, inputs={"bundle": bundle}) == "2 3\n"


def test_a_bundle_reaches_no_other_job(jail: Jail) -> None:
    """What it puts in the place of a library it puts there for itself alone."""
    with Memory.of(
        "bundle", _zip(("pandas.py", b"evil = True", 0), ("numpy/__init__.py", b"evil = True", 0))
    ) as bundle:
        jail.run(main("import pandas, numpy\nprint(pandas.evil)"), inputs={"bundle": bundle}).close()
    assert (
        jail.log(main("import pandas, numpy\nprint(hasattr(pandas, 'evil'), hasattr(numpy, 'evil'))"))
        == "False False\n"
    )


def test_a_bundle_runs_nothing_before_the_script(jail: Jail) -> None:
    """Files that Python reads by itself at its start are not read again."""
    entries = [
        (name, b"print('ran')", 0)
        for name in ("sitecustomize.py", "usercustomize.py", "x.pth", "__init__.py", "encodings.py")
    ]
    with Memory.of("bundle", _zip(*entries)) as bundle:
        assert jail.log(main("print('script')"), inputs={"bundle": bundle}) == "script\n"
