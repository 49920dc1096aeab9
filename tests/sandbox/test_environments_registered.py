"""Interpreters of somebody else's: used as they are, looked at without running them, seen by jails and no more."""

from __future__ import annotations

import pwd
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment, interpreter, packages
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Task

WHERE = b"""
import sys
def azureml_main():
    import mine
    print(mine.SAID, sys.prefix, sys.executable)
"""


def quiet(_text: str) -> None:
    """Who does not listen."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own."""
    monkeypatch.setenv("BOTTEGA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def venv(tmp_path: Path, home: Path) -> Path:
    """A virtual environment of this Python with a package in it."""
    folder = tmp_path / "theirs"
    python = interpreter.base().path
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    install(folder, "mine", "1.0")
    return folder


def install(folder: Path, name: str, version: str) -> None:
    """A package without a file, and a module."""
    site = environment.site_packages(folder)
    (site / f"{name}-{version}.dist-info").mkdir()
    (site / f"{name}.py").write_text(f"SAID = {version!r}\n")


def test_a_virtual_environment_is_registered_by_folder_and_by_program(venv: Path) -> None:
    found = build.register("theirs", venv, quiet)
    assert found == environment.get("theirs")
    assert (found.kind, found.packages, list(found.modules)) == ("registered", (("mine", "1.0"),), ["mine"])
    assert found.python == venv / "bin" / "python"
    assert found.interpreter == interpreter.base()
    assert str(venv) in found.shown
    assert build.register("again", venv / "bin" / "python", quiet).digest == found.digest
    assert build.lock_text(found).endswith("\nmine==1.0\n")


def test_a_bare_python_is_registered_with_what_is_beside_it(home: Path) -> None:
    found = build.register("bare", Path(interpreter.base().path), quiet)
    assert (found.python, found.interpreter) == (Path(interpreter.base().path), interpreter.base())
    assert not any(path.startswith(sys.prefix) for path in found.shown if sys.prefix != sys.base_prefix)


def test_one_is_registered_by_its_version(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `--python 3.11` without packages says it."""
    monkeypatch.setattr(interpreter, "found", lambda: [interpreter.base()])
    version = interpreter.base().version
    assert build.register("bare", Path(version), quiet).interpreter == interpreter.base()
    with pytest.raises(BottegaError, match=r"there is no such Python on this machine\. There are "):
        build.register("none", Path("3.99"), quiet)


def test_scripts_run_in_it_with_its_packages(venv: Path, environment: Environment) -> None:
    site = next((venv / "lib").glob("python*/site-packages"))
    others = next((environment.folder / "venv" / "lib").glob("python*/site-packages"))
    for name in ("pandas", "numpy", "numpy.libs", "dateutil", "pytz", "tzdata", "six.py"):
        source = others / name
        if source.is_dir():
            shutil.copytree(source, site / name)
        elif source.is_file():
            shutil.copy(source, site / name)
    theirs = build.register("theirs", venv, quiet)
    with Pool(layer=Layer.NAMESPACES, spares=0) as pool:
        outcome = pool.run(Task(theirs, "step.py", WHERE))
        failure, log = outcome.failure, outcome.log
        outcome.close()
    assert (failure, log) == (None, f"1.0 {venv} {venv}/bin/python\n")


def test_what_is_installed_since_gives_it_another_digest_without_running_it(venv: Path) -> None:
    before = build.register("theirs", venv, quiet)
    assert build.ensure("theirs", quiet) == before
    assert build.digest("theirs") == before.digest
    install(venv, "more", "2.0")
    assert build.digest("theirs") != before.digest
    after = build.ensure("theirs", quiet)
    assert (after.digest, dict(after.packages)) == (build.digest("theirs"), {"mine": "1.0", "more": "2.0"})
    assert environment.get("theirs") == after


def test_one_that_is_gone_is_told(venv: Path) -> None:
    before = build.register("theirs", venv, quiet)
    shutil.rmtree(venv)
    assert build.digest("theirs") == before.digest
    with pytest.raises(BottegaError) as caught:
        build.ensure("theirs", quiet)
    assert caught.value.code == "environment-invalid"
    assert str(venv) in str(caught.value.facts["reason"])
    build.remove("theirs")
    assert environment.find("theirs") is None


def test_a_python_is_asked_once_and_its_packages_run_never(tmp_path: Path, home: Path) -> None:
    """A program that counts, before a Python whose packages would run at each start."""
    ran, started = tmp_path / "ran", tmp_path / "started"
    prefix = tmp_path / "hostile"
    site = prefix / "lib" / f"python{'.'.join(map(str, interpreter.base().numbers[:2]))}" / "site-packages"
    site.mkdir(parents=True)
    (site / "evil.pth").write_text(f"import os; open({str(ran)!r}, 'a').close()\n")
    (site / "sitecustomize.py").write_text(f"open({str(ran)!r}, 'a').close()\n")
    (prefix / "bin").mkdir()
    program = prefix / "bin" / "python"
    facts = f'["{program}", "{prefix}", "{prefix}", "{interpreter.base().version}", "{interpreter.base().tag}"]'
    program.write_text(f"#!/bin/sh\necho started >> {started}\necho '{facts}'\n")
    program.chmod(0o755)
    found = build.register("hostile", prefix, quiet)
    assert started.read_text() == "started\n"
    assert environment.get("hostile") == found
    assert build.ensure("hostile", quiet) == found
    assert build.digest("hostile") == found.digest
    assert (build.size(found) > 0, build.lock_text(found) != "") == (True, True)
    assert environment.names() == ["hostile"]
    assert started.read_text() == "started\n"
    assert not ran.exists()


@pytest.mark.parametrize("answer", ["", "[]", "7", '["a"]', "[1,2,3,4,5,6]", "x" * 100])
def test_a_program_that_is_no_python_is_told(answer: str, tmp_path: Path, home: Path) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    with pytest.raises(BottegaError) as caught:
        build.register("wrong", program, quiet)
    assert caught.value.code == "environment-invalid"


def test_a_prefix_that_would_show_a_home_is_refused(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python that was installed into somebody's home would let scripts read all of it."""
    program = tmp_path / "bin" / "python"
    program.parent.mkdir()
    base = interpreter.base()
    program.write_text(
        f'#!/bin/sh\necho \'["{program}", "{tmp_path}", "{tmp_path}", "{base.version}", "{base.tag}"]\'\n'
    )
    program.chmod(0o755)
    with pytest.raises(BottegaError) as caught:
        build.register("open", program, quiet)
    assert "would be able to read" in str(caught.value.facts["reason"])
    assert environment.names() == []


def test_a_virtual_environment_on_a_link_shows_the_way(tmp_path: Path, home: Path) -> None:
    """Such as uv's Pythons, whose folder of a minor version is a link to that of the newest patch."""
    own = interpreter.base()
    (tmp_path / "pythons").mkdir()
    link = tmp_path / "pythons" / "python3"
    link.symlink_to(own.path)
    folder = tmp_path / "linked"
    (folder / "bin").mkdir(parents=True)
    site = folder / "lib" / f"python{'.'.join(map(str, own.numbers[:2]))}" / "site-packages"
    site.mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(link)
    (folder / "pyvenv.cfg").write_text(f"home = {Path(own.path).parent}\nversion = {own.version}\n")
    found = build.register("linked", folder, quiet)
    assert {str(link), str(folder)} <= set(found.shown)
    assert (found.interpreter, found.python) == (own, folder / "bin" / "python")


def test_a_prefix_that_is_a_link_is_shown_by_both_names(tmp_path: Path) -> None:
    """Its program may look for its own library by the other."""
    own = interpreter.base()
    link = tmp_path / "here"
    link.symlink_to(tmp_path / "there")
    linked = replace(own, prefix=str(link), exec_prefix=str(link))
    assert linked.folders == (str(link), str(tmp_path / "there"))


def test_packages_are_read_from_the_names_of_their_records(tmp_path: Path) -> None:
    for name in (
        "Some_Thing-1.0.dist-info",
        "old.name-2.0-py3.11.egg-info",
        "broken.dist-info",
        "../x",
        "n-0.dist-info",
    ):
        if "/" not in name:
            (tmp_path / name).mkdir()
    for name in ("one.py", "two.cpython-311-x86_64-linux-gnu.so", "no-name.py", "data.txt"):
        (tmp_path / name).touch()
    (tmp_path / "three").mkdir()
    (tmp_path / "__pycache__").mkdir()
    assert packages.versions([tmp_path]) == [("n", "0"), ("old-name", "2.0"), ("some-thing", "1.0")]
    assert packages.modules([tmp_path, tmp_path / "nowhere"]) == ["one", "three", "two"]


def test_one_that_would_show_another_users_home_is_refused(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may run as root, and a person may have a virtual environment made of all of their home."""
    (venv / "ann").mkdir()
    ann = pwd.struct_passwd(("ann", "x", 4242, 4242, "", str(venv / "ann"), "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwall", lambda: [ann])
    with pytest.raises(BottegaError) as caught:
        build.register("mine", venv / "bin" / "python", quiet)
    assert str(venv / "ann") in str(caught.value.facts["reason"])
    assert environment.find("mine") is None
