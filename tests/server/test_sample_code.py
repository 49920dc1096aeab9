"""The sample code of the help pages, as a person copies it, run against a server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest

from bottega.sandbox.host.pool import Pool
from bottega.services.samples import PLACEHOLDER
from tests.server.helpers import listening
from tests.server.published import Service, adder

Run = subprocess.CompletedProcess[str]
needs = {
    name: pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not here")
    for name, program in {"curl": "curl", "r": "Rscript", "csharp": "mono"}.items()
}


class Codes(HTMLParser):
    """The code blocks of a page, by language, as a browser shows them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._language: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self._language = dict(attrs).get("data-language")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._language = None

    def handle_data(self, data: str) -> None:
        if self._language:
            self.found[self._language] = self.found.get(self._language, "") + data


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[tuple[Service, dict[str, str]]]:
    """A service that shows real rows, and the code on its page."""
    with adder(tmp_path_factory.mktemp("samples"), pool) as service, listening(service.served) as live:
        service.served.workspace.services.change_endpoint(service.endpoint, sample_data=True)
        yield service, Codes(httpx2.get(f"{live.url}{service.help}/score").text).found


def run(*command: str, folder: Path) -> Run:
    variables = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=variables, encoding="utf-8"
    )


def python(code: str, folder: Path) -> Run:
    (folder / "sample.py").write_text(code, "utf-8")
    return run(sys.executable, "sample.py", folder=folder)


def curl(code: str, folder: Path) -> Run:
    return run("bash", "-c", code, folder=folder)


def r(code: str, folder: Path) -> Run:
    (folder / "sample.R").write_text(code, "utf-8")
    return run("Rscript", "sample.R", folder=folder)


def csharp(code: str, folder: Path) -> Run:
    (folder / "sample.cs").write_text(code, "utf-8")
    subprocess.run(["mcs", "-r:System.Net.Http.dll", "sample.cs"], cwd=folder, check=True, capture_output=True)
    return run("mono", "sample.exe", folder=folder)


LANGUAGES = [
    pytest.param("python", python, id="python"), pytest.param("curl", curl, id="curl", marks=needs["curl"]),
    pytest.param("r", r, id="r", marks=[needs["r"], pytest.mark.slow]),
    pytest.param("csharp", csharp, id="csharp", marks=[needs["csharp"], pytest.mark.slow]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "execute"), LANGUAGES)
def test_it_calls_the_service(
    shown: tuple[Service, dict[str, str]], language: str, execute: Callable[[str, Path], Run], tmp_path: Path
) -> None:
    service, codes = shown
    done = execute(codes[language].replace(PLACEHOLDER, service.keys[0]), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3.5" in done.stdout
    assert "Ann's secret" in done.stdout
    assert service.keys[0] not in done.stdout + done.stderr
    if language in {"python", "curl", "csharp"}:
        told = json.loads(done.stdout)
        values = told.get("Results", told)["output1"]["value"]["Values"]
        assert values == [["3.5", "Ann's secret"], [None, '<i>"Bob"</i>']]


@pytest.mark.parametrize(("language", "execute"), LANGUAGES)
def test_it_tells_what_is_wrong(
    shown: tuple[Service, dict[str, str]], language: str, execute: Callable[[str, Path], Run], tmp_path: Path
) -> None:
    _, codes = shown
    done = execute(codes[language], tmp_path)  # with the placeholder as the key
    assert done.returncode != 0
    assert "ScoreRequestUnauthorized" in done.stdout + done.stderr
    if language != "curl":
        assert "x-ms-request-id" in (done.stdout + done.stderr).lower()
