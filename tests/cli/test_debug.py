"""`bottega debug`, `bottega show --variables`, `bottega script --variables` and `bottega reproduce`."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bottega.sandbox.host.environment import Environment
from tests.cli import experiment
from tests.cli.experiment import refused, said, told
from tests.cli.helpers import bottega, script_json
from tests.sandbox.dap import SECONDS, Client

pytestmark = pytest.mark.slow  # many processes

FAILING = """import pandas as pd
def azureml_main(people=None):
    print("begun")
    count = 7
    return people["nope"],
"""


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    path = tmp_path / "failing.py"
    path.write_text(FAILING)
    (tmp_path / "people.csv").write_text("name,age\nann,31\nbob,45\n")
    return path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An experiment that ran, whose last script failed."""
    path = experiment.write(tmp_path_factory.mktemp("debug"))
    text = path.read_text().replace(
        "layout:", "  bad:\n    module: execute-python-script\n    inputs: {dataset1: some}\n    parameters:\n"
        "      script: |\n        def azureml_main(people):\n            count = len(people)\n"
        "            return people['nope'],\nlayout:",
    )  # fmt: skip
    path.write_text(text)
    assert bottega("run", path).returncode == 1
    return path


@contextmanager
def _typing(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bottega.cli.main", "debug", *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def _read(process: subprocess.Popen[str], until: str = "(Pdb) ") -> str:
    text = ""
    assert process.stdout is not None
    while not text.endswith(until):
        letter = process.stdout.read(1)
        assert letter, text
        text += letter
    return text


def _type(process: subprocess.Popen[str], command: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{command}\n")
    process.stdin.flush()


def test_a_terminal_at_a_line_and_at_the_exception(failing: Path) -> None:
    with _typing(failing, "--dataset1", failing.with_name("people.csv"), "--break", 4) as process:
        assert "failing.py(4)azureml_main()" in _read(process)
        _type(process, "p list(people.columns)")
        assert "['name', 'age']" in _read(process)
        _type(process, "c")
        assert "failing.py(5)azureml_main()" in _read(process)
        _type(process, "p count")
        assert _read(process).startswith("7")
        out, err = process.communicate("q\n", timeout=SECONDS)
    assert process.returncode == 1
    assert "failed in" in out
    assert "Error 0085 (line 5): KeyError" in err
    assert "\nTraceback" not in err.split("Error 0085")[1]


def test_a_script_that_ends_well_gives_its_results(tmp_path: Path) -> None:
    path = tmp_path / "fine.py"
    path.write_text(
        "import pandas as pd\ndef azureml_main():\n    breakpoint()\n    return pd.DataFrame({'a': [1]}),\n"
    )
    done = bottega("debug", path, "--out", tmp_path / "out.csv")
    assert done.returncode == 1  # its input ended at the prompt
    with _typing(path, "--out", tmp_path / "out.csv") as process:
        _read(process)
        out, _ = process.communicate("c\n", timeout=SECONDS)
    assert process.returncode == 0
    assert "Result Dataset: 1 rows × 1 columns" in out
    assert out.count("\n1\n") == 1  # its first rows
    assert "more rows" not in out
    assert (tmp_path / "out.csv").read_text() == "a\n1\n"


def test_ctrl_c_stops_it_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "endless.py"
    path.write_text("def azureml_main():\n    print('on')\n    while True:\n        pass\n")
    with _typing(path) as process:
        _read(process, "on\n")
        process.send_signal(signal.SIGINT)
        assert "Interrupted." in _read(process)
        process.communicate("q\n", timeout=SECONDS)
    assert process.returncode == 1


def test_an_editor_attaches(failing: Path) -> None:
    with _typing(failing, "--listen", "0", "--dataset1", failing.with_name("people.csv")) as process:
        entry = json.loads(_read(process, "\n}\n"))
        assert entry["pathMappings"] == [{"localRoot": str(failing.parent), "remoteRoot": "/job/script"}]
        with Client(socket.create_connection(tuple(entry["connect"].values()), SECONDS)) as client:
            client.attach(entry, str(failing), 4)
            reason, thread, frames = client.stop()
            assert (reason, frames[0]["source"]["path"]) == ("breakpoint", str(failing))
            assert client.evaluate("list(people.columns)", frames[0]["id"]) == "['name', 'age']"
            client.ask("continue", threadId=thread)
            assert client.stop()[0] == "exception"
            client.ask("disconnect", terminateDebuggee=False)
        process.communicate(timeout=SECONDS)
    assert process.returncode == 1


def test_a_node_of_an_experiment(ran: Path) -> None:
    with _typing(ran, "bad", "--break", 3) as process:
        assert "bad.py(3)azureml_main()" in _read(process)
        _type(process, "p count, list(people.columns)")
        assert "(3, ['age', 'bmi'])" in _read(process)
        _, err = process.communicate("q\n", timeout=SECONDS)
    assert process.returncode == 1
    assert "DebuggerLeft" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--json"], "for `bottega script`"),
        (["--no-jail"], "for `bottega script`"),
        (["--break", "0"], "lines count from 1"),
        (["--listen", "no"], "--listen is 'no'"),
        (["--listen", "1.2.3.4:70000"], "a PORT from 0 to 65535"),
        (["--listen", "0", "--break", "1"], "an editor tells its breakpoints"),
        (["--environment", "nope"], "nope"),
    ],
)
def test_what_does_not_go_together(failing: Path, options: list[str], words: str) -> None:
    assert words in refused("debug", failing, *options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--python2", "--dataset1", "x.csv"], "--dataset1, --python2: for a script's file"),
        (["--save", "x.py"], "--save: for a script's file"),
        (["--environment", "classic", "--no-old-names"], "--environment, --old-names: for a script's file"),
    ],
)
def test_what_a_node_has_in_its_experiment(tmp_path: Path, options: list[str], words: str) -> None:
    assert words in refused("debug", tmp_path / "any.yaml", "node", *options)


def test_a_script_of_python_2_is_converted_first(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_text("def azureml_main():\n    count = 7\n    print 'count', count\n")
    assert "--python2" in refused("debug", path, "--save", tmp_path / "new.py")
    with _typing(path, "--python2", "--save", tmp_path / "new.py", "--break", 3) as process:
        assert "print('count', count)" in _read(process)
        out, err = process.communicate("c\n", timeout=SECONDS)
    assert process.returncode == 0
    assert "count 7" in out
    assert "converted to Python 3" in err
    assert path.read_text().count("print 'count'") == 1
    assert "print('count', count)" in (tmp_path / "new.py").read_text()


def test_an_editor_is_not_asked_to_find_another_name(tmp_path: Path) -> None:
    path = tmp_path / "script.txt"
    path.write_text("def azureml_main():\n    pass\n")
    assert "ends in .py" in refused("debug", path, "--listen", 0)


def test_without_any_input(tmp_path: Path) -> None:
    path = tmp_path / "stopping.py"
    path.write_text("def azureml_main():\n    breakpoint()\n")
    command = f"exec {shlex.quote(sys.executable)} -m bottega.cli.main debug {shlex.quote(str(path))} <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, "DebuggerLeft" in done.stderr) == (1, True), done.stderr


def test_what_cannot_be_debugged(ran: Path, tmp_path: Path) -> None:
    assert "only scripts are debugged" in refused("debug", ran, "some")
    assert "nope" in refused("debug", ran, "nope")
    assert "Error 0048" in refused("debug", tmp_path / "none.py")


def test_the_variables_of_a_script(failing: Path, tmp_path: Path) -> None:
    table = ("--dataset1", failing.with_name("people.csv"))
    shown = bottega("script", failing, *table, "--variables")
    assert shown.returncode == 1
    assert "azureml_main  failing.py, line 5\n" in shown.stdout
    assert "  count: int = 7\n" in shown.stdout
    assert "      name  age\n      str   int64\n      ann   31\n" in shown.stdout
    bottega("script", failing, *table, "--variables", tmp_path / "held.json")
    written = json.loads((tmp_path / "held.json").read_text())
    told_too = script_json(failing, *table, "--variables", code=1)
    assert told_too["variables"] == written
    assert [each["name"] for each in written[0]["variables"]] == ["people", "count"]
    assert "variables" not in script_json(failing, *table, code=1)
    unwritten = bottega("script", failing, *table, "--variables", tmp_path / "no" / "held.json")
    assert (unwritten.returncode, "Error 0048" in unwritten.stderr) == (2, True)


def test_the_variables_of_a_run(ran: Path) -> None:
    shown = said("show", ran, "bad", "--variables")
    assert "KeyError: 'nope'" in shown
    assert "  count: int = 3\n" in shown
    found = told("show", ran, "bad", "--variables")
    workspace = ("--workspace", ran.parent / ".bottega")
    run = found["run"]
    for name in (f"{run}.bad", f"{run[:22]}.bad"):
        assert told("show", name, "--variables", *workspace) == found
    assert "no variables are kept" in refused("show", f"{run}.script", "--variables", *workspace)
    assert "has no node 'nope'" in refused("show", "last.nope", "--variables", *workspace)
    assert "no run none" in refused("show", "none.bad", "--variables", *workspace)
    assert "names no node of a run" in refused("show", "last", "--variables", *workspace)


def test_a_folder_that_reproduces_it(ran: Path, tmp_path: Path, environment: Environment) -> None:
    folder = tmp_path / "again"
    assert f"python {folder / 'reproduce.py'}" in said("reproduce", ran, "script", "-o", folder, "--notebook")
    done = subprocess.run(
        [environment.python, folder / "reproduce.py", "--here"], capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert (done.returncode, ": the same as recorded" in done.stdout) == (0, True), done.stderr
    assert (folder / "script.ipynb").exists()
    assert "Error 0057" in refused("reproduce", ran, "script", "-o", folder)
    assert "only scripts" in refused("reproduce", ran, "some", "-o", tmp_path / "other")
    assert "Error 0048" in refused("reproduce", ran, "script", "-o", ran / "inside")
    assert told("reproduce", ran, "bad", "-o", tmp_path / "bad")["folder"] == str(tmp_path / "bad")
