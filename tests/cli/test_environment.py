"""`bottega environment` and `bottega doctor`, and an environment that has no pyarrow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bottega.sandbox.host.environment import Environment
from tests.cli.helpers import bottega, script_json


def test_list_and_show_tell_what_is_built(environment: Environment) -> None:
    listed = json.loads(bottega("environment", "list", "--json").stdout)["environments"]
    assert environment.digest in {each["digest"] for each in listed}
    shown = json.loads(bottega("environment", "show", "default", "--json").stdout)
    assert {"pandas", "scikit-learn", "matplotlib"} <= shown["packages"].keys()
    assert "default" in bottega("environment", "list").stdout
    assert "pandas" in bottega("environment", "show", "default").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["create", "mine"], 2, "--requirements"),
        (["create", "a/b", "--requirements", "x"], 2, "no name for an environment"),
        (["create", "mine", "--requirements", "/nowhere.txt"], 2, "/nowhere.txt"),
        (["create", "mine", "--packages", "six", "--python", "/bin/false"], 4, "does not run as a Python"),
        (["show", "nosuch"], 2, "nosuch"),
    ],
)
def test_bad_usage_is_told(arguments: list[str], code: int, said: str, environment: Environment) -> None:
    assert environment.packages
    done = bottega("environment", *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    told = json.loads(bottega("environment", *arguments, "--json").stdout)
    assert said in told["error"]["message"]


@pytest.mark.slow
def test_a_package_that_is_not_there_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("bottega-has-no-such-package-anywhere==1\n")
    home = tmp_path / "home"
    done = bottega("environment", "create", "mine", "--requirements", requirements, BOTTEGA_HOME=str(home))
    assert done.returncode == 4
    assert "bottega-has-no-such-package-anywhere" in done.stderr
    assert list((home / "environments").glob("[0-9a-f]*")) == []


@pytest.mark.slow
def test_an_environment_of_ones_own_without_pyarrow(tmp_path: Path, environment: Environment) -> None:
    """Its tables go by the plain exchange; its packages can be imported, those of `default` cannot."""
    assert "pyarrow" in environment.modules
    requirements, script, data = tmp_path / "requirements.txt", tmp_path / "step.py", tmp_path / "in.csv"
    requirements.write_text("pandas\nhumanize\n")
    script.write_text(
        "import humanize\ndef azureml_main(df):\n    try:\n        import sklearn\n    except ImportError as error:\n"
        "        print('no', error.name)\n    df['text'] = [humanize.intcomma(n) for n in df['n']]\n    return df\n"
    )
    data.write_text("n,s\n1000,é\n2000000,\n")
    home = str(tmp_path / "home")
    made = bottega("environment", "create", "mine", "--requirements", requirements, "--json", BOTTEGA_HOME=home)
    assert made.returncode == 0, made.stdout
    options = ["--dataset1", data, "--out", tmp_path / "out.csv", "--environment", "mine"]
    told = script_json(script, *options, BOTTEGA_HOME=home)
    assert told["log"] == "no sklearn\n"
    assert (tmp_path / "out.csv").read_text() == 'n,s,text\n1000,é,"1,000"\n2000000,,"2,000,000"\n'
    again = bottega("environment", "create", "mine", "--requirements", requirements, "--json", BOTTEGA_HOME=home)
    assert json.loads(again.stdout)["digest"] == json.loads(made.stdout)["digest"]


def test_doctor_tells_layer_by_layer() -> None:
    told = json.loads(bottega("doctor", "--json").stdout)
    assert told["jail"] == "namespaces"
    findings = {each["name"]: each for each in told["findings"]}
    assert findings["jail namespaces"]["ok"] is True
    assert "attacks" in findings["jail namespaces"]["detail"]
    done = bottega("doctor")
    assert done.returncode == 0
    assert "scripts run in: namespaces" in done.stdout


def test_doctor_names_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    """Without any program on the path there is no bubblewrap; the fix is a command."""
    told = json.loads(bottega("doctor", "--json", PATH=str(tmp_path)).stdout)
    findings = {each["name"]: each for each in told["findings"]}
    assert findings["bubblewrap"]["ok"] is False
    assert findings["bubblewrap"]["fix"] == "apt-get install bubblewrap"
    assert findings["jail namespaces"]["ok"] is False
    assert told["jail"] == "landlock"


def test_help_names_every_verb() -> None:
    done = bottega("--help")
    assert all(verb in done.stdout for verb in ("script", "environment", "pool", "doctor"))
    assert bottega("nonsense").returncode == 2
    assert bottega("--version").stdout.startswith("bottega ")
