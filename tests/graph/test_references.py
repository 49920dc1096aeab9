"""Files that an experiment names: only its own, and as the text that they are."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.graph.document import Experiment, FileRef
from bottega.graph.references import open_regular


def _reason(experiment: Experiment, path: str) -> str:
    with pytest.raises(BottegaError) as caught:
        experiment.resolve_value(FileRef(path))
    assert caught.value.code == "0048"
    assert caught.value.facts["path"] == path
    return str(caught.value.facts["reason"])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"], ids=["utf-8", "with mark", "utf-16", "Windows"]
)
def test_texts_in_many_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.py").write_bytes("x = 'Größe €'\r\ny\rz\n".encode(encoding))
    assert Experiment(folder=tmp_path).resolve_value(FileRef("a.py")) == "x = 'Größe €'\ny\nz\n"


def test_other_values_stay() -> None:
    assert Experiment().resolve_value("a") == "a"
    assert Experiment().resolve_value([1]) == [1]


def test_files_beside_and_below(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a.py").write_text("a")
    (tmp_path / "link.py").symlink_to("below/a.py")
    experiment = Experiment(folder=tmp_path)
    for path in ("below/a.py", "./below/../below/a.py", "link.py", str(tmp_path / "below" / "a.py")):
        assert experiment.file_path(FileRef(path)) == tmp_path.resolve() / "below" / "a.py"


def test_a_folder_that_is_a_link_itself(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.py").write_text("a")
    (tmp_path / "link").symlink_to("real")
    assert Experiment(folder=tmp_path / "link").resolve_value(FileRef("a.py")) == "a"


def test_files_outside_are_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret").write_text("s")
    (tmp_path / "home2").mkdir()
    (tmp_path / "home2" / "secret").write_text("s")
    (home / "link").symlink_to("../secret")
    (home / "up").symlink_to("..")
    for path in ("../secret", "/etc/passwd", "link", "up/secret", "../home2/secret", "x/../../secret"):
        assert "outside" in _reason(Experiment(folder=home), path)


def test_what_is_no_file(tmp_path: Path) -> None:
    experiment = Experiment(folder=tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert _reason(experiment, "none.py") == "there is no such file"
    assert _reason(experiment, "") == "it is no file"
    assert _reason(experiment, "pipe") == "it is no file"
    assert "null" in _reason(experiment, "a\0b")
    assert _reason(experiment, "x" * 300)
    assert _reason(experiment, "a")
    assert "no folder" in _reason(Experiment(), "a.py")


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder"])
def test_only_regular_files_are_opened(tmp_path: Path, kind: str) -> None:
    """Also where one took the place of the file after it was looked at."""
    place = tmp_path / "a"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(place))
    with pytest.raises(OSError, match=r"it is no regular file|it is a folder|No such device"):
        open_regular(place)


def test_a_regular_file_is_opened_as_any(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    with open_regular(tmp_path / "a") as file:
        assert file.read() == b"abc"


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x81\xff\x8d")
    (tmp_path / "b").write_bytes(b"\xff\xfea")
    assert "no text" in _reason(Experiment(folder=tmp_path), "a")
    assert "no text" in _reason(Experiment(folder=tmp_path), "b")


def test_what_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate((64 << 20) + 1)
    assert "64 MiB" in _reason(Experiment(folder=tmp_path), "a")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "a").chmod(0)
    assert _reason(Experiment(folder=tmp_path), "a") == "Permission denied"
