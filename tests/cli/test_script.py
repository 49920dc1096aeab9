"""`bottega script` from outside: files in, files out, one JSON object, exit codes."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from bottega.dataset import formats
from tests.cli.helpers import EXAMPLES, bottega, script_json

pytestmark = pytest.mark.slow  # each test starts a process

IDENTITY = "def azureml_main(dataframe1=None, dataframe2=None):\n    return dataframe1,\n"


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text("a,b\n1,x\n2,\n3,z\n")
    return path


def written(folder: Path, source: str, name: str = "step.py") -> Path:
    path = folder / name
    path.write_text(source)
    return path


def test_tells_all_that_the_contract_names(tmp_path: Path, csv: Path) -> None:
    source = IDENTITY.replace("return", "print('hello')\n    return")
    told = script_json(written(tmp_path, source), "--dataset1", csv, "--out", tmp_path / "out.parquet")
    assert told["status"] == "ok"
    columns = [{"name": "a", "type": "Integer"}, {"name": "b", "type": "String"}]
    path = str(tmp_path / "out.parquet")
    assert told["results"] == [{"port": "Result Dataset", "rows": 3, "columns": columns, "path": path}]
    assert told["log"] == "hello\n"
    assert told["error"] is None
    assert told["pictures"] == []
    assert told["seconds"] > 0
    assert told["peak_memory_bytes"] > 1 << 20
    assert told["jail"] == "namespaces"
    assert formats.read(tmp_path / "out.parquet").equals(formats.read(csv))


@pytest.mark.parametrize(
    "name", ["out.csv", "out.tsv", "out.arff", "out.arrow", "out.feather", "out.jsonl", "out.xlsx"]
)
def test_writes_by_extension(tmp_path: Path, csv: Path, name: str) -> None:
    script_json(written(tmp_path, IDENTITY), "--dataset1", csv, "--out", tmp_path / name)
    assert formats.read(tmp_path / name).num_rows == 3


def test_second_frame_and_files_have_their_own_ports(tmp_path: Path, csv: Path) -> None:
    source = (
        "import os\ndef azureml_main(a):\n    os.mkdir('outputs')\n    open('outputs/x.txt', 'w').write('kept')\n"
        "    return a, a.head(1)\n"
    )
    out2, files = tmp_path / "second.csv", tmp_path / "files.zip"
    told = script_json(written(tmp_path, source), "--dataset1", csv, "--out2", out2, "--files", files)
    assert [result["port"] for result in told["results"]] == ["Result Dataset", "Result Dataset 2"]
    assert out2.read_text() == "a,b\n1,x\n"
    with zipfile.ZipFile(files) as archive:
        assert archive.read("x.txt") == b"kept"


def test_first_duplicate_gets_the_number_asked_for(tmp_path: Path) -> None:
    source = "import pandas as pd\ndef azureml_main():\n    return pd.DataFrame([[1, 2, 3]], columns=['x', 'x', 'x'])\n"
    script = written(tmp_path, source)
    names = {
        first: [column["name"] for column in script_json(script, "--first-duplicate", first)["results"][0]["columns"]]
        for first in (1, 2)
    }
    assert names == {1: ["x", "x (1)", "x (2)"], 2: ["x", "x (2)", "x (3)"]}


def test_mapping_chooses_the_reading_of_a_gap(tmp_path: Path, csv: Path) -> None:
    source = "def azureml_main(one=None, two=None):\n    print(one is None, two is None)\n"
    script = written(tmp_path, source)
    assert script_json(script, "--dataset2", csv)["log"] == "False True\n"
    assert script_json(script, "--dataset2", csv, "--mapping", "slots")["log"] == "True False\n"


def test_a_failed_script_tells_line_and_own_traceback(tmp_path: Path, csv: Path) -> None:
    source = "def azureml_main(frame):\n    print('before')\n    return frame['missing column'],\n"
    told = script_json(written(tmp_path, source), "--dataset1", csv, code=1)
    assert told["status"] == "failed"
    error = told["error"]
    assert (error["code"], error["type"], error["line"]) == ("0085", "KeyError", 3)
    assert "missing column" in error["message"]
    assert "return frame['missing column']" in error["traceback"]
    assert "site-packages" not in error["traceback"]
    assert told["log"] == "before\n"


def test_a_failed_script_in_text_shows_the_line_and_no_traceback_of_ours(tmp_path: Path) -> None:
    done = bottega("script", written(tmp_path, "def azureml_main():\n    return 1 / 0\n"))
    assert done.returncode == 1
    assert "Error 0085 (line 2): ZeroDivisionError: division by zero" in done.stderr
    assert "bottega" not in done.stderr.replace(str(tmp_path), "")


@pytest.mark.parametrize(
    ("option", "value", "source", "kind"),
    [
        ("--timeout", "0.5", "import time\ndef azureml_main():\n    time.sleep(60)\n", "Timeout"),
        ("--cpu", "1", "def azureml_main():\n    while True: pass\n", "CpuTime"),
        ("--memory", "200M", "def azureml_main():\n    x = [bytearray(1 << 20) for _ in range(4000)]\n", "MemoryError"),
        ("--disk", "8M", "def azureml_main():\n    open('x', 'wb').write(bytes(16 << 20))\n", "OSError"),
        ("--output-size", "100k", "import pandas as pd\ndef azureml_main():\n    return pd.DataFrame({'x': range(100000)})\n", "OSError"),
        ("--processes", "4", "import os\ndef azureml_main():\n    [os.fork() for _ in range(8)]\n", "BlockingIOError"),
    ],
)  # fmt: skip
def test_limits_are_kept_and_told(tmp_path: Path, option: str, value: str, source: str, kind: str) -> None:
    error = script_json(written(tmp_path, source), option, value, code=1)["error"]
    assert error["type"] == kind
    assert error["code"] == ("0138" if kind == "MemoryError" else "0085")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.py"], "nowhere.py"),
        (["STEP", "--dataset1", "nowhere.csv"], "nowhere.csv"),
        (["STEP", "--dataset1", "STEP"], "step.py"),
        (["STEP", "--out", "result.doc"], "result.doc"),
        (["STEP", "--out", "no/such/folder/result.csv"], "folder"),
        (["STEP", "--memory", "lots"], "'lots' is no size"),
        (["STEP", "--memory", "1"], "memory limit"),
        (["STEP", "--environment", "nosuch"], "nosuch"),
        (["STEP", "--environment", "../up"], "no name for an environment"),
        (["STEP", "--bundle", "nowhere.zip"], "nowhere.zip"),
    ],
)
def test_bad_usage_is_told_and_is_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    step = written(tmp_path, IDENTITY)
    given = [str(step) if argument == "STEP" else argument for argument in arguments]
    done = bottega("script", *given)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    told = script_json(*given, code=2)
    assert told["status"] == "failed"
    assert said in told["error"]["message"]


@pytest.mark.parametrize(
    "arguments", [["--timeout", "-1"], ["--mapping", "other"], ["--first-duplicate", "3"], ["--nonsense"]]
)
def test_bad_options_are_2(tmp_path: Path, arguments: list[str]) -> None:
    assert bottega("script", written(tmp_path, IDENTITY), *arguments).returncode == 2


def test_a_bundle_that_is_no_zip_is_error_0102_and_unreadable_input(tmp_path: Path) -> None:
    bundle = tmp_path / "broken.zip"
    bundle.write_bytes(b"this is no zip")
    assert script_json(written(tmp_path, IDENTITY), "--bundle", bundle, code=2)["error"]["code"] == "0102"


def test_an_unreadable_table_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and no more")
    told = script_json(written(tmp_path, IDENTITY), "--dataset1", tmp_path / "bad.parquet", code=2)
    assert "bad.parquet" in told["error"]["message"]


def test_without_a_jail_every_output_says_so(tmp_path: Path, csv: Path) -> None:
    script = written(tmp_path, IDENTITY)
    told = script_json(script, "--dataset1", csv, "--no-jail")
    assert told["jail"] == "none"
    assert any("NO JAIL" in note for note in told["notes"])
    assert "NO JAIL" in bottega("script", script, "--dataset1", csv, "--no-jail").stderr


def test_a_machine_without_bubblewrap_or_landlock_is_refused_with_4(tmp_path: Path) -> None:
    """Without bubblewrap on the path the weaker jail is taken, and told; a fresh home keeps no verdict."""
    empty = tmp_path / "bin"
    empty.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    real = Path(os.environ.get("BOTTEGA_HOME", Path.home() / ".local/share/bottega"))
    (home / "environments").symlink_to(real / "environments")
    told = script_json(
        written(tmp_path, "def azureml_main():\n    print('ran')\n"), PATH=str(empty), BOTTEGA_HOME=str(home)
    )
    assert told["jail"] == "landlock"
    assert any("cannot start processes" in note for note in told["notes"])


def test_inputs_named_in_other_encodings_and_with_odd_names(tmp_path: Path) -> None:
    script = tmp_path / "mon script é.py"
    script.write_bytes("def azureml_main(df):\n    print('é', list(df))\n    return df\n".encode("cp1252"))
    data = tmp_path / "données.csv"
    data.write_text("año,名前\n1,x\n", encoding="utf-8-sig")
    assert script_json(script, "--dataset1", data)["log"] == "é ['año', '名前']\n"


def test_ctrl_c_ends_the_run_and_leaves_nothing(tmp_path: Path) -> None:
    script = written(
        tmp_path, "import time\ndef azureml_main():\n    print('running', flush=True)\n    time.sleep(600)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-u", "-m", "bottega.cli.main", "script", str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline() == "running\n"
    run.send_signal(signal.SIGINT)
    rest, _ = run.communicate(timeout=20)
    assert run.returncode == 130
    assert "Traceback" not in rest


def test_a_terminal_sees_text_live_and_a_spinner(tmp_path: Path) -> None:
    script = written(
        tmp_path, "import time\ndef azureml_main():\n    print('first')\n    time.sleep(2)\n    print('second')\n"
    )
    controller, terminal = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "bottega.cli.main", "script", str(script)],
        stdout=terminal,
        stderr=terminal,
        close_fds=True,
    )
    os.close(terminal)
    seen, times = b"", {}
    started = time.monotonic()
    while time.monotonic() - started < 60:
        if not select.select([controller], [], [], 60)[0]:
            break
        try:
            part = os.read(controller, 4096)
        except OSError:  # the terminal closes with its last writer
            break
        seen += part
        for word in (b"first", b"second"):
            if word in seen and word not in times:
                times[word] = time.monotonic()
    os.close(controller)
    assert run.wait(timeout=20) == 0
    assert times[b"second"] - times[b"first"] > 1
    assert b"running" in seen
    assert " s\x1b" in seen.decode() or b" s\r" in seen


def test_the_command_line_never_imports_pandas(tmp_path: Path, csv: Path) -> None:
    script = written(tmp_path, IDENTITY)
    code = (
        "import sys; from bottega.cli.main import main; "
        f"assert main(['script', {str(script)!r}, '--dataset1', {str(csv)!r}, '--json']) == 0; "
        "print(bool(sys.modules.get('pandas')), 'matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False"


def test_device_holds_pictures_and_log(tmp_path: Path, csv: Path) -> None:
    device = tmp_path / "device"
    told = script_json(
        EXAMPLES / "scatter_matrix.py", "--dataset1", csv.with_name("numbers.csv"), "--device", device, code=2
    )
    assert told["error"]["code"] == "0048"
    (tmp_path / "numbers.csv").write_text("p,q\n1,2\n3,5\n4,4\n")
    told = script_json(EXAMPLES / "scatter_matrix.py", "--dataset1", tmp_path / "numbers.csv", "--device", device)
    assert [Path(path).name for path in told["pictures"]] == ["scatter_matrix.png", "spread.png", "figure_2.png"]
    assert all(Path(path).read_bytes().startswith(b"\x89PNG") for path in told["pictures"])
    assert (device / "log.txt").read_text() == told["log"]


def test_an_output_that_is_no_regular_file_is_refused_and_left_alone(tmp_path: Path, csv: Path) -> None:
    fifo = tmp_path / "pipe.csv"
    os.mkfifo(fifo)
    told = script_json(written(tmp_path, IDENTITY), "--dataset1", csv, "--out", fifo, code=2)
    assert told["error"]["code"] == "0048"
    assert fifo.is_fifo()


def test_an_output_through_a_link_keeps_the_link(tmp_path: Path, csv: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    script_json(written(tmp_path, IDENTITY), "--dataset1", csv, "--out", tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "a,b\n1,x\n2,\n3,z\n"


def test_json_is_one_object_on_stdout(tmp_path: Path) -> None:
    done = bottega("script", written(tmp_path, "def azureml_main():\n    print('{')\n"), "--json")
    assert json.loads(done.stdout)["log"] == "{\n"
    assert done.stderr == ""


def test_old_names_are_a_switch(tmp_path: Path, csv: Path) -> None:
    source = "def azureml_main(d):\n    return d.sort('a', ascending=False),\n"
    on = script_json(written(tmp_path, source), "--dataset1", csv, "--old-names")
    assert on["status"] == "ok"
    assert on["notes"] == [
        "line 2: DataFrame.sort was removed in pandas 0.20; write .sort_values(columns), or .sort_index()"
    ]
    off = script_json(written(tmp_path, source), "--dataset1", csv, code=1)
    assert off["error"]["line"] == 2
    assert "--old-names" in off["error"]["message"]


def test_a_script_in_another_encoding_is_read_and_told(tmp_path: Path, csv: Path) -> None:
    path = tmp_path / "step.py"
    path.write_bytes("def azureml_main(d):\n    d['매출 합계'] = d.a\n    return d,\n".encode("cp949"))
    report = script_json(path, "--dataset1", csv)
    assert report["results"][0]["columns"][-1]["name"] == "매출 합계"
    assert report["notes"][0].startswith("The script is no UTF-8 and does not say what it is in; it was read as cp949.")
