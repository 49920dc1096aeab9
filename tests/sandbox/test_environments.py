"""Environments from a folder of wheels: made whole or not at all, shared, locked, made anew and removed."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import textwrap
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment, interpreter, shelf, uv_program
from bottega.sandbox.host.build import Recipe
from tests.sandbox.wheels import wheel

Told = list[str]


def quiet(_text: str) -> None:
    """Who does not listen."""


def left() -> set[str]:
    """What is in the folder of environments, beside locks."""
    names = {path.name for path in environment.root().iterdir() if not path.name.endswith(".lock")}
    return names - {"names"}


def made(wheels: Path, name: str = "mine", requirements: str = "first\n") -> environment.Environment:
    """An environment of the folder's wheels."""
    return build.make(Recipe(name, requirements, wheels=wheels), quiet)


def test_it_is_made_of_wheels_without_an_index_and_tells_how_far_it_is(wheels: Path) -> None:
    told: Told = []
    built = build.make(Recipe("mine", "first\n", wheels=wheels), told.append)
    assert built == environment.get("mine")
    assert (built.kind, built.compatibility, built.requirements) == ("built", False, "first\n")
    assert built.packages == (("first", "1"), ("second", "1.5"))
    assert built.modules == {"first", "second"}
    assert told[0] == "resolving packages"
    assert any(line.startswith("resolved 2 packages in ") for line in told)
    assert "compiling 2 packages" in told
    assert any(line.startswith("2 packages, ") and line.endswith(" on disk") for line in told)
    assert build.size(built) == built.disk > 0
    assert left() == {built.digest}


def test_its_lock_makes_the_same_one_elsewhere(wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = build.make(Recipe("mine", "first\n", wheels=wheels, compatibility=True), quiet)
    lock = build.lock_text(built)
    assert lock.startswith("# bottega: python=3.")
    assert lock.count("--hash=sha256:") == 2
    monkeypatch.setenv("BOTTEGA_HOME", str(tmp_path / "elsewhere"))
    again = build.make(Recipe("again", lock=lock, wheels=wheels), quiet)
    assert (again.digest, again.compatibility) == (built.digest, True)
    assert build.lock_text(again) == lock


def test_old_names_are_part_of_what_it_is(wheels: Path) -> None:
    without = made(wheels)
    having = build.make(Recipe("old", "first\n", wheels=wheels, compatibility=True), quiet)
    assert having.digest != without.digest
    assert environment.get("old").compatibility
    assert not environment.get("mine").compatibility


def test_a_wheel_of_another_hash_is_refused_by_name(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = build.lock_text(made(wheels))
    build.remove("mine")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "another"))  # in the first one is that of the right hash
    wheel(wheels, "second", "1.5", {"second.py": "WHOSE = 'another'\n"})
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", lock=lock, wheels=wheels), quiet)
    assert caught.value.code == "environment-build-failed"
    assert "second" in str(caught.value.facts["reason"])
    assert left() == set()


def test_a_lock_without_hashes_is_none(wheels: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", lock="first==1\n", wheels=wheels), quiet)
    assert caught.value.code == "usage"


def test_wheels_are_shared_by_hard_links(wheels: Path) -> None:
    one = made(wheels)
    two = build.make(Recipe("two", "first\n", wheels=wheels, compatibility=True), quiet)
    files = [environment.site_packages(each.folder / "venv") / "second.py" for each in (one, two)]
    assert files[0].stat().st_ino == files[1].stat().st_ino


def test_what_cannot_be_resolved_is_told_and_nothing_is_left(wheels: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        made(wheels, requirements="first\nnowhere==9\n")
    assert caught.value.code == "environment-build-failed"
    assert "nowhere" in str(caught.value.facts["reason"])
    assert left() == set()
    assert environment.names() == []


def test_a_cancelled_build_leaves_nothing(wheels: Path) -> None:
    for phase in ("resolving packages", "installing packages", "compiling 2 packages"):
        cancelled = threading.Event()

        def tell(text: str, phase: str = phase, cancelled: threading.Event = cancelled) -> None:
            if text == phase:
                cancelled.set()

        with pytest.raises(BottegaError) as caught:
            build.make(Recipe("mine", "first\n", wheels=wheels), tell, cancelled)
        assert caught.value.code == "canceled"
        assert left() == set()
    assert environment.find("mine") is None


def test_a_killed_build_is_not_taken_for_whole_and_its_rubbish_goes_at_the_next(wheels: Path) -> None:
    program = f"""
        import os, signal
        from pathlib import Path
        from bottega.sandbox.host import build
        def tell(text):
            if text.startswith("compiling"):
                os.kill(os.getpid(), signal.SIGKILL)
        build.make(build.Recipe("mine", "first", wheels=Path({str(wheels)!r})), tell)
    """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
    assert killed.returncode == -9
    assert environment.find("mine") is None
    (rubbish,) = left()
    assert (environment.root() / rubbish / "whole" / "venv").is_dir()
    built = made(wheels)
    assert left() == {built.digest}


def test_two_builds_of_one_at_once_make_one(wheels: Path) -> None:
    built: list[environment.Environment] = []
    threads = [threading.Thread(target=lambda: built.append(made(wheels))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 2
    assert built[0] == built[1]
    assert left() == {built[0].digest}


def test_another_process_s_work_is_not_swept(wheels: Path) -> None:
    with shelf.work() as (place, _):
        built = made(wheels)
        assert place.is_dir()
    assert left() == {built.digest}


def test_an_update_takes_newer_versions_and_the_older_build_stays_until_it_is_pruned(wheels: Path) -> None:
    old = made(wheels)
    assert build.update("mine", quiet) == old
    wheel(wheels, "second", "2")
    new = build.update("mine", quiet)
    assert dict(new.packages)["second"] == "2"
    assert (environment.get("mine"), new.requirements) == (new, "first\n")
    assert environment.at(old.folder, "mine") is not None
    assert build.prune({shelf.lock_digest(old.folder)}) == {}
    assert build.prune({old.digest}) == {}
    assert build.prune().keys() == {old.digest}
    assert left() == {new.digest}


def test_an_update_may_ask_for_others(wheels: Path) -> None:
    made(wheels)
    new = build.update("mine", quiet, requirements="second\n")
    assert (new.packages, new.requirements) == ((("second", "1.5"),), "second\n")


def test_removing_gives_back_what_nobody_else_has(wheels: Path) -> None:
    built = made(wheels)
    other = build.make(Recipe("other", lock=build.lock_text(built), wheels=wheels), quiet)
    assert other.digest == built.digest
    assert build.remove("other") == 0
    assert environment.find("mine") is not None
    assert build.remove("mine") > 0
    assert left() == set()
    with pytest.raises(BottegaError) as caught:
        build.remove("mine")
    assert caught.value.code == "environment-unknown"


def test_an_environment_of_an_older_bottega_still_reads(wheels: Path) -> None:
    built = made(wheels)
    meta = json.loads((built.folder / "meta.json").read_text())
    kept = {key: meta[key] for key in ("interpreter", "modules", "packages")}
    (built.folder / "meta.json").write_text(json.dumps(kept))
    (environment.root() / "names" / "mine.json").write_text(json.dumps({"digest": built.digest}))
    found = environment.get("mine")
    assert (found.kind, found.compatibility, found.requirements, found.python) == ("built", False, "", built.python)


@pytest.mark.parametrize("entry", ['{"digest": "../names"}', '{"digest": 7}', "[]", "no json", '{"digest": ""}'])
def test_a_damaged_name_stands_for_nothing(entry: str, wheels: Path) -> None:
    made(wheels)
    (environment.root() / "names" / "mine.json").write_text(entry)
    assert environment.find("mine") is None


@pytest.mark.parametrize(
    "line",
    ["-r /etc/passwd", "--index-url http://x.invalid", "-e .", "./here", "/etc", "x @ file:///etc/passwd", "git+https://x.invalid/y",
     "http://x.invalid/y.whl", "y.whl", "first; python_version>'3'\n-r x", "first ${HOME}", "a" + "!" * 90,
     "a" + "<1!1" * 90 + "/", "a;" + " " * 5000 + "#", "first\\\n-r x"],
)  # fmt: skip
def test_elsewhere_than_here_requirements_name_packages_alone(line: str, wheels: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", f"second\n{line}\n", wheels=wheels), quiet)
    assert caught.value.code == "usage"


@pytest.mark.parametrize(
    "line", ["first", "First>=1,<2", "first[extra]==1.*", "first ; python_version >= '3'", "first  # why"]
)
def test_names_with_versions_extras_and_markers_are_taken(line: str, wheels: Path) -> None:
    wheel(wheels, "second", "3")
    assert dict(made(wheels, requirements=f"{line}\n# a remark\n\n").packages)["first"] == "1"


def test_the_credentials_of_an_index_are_kept_for_an_update_and_not_shown(wheels: Path) -> None:
    asked = f"--no-index\n--find-links {wheels}\n--extra-index-url http://me:secret@127.0.0.1:9/simple\nfirst\n"
    build.make(Recipe("mine", asked, local=True), quiet)
    assert "secret" not in repr(environment.get("mine"))
    assert "http://127.0.0.1:9/simple" in environment.get("mine").requirements
    build.update("mine", quiet)
    assert "me:secret@" in environment.named("mine")["requirements"]
    assert (environment.root() / "names").stat().st_mode & 0o077 == 0


def test_a_shipped_name_is_not_given_to_anything_else(wheels: Path) -> None:
    with pytest.raises(BottegaError) as caught:
        made(wheels, "classic")
    assert caught.value.code == "usage"


def test_a_folder_that_is_no_folder_of_wheels_is_told(wheels: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(BottegaError) as caught:
            made(folder)
        assert (caught.value.code, caught.value.facts["path"]) == ("0048", str(folder))


def test_a_full_disk_is_told_in_plain_words() -> None:
    said = deque(
        ["Resolved 2 packages", "error: Failed to install", "  Caused by: No space left on device (os error 28)"]
    )
    reason = uv_program._reason(said, 2)
    assert reason.startswith("the disk of ")
    assert "bottega environment prune" in reason


def test_what_the_disk_refuses_is_told(wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BOTTEGA_HOME", str(tmp_path / "file" / "home"))
    makes: list[Callable[[], object]] = [
        lambda: made(wheels),
        lambda: build.register("theirs", Path(sys.prefix), quiet),
    ]
    for make in makes:
        with pytest.raises(BottegaError) as caught:
            make()
        assert caught.value.code == "environment-build-failed"
        assert str(tmp_path / "file") in str(caught.value.facts["reason"])
    with pytest.raises(BottegaError) as caught, shelf.telling("mine"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert "the disk is full" in str(caught.value.facts["reason"])


def test_a_python_is_found_by_version_by_path_and_by_folder(tmp_path: Path) -> None:
    own = interpreter.base()
    assert own in interpreter.found()
    version = ".".join(map(str, own.numbers[:2]))
    assert interpreter.find(version).numbers[:2] == own.numbers[:2]
    assert interpreter.find(own.path) == own
    assert interpreter.find(sys.prefix) == own
    with pytest.raises(BottegaError) as caught:
        interpreter.find("1.5")
    assert own.version in str(caught.value.facts["reason"])
    for wrong in (tmp_path, tmp_path / "nowhere", Path(os.devnull)):
        with pytest.raises(BottegaError) as caught:
            interpreter.find(str(wrong))
        assert caught.value.code == "environment-invalid"


def test_nothing_is_installed_for_a_python_that_is_too_old(wheels: Path, tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python2.7"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\necho \'["{python}", "{tmp_path}", "{tmp_path}", "2.7.18", "cpython-27"]\'\n')
    python.chmod(0o755)
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", "first\n", python=str(python), wheels=wheels), quiet)
    assert caught.value.code == "environment-invalid"
    assert "registered" in str(caught.value.facts["reason"])
