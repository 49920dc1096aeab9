"""Locks and requirements that would choose an index, run code on the host, or let scripts read a password."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import build, making
from bottega.sandbox.host.build import Recipe
from tests.sandbox.wheels import sdist


def quiet(_text: str) -> None:
    """Who does not listen."""


_LOCKED = "first==1 --hash=sha256:" + "0" * 64 + "\n"


@pytest.mark.parametrize(
    "line",
    [
        "--no-binary evil", "--only-binary :none:", "-r /etc/passwd", "-c /etc/passwd", "-e /evil", "--index-url http://127.0.0.1:9/",
        "--find-links /etc", "--extra-index-url=http://127.0.0.1:9/", "evil @ file:///evil-1.tar.gz --hash=sha256:" + "0" * 64,
        "/evil-1.tar.gz", "evil>=1", "evil", "# told \\\n--no-binary evil", "# told\r--no-binary evil", "evil==1 ; \\\n--no-binary evil",
        "evil==1 ; python_version > '3'\u2028--no-binary evil", "evil==1 --no-binary evil", "\x00",
    ],
)  # fmt: skip
def test_a_lock_has_no_options_files_or_addresses(line: str, wheels: Path) -> None:
    """With `--no-binary` in it uv would build by the package's own code, on the host."""
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", lock=f"{_LOCKED}{line}\n", wheels=wheels), quiet)
    assert caught.value.code == "environment-invalid"
    assert "lock" in str(caught.value.facts["reason"])


@pytest.mark.parametrize("told", ["evil", "3", "./evil", "3.11.evil"])
def test_a_lock_names_a_version_of_python_and_no_program(
    told: str, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in its head is looked for among the Pythons of this machine, not in the folder that somebody is in."""
    monkeypatch.chdir(tmp_path)
    ran, program = tmp_path / "ran", tmp_path / Path(told).name
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    with contextlib.suppress(BottegaError):
        build.make(Recipe("mine", lock=f"# bottega: python={told}\n{_LOCKED}", wheels=wheels, local=True), quiet)
    assert not ran.exists()


def test_a_lock_with_no_binary_runs_no_code_on_the_host(wheels: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    archive = sdist(wheels, "evil", f"open({str(ran)!r}, 'a').close()")
    pin = f"evil==1 --hash=sha256:{hashlib.sha256(archive.read_bytes()).hexdigest()}\n"
    for local in (False, True):
        with pytest.raises(BottegaError):
            build.make(Recipe("mine", lock=f"--no-binary evil\n{pin}", wheels=wheels, local=local), quiet)
    assert not ran.exists()


@pytest.mark.parametrize("written", ["second @ file://{}", "{}"])
def test_on_the_command_line_a_lock_may_name_a_file(written: str, wheels: Path) -> None:
    place = written.format(wheels / "second-1.5-py3-none-any.whl")
    text = build.lock_text(build.make(Recipe("mine", place, local=True), quiet))
    assert place in text
    assert build.make(Recipe("mine", lock=text, local=True), quiet).packages == (("second", "1.5"),)
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("other", lock=text), quiet)
    assert caught.value.code == "environment-invalid"


def test_a_password_of_an_address_is_for_no_script(
    wheels: Path, serve_folder: Callable[[Path], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jails see the lock of their environment, and it is exported and kept with services."""
    monkeypatch.setenv("UV_NO_CACHE", "1")
    place = f"127.0.0.1:{serve_folder(wheels)}/second-1.5-py3-none-any.whl"
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", f"second @ http://ann:s3cret@{place}\n", local=True), quiet)
    assert "password" in str(caught.value.facts["reason"])
    assert "s3cret" not in str(caught.value)
    assert build.make(Recipe("mine", f"second @ http://{place}\n", local=True), quiet).packages == (("second", "1.5"),)


@pytest.mark.parametrize("line", ["-e {}", "--editable={}", "second # \\\n-e {}", "-r {}/inner.txt"])
def test_a_folder_is_not_installed_in_place(line: str, wheels: Path, tmp_path: Path) -> None:
    """uv builds such ones by their own code, wheels alone or not."""
    (tmp_path / "project").mkdir()
    text = line.format(tmp_path / "project")
    for local in (True, False):
        with pytest.raises(BottegaError) as caught:
            build.make(Recipe("mine", text, wheels=wheels, local=local), quiet)
        assert caught.value.code == "usage"


def test_requirements_are_read_in_no_time_whatever_they_are(wheels: Path) -> None:
    """One space for many: each of several patterns for spaces could take any of them."""
    for text in ("a" + " " * 3900 + "!", "a" + " " * 3900 + "\\ \n>=1", "a [" + " " * 3900 + "b"):
        with pytest.raises(BottegaError):
            build.make(Recipe("mine", text, wheels=wheels), quiet)


def test_a_lock_that_a_jail_gives_is_a_strangers(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Package code in a build's jail can say whatever it likes in uv's place."""
    sdist(wheels, "evil", "pass")
    monkeypatch.setattr(making, "resolve", lambda *_, **__: f"--index-url http://127.0.0.1:9/\n{_LOCKED}")
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", "evil\n", wheels=wheels, from_source=True), quiet)
    assert caught.value.code == "environment-invalid"
