"""`bottega service batch`, on a workspace and by a server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bottega.cli import service
from bottega.cli.bar import line
from bottega.sandbox.host.environment import Environment
from bottega.services.program import Program
from bottega.store.workspace import Workspace
from tests.cli.experiment import told
from tests.cli.helpers import EXAMPLES, bottega
from tests.server.conftest import live, quiet, server
from tests.server.helpers import Live, until
from tests.server.published import Service, program, publish

__all__ = ["live", "quiet", "server"]
NAME = "Evaluate expressions"
ROWS = 'expression\n2**5\n"sum([1, 2])"\n'
WRITTEN = 'expression,result\n2**5,32\n"sum([1, 2])",3\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, environment: Environment) -> Path:
    """A folder with a workspace that has a service."""
    folder = tmp_path_factory.mktemp("batch")
    for name in ("evaluate_expression.yaml", "evaluate_expression.py"):
        shutil.copy(EXAMPLES / name, folder)
    told("service", "publish", folder / "evaluate_expression.yaml")
    return folder / ".bottega"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Here is a file of rows."""
    (tmp_path / "in.csv").write_text(ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_goes_through_a_service_of_a_workspace(made: Path, files: Path) -> None:
    done = bottega("service", "batch", NAME, "in.csv", "--workspace", made)
    assert (done.returncode, (files / "output1.csv").read_text()) == (0, WRITTEN), done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("Finished in ")
    assert first.endswith(": 2 rows read, 2 rows written")
    assert second == "written  output1.csv"
    assert "running Execute Python Script\n" in done.stderr
    again = bottega("service", "batch", NAME, "in.csv", "--workspace", made)
    assert (again.returncode, "output1.csv is there already" in again.stderr) == (2, True)
    assert [path.name for path in made.iterdir() if path.name.startswith(".batch")] == []


def test_the_outcome_as_json_and_in_another_format(made: Path, files: Path) -> None:
    found = told("service", "batch", NAME, "input1=in.csv", "-o", "output1=out.tsv", "--workspace", made)
    assert found.pop("seconds") > 0
    assert found == {"status": "Finished", "job": None, "rows_read": 2, "rows_written": 2, "written": ["out.tsv"],
                     "error": None, "log": []}  # fmt: skip
    assert (files / "out.tsv").read_text() == "expression\tresult\n2**5\t32\nsum([1, 2])\t3\n"


def test_what_fails_in_the_service_is_exit_code_1(made: Path, files: Path) -> None:
    (files / "bad.csv").write_text("expr\n1\n")
    (files / "out.csv").write_text("kept")
    done = bottega("service", "batch", NAME, "bad.csv", "-o", "out.csv", "--workspace", made)
    assert done.returncode == 1
    assert "The file of input1 (bad.csv) is not a valid dataset: it has no column expression" in done.stderr
    assert done.stdout.startswith("Failed in ")
    assert "Traceback" not in done.stderr
    assert (files / "out.csv").read_text() == "kept"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name the service"),
        (("nothing", "in.csv"), "There is no web service nothing"),
        ((NAME,), "A file for the input input1 is missing"),
        ((NAME, "in.csv", "in.csv"), "There is no input for in.csv"),
        ((NAME, "input1=in.csv", "input1=in.csv"), "There are two files for the input input1"),
        ((NAME, "nowhere.csv"), "Cannot open nowhere.csv"),
        ((NAME, "in.xlsx"), "the extensions are .csv, .tsv, .arff"),
        ((NAME, "in.csv", "-o", "out.zip"), "out.zip cannot hold the output output1"),
        ((NAME, "in.csv", "-o", "no/out.csv"), "its folder does not exist"),
        ((NAME, "in.csv", "-o", "a.csv", "-o", "b.csv"), "There is no output for b.csv"),
        ((NAME, "in.csv", "--set", "x=1"), "This service has no parameter x"),
        ((NAME, "in.csv", "--set", "x"), "write NAME=VALUE"),
        ((NAME, "in.csv", "--endpoint", "other"), "has no endpoint other; there are: default"),
        ((NAME, "in.csv", "--key", "k"), "--key is of a server's endpoint"),
        ((NAME, "in.csv", "--timeout", "0"), "The timeout limit is 0"),
        (("--url", "http://127.0.0.1:9/workspaces/1/services/2", "in.csv"), "--url needs --key"),
        (("--url", "file:///services/2", "--key", "k", "in.csv"), "--url is the address of an endpoint"),
        (
            ("--url", "http://127.0.0.1:9/workspaces/1/services/2", "--key", "k", "in.csv"),
            "127.0.0.1:9 cannot be reached",
        ),
        (("--url", "http://127.0.0.1:9/workspaces/1/services/2", "--key", "k", "in.csv", "in.csv"), "NAME=FILE"),
        (("--url", "http://127.0.0.1:9/services/2", "--key", "k", "--endpoint", "a"), "--endpoint is for a service"),
    ],
    ids=lambda value: value.replace(" ", "_")[:30] if isinstance(value, str) else "",
)
def test_bad_usage(
    made: Path, files: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    where = () if "--url" in arguments else ("--workspace", str(made))
    assert service.main(["batch", *arguments, *where]) == 2
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in files.iterdir()) == ["in.csv"]


@pytest.fixture
def adder(live: Live) -> Service:
    return publish(live.served)


def test_a_file_goes_to_a_server_and_comes_back(
    adder: Service, live: Live, files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "rows.csv").write_text("who,a,b\nAnn,1,0.5\nBob,2,\n")
    url = f"{live.url}{adder.calls}/execute?api-version=2.0"
    monkeypatch.setenv("BOTTEGA_KEY", adder.keys[1])
    assert service.main(["batch", "--url", url, "rows.csv", "--json"]) == 0
    out = capsys.readouterr().out
    found = json.loads(out)
    assert (found["status"], found["rows_read"], found["rows_written"]) == ("Finished", 2, 2)
    assert found["written"] == ["output1.csv"]
    assert (files / "output1.csv").read_text() == "total,who\n1.5,Ann\n,Bob\n"
    assert live.workspace.jobs.find(found["job"]) is None  # its results are here
    assert service.main(["batch", "--url", url, "rows.csv"]) == 0
    assert (files / "output1-2.csv").exists()
    assert service.main(["batch", "--url", url, "input1=rows.csv", "-o", "out.csv"]) == 0
    assert (files / "out.csv").read_text() == (files / "output1.csv").read_text()


def test_what_a_server_refuses_is_told(
    adder: Service, live: Live, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"{live.url}{adder.calls}"
    for arguments, said in (
        (["--key", "wrong", "in.csv"], "no authorization that holds"),
        (["--key", adder.keys[0], "other=in.csv"], "has no input other"),
        (["--key", adder.keys[0], "in.csv", "--set", "x=1"], "no parameter x"),
    ):
        assert service.main(["batch", "--url", url, *arguments]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert adder.keys[0] not in told
    (files / "in.txt").write_text("")
    assert service.main(["batch", "--url", url, "--key", adder.keys[0], "in.txt"]) == 2
    assert ".csv, .tsv, .arff" in capsys.readouterr().err


def test_what_fails_at_a_server_is_told_with_its_details(
    adder: Service, live: Live, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "rows.csv").write_text("who,a,b\nAnn,-1,0.5\n")
    assert service.main(["batch", "--url", f"{live.url}{adder.calls}", "--key", adder.keys[0], "rows.csv"]) == 1
    told = capsys.readouterr()
    assert "ValueError: a is negative" in told.err
    assert told.out.startswith("Failed in ")


@pytest.mark.slow
def test_ctrl_c_cancels(tmp_path: Path, environment: Environment) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        slow: Program = program(
            "import time\ndef azureml_main(df):\n    print('sleeping', flush=True)\n    time.sleep(60)\n"
        )
        workspace.services.create("Slow", slow.dumps(), slow.digests(), kind="code")
    (tmp_path / "in.csv").write_text("who,a,b\nAnn,1,0.5\n")
    command = [sys.executable, "-m", "bottega.cli.main", "service", "batch", "Slow", "in.csv", "-o", "out.csv",
               "--workspace", "workspace"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as started:
        assert started.stderr is not None
        until(lambda: started.stderr is not None and started.stderr.readline().startswith("running Execute"))
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=30)
    assert (started.returncode, (tmp_path / "out.csv").exists()) == (130, False), err
    assert out.startswith("Cancelled in ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"Phase": "Downloading", "Fraction": 0.5}, "[##############··············]  50% reading the file 1.0 s"),
        ({"Phase": "Running", "Node": "A\x1b[2J", "RowsRead": 1234},
         "[····························]      running A\\x1b[2J, 1,234 rows 1.0 s"),
        ({}, "[····························]      waiting 1.0 s"),
    ],
    ids=["fraction", "node", "nothing"],
)  # fmt: skip
def test_the_bar(told: dict[str, object], shown: str) -> None:
    assert line(told, 200, 1.0) == shown
    assert line(told, 40, 1.0) == shown[:40]


def test_ctrl_c_cancels_the_job_of_a_server(live: Live, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    slow = publish(live.served, program("import time\ndef azureml_main(df):\n    time.sleep(60)\n"), "Slow")
    (files / "rows.csv").write_text("who,a,b\nAnn,1,0.5\n")

    def interrupt() -> None:
        until(lambda: [job for job in live.workspace.jobs.list() if job.status == "Running"])
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    code = service.main(["batch", "--url", f"{live.url}{slow.calls}", "--key", slow.keys[0], "rows.csv"])
    thread.join()
    (job,) = live.workspace.jobs.list()
    assert (code, job.status) == (130, "Cancelled")
    assert capsys.readouterr().out.startswith("Cancelled in ")
