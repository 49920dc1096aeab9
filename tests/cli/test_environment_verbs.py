"""`bottega environment` as a user types it: from a folder of wheels, without an index."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.helpers import bottega
from tests.sandbox.wheels import wheel


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels; the home, the cache and the folder that commands run in are the test's own."""
    for name, value in {"BOTTEGA_HOME": "home", "UV_CACHE_DIR": "uv", "BOTTEGA_WORKSPACE": "space"}.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:9/none")
    folder = tmp_path / "wheels"
    wheel(folder, "first", needs="second")
    wheel(folder, "second", "1.5")
    return folder


def told(*arguments: object, code: int = 0) -> dict[str, Any]:
    """The object that `--json` prints."""
    done = bottega("environment", *arguments, "--json")
    assert done.returncode == code, (done.stdout, done.stderr)
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.slow
def test_an_environment_from_its_making_to_its_end(wheels: Path, tmp_path: Path) -> None:
    done = bottega("environment", "create", "mine", "--packages", "first", "--wheels", wheels)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("environment mine: 2 packages on Python 3.")
    listed = {each["name"]: each for each in told("list")["environments"]}
    assert listed["mine"]["state"] == "ready"
    assert listed["mine"]["size"] > 0
    assert {name: listed[name]["state"] for name in ("default", "bottega", "anaconda", "classic")} == dict.fromkeys(
        ("default", "bottega", "anaconda", "classic"), "absent"
    )
    shown = told("show", "mine")
    assert shown["packages"] == {"first": "1", "second": "1.5"}
    assert (shown["requirements"], shown["users"], shown["kind"]) == ("first", [], "built")
    text = bottega("environment", "show", "mine").stdout
    assert "  made from\n    first\n" in text
    assert "    second 1.5\n" in text
    wheel(wheels, "second", "2")
    assert told("update", "mine")["changes"] == ["second 1.5 → 2"]
    assert told("update", "mine")["changes"] == []
    lock = tmp_path / "mine.lock"
    assert told("export", "mine", "-o", lock)["output"] == str(lock)
    assert bottega("environment", "export", "mine").stdout == lock.read_text()
    again = told("create", "again", "--lock", lock, "--wheels", wheels)
    assert again["digest"] == told("show", "mine")["digest"]
    assert told("prune", "--no-workspace", "--dry-run")["removed"].keys() == {shown["digest"]}
    assert told("prune", "--no-workspace")["removed"].keys() == {shown["digest"]}
    assert told("remove", "mine")["freed"] == 0
    assert told("remove", "again")["freed"] > 0
    assert "mine" not in bottega("environment", "list").stdout


def test_requirements_files_include_others_and_name_files_beside_them(wheels: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "base.txt").write_text("../wheels/second-1.5-py3-none-any.whl\n", encoding="utf-8-sig")
    (tmp_path / "all.txt").write_text("# mine\n-r deep/base.txt  # more\n--no-index\n--find-links wheels\nfirst\n")
    made = told("create", "mine", "--requirements", tmp_path / "all.txt")
    assert made["packages"] == 2
    assert told("create", "other", "--requirements", tmp_path / "all.txt")["digest"] == made["digest"]
    wheel(wheels, "third")
    assert told("update", "mine", "--add", "third")["changes"] == ["+ third 1"]
    assert told("update", "mine")["changes"] == []


def test_an_interpreter_is_registered(wheels: Path, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    made = told("create", "theirs", "--python", folder, "--old-names")
    assert (made["kind"], made["packages"], made["old_names"]) == ("registered", 0, True)
    assert made["program"] == str(folder / "bin" / "python")
    (folder / "conda-meta").mkdir()
    assert told("create", "conda", "--conda-prefix", folder)["kind"] == "registered"
    assert "registered" in bottega("environment", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("create mine --packages first --lock x", 2, "--packages cannot go with it"),
        ("create mine --conda-prefix /tmp", 2, "no environment of conda"),
        ("create mine --conda-prefix /tmp --packages x", 2, "--packages cannot go with it"),
        ("create mine --python 1.5 --packages first", 4, "there is no such Python on this machine"),
        ("create mine --python /nowhere", 4, "there is no such program"),
        ("create mine --packages -e.", 2, "expected at least one argument"),
        ("create mine --packages first --wheels /nowhere", 2, "no such folder of wheels"),
        ("create default --packages first", 2, "Bottega ships"),
        ("create classic --conda-prefix /", 2, "Bottega ships"),
        ("create mine --lock /nowhere", 2, "no such file"),
        ("create mine --requirements /dev/null", 2, "no such file"),
        ("show classic", 2, "classic"),
        ("update nosuch", 2, "nosuch"),
        ("remove nosuch", 2, "nosuch"),
        ("export nosuch", 2, "nosuch"),
        ("export ../x", 2, "no name for an environment"),
        ("prune", 2, "--no-workspace"),
        ("show default --workspace /nowhere", 2, "default"),
    ],
)
def test_bad_usage_is_told(arguments: str, code: int, said: str, wheels: Path) -> None:
    done = bottega("environment", *arguments.split())
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"-e ./here\n", b"-r self.txt\n", b"\n# nothing\n"])
def test_a_file_that_is_no_list_of_requirements_is_told(content: bytes, wheels: Path, tmp_path: Path) -> None:
    path = tmp_path / "self.txt"
    path.write_bytes(content)
    done = bottega("environment", "create", "mine", "--requirements", path, "--wheels", wheels)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_a_build_and_leaves_nothing(wheels: Path, tmp_path: Path) -> None:
    """The index takes the question and never answers, so uv is at it when the signal comes."""
    with socket.create_server(("127.0.0.1", 0)) as index:
        variables = {**os.environ, "UV_INDEX_URL": f"http://127.0.0.1:{index.getsockname()[1]}/simple"}
        variables["NO_PROXY"] = variables["no_proxy"] = "127.0.0.1"
        command = [sys.executable, "-m", "bottega.cli.main", "environment", "create", "mine", "--packages", "first"]
        process = subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True)
        asked, _ = index.accept()
        with asked:
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate()
    assert (process.returncode, complaint) == (130, "interrupted\n")
    folder = tmp_path / "home" / "environments"
    assert [path.name for path in folder.iterdir() if not path.name.endswith(".lock")] == []
