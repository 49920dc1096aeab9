"""`bottega migrate` and `bottega script --python2`."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bottega.graph.file import load
from tests.cli.helpers import bottega, script_json
from tests.graph.classic import shapes

OLD = "import numpy as np\n\ndef azureml_main(df=None, other=None):\n    x = df.as_matrix()  # all\n    return df\n"
NEW = OLD.replace("as_matrix", "to_numpy")
PERSON = 'def azureml_main(df=None):\n    return df.append({"a": 1}, ignore_index=True)\n'
PYTHON2 = 'def azureml_main(df=None):\n    print "rows", len(df)\n    df["half"] = [x / 2 for x in range(len(df))]\n    return df\n'


def migrate(*arguments: object, code: int = 1) -> Any:
    done = bottega("migrate", *arguments, "--json")
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_script_is_told_and_left_alone(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", OLD)
    done = bottega("migrate", path)
    assert done.returncode == 1
    assert "-    x = df.as_matrix()  # all" in done.stdout
    assert "+    x = df.to_numpy()  # all" in done.stdout
    assert "4: rewritten: DataFrame.as_matrix was removed in pandas 1.0" in done.stdout
    assert "--write" in done.stdout
    assert path.read_text() == OLD
    told = migrate(path)
    (script,) = told["scripts"]
    assert [(each["line"], each["name"], each["library"], each["since"]) for each in script["fixed"]] == [
        (4, "pandas.DataFrame.as_matrix", "pandas", "1.0")
    ]
    assert told["done"] is False


def test_writing_keeps_the_original(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", OLD)
    path.chmod(0o640)
    told = migrate(path, "--write", code=0)
    assert told["written"] == [{"path": str(path), "original": f"{path}.orig"}]
    assert (path.read_text(), Path(f"{path}.orig").read_text()) == (NEW, OLD)
    assert path.stat().st_mode & 0o777 == 0o640
    path.write_text(OLD + "# more\n")
    migrate(path, "--write", code=0)
    assert Path(f"{path}.orig").read_text() == OLD  # the first is the original
    assert migrate(path, code=0)["done"] is True
    assert "nothing to do" in bottega("migrate", path).stdout


def test_another_file_can_be_written(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", OLD)
    migrate(path, "-o", tmp_path / "b.py", code=0)
    assert (path.read_text(), (tmp_path / "b.py").read_text()) == (OLD, NEW)
    assert migrate(path, "-o", tmp_path / "b.py", code=2)["error"]["code"] == "0057"


def test_what_a_person_has_to_do_stays_to_be_done(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", PERSON)
    told = migrate(path, "--write")
    assert told["written"] == []
    assert [each["line"] for each in told["scripts"][0]["findings"]] == [2]
    assert "for you" in bottega("migrate", path).stdout


def test_for_classic_removed_names_may_stay(tmp_path: Path) -> None:
    put(tmp_path, "a.py", OLD)
    path = put(tmp_path, "b.py", PYTHON2)
    told = migrate(tmp_path, "--to", "classic")
    assert [Path(each["path"]).name for each in told["files"]] == ["b.py"]
    assert migrate(path, "--to", "nowhere", code=2)["error"]["code"] == "environment-unknown"


def test_a_folder_with_all_kinds(tmp_path: Path) -> None:
    put(tmp_path, "deep/a.py", OLD)
    put(tmp_path, "b.py", PYTHON2)
    put(tmp_path, "new.py", NEW)
    put(tmp_path, ".hidden/c.py", OLD)
    put(tmp_path, "venv/pyvenv.cfg", "")
    put(tmp_path, "venv/c.py", OLD)
    put(tmp_path, "other.yaml", "a: 1\n")
    put(tmp_path, "broken.py", "def f(:\n")
    (tmp_path / "binary.py").write_bytes(b"\0\1\2")
    (tmp_path / "link.py").symlink_to(tmp_path / "b.py")
    (tmp_path / "loop").symlink_to(tmp_path)
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        archive.writestr("inner/d.py", OLD)
        archive.writestr("data.csv", "a\n")
    (tmp_path / "no.zip").write_bytes(b"PK nothing")
    told = migrate(tmp_path, "--write")
    found = {str(Path(each["path"]).relative_to(tmp_path)): each for each in told["scripts"]}
    assert set(found) == {"deep/a.py", "b.py", "new.py", "broken.py", "bundle.zip"}
    assert found["b.py"]["python2"]
    assert found["bundle.zip"]["part"] == "inner/d.py"
    assert [each["name"] for each in found["broken.py"]["findings"]] == ["syntax"]
    assert {Path(each["path"]).name for each in told["refused"]} == {"binary.py", "no.zip"}
    assert (tmp_path / "deep/a.py").read_text() == NEW
    assert "print(" in (tmp_path / "b.py").read_text()
    assert sorted(path.name for path in tmp_path.rglob("*.orig")) == ["a.py.orig", "b.py.orig"]


def test_an_experiment_keeps_its_comments_and_its_other_lines(tmp_path: Path) -> None:
    put(tmp_path, "code.py", OLD)
    text = (
        "bottega: 1\ntitle: Old # told\nnodes:\n  # first\n  a:\n    module: execute-python-script\n    parameters:\n"
        "      script: |\n        def azureml_main(df):\n            return df.sort('a')  # sorted\n"
        "  b:\n    module: execute-python-script\n    parameters:\n      script: {file: code.py}\n"
    )
    path = put(tmp_path, "old.yaml", text)
    told = migrate(path, "--write", code=0)
    assert {Path(each["path"]).name for each in told["written"]} == {"old.yaml", "code.py"}
    assert path.read_text() == text.replace("sort('a')", "sort_values('a')")
    assert (tmp_path / "code.py").read_text() == NEW
    assert (tmp_path / "old.yaml.orig").read_text() == text


def test_an_experiment_goes_to_classic(tmp_path: Path) -> None:
    text = (
        "bottega: 1\nnodes:\n  a:\n    module: execute-python-script\n    parameters:\n      script: |\n"
        "        def azureml_main(df):\n            return df.sort('a')\n"
    )
    path = put(tmp_path, "old.yaml", text)
    migrate(path, "--to", "classic", "--write", code=0)
    experiment = load(path).experiment
    assert experiment.environment == "classic"
    assert "df.sort('a')" in str(experiment.nodes["a"].parameters["script"])


def test_what_classic_exported_becomes_an_experiment(tmp_path: Path) -> None:
    tree = shapes.graph()
    script = "import numpy as np\ndef azureml_main(df):\n    return np.float(1), df.as_matrix()\n"
    tree["ModuleNodes"] = [_python(each, script) for each in tree["ModuleNodes"]]
    path = put(tmp_path, "graph.json", json.dumps(tree))
    told = migrate(path)
    assert sum(each["changed"] for each in told["scripts"]) == 1
    assert not list(tmp_path.glob("*.yaml"))
    out = tmp_path / "mine.yaml"
    migrate(path, "-o", out, code=0)
    scripts = [str(node.parameters.get("script", "")) for node in load(out).experiment.nodes.values()]
    assert any("return float(1), df.to_numpy()" in each for each in scripts)
    assert migrate(path, "-o", out, code=2)["error"]["code"] == "0057"
    assert path.read_text() == json.dumps(tree)


def _python(node: dict[str, Any], script: str) -> dict[str, Any]:
    """The same module with another text, where it runs one."""
    return {
        **node,
        "ModuleParameters": [
            {**each, "Value": script} if "azureml_main" in str(each.get("Value")) else each
            for each in node["ModuleParameters"]
        ],
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_stays_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.py"
    text = 'def azureml_main(df):\r\n    x = "é"\r\n    return df.as_matrix()\r\n'
    path.write_bytes(text.encode(encoding))
    migrate(path, "--write", code=0)
    assert path.read_bytes() == text.replace("as_matrix", "to_numpy").encode(encoding)


def test_a_declared_encoding_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    text = '# -*- coding: cp949 -*-\ndef azureml_main(df):\n    x = "한국어"\n    return df.as_matrix()\n'
    path.write_bytes(text.encode("cp949"))
    migrate(path, "--write", code=0)
    assert path.read_bytes() == text.replace("as_matrix", "to_numpy").encode("cp949")


@pytest.mark.parametrize("name", ["none.py", "folder/", "pipe", "bad.yaml", "bad.json", "bad.zip"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name.rstrip("/")
    if name == "pipe":
        os.mkfifo(path)
    elif name.startswith("bad"):
        path.write_text("[1, 2")
    if name == "folder/":
        path.mkdir()
        assert migrate(path, code=0)["scripts"] == []
        assert migrate(path, "-o", tmp_path / "x.py", code=2)["error"]["code"] == "usage"
        return
    done = bottega("migrate", path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("bottega migrate: ")


def test_a_link_is_written_through_to_nothing_else(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/a.py", OLD)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.py").symlink_to(outside)
    assert migrate(inside, "--write", code=0)["scripts"] == []
    assert outside.read_text() == OLD


def test_a_link_that_is_named_stays_one(tmp_path: Path) -> None:
    path = put(tmp_path, "real/a.py", OLD)
    link = tmp_path / "a.py"
    link.symlink_to(path)
    migrate(link, "--write", code=0)
    assert link.is_symlink()
    assert path.read_text() == NEW
    assert (tmp_path / "real/a.py.orig").read_text() == OLD


def test_python_2_is_converted_shown_and_run(tmp_path: Path) -> None:
    script, table = put(tmp_path, "old.py", PYTHON2), put(tmp_path, "t.csv", "a\n1\n2\n3\n")
    told = script_json(script, "--dataset1", table, code=1)
    assert "--python2" in told["error"]["message"]
    told = script_json(script, "--dataset1", table, "--python2", "--out", tmp_path / "out.csv")
    assert told["conversion"]["changed"]
    assert '+    print("rows", len(df))' in told["conversion"]["diff"]
    assert told["log"] == "rows 3\n"
    assert (tmp_path / "out.csv").read_text() == "a,half\n1,0\n2,0\n3,1\n"
    assert script.read_text() == PYTHON2
    done = bottega("script", script, "--dataset1", table, "--python2", "--save", tmp_path / "new.py")
    assert done.returncode == 0
    assert '-    print "rows", len(df)' in done.stderr
    assert "lines in errors are those of the converted script" in done.stderr
    assert script_json(tmp_path / "new.py", "--dataset1", table)["log"] == "rows 3\n"


@pytest.mark.parametrize(
    ("text", "arguments", "words"),
    [
        ("x = 1\nprint 1 2\n", ("--python2",), "line 2"),
        (PYTHON2, ("--save", "x.py"), "--python2"),
    ],
)
def test_what_cannot_be_converted_is_not_run(tmp_path: Path, text: str, arguments: tuple[str, ...], words: str) -> None:
    done = bottega("script", put(tmp_path, "a.py", text), *arguments)
    assert done.returncode == 2
    assert words in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_the_script_itself_is_not_written_over(tmp_path: Path) -> None:
    path = put(tmp_path, "a.py", PYTHON2)
    done = bottega("script", path, "--python2", "--save", path)
    assert done.returncode == 2
    assert path.read_text() == PYTHON2
