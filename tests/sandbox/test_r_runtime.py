"""Finding the machine's R, and what names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bottega.sandbox.host import launch, r_runtime


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An R as it lies on a disk."""
    folder = tmp_path / "R"
    (folder / "bin" / "exec").mkdir(parents=True)
    (folder / "bin" / "exec" / "R").write_text("")
    (folder / "bin" / "exec" / "R").chmod(0o755)
    _package(folder / "library", "base", "4.9.1")
    monkeypatch.setitem(os.environ, r_runtime.VARIABLE, str(folder))
    return folder


def _package(library: Path, name: str, version: str) -> None:
    (library / name).mkdir(parents=True, exist_ok=True)
    (library / name / "DESCRIPTION").write_text(f"Package: {name}\nVersion: {version}\nBuilt: R\n")


def test_the_one_that_is_named(home: Path) -> None:
    found = r_runtime.find()
    assert found is not None
    assert (found.home, found.version) == (str(home), "4.9.1")
    assert found.variables["R_HOME"] == str(home)
    assert found.variables[r_runtime.VERSION] == found.name
    assert str(home) in found.folders


def test_its_name_changes_with_its_packages(home: Path) -> None:
    def name() -> str:
        found = r_runtime.find()
        assert found is not None
        return found.name

    names = [name()]
    _package(home / "site-library", "mine", "1.0")
    names.append(name())
    _package(home / "site-library", "mine", "1.1")
    names.append(name())
    assert len(set(names)) == 3
    assert all(each.startswith("R 4.9.1 packages ") for each in names)


@pytest.mark.parametrize("what", ["bin/exec/R", "library/base/DESCRIPTION"])
def test_half_an_r_is_none(home: Path, what: str) -> None:
    (home / what).unlink()
    assert r_runtime.find() is None


def test_it_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, r_runtime.VARIABLE, "")
    assert r_runtime.find() is None
    assert launch._r() == []


def test_a_program_on_the_path_leads_to_its_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(os.environ, r_runtime.VARIABLE)
    (home / "bin" / "R").write_text("")
    (home / "bin" / "R").chmod(0o755)
    folder = home.parent / "path"
    folder.mkdir()
    (folder / "R").symlink_to(home / "bin" / "R")
    monkeypatch.setitem(os.environ, "PATH", str(folder))
    found = r_runtime.find()
    assert found is not None
    assert found.home == str(home)


def test_modules_alone_are_shown_it(home: Path) -> None:
    shown = launch._r()
    assert ["--ro-bind", str(home), str(home)] == shown[shown.index(str(home)) - 1 :][:3]


def test_settings_of_the_site_are_not_shown(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    for name in ("Renviron", "Renviron.site", "Rprofile.site", "ldpaths"):
        (etc / name).write_text("TOKEN=x")
    (home / "etc").mkdir()
    (home / "etc" / "Renviron.site").write_text("TOKEN=x")
    (home / "etc" / "Rprofile.site").symlink_to(etc / "Rprofile.site")
    monkeypatch.setattr(r_runtime, "_ETC", str(etc))
    found = r_runtime.find()
    assert found is not None
    assert found.settings == (str(etc / "ldpaths"), str(etc / "Renviron"))
    assert not any(path == "/etc/R" or path == str(etc) for path in found.folders)
    shown = launch._r()
    assert str(etc / "Renviron.site") not in shown
    site = str(home / "etc" / "Renviron.site")
    assert shown[shown.index(site) - 2 : shown.index(site)] == ["--ro-bind", "/dev/null"]
