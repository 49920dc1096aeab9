"""Pictures and files that a job leaves: bytes that are what their names say, and never the host's own."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from bottega.sandbox.host import archive, pictures
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.memory import Memory
from tests.attack.hostile import MIB, Jail, main, resident

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int = 2, height: int = 2, *parts: bytes, depth: int = 8, colour: int = 0, interlaced: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    data = parts or (zlib.compress(bytes(6)),)
    return (
        _SIGNATURE + _chunk(b"IHDR", header) + b"".join(_chunk(b"IDAT", part) for part in data) + _chunk(b"IEND", b"")
    )


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'
_DOCTYPE = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20}">' for n in range(1, 9))


@pytest.mark.parametrize("data", [
    _png(), _png(1, 1, zlib.compress(bytes(2))), _png(2, 2, zlib.compress(bytes(6))[:5], zlib.compress(bytes(6))[5:]),
], ids=["small", "smallest", "parts"])  # fmt: skip
def test_pictures_are_known(data: bytes) -> None:
    """The control for what follows."""
    assert pictures.is_picture("a.png", data)


@pytest.mark.parametrize("data", [_SVG, b"\xef\xbb\xbf" + _SVG, _DOCTYPE + _SVG, _SVG.decode().encode("utf-16")])
def test_drawings_are_known(data: bytes) -> None:
    """The control for what follows, matplotlib's document type among it."""
    assert pictures.is_picture("a.SVG", data)


_NO_PNG = {
    "nothing": b"",
    "signature alone": _SIGNATURE,
    "text": b"root:x:0:0:root:/root:/bin/bash\n",
    "cut": _png()[:-1],
    "no end": _png()[:-12],
    "wrong sum": _png()[:40] + b"\0" + _png()[41:],
    "no header": _SIGNATURE + _chunk(b"IDAT", zlib.compress(bytes(6))) + _chunk(b"IEND", b""),
    "huge sides": _png(2**31 - 1, 2**31 - 1),
    "largest sides": _png(2**32 - 1, 2**32 - 1),
    "huge area": _png(65_535, 65_535),
    "no width": _png(0, 2),
    "no height": _png(2, 0),
    "depth": _png(depth=255),
    "colour": _png(colour=7),
    "fewer pixels": _png(2, 2, zlib.compress(bytes(5))),
    "no pixels": _png(2, 2, b""),
    "more pixels": _png(2, 2, zlib.compress(bytes(1 << 20))),
    "broken pixels": _png(2, 2, b"\xff" * 50),
    "two streams": _png(2, 2, zlib.compress(bytes(6)), zlib.compress(bytes(6))),
    "length beyond": _SIGNATURE + b"\xff\xff\xff\xffIHDR" + bytes(100),
    "two headers": _png().replace(b"IEND", b"IHDR"),
}


@pytest.mark.parametrize("name", _NO_PNG)
def test_what_is_no_png(name: str) -> None:
    """Whatever it is called."""
    assert not pictures.is_picture("a.png", _NO_PNG[name])


_EBCDIC = f'<?xml version="1.0" encoding="cp037"?><!DOCTYPE svg [<!ENTITY a0 "h">{_LAUGHS}]><svg>&a8;</svg>'
_NO_SVG = {
    "nothing": b"",
    "html": b"<html><svg/></html>",
    "text": b"root:x:0:0",
    "cut": _SVG[:-3],
    "two roots": _SVG + _SVG,
    "entity": b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
    "file": b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
    "parameter": b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><svg/>',
    "laughs": f'<!DOCTYPE svg [<!ENTITY a0 "ha">{_LAUGHS}]><svg>&a8;</svg>'.encode(),
    "laughs in UTF-16": f'<!DOCTYPE svg [<!ENTITY a0 "ha">{_LAUGHS}]><svg>&a8;</svg>'.encode("utf-16"),
    "laughs in EBCDIC": _EBCDIC.encode("cp037"),
    "unknown entity": b"<svg>&nbsp;</svg>",
    "unknown encoding": b'<?xml version="1.0" encoding="attack"?><svg/>',
    "a name that ends so": b"<notsvg/>",
    "another's svg": b'<svg xmlns="http://attack.example/"/>',
}


@pytest.mark.parametrize("name", _NO_SVG)
def test_what_is_no_svg(name: str) -> None:
    """Also not in an encoding that hides an entity from a search for its letters."""
    started = time.monotonic()
    assert not pictures.is_picture("a.svg", _NO_SVG[name])
    assert time.monotonic() - started < 1


def _bombs() -> dict[str, tuple[str, bytes]]:
    zeros = zlib.compress(bytes(64 << 20))
    return {
        "pixels": ("a.png", _png(2, 2, zeros)),
        "parts after the end": ("a.png", _png(2, 2, zlib.compress(bytes(6)), *[bytes(200)] * 60_000)),
        "one large part": ("a.png", _png(8000, 8000, zlib.compress(bytes(8001 * 8000), 0) + bytes(8 << 20))),
        "sixteen bits": ("a.png", _png(14_000, 14_000, zeros, depth=16, colour=6)),
        "many elements": ("a.svg", b"<svg>" + b"<a/>" * (2 << 20) + b"</svg>"),
        "depth": ("a.svg", b"<svg>" * 200_000 + b"</svg>" * 200_000),
        "attributes": ("a.svg", b"<svg " + b" ".join(b'a%d=""' % n for n in range(200_000)) + b"/>"),
    }


def test_pictures_that_unpack_without_end() -> None:
    """Cost the host neither time nor memory."""
    for name, (file, data) in _bombs().items():
        before, started = resident(), time.monotonic()
        pictures.is_picture(file, data)
        assert time.monotonic() - started < 3, name
        assert resident() - before < 100 * MIB, name


_DRAW = f"PNG = {_png()!r}\nSVG = {_SVG!r}\n"


def test_pictures_come_out(jail: Jail) -> None:
    """The control: plain pictures, in order."""
    source = _DRAW + main("open('b.png', 'wb').write(PNG)\ntime.sleep(0.02)\nopen('a.svg', 'wb').write(SVG)")
    with jail.ended(source) as outcome:
        assert [(picture.name, picture.data) for picture in outcome.pictures] == [("b.png", _png()), ("a.svg", _SVG)]


@pytest.mark.parametrize("make", [
    "os.symlink('/etc/passwd', 'x.png')", "os.symlink(OUTSIDE + '/host.png', 'x.png')",
    "open('real', 'wb').write(PNG); os.symlink('real', 'x.png')",
    "open('real', 'wb').write(PNG); os.link('real', 'x.png')",
    "os.link(OUTSIDE + '/host.png', 'x.png')",
    "os.mkfifo('x.png')", "os.mkdir('x.png')", "os.symlink('x.png', 'x.png')", "os.symlink('/dev/zero', 'x.png')",
    "socket.socket(socket.AF_UNIX).bind('x.png')", "open('x.png', 'wb').truncate(10 << 30)",
    "open('x.png', 'wb').truncate(60 << 20)", "open('x.png', 'wb').write(b'root:x:0:0')",
    "open('x.png', 'wb').write(SVG)", "open('x.svg', 'wb').write(PNG)",
    "os.close(os.open('x.png', os.O_CREAT, 0))",
    "os.makedirs('outputs'); os.symlink('outputs', 'x.png')",
])  # fmt: skip
def test_what_is_not_a_plain_picture_stays(jail: Jail, outside: Path, make: str) -> None:
    """Links to the host's files or its own, pipes, folders, holes, other content: nothing comes out, nothing hangs."""
    (outside / "host.png").write_bytes(_png())
    (outside / "host.png").chmod(0o666)
    source = _DRAW + f"OUTSIDE = {str(outside)!r}\n" + main(f"""
        try:
            {make}
        except OSError:
            pass
    """)  # fmt: skip
    with jail.ended(source, wall_seconds=5) as outcome:
        assert outcome.pictures == ()
        assert outcome.failure is None or outcome.failure.type != "Timeout"


@pytest.mark.parametrize("name", [
    "../../../../tmp/attack.png", "/tmp/attack.png", "a\\..\\b.png", "..png", "...png", "a\nb.png", "\x1b]0;x\x07.png",
    "\u202egnp.png", "\0.png", "x" * 300 + ".png", "😀" * 190 + ".png", "C:\\x.png", "a:b.png", "con.png",
    "-rf.png", " .png", "<script>.png", "\udcff.png",
])  # fmt: skip
def test_names_of_pictures(full: Jail, name: str) -> None:
    """A forged answer may call them anything; what comes out is the name of one file, all of it printable."""
    source = _DRAW + main(f"""
        os.write(memories(0)[0], b"")
        os.write(memories(0)[3], PNG)
        answer = {{"error": {{"code": "0085"}}, "pictures": [{{"name": {name!r}, "length": len(PNG)}}]}}
        os.write(100, json.dumps(answer).encode())
        time.sleep(1000)
    """)
    with full.ended(source, wall_seconds=5) as outcome:
        for picture in outcome.pictures:
            assert picture.name == picture.name.strip("/\\.") or picture.name.endswith(".png")
            assert not set('/\\:*?"<>|') & set(picture.name)
            assert picture.name.isprintable()
            assert picture.name not in ("", ".", "..")
            assert 0 < len(picture.name.encode()) <= 255
        assert len(outcome.pictures) + len(outcome.notes) == 1


def test_pictures_are_limited_in_number(jail: Jail) -> None:
    """The first so many."""
    source = _DRAW + main("for n in range(300):\n    open('p%d.png' % n, 'wb').write(PNG)")
    with jail.ended(source) as outcome:
        assert len(outcome.pictures) == 200
        assert any("300" in note for note in outcome.notes)


def _files(jail: Jail, make: str, outside: Path | None = None, **options: object) -> dict[str, bytes]:
    source = f"OUTSIDE = {str(outside)!r}\n" + main(f"try:\n    {make}\nexcept OSError as error:\n    print(error)")
    with jail.ended(source, wall_seconds=20, **options) as outcome:
        assert outcome.failure is None, outcome.failure
        if "files" not in outcome.outputs:
            return {}
        with zipfile.ZipFile(io.BytesIO(outcome.outputs["files"].read())) as files:
            return {name: files.read(name) for name in files.namelist()}


def test_files_come_out(jail: Jail) -> None:
    """The control."""
    assert _files(jail, "os.makedirs('outputs/a'); open('outputs/a/b', 'w').write('x')") == {"a/b": b"x"}


@pytest.mark.parametrize("make", [
    "os.symlink(OUTSIDE, 'outputs')", "os.symlink('/etc', 'outputs')",
    "os.mkdir('real'); open('real/f', 'w').write('x'); os.symlink('real', 'outputs')",
    "os.mkdir('outputs'); os.symlink(OUTSIDE + '/host.png', 'outputs/f')",
    "os.mkdir('outputs'); os.symlink(OUTSIDE, 'outputs/folder')",
    "os.mkdir('outputs'); os.symlink('/', 'outputs/folder')",
    "os.mkdir('outputs'); os.symlink('..', 'outputs/folder')", "os.mkdir('outputs'); os.mkfifo('outputs/f')",
    "open('outputs', 'w').write('x')", "os.mkdir('outputs'); os.link(OUTSIDE + '/host.png', 'outputs/f')",
])  # fmt: skip
def test_links_are_not_followed_into_outputs(jail: Jail, outside: Path, make: str) -> None:
    """Nothing that is not a plain file of the folder itself comes out."""
    (outside / "host.png").write_bytes(_png())
    (outside / "host.png").chmod(0o666)
    assert _files(jail, make, outside) == {}


@pytest.mark.parametrize("name", ["a\\b", "..\\b", "a\nb", "a:b", "..b", "\udcff", "x" * 250, "é"])
def test_names_of_files(jail: Jail, name: str) -> None:
    """Odd names come out as names of one file, or the result is refused; never a path upward."""
    source = main(f"os.mkdir('outputs')\nopen(os.path.join('outputs', {name!r}), 'w').write('x')")
    with jail.ended(source, wall_seconds=5) as outcome:
        if outcome.failure is None:
            with zipfile.ZipFile(io.BytesIO(outcome.outputs["files"].read())) as files:
                assert (
                    not [entry for entry in files.namelist() if "\\" in entry or entry.startswith(("/", ".."))]
                    or name == "..b"
                )


@pytest.mark.slow
def test_many_files(jail: Jail) -> None:
    """As many as the folder holds, or an error; no hang."""
    source = main("os.mkdir('outputs')\nfor n in range(100_000):\n    open('outputs/%d' % n, 'w').close()")
    started = time.monotonic()
    with jail.ended(source, wall_seconds=30) as outcome:
        if jail.layer is Layer.NAMESPACES:
            assert outcome.failure is not None
    assert time.monotonic() - started < 35


def _zip(*entries: tuple[str, bytes, int], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for name, data, mode in entries:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            entry.external_attr = mode << 16
            made.writestr(entry, data, method)
    return file.getvalue()


_ZIPS = {
    "no zip": b"PK no zip",
    "up": _zip(("../up", b"x", 0o100644)),
    "up within": _zip(("a/../../up", b"x", 0o100644)),
    "absolute": _zip(("/etc/attack", b"x", 0o100644)),
    "backslash": _zip(("..\\up", b"x", 0o100644)),
    "link": _zip(("link", b"/etc/passwd", 0o120777)),
    "device": _zip(("device", b"", 0o020666)),
    "pipe": _zip(("pipe", b"", 0o010666)),
    "bomb": _zip(("zeros", bytes(64 << 20), 0o100644)),
    "bzip2": _zip(("zeros", bytes(1 << 20), 0o100644), method=zipfile.ZIP_BZIP2),
    "lzma": _zip(("zeros", bytes(1 << 20), 0o100644), method=zipfile.ZIP_LZMA),
    "cut": _zip(("a", b"x", 0o100644))[:-5],
    "empty": b"",
}


@pytest.mark.parametrize("name", _ZIPS)
def test_forged_files_are_refused(full: Jail, name: str) -> None:
    """The zip of the port Files is looked through before anybody gets it."""
    from bottega.errors import BottegaError

    with Memory.of("files", _ZIPS[name]) as memory, pytest.raises(BottegaError):
        archive.check(memory, 32 << 20)
    if len(_ZIPS[name]) > 10_000:
        return
    source = main(f"""
        os.write(memories(0)[2], {_ZIPS[name]!r})
        import pyarrow as pa
        with os.fdopen(os.dup(memories(0)[0]), "wb") as file, pa.ipc.new_stream(file, pa.schema([])):
            pass
        os.write(100, json.dumps({{"error": None, "outputs": {{"result": True, "files": True}}}}).encode())
        time.sleep(1000)
    """)
    failure = full.failure(source, wall_seconds=5)
    assert failure.type == "ResultError"


def test_plain_files_are_taken() -> None:
    """The control."""
    with Memory.of("files", _zip(("a/b", b"x", 0o100644), ("c", b"", 0))) as memory:
        archive.check(memory, 32 << 20)
