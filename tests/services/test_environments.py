"""The packages of a service: those of its publishing, by their lock, whatever their name means now."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment, packages, registered
from bottega.sandbox.host.environment import Environment
from bottega.services import environments
from bottega.services.program import Lock, Program
from bottega.store.digest import bytes_digest
from bottega.store.workspace import Workspace


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: Environment) -> Iterator[Path]:
    """A home with one environment that two names have, by its files alone."""
    meta = json.loads((environment.folder / "meta.json").read_text())
    root = tmp_path / "environments"
    for folder, lock in (("one", "a==1"), ("two", "a==2")):
        (root / folder).mkdir(parents=True)
        (root / folder / "meta.json").write_text(json.dumps(meta))
        (root / folder / "requirements.lock").write_text(lock)
    (root / "names").mkdir()
    (root / "names" / "mine.json").write_text(json.dumps({"digest": "one"}))
    monkeypatch.setenv("BOTTEGA_HOME", str(tmp_path))
    yield root
    monkeypatch.undo()


def rename(root: Path, digest: str) -> None:
    (root / "names" / "mine.json").write_text(json.dumps({"digest": digest}))


def test_the_one_that_was_published_with(home: Path) -> None:
    pin = environments.pinned("mine")
    assert environments.get("mine", pin).folder == home / "one"


def test_an_older_build_stays_in_use(home: Path) -> None:
    pin = environments.pinned("mine")
    rename(home, "two")
    assert environments.pinned("mine") != pin
    assert environments.get("mine", pin).folder == home / "one"
    assert environments.get("mine", None).folder == home / "two"


def test_one_that_lost_its_name_stays_in_use(home: Path) -> None:
    pin = environments.pinned("mine")
    (home / "names" / "mine.json").unlink()
    assert environments.get("mine", pin).folder == home / "one"


def test_one_that_is_gone_is_told(home: Path) -> None:
    pin = environments.pinned("mine")
    rename(home, "two")
    shutil.rmtree(home / "one")
    with pytest.raises(BottegaError, match="publish it again") as caught:
        environments.get("mine", pin)
    assert caught.value.code == "environment-invalid"


def test_one_that_never_was_is_told(home: Path) -> None:
    del home
    with pytest.raises(BottegaError) as caught:
        environments.get("other", None)
    assert caught.value.code == "environment-unknown"
    with pytest.raises(BottegaError) as caught:
        environments.pinned("other")
    assert caught.value.code == "environment-unknown"


def test_half_a_folder_is_passed_over(home: Path) -> None:
    pin = environments.pinned("mine")
    rename(home, "two")
    (home / "one" / "meta.json").write_text("{")
    with pytest.raises(BottegaError, match="publish it again"):
        environments.get("mine", pin)


def test_bottegas_own_follows_bottega(environment: Environment) -> None:
    del environment
    assert environments.get("bottega", "0" * 32) == build.ensure("bottega", lambda _: None)


def test_the_pin_is_of_the_lock_alone(home: Path) -> None:
    (home / "two" / "requirements.lock").write_text("a==1")
    pin = environments.pinned("mine")
    rename(home, "two")
    assert environments.pinned("mine") == pin
    assert environment.find("mine") is not None


def test_a_lock_is_kept_and_a_lost_environment_made_from_it_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = environments.pinned("mine")
    with Workspace.open(tmp_path / "workspace") as workspace:
        program = environments.kept(workspace, Program("Test", environments={"mine": pin}))
        lock = program.locks["mine"]
        assert lock.digest in program.digests()
        assert Program.loads(program.dumps()) == program
        made: list[build.Recipe] = []
        monkeypatch.setattr(build, "make", lambda recipe, _tell: made.append(recipe))
        environments.restore(workspace, program)
        assert made == []
        shutil.rmtree(home / "one")
        environments.restore(workspace, program)
    [recipe] = made
    assert (recipe.name, recipe.lock, recipe.requirements) == (f"service-{pin[:12]}", "a==1", "")
    assert recipe.python is not None
    assert lock.python.startswith(f"{recipe.python}.")


@pytest.mark.parametrize("python", ["/tmp/evil.1", "./evil", "", "3.11.7; evil"])
def test_the_python_of_a_lock_is_a_version_and_never_a_program(
    python: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path would be run, to ask what it is; nor is a lock that is no text our failure."""
    assert home.is_dir()
    with Workspace.open(tmp_path / "workspace") as workspace:
        lock = Lock(bytes_digest(b"\xff"), python)
        workspace.blobs.put(lock.digest, b"\xff")
        made: list[build.Recipe] = []
        monkeypatch.setattr(build, "make", lambda recipe, _tell: made.append(recipe))
        environments.restore(workspace, Program("Test", environments={"mine": "0" * 32}, locks={"mine": lock}))
    assert [set(recipe.python or "") <= set("0123456789.") for recipe in made] == [True]


@pytest.fixture
def theirs(home: Path, environment: Environment) -> Environment:
    """A registered Python: that of the shipped environment."""
    del home
    return registered.register("theirs", environment.python, lambda _: None)


def test_a_registered_python_is_pinned_as_it_is(theirs: Environment, tmp_path: Path) -> None:
    pin = environments.pinned("theirs")
    assert theirs.digest in pin
    assert environments.get("theirs", pin) == theirs
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert environments.kept(workspace, Program("Test", environments={"theirs": pin})).locks == {}


def test_a_registered_python_that_changed_is_told_with_what_changed(
    theirs: Environment, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = environments.pinned("theirs")
    other = dict(theirs.packages) | {"numpy": "0.1", "added": "1.0"}
    monkeypatch.setattr(packages, "versions", lambda _sites: sorted(other.items()))
    with pytest.raises(BottegaError, match="not what it was when the service was published") as caught:
        environments.get("theirs", pin)
    assert caught.value.code == "environment-invalid"
    assert "added was not there and is 1.0; numpy was" in str(caught.value)
    del home


def test_a_registered_python_that_is_gone_is_told(theirs: Environment, home: Path) -> None:
    pin = environments.pinned("theirs")
    (home / "names" / "theirs.json").unlink()
    with pytest.raises(BottegaError, match="no Python is registered by that name any more"):
        environments.get("theirs", pin)
    del theirs
