"""Sample code: what it says and that each language reads it. It is run in tests/server/test_sample_code.py."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bottega.services import examples, samples
from bottega.services.literal import JSON, PYTHON, quoted, verbatim, written
from bottega.services.program import Field, Input, Output, Program
from bottega.services.samples import Sample
from tests.services.described import program

URL = "http://h:1/workspaces/w/services/e/execute?api-version=2.0&details=true"
# Names and cells that would break out of careless code.
NASTY = ('"', "'", "\\", "\n", "$(touch x)", "`x`", "{{KEY}}", "REQUEST", "</pre>", "é😀", "%s", "\x7f")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def nasty() -> Program:
    fields = tuple(Field(name, "String") for name in NASTY)
    rows = (tuple(reversed(NASTY)),)
    return Program(
        "t", inputs=(Input("in put", ("a.b",), fields, rows),), outputs=(Output("out\"put'", "a.b", fields=fields),)
    )


def kinds(given: Program) -> dict[str, tuple[Sample, ...]]:
    return {"score": samples.score(given, URL), "jobs": samples.jobs(given, URL), "update": samples.update(given, URL)}


def every() -> list[Any]:
    made = {"plain": program(), "nasty": nasty(), "bare": Program("")}
    return [
        pytest.param(sample, id=f"{kind}-{sample.language}-{name}")
        for name, each in made.items() for kind, several in kinds(each).items() for sample in several
    ]  # fmt: skip


@pytest.mark.parametrize("sample", every())
def test_the_address_and_a_place_for_the_key_are_in_it(sample: Sample) -> None:
    assert "h:1/workspaces/w/services/e" in sample.code
    assert samples.PLACEHOLDER in sample.code
    assert "{{URL}}" not in sample.code
    assert sample.code.endswith("\n")


@pytest.mark.parametrize("sample", [each for each in every() if each.id.split("-")[1] == "python"])
def test_python_reads_it(sample: Sample) -> None:
    ast.parse(sample.code)


@pytest.mark.parametrize("sample", [each for each in every() if each.id.split("-")[1] == "curl"])
def test_the_shell_reads_it(sample: Sample, tmp_path: Path) -> None:
    subprocess.run(["bash", "-n"], input=sample.code, text=True, check=True, cwd=tmp_path)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
def test_r_reads_it(tmp_path: Path) -> None:
    for param in every():
        sample: Sample = param.values[0]
        if sample.language == "r":
            (tmp_path / f"{param.id}.R").write_text(sample.code, "utf-8")
    script = f"for (file in list.files('{tmp_path}', full.names = TRUE)) parse(file, encoding = 'UTF-8')"
    subprocess.run(["Rscript", "-e", script], check=True, capture_output=True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mcs") is None, reason="no compiler of C# is here")
def test_a_compiler_of_csharp_reads_it(tmp_path: Path) -> None:
    for param in every():
        sample: Sample = param.values[0]
        if sample.language == "csharp":
            file = tmp_path / f"{param.id}.cs"
            file.write_text(sample.code, "utf-8")
            command = ["mcs", "-warnaserror", "-r:System.Net.Http.dll", f"-out:{tmp_path}/{param.id}.exe", str(file)]
            subprocess.run(command, check=True, capture_output=True)


def test_nothing_runs_in_the_shell_but_curl(tmp_path: Path) -> None:
    """The sample with `curl` in place of a program that shows what it got."""
    (sample,) = (each for each in samples.score(nasty(), URL) if each.language == "curl")
    shown = subprocess.run(
        ["bash", "-c", f"curl() {{ printf '%s\\n' \"$1\"; cat; }}\n{sample.code}"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    ).stdout  # fmt: skip
    url, _, body = shown.partition("\n")
    assert url == URL
    assert json.loads(body)["Inputs"]["in put"]["Values"] == [list(reversed(NASTY))]
    assert not list(tmp_path.iterdir())


def test_r_and_python_mean_the_same_request(tmp_path: Path) -> None:
    bodies = {each.language: each.code for each in samples.score(nasty(), URL)}
    tree = ast.parse(bodies["python"])
    data = next(node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DATA")
    assert ast.literal_eval(data.value)["Inputs"]["in put"]["Values"] == [list(reversed(NASTY))]
    if shutil.which("Rscript") is None:
        pytest.skip("R is not here")
    assignment = bodies["r"].partition("data = ")[2].partition("\n\nresponse")[0]
    file = tmp_path / "a.R"
    file.write_text(
        f"library(jsonlite)\ncat(toJSON({assignment}, auto_unbox = TRUE, null = 'null', digits = NA))", "utf-8"
    )
    told = subprocess.run(
        ["Rscript", "--encoding=UTF-8", str(file)],
        capture_output=True,
        text=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )
    assert json.loads(told.stdout) == ast.literal_eval(data.value)


@given(VALUES)
def test_literals_mean_what_they_were_made_of(value: Any) -> None:
    assert json.loads(written(value, JSON)) == value
    assert ast.literal_eval(written(value, PYTHON)) == value


@given(st.text())
def test_a_text_of_csharp_ends_where_it_should(value: str) -> None:
    told = verbatim(quoted(value))
    assert told.startswith('@"')
    assert told.endswith('"')
    inner = told[2:-1]
    assert '"' not in inner.replace('""', "")
    assert inner.replace('""', '"') == quoted(value)


def test_what_json_has_no_number_for_is_text() -> None:
    assert examples.parameters(program()) == {"penalty": 1.0, "method": "fast", "seed": 3, "limit": "inf"}


def test_short_values_share_lines() -> None:
    told = written({"a": list(range(100))}, JSON)
    assert all(len(line) <= 100 for line in told.splitlines())
    assert len(told.splitlines()) < 10


def test_an_update_names_what_may_be_replaced() -> None:
    assert samples.update_body(program())["Resources"][0]["Name"] == "Income [trained model]"
    assert samples.update_body(Program(""))["Resources"][0]["Name"].endswith("[trained model]")
