"""A batch job with its files on blob storage, as a user of either generation of the SDK has it done.

    python blob_calls.py STORY FACTS

Plain Python that must run beside nothing but one of the two: azure-storage-blob 2.1.0, or today's.
"""

# mypy: ignore-errors

from __future__ import annotations

import csv
import io
import json
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any

try:
    from azure.storage.blob import BlockBlobService
except ImportError:
    from azure.storage.blob import BlobServiceClient

ROWS = 30_000


class Legacy:
    """The SDK of classic's days."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._service = BlockBlobService(
            account_name=facts["account"], account_key=facts["account_key"], custom_domain=facts["endpoint"]
        )
        self._container = facts["container"]

    def write(self, name: str, data: bytes) -> None:
        self._service.create_blob_from_bytes(self._container, name, data)

    def read(self, name: str) -> bytes:
        return self._service.get_blob_to_bytes(self._container, name).content

    def names(self) -> set[str]:
        return {each.name for each in self._service.list_blobs(self._container)}


class Today:
    """That of today."""

    def __init__(self, facts: dict[str, Any]) -> None:
        service = BlobServiceClient(facts["endpoint"], {
            "account_name": facts["account"], "account_key": facts["account_key"],
        })  # fmt: skip
        self._container = service.get_container_client(facts["container"])

    def write(self, name: str, data: bytes) -> None:
        self._container.upload_blob(name, data, overwrite=True)

    def read(self, name: str) -> bytes:
        return self._container.download_blob(name).readall()

    def names(self) -> set[str]:
        return set(self._container.list_blob_names())


class Service:
    """The web service's batch calls, without a library."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._url, self._key = f"{facts['api']}/jobs", facts["key"]

    def call(self, method: str, path: str = "", body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._url}{path}?api-version=2.0", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def ended(self, body: Any) -> tuple[str, dict[str, Any]]:
        """A job and its last status."""
        job = self.call("POST", body=body)
        told = self.call("GET", f"/{job}")
        assert (told["StatusCode"], told["Results"], told["Details"]) == ("NotStarted", None, None)
        self.call("POST", f"/{job}/start", "")
        while (told := self.call("GET", f"/{job}"))["StatusCode"] in ("NotStarted", "Running"):
            assert told["Results"] is None
            time.sleep(0.1)
        return job, told


def visits() -> list[list[str]]:
    """Rows with a gap in every third weight, texts with commas, quotes, line ends and more than ASCII."""
    names = ["Ann", "Böb", 'Cyd, "the third"', "日本", "two\nlines"]
    return [
        [f"{names[n % 5]} {n}", str(1 + n % 90), "" if n % 3 == 2 else repr(n / 8), f"20{10 + n % 9}-02-28T08:30:00", str(n % 2 == 0)]
        for n in range(ROWS)
    ]  # fmt: skip


def text(rows: list[list[str]], columns: list[str]) -> bytes:
    """The rows as CSV, with columns in an order of our own."""
    names = ["patient", "age", "weight", "visited", "smoker"]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([row[names.index(column)] for column in columns] for row in rows)
    return file.getvalue().encode()


def check(data: bytes, replacement: float) -> None:
    """The first output is what the service's definition says of each row."""
    found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert list(found[0]) == ["patient", "age", "weight", "visited", "smoker", "index", "next"]
    assert len(found) == ROWS
    for row, (patient, age, weight, visited, smoker) in zip(found, visits(), strict=True):
        weighed = float(weight) if weight else replacement
        assert (row["patient"], row["age"], row["smoker"]) == (patient, age, smoker)
        assert (float(row["weight"]), float(row["index"])) == (weighed, weighed / int(age))
        moment = datetime.fromisoformat(visited)
        assert datetime.fromisoformat(row["visited"]) == moment
        assert datetime.fromisoformat(row["next"]) == moment + timedelta(days=7)


def check_groups(data: bytes, replacement: float) -> None:
    found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    heaviest = {True: 0.0, False: 0.0}
    for _, _, weight, _, smoker in visits():
        heaviest[smoker == "True"] = max(heaviest[smoker == "True"], float(weight) if weight else replacement)
    assert [int(row["visits"]) for row in found] == [ROWS // 2, ROWS // 2]
    assert [float(row["heaviest"]) for row in found] == [heaviest[False], heaviest[True]]


def status(url: str, method: str) -> int:
    """What a server answers to an attempt to change a blob."""
    data = b"" if method == "PUT" else None
    request = urllib.request.Request(url, data, {"x-ms-blob-type": "BlockBlob"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def fetched(result: dict[str, Any]) -> bytes:
    """What a result leads to, without any authorization; and nobody may write there."""
    assert result["BaseLocation"].endswith("/")
    assert result["ConnectionString"] is None
    url = result["BaseLocation"] + result["RelativeLocation"].lstrip("/") + result["SasBlobToken"]
    assert [status(url, method) in (403, 405) for method in ("PUT", "DELETE")] == [True, True]
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


COLUMNS = ["patient", "age", "weight", "visited", "smoker"]


def whole(facts: dict[str, Any], storage: Any, service: Service) -> None:
    """Input and outputs on storage, each with a connection string."""
    storage.write("in/visits.csv", text(visits(), COLUMNS))

    def blob(name: str) -> dict[str, str]:
        return {"ConnectionString": facts["connection"], "RelativeLocation": f"{facts['container']}/{name}"}

    outputs = {"output1": blob("out/scored.csv"), "output2": blob("out/groups.csv")}
    body = {"Inputs": {"input1": blob("in/visits.csv")}, "Outputs": outputs, "GlobalParameters": {"replacement": "7.5"}}
    job, told = service.ended(body)
    assert told["StatusCode"] == "Finished", told
    check(storage.read("out/scored.csv"), 7.5)
    check_groups(storage.read("out/groups.csv"), 7.5)
    assert fetched(told["Results"]["output1"]) == storage.read("out/scored.csv")
    assert fetched(told["Results"]["output2"]) == storage.read("out/groups.csv")
    for secret in (facts["account_key"], facts["key"]):
        assert secret not in json.dumps(told)
    service.call("DELETE", f"/{job}")


def bare(facts: dict[str, Any], storage: Any, service: Service) -> None:
    """Only the account's name in the connection string, a slash before the container, `Input` in the singular."""
    storage.write("in/bare.csv", text(visits(), COLUMNS[::-1]))
    account = f"DefaultEndpointsProtocol=https;AccountName={facts['account']};AccountKey={facts['account_key']}"
    place = {"ConnectionString": account, "RelativeLocation": f"/{facts['container']}/in/bare.csv"}
    _, told = service.ended({"Input": place, "GlobalParameters": None})
    assert told["StatusCode"] == "Finished", told
    check(fetched(told["Results"]["output1"]), 1.0)  # kept by the workspace, for it was not told where to put them
    check_groups(fetched(told["Results"]["output2"]), 1.0)


def tabs(facts: dict[str, Any], storage: Any, service: Service) -> None:
    """Formats go by the end of the name."""
    storage.write("in/few.tsv", b"patient\tage\tweight\tvisited\tsmoker\nAnn, the first\t31\t\t2016-01-01\tTrue\n")

    def blob(name: str) -> dict[str, str]:
        return {"ConnectionString": facts["connection"], "RelativeLocation": f"{facts['container']}/{name}"}

    _, told = service.ended({"Inputs": {"input1": blob("in/few.tsv")}, "Outputs": {"output1": blob("out/few.tsv")}})
    assert told["StatusCode"] == "Finished", told
    head, row = storage.read("out/few.tsv").decode("utf-8-sig").splitlines()
    assert head.split("\t")[:3] == ["patient", "age", "weight"]
    assert row.split("\t")[:2] == ["Ann, the first", "31"]
    assert float(row.split("\t")[2]) == 1.0


def failures(facts: dict[str, Any], storage: Any, service: Service) -> None:
    """What goes wrong is told in words, and leaves nothing half written."""
    storage.write("in/negative.csv", text([["Ann", "-1", "2", "2016-01-01", "True"]], COLUMNS))
    storage.write("in/short.csv", b"patient,weight\nAnn,2\n")

    def ended(name: str) -> str:
        place = {"ConnectionString": facts["connection"], "RelativeLocation": f"{facts['container']}/{name}"}
        out = place | {"RelativeLocation": f"{facts['container']}/out/never.csv"}
        _, told = service.ended({"Inputs": {"input1": place}, "Outputs": {"output1": out}})
        assert (told["StatusCode"], told["Results"]) == ("Failed", None), told
        for secret in (facts["account_key"], facts["key"]):
            assert secret not in json.dumps(told)
        return told["Details"]

    assert "Alter ist negativ: früher" in ended("in/negative.csv")
    assert "BlobNotFound" in ended("in/nothing.csv")
    assert "age" in ended("in/short.csv")
    assert "out/never.csv" not in storage.names()


if __name__ == "__main__":
    known = json.loads(sys.argv[2])
    there = (Legacy if "BlockBlobService" in globals() else Today)(known)
    globals()[sys.argv[1]](known, there, Service(known))
