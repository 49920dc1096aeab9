"""The sample code of the help page on batch jobs, as a person copies it, run against a `bottega serve` and Azurite."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from azure.storage.blob import BlobServiceClient

from bottega.services.samples import PLACEHOLDER
from tests.clients.deployed import DATA
from tests.server.test_sample_code import LANGUAGES, Codes, Run

pytestmark = pytest.mark.slow
_CONNECTION = "DefaultEndpointsProtocol=https;AccountName=ACCOUNT;AccountKey=ACCOUNT_KEY"
_OUTPUTS = ("output1.csv", "output2.csv")


def filled(served: dict[str, Any], language: str, container: str | None = None) -> str:
    """The code with what a person has to fill in."""
    code = Codes(httpx2.get(f"{served['help']}/jobs").text).found[language]
    container = container or served["container"]
    for blank, value in (
        (PLACEHOLDER, served["key"]), (_CONNECTION, served["connection"]), ('"CONTAINER"', f'"{container}"'),
        ("container/", f"{container}/"),
    ):  # fmt: skip
        code = code.replace(blank, value)
    return code


def storage(served: dict[str, Any]) -> BlobServiceClient:
    return BlobServiceClient.from_connection_string(served["connection"])


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def check(outputs: dict[str, str]) -> None:
    """Both outputs are those of the service's data."""
    told = rows(DATA)
    found = rows(outputs["output1.csv"])
    weights = [float(each["weight"] or 1) for each in told]
    assert [each["patient"] for each in found] == [each["patient"] for each in told]
    assert [float(each["weight"]) for each in found] == weights
    assert [float(each["index"]) for each in found] == [
        w / int(each["age"]) for w, each in zip(weights, told, strict=True)
    ]
    assert [(int(each["visits"]), float(each["heaviest"])) for each in rows(outputs["output2.csv"])] == [
        (1, 1.0),
        (2, 80.25),
    ]


@pytest.mark.parametrize(("language", "execute"), LANGUAGES)
def test_it_runs_a_job(
    served: dict[str, Any], language: str, execute: Callable[[str, Path], Run], tmp_path: Path
) -> None:
    (tmp_path / "input1.csv").write_text(DATA, "utf-8")
    with storage(served) as client:
        container = client.get_container_client(served["container"])
        for name in (*_OUTPUTS, "input1.csv"):
            if container.get_blob_client(name).exists():
                container.delete_blob(name)
        if language != "python":  # whose code uploads its input itself
            container.upload_blob("input1.csv", DATA.encode())
        done = execute(filled(served, language), tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        written = {name: container.download_blob(name).readall().decode("utf-8-sig") for name in _OUTPUTS}
    check(written)
    assert "[1]" not in done.stdout  # R shows what nobody takes
    if language in {"python", "r"}:  # which fetch the results, too
        assert {name: (tmp_path / name).read_text("utf-8-sig") for name in _OUTPUTS} == written
    else:
        last = json.loads(done.stdout.strip().splitlines()[-1])
        assert (last["StatusCode"], sorted(last["Results"])) == ("Finished", ["output1", "output2"])
    for secret in (served["key"], served["account_key"]):
        assert secret not in done.stdout + done.stderr


@pytest.mark.parametrize(("language", "execute"), LANGUAGES)
def test_it_tells_what_is_wrong(
    served: dict[str, Any], language: str, execute: Callable[[str, Path], Run], tmp_path: Path
) -> None:
    (tmp_path / "input1.csv").write_text(DATA.replace("age", "years"), "utf-8")
    with storage(served) as client, client.create_container(f"wrong-{language}") as container:
        container.upload_blob("input1.csv", DATA.replace("age", "years").encode())
    done = execute(filled(served, language, f"wrong-{language}"), tmp_path)
    assert done.returncode != 0 or language == "curl", done.stdout
    assert "it has no column age" in done.stdout + done.stderr


@pytest.mark.parametrize(("language", "execute"), LANGUAGES)
def test_who_has_no_key_is_told(
    served: dict[str, Any], language: str, execute: Callable[[str, Path], Run], tmp_path: Path
) -> None:
    (tmp_path / "input1.csv").write_text(DATA, "utf-8")
    done = execute(filled(served | {"key": PLACEHOLDER}, language), tmp_path)
    assert done.returncode != 0
    assert "ScoreRequestUnauthorized" in done.stdout + done.stderr
