"""The packages of a service: those of its publishing, by their lock, whatever their name means now."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import build, environment
from bottega.sandbox.host.environment import Environment
from bottega.services import environments


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
