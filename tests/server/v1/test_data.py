"""Datasets and outputs by the native API: uploaded, paged, profiled, versioned, linked, deleted."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.server.helpers import Served
from tests.server.v1.test_runs import ran

CSV = "name,size,ok\nÄnn,1.5,True\n,inf,\nCleo,-3,False\n"
DRAWING = """bottega: 1
title: Drawing
nodes:
  a:
    module: execute-python-script
    parameters:
      script: |
        import matplotlib.pyplot as plt
        import pandas as pd
        def azureml_main(df=None, other=None):
            plt.plot([1, 2])
            plt.savefig("line.png")
            print("drawn")
            return pd.DataFrame({"x": [2**60, 1], "y": ["a", None]}),
"""


def uploaded(
    server: Served, data: str | bytes = CSV, name: str = "people", file_name: str = "people.csv", status: int = 201
) -> Any:
    return server.v1("POST", "/datasets", status, params={"name": name, "file_name": file_name, "description": "those"},
                     content=data if isinstance(data, bytes) else data.encode())  # fmt: skip


def test_uploaded(server: Served) -> None:
    told = uploaded(server)
    assert (told["name"], told["version"], told["description"]) == ("people", 1, "those")
    assert (told["output"]["type"], told["output"]["rows"]) == ("DataTable", 3)
    assert [each["name"] for each in told["output"]["columns"]] == ["name", "size", "ok"]
    assert server.v1("GET", f"/datasets/{told['id']}") == told
    assert server.v1("GET", "/datasets") == [told]


def test_rows(server: Served) -> None:
    path = f"/datasets/{uploaded(server)['id']}/rows"
    told = server.v1("GET", path)
    assert told["rows"] == [["Änn", 1.5, True], [None, "Infinity", None], ["Cleo", -3.0, False]]
    assert told["total"] == 3
    assert server.v1("GET", path, params={"offset": 1, "limit": 1})["rows"] == told["rows"][1:2]
    assert server.v1("GET", path, params={"offset": 99})["rows"] == []
    for wrong in ({"offset": -1}, {"limit": 1001}, {"limit": "x"}, {"row": 1}, {"offset": 2**70}):
        assert server.v1("GET", path, 400, params=wrong)["errors"][0]["path"].startswith("query")


def test_profile(server: Served) -> None:
    told = server.v1("GET", f"/datasets/{uploaded(server)['id']}/profile")
    assert told["rows"] == 3
    assert [(each["name"], each["missing"], each["max"]) for each in told["columns"]][1] == ("size", 0, 1.5)


def test_versions(server: Served) -> None:
    first = uploaded(server)
    second = uploaded(server, "name\nNew\n")
    assert (second["version"], second["family"]) == (2, first["family"])
    assert server.v1("GET", "/datasets") == [second]
    assert server.v1("GET", f"/datasets/{first['id']}/versions") == [first, second]
    assert server.v1("GET", f"/datasets/{first['id']}/rows")["total"] == 3
    server.v1("DELETE", f"/datasets/{first['id']}", 204)
    assert server.v1("GET", "/datasets") == []
    server.v1("GET", f"/datasets/{second['id']}", 404)


def test_other_formats(server: Served) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2]}), buffer)
    assert uploaded(server, buffer.getvalue(), "p", "p.parquet")["output"]["rows"] == 2
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("module.py", "x = 1\n")
    told = uploaded(server, buffer.getvalue(), "z", "z.zip")
    assert told["output"]["type"] == "Zip"
    assert "not a table" in server.v1("GET", f"/datasets/{told['id']}/rows", 400)["detail"]
    url = server.v1("GET", f"/datasets/{told['id']}/link")["url"]
    assert server.client.get(url).content == buffer.getvalue()
    server.v1("GET", f"/datasets/{told['id']}/link", 400, params={"format": "csv"})


@pytest.mark.parametrize(
    ("data", "name", "file_name"),
    [(CSV, "a", "a.exe"), (CSV, "a/b", "a.csv"), (CSV, " ", "a.csv"), ("not parquet", "a", "a.parquet"), ("no zip", "a", "a.zip"),
     (CSV, "a", "../../etc/passwd"), (CSV, "x" * 201, "a.csv"), ("a,b\n1,2,3\n", "a", "a.csv"), (b"a\n\xff\xfe\x00", "a", "a.csv")],
    ids=["format", "slash", "blank", "parquet", "zip", "path", "long", "ragged", "no text"],
)  # fmt: skip
def test_refused(server: Served, data: str | bytes, name: str, file_name: str) -> None:
    told = uploaded(server, data, name, file_name, 400)
    assert told["detail"]
    assert "/tmp" not in told["detail"]
    assert server.v1("GET", "/datasets") == []


def test_a_script_and_what_it_drew(server: Served) -> None:
    run = ran(server, DRAWING)
    path = f"/runs/{run['id']}"
    log = server.v1("GET", f"{path}/nodes/a/log")
    assert log["text"] == "drawn\n"
    (picture,) = log["pictures"]
    assert server.client.get(picture["url"]).content[:8] == b"\x89PNG\r\n\x1a\n"
    table = server.v1("GET", f"{path}/outputs/a/result_dataset/rows")
    assert table["rows"] == [[str(2**60), "a"], [1, None]]
    assert server.v1("GET", f"{path}/outputs/a/result_dataset")["rows"] == 2
    assert server.v1("GET", f"{path}/outputs/a/result_dataset/profile")["columns"][1]["missing"] == 1
    device = server.v1("GET", f"{path}/outputs/a/python_device/link")["url"]
    assert server.client.get(device).json()["log"] == "drawn\n"
    for missing in ("outputs/b/result_dataset", "outputs/a/none", "outputs/a/none/rows", "nodes/b/log"):
        server.v1("GET", f"{path}/{missing}", 404)
    server.v1("GET", f"{path}/outputs/a/python_device/rows", 400)
    for port in ("python_device", "result_dataset"):
        assert "not a zip" in server.v1("GET", f"{path}/outputs/a/{port}/entries", 400)["detail"]


def test_entries_of_a_zip(server: Served) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("module.py", "x = 1\n")
    uploaded(server, buffer.getvalue(), "bundle", "bundle.zip")
    run = ran(server, "bottega: 1\nnodes:\n  a: {dataset: bundle}\n")["id"]
    assert server.v1("GET", f"/runs/{run}/outputs/a/dataset/entries") == [{"name": "module.py", "size": 6}]


def test_a_reused_step_tells_what_was_printed_then(server: Served) -> None:
    ran(server, DRAWING)
    again = ran(server, DRAWING)
    assert again["steps"][0]["cached"]
    assert server.v1("GET", f"/runs/{again['id']}/nodes/a/log")["text"] == "drawn\n"
