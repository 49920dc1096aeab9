"""`bottega pool`: a warm pool that `bottega script` finds, private to its user."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bottega.sandbox.host.environment import Environment
from tests.cli.helpers import bottega, script_json

pytestmark = pytest.mark.slow  # many processes

STEP = "def azureml_main(dataframe1=None):\n    print('ran')\n    return dataframe1\n"


@pytest.fixture
def own_home(tmp_path: Path, environment: Environment) -> Path:
    """A home of its own, so that the tests' pool is nobody's else; environments are shared."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "environments").symlink_to(environment.folder.parent)
    return folder


@pytest.fixture
def warm(own_home: Path) -> Iterator[dict[str, Any]]:
    """A running pool; its facts."""
    done = bottega("pool", "start", "--idle", "60", "--json", BOTTEGA_HOME=str(own_home))
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    yield facts
    bottega("pool", "stop", BOTTEGA_HOME=str(own_home))
    _wait_until_gone(facts["pid"])


def _wait_until_gone(pid: int) -> None:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"the pool {pid} is still there")


def _status(own_home: Path) -> dict[str, Any]:
    told = json.loads(bottega("pool", "status", "--json", BOTTEGA_HOME=str(own_home)).stdout)
    assert isinstance(told, dict)
    return told


def test_script_uses_the_pool_and_gives_the_same_report(tmp_path: Path, own_home: Path, warm: dict[str, Any]) -> None:
    script, data = tmp_path / "step.py", tmp_path / "in.csv"
    script.write_text(STEP)
    data.write_text("a\n1\n2\n")
    told = script_json(script, "--dataset1", data, "--out", tmp_path / "out.csv", BOTTEGA_HOME=str(own_home))
    assert told["log"] == "ran\n"
    assert told["results"][0]["rows"] == 2
    assert (tmp_path / "out.csv").read_text() == "a\n1\n2\n"
    assert _status(own_home)["runs"] == 1
    assert warm["jail"] == "namespaces"


def test_errors_and_exit_codes_are_the_same_as_without_a_pool(
    tmp_path: Path, own_home: Path, warm: dict[str, Any]
) -> None:
    script = tmp_path / "step.py"
    script.write_text("def azureml_main():\n    raise ValueError('no')\n")
    cold_home = tmp_path / "cold"
    cold_home.mkdir()
    (cold_home / "environments").symlink_to((own_home / "environments").resolve())
    for arguments, code in (([script], 1), ([tmp_path / "nowhere.py"], 2), ([script, "--dataset1", "nowhere.csv"], 2)):
        with_pool = script_json(*arguments, code=code, BOTTEGA_HOME=str(own_home))
        without = script_json(*arguments, code=code, BOTTEGA_HOME=str(cold_home))
        assert with_pool["error"] == without["error"]


def test_only_the_owner_can_reach_it(own_home: Path, warm: dict[str, Any]) -> None:
    run = own_home / "run"
    assert run.stat().st_mode & 0o777 == 0o700
    assert (run / "pool.sock").stat().st_mode & 0o777 == 0o600


def test_ctrl_c_at_the_client_ends_the_run_in_the_pool(tmp_path: Path, own_home: Path, warm: dict[str, Any]) -> None:
    script = tmp_path / "step.py"
    script.write_text("import time\ndef azureml_main():\n    print('on')\n    time.sleep(600)\n")
    client = subprocess.Popen(
        [sys.executable, "-u", "-m", "bottega.cli.main", "script", str(script)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "BOTTEGA_HOME": str(own_home)},
    )  # fmt: skip
    assert client.stdout is not None
    assert client.stdout.readline() == "on\n"
    assert _status(own_home)["running"] == 1
    client.send_signal(signal.SIGINT)
    client.communicate(timeout=20)
    assert client.returncode == 130
    deadline = time.monotonic() + 10
    while _status(own_home)["running"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_killed_pool_is_no_obstacle(tmp_path: Path, own_home: Path, warm: dict[str, Any]) -> None:
    os.kill(warm["pid"], signal.SIGKILL)
    _wait_until_gone(warm["pid"])
    script = tmp_path / "step.py"
    script.write_text(STEP)
    assert script_json(script, BOTTEGA_HOME=str(own_home))["log"] == "ran\n"
    assert not _status(own_home)["running"]


def test_ends_by_itself_when_idle(own_home: Path) -> None:
    done = bottega("pool", "start", "--idle", "0.5", "--json", BOTTEGA_HOME=str(own_home))
    _wait_until_gone(json.loads(done.stdout)["pid"])
    assert not (own_home / "run" / "pool.sock").exists()


def test_starting_twice_keeps_the_first(own_home: Path, warm: dict[str, Any]) -> None:
    again = json.loads(bottega("pool", "start", "--json", BOTTEGA_HOME=str(own_home)).stdout)
    assert again["pid"] == warm["pid"]
