"""What a dataset that is a zip holds."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.server.helpers import Served
from tests.server.v1.test_data import CSV, uploaded


def test_entries_of_a_dataset(server: Served) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("tools/note.txt", "hello")
        archive.writestr("raw.bin", b"\x00\xff\xfe")
    path = f"/datasets/{uploaded(server, data.getvalue(), 'tools', 'tools.zip')['id']}"
    assert server.v1("GET", f"{path}/entries") == [
        {"name": "tools/note.txt", "size": 5},
        {"name": "raw.bin", "size": 3},
    ]
    text = server.v1("GET", f"{path}/entry", params={"name": "tools/note.txt"})
    assert text == {"name": "tools/note.txt", "size": 5, "text": "hello", "cut": False}
    assert server.v1("GET", f"{path}/entry", params={"name": "raw.bin"})["text"] is None
    assert "none in dataset" in server.v1("GET", f"{path}/entry", 404, params={"name": "none"})["detail"]


@pytest.mark.parametrize(("method", "number"), [(zipfile.ZIP_BZIP2, 12), (zipfile.ZIP_LZMA, 14)])
def test_what_unpacks_without_bound_is_not_opened(server: Served, method: int, number: int) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        archive.writestr("zeros", bytes(1 << 20))
    path = f"/datasets/{uploaded(server, data.getvalue(), 'tools', 'tools.zip')['id']}"
    assert server.v1("GET", f"{path}/entries") == [{"name": "zeros", "size": 1 << 20}]
    told = server.v1("GET", f"{path}/entry", 400, params={"name": "zeros"})
    assert told["code"] == "102"
    assert f"the entry 'zeros' has compression method {number}" in told["detail"]


def test_a_table_has_no_entries(server: Served) -> None:
    path = f"/datasets/{uploaded(server, CSV, 'rows', 'rows.csv')['id']}"
    for asked in ("entries", "entry?name=a"):
        assert "Rows is a DataTable, not a zip" in server.v1("GET", f"{path}/{asked}", 400)["detail"]
    server.v1("GET", "/datasets/none/entries", 404)
