"""Packages that would run on the host, write where they may not, or read what is not theirs."""

from __future__ import annotations

import ast
import contextlib
import os
import secrets
import socket
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import build, build_jail, environment, packages, removal, uv_program
from bottega.sandbox.host.build import Recipe
from tests.cli.helpers import bottega
from tests.sandbox.wheels import sdist, wheel

SECRET = "what is the user's alone"


def quiet(_text: str) -> None:
    """Who does not listen."""


def installed(name: str = "mine") -> Path:
    """The folder of its packages."""
    return environment.site_packages(environment.get(name).folder / "venv")


@pytest.mark.slow
def test_no_code_of_a_wheel_runs_while_it_is_built_listed_shown_updated_and_removed(
    wheels: Path, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    code = f"open({str(ran)!r}, 'a').close()"
    files = {"evil.pth": f"import os; {code}\n", "sitecustomize.py": code, "usercustomize.py": code, "evil.py": code,
             "evil/__init__.py": code, "uv.toml": "compile-bytecode = true\n"}  # fmt: skip
    wheel(wheels, "evil", files=files)
    recipe = Recipe("mine", "evil\n", wheels=wheels)
    built = build.make(recipe, quiet)
    assert (installed() / "evil.pth").is_file()
    for verb in (["list"], ["show", "mine"], ["export", "mine"], ["list", "--json"]):
        assert bottega("environment", *verb).returncode == 0
    wheel(wheels, "evil", "2", files=files)
    assert build.update("mine", quiet) != built
    assert build.prune().keys() == {built.digest}
    build.remove("mine")
    assert not ran.exists()


def test_settings_of_the_caller_do_not_let_code_run(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lets uv start the environment's Python, or build from source."""
    ran = tmp_path / "ran"
    wheel(wheels, "evil", files={"evil.pth": f"import os; open({str(ran)!r}, 'a').close()\n"})
    for name in ("UV_COMPILE_BYTECODE", "UV_SYSTEM_PYTHON"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("UV_NO_BINARY", "1")
    monkeypatch.setenv("UV_LINK_MODE", "symlink")
    build.make(Recipe("mine", "evil\n", wheels=wheels), quiet)
    assert not ran.exists()
    assert not (installed() / "evil.pth").is_symlink()


@pytest.mark.parametrize(
    "settings",
    [
        'no-binary-package = ["evil"]', '[pip]\nno-binary = ["evil"]', "compile-bytecode = true",
        "[pip]\nno-build = false\ncompile-bytecode = true",
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["user", "project"])
def test_settings_of_uv_do_not_let_code_run(
    settings: str, where: str, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the user's nor those of a project that Bottega's home lies in."""
    ran = tmp_path / "ran"
    code = f"open({str(ran)!r}, 'a').close()"
    wheel(wheels, "pathy", files={"pathy.pth": f"import os; {code}\n", "pathy.py": ""})
    sdist(wheels, "evil", code)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    file = tmp_path / ("settings/uv/uv.toml" if where == "user" else "uv.toml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(settings)
    build.make(Recipe("mine", "pathy\n", wheels=wheels), quiet)
    with pytest.raises(BottegaError):
        build.make(Recipe("other", "evil\n", wheels=wheels), quiet)
    assert not ran.exists()


def test_settings_of_uv_tell_where_packages_are(wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    (tmp_path / "settings" / "uv").mkdir(parents=True)
    (tmp_path / "settings" / "uv" / "uv.toml").write_text(f"no-index = true\nfind-links = [{str(wheels)!r}]\n")
    assert build.make(Recipe("mine", "second\n"), quiet).packages == (("second", "1.5"),)


@pytest.mark.parametrize("name", ["scripts/python", "data/bin/python"])
def test_a_wheel_takes_the_place_of_no_python(name: str, wheels: Path) -> None:
    wheel(wheels, "evil", files={"evil.py": "", f"evil-1.data/{name}": "#!/bin/sh\n"})
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", "evil\n", wheels=wheels), quiet)
    assert "python" in str(caught.value.facts["reason"])


@pytest.mark.parametrize(
    "name",
    [
        "../../../../outside",
        "/outside",
        "evil/../../../../../outside",
        "..\\outside",
        "evil-1.data/data/../../../../outside",
        "evil-1.data/scripts/../../../../../outside",
    ],
)
def test_a_wheel_writes_nothing_beside_its_environment(name: str, wheels: Path, tmp_path: Path) -> None:
    place = f"{tmp_path}{name}" if name.startswith("/") else name
    wheel(wheels, "evil", files={"evil.py": "", place: "got out"})
    with contextlib.suppress(BottegaError):  # either is well: refused, or kept inside
        build.make(Recipe("mine", "evil\n", wheels=wheels), quiet)
    found = [Path(folder) / each for folder, _, files in os.walk(tmp_path) for each in files if "outside" in each]
    venvs = [path for path in found if "site-packages" in path.parts or "uv" in path.relative_to(tmp_path).parts[:1]]
    assert found == venvs


def test_links_in_a_wheel_lead_nowhere(wheels: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    (tmp_path / "folder").mkdir()
    links = {"evil_link.py": str(secret), "evil/__pycache__": str(tmp_path / "folder")}
    wheel(wheels, "evil", files={"evil/__init__.py": "", "evil/inner.py": ""}, links=links)
    with contextlib.suppress(BottegaError):  # either is well: refused, or no link
        build.make(Recipe("mine", "evil\n", wheels=wheels), quiet)
    found = environment.root().glob("*/venv/lib/python*/site-packages/**/*")
    assert not any(path.is_symlink() for path in found)
    assert list((tmp_path / "folder").iterdir()) == []
    assert secret.read_text() == SECRET


def test_a_package_without_a_wheel_is_refused_unless_it_is_asked_for(wheels: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    sdist(wheels, "evil", f"open({str(ran)!r}, 'a').close()")
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", "evil\n", wheels=wheels), quiet)
    assert caught.value.code == "environment-build-failed"
    with pytest.raises(BottegaError):
        build.make(Recipe("mine", str(wheels / "evil-1.tar.gz"), local=True), quiet)
    assert not ran.exists()


@pytest.mark.parametrize("has_network", [False, True])
def test_what_is_built_from_source_reaches_nothing_local(
    has_network: bool, wheels: Path, serve_folder: Callable[[Path], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No socket of the user's session, no variable of the caller's, no keys; without an index no network either."""
    monkeypatch.setenv("SOME_TOKEN", SECRET)
    monkeypatch.setenv("UV_PUBLISH_TOKEN", SECRET)
    with (
        socket.socket(socket.AF_UNIX) as local,
        socket.create_server(("127.0.0.1", 0)) as network,
    ):
        local.bind(f"\0bottega-{secrets.token_hex(8)}")
        local.listen()
        attack = f"""
            import ctypes, glob, os, socket
            libc = ctypes.CDLL(None, use_errno=True)
            def called(number, *arguments):
                if libc.syscall(number, *[ctypes.c_long(each) for each in arguments]) < 0:
                    raise OSError(ctypes.get_errno(), "refused")
                return "done"
            def told_by(act):
                try:
                    return act()
                except OSError as error:
                    return type(error).__name__
            def connected():
                with socket.socket(socket.AF_UNIX) as link:
                    link.connect({local.getsockname()!r})
                return "reached"
            def network():
                socket.create_connection({network.getsockname()!r}, 5).close()
                return "reached"
            return {{
                "variables": any({SECRET!r} in open(path).read() for path in glob.glob("/proc/[0-9]*/environ")),
                "local": told_by(connected),
                "datagrams": told_by(lambda: len(socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))),
                "machine": told_by(lambda: str(socket.socket(40, socket.SOCK_STREAM))),
                "namespace": told_by(lambda: called(272, 0x10000000)),
                "keys": told_by(lambda: called(250, 0, -3, 1)),
                "network": told_by(network),
            }}
        """
        sdist(wheels, "evil", attack)
        if has_network:
            page = f"http://127.0.0.1:{serve_folder(wheels)}/"
            recipe = Recipe("mine", f"--no-index\n--find-links {page}\nevil\n", from_source=True, local=True)
        else:
            recipe = Recipe("mine", "evil\n", wheels=wheels, from_source=True)
        build.make(recipe, quiet)
    told = ast.literal_eval((installed() / "evil.py").read_text().removeprefix("TOLD = "))
    assert told.pop("network") == ("reached" if has_network else "ConnectionRefusedError")
    assert told == {
        "variables": False, "local": "PermissionError", "datagrams": "PermissionError", "machine": "PermissionError",
        "namespace": "PermissionError", "keys": "PermissionError",
    }  # fmt: skip


def test_a_folder_of_wheels_that_holds_all_of_the_users_is_shown_to_no_package(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(wheels / "ann"))
    sdist(wheels, "evil", "pass")
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", "evil\n", wheels=wheels, from_source=True), quiet)
    assert "could read it" in str(caught.value.facts["reason"])


def test_what_is_built_from_source_is_built_in_a_jail(wheels: Path, tmp_path: Path) -> None:
    """Its own code can neither read what is the user's nor write anywhere else; what it made is a package like others."""
    secret, outside = tmp_path / "secret", tmp_path / "outside"
    secret.write_text(SECRET)
    attack = f"""
        import glob, os
        told = {{}}
        for name, act in {{
            "read": lambda: open({str(secret)!r}).read(),
            "write": lambda: open({str(outside)!r}, "w").write("got out"),
            "home": lambda: os.listdir({str(Path.home())!r}),
            "environments": lambda: os.listdir({str(environment.root())!r}),
            "python": lambda: open(os.path.join(os.path.dirname(os.__file__), "evil.py"), "w"),
            "system": lambda: open("/usr/evil", "w"),
            "root": lambda: open("/evil", "w"),
            "shadow": lambda: open("/etc/shadow").read(),
        }}.items():
            try:
                told[name] = act()
            except OSError as error:
                told[name] = type(error).__name__
        told["processes"] = len([path for path in glob.glob("/proc/[0-9]*")]) < 40
        told["user"] = os.getuid()
        return told
    """
    sdist(wheels, "evil", attack)
    built = build.make(Recipe("mine", "evil\n", wheels=wheels, from_source=True), quiet)
    assert built.packages == (("evil", "1"),)
    text = (installed() / "evil.py").read_text().removeprefix("TOLD = ")
    told = ast.literal_eval(text)
    assert told.pop("user") != 0
    assert told.pop("processes") is True
    home = told.pop("home")  # there if the Python lies in it: nothing but the way to that
    assert home == "FileNotFoundError" or all(sys.base_prefix.startswith(str(Path.home() / each)) for each in home)
    assert set(told.values()) <= {"FileNotFoundError", "PermissionError", "OSError"}, told
    assert not outside.exists()
    assert not (Path(os.__file__).parent / "evil.py").exists()
    assert {path.name for path in environment.root().iterdir() if path.is_dir()} == {built.digest, "names"}


@pytest.mark.slow
def test_a_lock_with_a_source_package_needs_to_be_asked_for_too(wheels: Path) -> None:
    sdist(wheels, "evil", "pass")
    lock = build.lock_text(build.make(Recipe("mine", "evil\n", wheels=wheels, from_source=True), quiet))
    build.remove("mine")
    with pytest.raises(BottegaError):
        build.make(Recipe("mine", lock=lock, wheels=wheels), quiet)
    again = build.make(Recipe("mine", lock=lock, wheels=wheels, from_source=True), quiet)
    assert again.packages == (("evil", "1"),)


def test_of_a_build_in_a_jail_plain_files_alone_are_taken(tmp_path: Path) -> None:
    secret, target, taken = tmp_path / "secret", tmp_path / "target", tmp_path / "taken"
    secret.write_text(SECRET)
    (target / "inner").mkdir(parents=True)
    (target / "inner" / "plain.py").write_text("plain")
    (target / "tool").write_text("#!")
    (target / "tool").chmod(0o6777)
    (target / "link").symlink_to(secret)
    (target / "folder").symlink_to(tmp_path)
    (target / "lost").symlink_to("/nowhere")
    os.mkfifo(target / "pipe")
    build_jail.take("mine", target, taken)
    found = {
        str(path.relative_to(taken)): path.lstat().st_mode & 0o7777 for path in taken.rglob("*") if not path.is_dir()
    }
    assert found == {"inner/plain.py": 0o644, "tool": 0o755}
    assert not any(path.is_symlink() for path in taken.rglob("*"))


def test_a_target_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").symlink_to("/etc")
    with pytest.raises(BottegaError) as caught:
        build_jail.take("mine", tmp_path / "target", tmp_path / "taken")
    assert caught.value.code == "environment-build-failed"
    assert not (tmp_path / "taken").exists()


@pytest.mark.slow
def test_folders_nested_too_deep_are_told_and_leave_nothing(wheels: Path, tmp_path: Path) -> None:
    """Python's own walks recurse: they would fail, and so would every removal of what is left."""
    wheel(wheels, "evil", files={"evil.py": "", "evil/" + "a/" * 1100 + "x.py": ""})
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", "evil\n", wheels=wheels), quiet)
    assert "folders deep" in str(caught.value.facts["reason"])
    assert [path for path in environment.root().iterdir() if path.is_dir()] == []
    removal.remove(str(tmp_path / "uv"))  # nor can the one of the test's own folder


def test_of_a_build_in_a_jail_folders_nested_too_deep_are_told(tmp_path: Path) -> None:
    (tmp_path / "target" / "/".join(["a"] * 150)).mkdir(parents=True)
    with pytest.raises(BottegaError) as caught:
        build_jail.take("mine", tmp_path / "target", tmp_path / "taken")
    assert "folders deep" in str(caught.value.facts["reason"])


def test_a_build_leaves_room_on_the_disk(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uv_program, "_LEAST_FREE", 1 << 60)
    with pytest.raises(BottegaError) as caught:
        build.make(Recipe("mine", "first\n", wheels=wheels), quiet)
    assert "the disk of" in str(caught.value.facts["reason"])
    assert [path for path in environment.root().iterdir() if path.is_dir()] == []


def test_too_much_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_FILES", 3)
    (tmp_path / "target").mkdir()
    for number in range(5):
        (tmp_path / "target" / str(number)).touch()
    with pytest.raises(BottegaError) as caught:
        build_jail.take("mine", tmp_path / "target", tmp_path / "taken")
    assert "more than 3 files" in str(caught.value.facts["reason"])


def test_an_archive_that_is_no_package_is_told(wheels: Path) -> None:
    (wheels / "evil-1-py3-none-any.whl").write_bytes(b"no archive")
    with tarfile.open(wheels / "other-1.tar.gz", "w:gz"):
        pass
    for name, from_source in (("evil", False), ("other", True)):
        with pytest.raises(BottegaError) as caught:
            build.make(Recipe("mine", f"{name}\n", wheels=wheels, from_source=from_source), quiet)
        assert caught.value.code == "environment-build-failed"
        assert name in str(caught.value.facts["reason"])
