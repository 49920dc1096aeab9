"""What a user does with azureml 0.2.7, the client from PyPI: a function a story, run in that client's own environment.

    python azureml_calls.py STORY URL WORKSPACE TOKEN [FACTS]

Plain Python that must run beside nothing but azureml and its requirements. A story that goes wrong ends in a traceback.
"""

# mypy: ignore-errors

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd
from azureml import AzureMLConflictHttpError, AzureMLHttpError, DataTypeIds, Workspace
from azureml.errors import AzureMLUnauthorizedError
from pandas.testing import assert_frame_equal

AIRPORTS = "Airport Codes Dataset"
CANCER = "Breast cancer data"
DETECTION = "506153734175476c4f62416c57734963.f-id.1f022fd4578847dc867d662a51f0a105"


def samples(ws: Any, facts: dict[str, Any]) -> None:
    airports = ws.datasets[AIRPORTS]
    head = b"airport_id,city,state,name\r\n10165,Adak Island, AK, Adak"
    assert airports.read_as_binary().startswith(head)
    assert airports.open().read()[: len(head)] == head
    lines = airports.read_as_text().splitlines()
    assert lines[-1] == "14543,Rock Springs, WY, Rock Springs Sweetwater County"
    frame = airports.to_dataframe()
    assert list(frame.columns) == ["airport_id", "city", "state", "name"]
    assert list(frame.values[0]) == [10165, "Adak Island", "AK", "Adak"]
    assert airports.is_example
    assert not hasattr(airports, "update_from_dataframe")
    cancer = ws.datasets[CANCER]
    assert not hasattr(cancer, "to_dataframe")
    assert "@ATTRIBUTE" in cancer.read_as_text()
    assert [each.name for each in ws.user_datasets] == []
    assert f"{AIRPORTS}\n" in repr(ws.example_datasets)
    for wrong in (AIRPORTS.upper(), "Does Not Exist", 32700):
        try:
            ws.datasets[wrong]
        except IndexError:
            continue
        raise AssertionError(wrong)


def metadata(ws: Any, facts: dict[str, Any]) -> None:
    for dataset in ws.datasets:
        for location in (dataset.visualize_end_point, dataset.schema_end_point, dataset.download_location):
            assert location.base_uri.startswith("http")
            assert location.location
            assert location.access_credential[0] == "?"
            assert location.name
            assert location.endpoint_type
            assert location.file_type
            assert location.size >= 0
            assert location.credential_container == ""
            assert location.is_auxiliary in (True, False)
        assert dataset.schema_status == "Complete"
        assert dataset.dataset_id.count(".") == 2
        assert dataset.dataset_id.split(".")[1] == dataset.family_id
        assert isinstance(dataset.created_date, datetime)
        assert dataset.created_date_ticks > 0
        assert dataset.size == len(dataset.read_as_binary())
        for name in ("resource_upload_id", "source_origin", "experiment_id", "client_version", "promoted_from",
                     "uploaded_from_filename", "service_version", "is_latest", "category", "is_deprecated", "culture",
                     "batch", "owner", "description"):  # fmt: skip
            getattr(dataset, name)


def formats(ws: Any, facts: dict[str, Any]) -> None:
    frame = pd.DataFrame({"a": [1, 2, 3], "naïve": ["Zürich", "日本", "plain"], "x": [0.5, None, -2.25]})
    for kind in (DataTypeIds.GenericCSV, DataTypeIds.GenericTSV, DataTypeIds.GenericCSVNoHeader,
                 DataTypeIds.GenericTSVNoHeader):  # fmt: skip
        made = ws.datasets.add_from_dataframe(frame, kind, f"cities {kind}", f"Städte in {kind}")
        assert (made.name, made.data_type_id) == (f"cities {kind}", kind)
        assert made.description == f"Städte in {kind}"
        assert made.owner == "Python SDK"
        assert made.schema_status == "Complete"
        assert made.source_origin == "FromResourceUpload"
        back = ws.datasets[f"cities {kind}"].to_dataframe()
        expected = frame if "NoHeader" not in kind else frame.set_axis(range(3), axis=1)
        assert_frame_equal(back, expected)
    assert [each.name for each in ws.user_datasets] == sorted(
        f"cities {kind}" for kind in ("GenericCSV", "GenericTSV", "GenericCSVNoHeader", "GenericTSVNoHeader")
    )


def blocks(ws: Any, facts: dict[str, Any]) -> None:
    line = "%d,Zürich,0.25\n"
    data = ("a,city,x\n" + "".join(line % number for number in range(220_000))).encode()
    assert 4 << 20 < len(data) <= 6 << 20  # three blocks of this client
    made = ws.datasets.add_from_raw_data(data, DataTypeIds.GenericCSV, "large", "in three blocks")
    assert made.size == len(data)
    assert made.schema_status == "Complete"
    assert made.read_as_binary() == data
    with made.open() as stream:
        assert stream.read(9) == b"a,city,x\n"


def raw(ws: Any, facts: dict[str, Any]) -> None:
    arff = b"@RELATION r\n@ATTRIBUTE a REAL\n@ATTRIBUTE b {x,y}\n@DATA\n1.5,x\n2,y\n"
    made = ws.datasets.add_from_raw_data(arff, DataTypeIds.ARFF, "arff", "two rows")
    assert made.read_as_binary() == arff
    assert not hasattr(made, "to_dataframe")
    assert made.schema_status == "Complete"
    text = "erste Zeile\nzweite, mit ü\n".encode()
    made = ws.datasets.add_from_raw_data(text, DataTypeIds.PlainText, "text", "lines")
    assert made.read_as_binary() == text
    assert made.read_as_text() == text.decode()
    broken = b"a,b\n\xff\xfe\x00,2\n"
    made = ws.datasets.add_from_raw_data(broken, DataTypeIds.GenericCSV, "broken", "no text")
    assert made.read_as_binary() == broken
    assert made.schema_status == "Failed"


def updates(ws: Any, facts: dict[str, Any]) -> None:
    first = pd.DataFrame({"a": [1, 5], "b": [2, 10]})
    second = pd.DataFrame({"a": [101, 105], "b": [102, 110]})
    dataset = ws.datasets.add_from_dataframe(first, DataTypeIds.GenericCSV, "changing", "one")
    family, before = dataset.family_id, dataset.dataset_id
    assert dataset.update_from_dataframe(second) is None
    assert_frame_equal(dataset.to_dataframe(), second)
    assert (dataset.name, dataset.description, dataset.family_id) == ("changing", "one", family)
    assert dataset.dataset_id != before
    assert dataset.service_version == 2
    assert dataset.is_latest
    raw_data = b"a\tb\n7\t8\n"
    dataset.update_from_raw_data(raw_data, DataTypeIds.GenericTSV, "changed", "two")
    assert (dataset.name, dataset.description, dataset.data_type_id) == ("changed", "two", DataTypeIds.GenericTSV)
    assert dataset.read_as_binary() == raw_data
    assert dataset.family_id == family
    assert [each.name for each in ws.user_datasets] == ["changed"]


def refusals(ws: Any, facts: dict[str, Any]) -> None:
    frame = pd.DataFrame({"a": [1]})

    def add(name: str) -> None:
        ws.datasets.add_from_dataframe(frame, DataTypeIds.GenericCSV, name, "one column")

    add("twice")
    for name in ("twice", AIRPORTS):
        assert refusal(AzureMLConflictHttpError, lambda name=name: add(name)).status_code == 409
    error = refusal(AzureMLHttpError, lambda: add("a:b"))
    assert error.status_code == 400
    assert "forbidden characters" in str(error)
    stranger = Workspace(ws.workspace_id, "no token of this workspace", facts["url"])
    for call in (lambda: len(stranger.datasets), lambda: len(stranger.experiments)):
        assert refusal(AzureMLUnauthorizedError, call).status_code == 401


def refusal(kind: Any, call: Callable[[], object]) -> Any:
    """What a call raises, which has to be of a kind."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError("nothing was refused")


def experiments(ws: Any, facts: dict[str, Any]) -> None:
    assert len(ws.experiments) == len(list(ws.experiments)) > 1
    example = ws.experiments[DETECTION]
    assert example.is_example
    assert example.description == "Binary Classification: Breast cancer detection"
    assert [each.experiment_id for each in ws.example_experiments].count(DETECTION) == 1
    assert example.description in repr(ws.example_experiments)
    own = ws.experiments[facts["experiment"]]
    assert [each.experiment_id for each in ws.user_experiments] == [own.experiment_id]
    assert not own.is_example
    assert own.status.status_code == "Finished"
    assert own.status.status_detail == ""
    assert isinstance(own.status.creation_time, datetime)
    assert own.is_archived is False
    assert own.creator
    assert own.job_id
    assert own.version_id
    assert own.etag
    assert own.run_id
    assert repr(own) == f"{own.experiment_id}\t{own.description}"
    assert ws.experiments[0].experiment_id == own.experiment_id
    for wrong in ("Does Not Exist", 32700):
        try:
            ws.experiments[wrong]
        except IndexError:
            continue
        raise AssertionError(wrong)


def intermediate(ws: Any, facts: dict[str, Any]) -> None:
    own = ws.experiments[facts["experiment"]]
    dataset = own.get_intermediate_dataset(facts["node"], "Results dataset", DataTypeIds.GenericCSV)
    frame = dataset.to_dataframe()
    assert list(frame.columns) == facts["columns"]
    assert len(frame) == facts["rows"]
    assert len(dataset.read_as_binary()) > 0
    assert dataset.read_as_text().startswith(facts["columns"][0])
    assert dataset.open().read(4) == facts["columns"][0].encode()[:4]
    plain = own.get_intermediate_dataset(facts["node"], "Results dataset", "Unsupported")
    assert not hasattr(plain, "to_dataframe")


if __name__ == "__main__":
    story, url, workspace, token, *rest = sys.argv[1:]
    known = {"url": url, **(json.loads(rest[0]) if rest else {})}
    globals()[story](Workspace(workspace, token, url), known)
