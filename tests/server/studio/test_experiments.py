"""Experiments: saved, run, read, canceled, deleted (clients.md 4)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bottega.server.studio.samples import EXPERIMENTS
from bottega.server.studio.wire import NEVER, ExperimentId
from tests.server.studio.helpers import DETECTION, Api, graph, node

SLEEP = "def azureml_main(dataframe1=None, dataframe2=None):\n    import time\n    time.sleep(60)\n"
FAIL = "def azureml_main(dataframe1=None, dataframe2=None):\n    print('so far')\n    raise ValueError('it is out of cheese')\n"


# Three quarters of the 442 patients of the sample.
ROWS = 331


def _script(text: str, id: str = "4f6b1c2d-7") -> dict[str, Any]:  # noqa: A002
    return graph(node(id, "execute-python-script", {"Python Script": text}))


def _csv(api: Api, name: str = "data") -> dict[str, Any]:
    made = api.upload(name, b"a,b\n1,x\n2,y\n")
    return graph(node("4f6b1c2d-7", "convert-to-csv", Dataset=made["Id"]))


def test_the_sample_has_all_that_clients_index(api: Api) -> None:
    found = api.get(f"/experiments/{DETECTION}")
    assert found["Description"] == "Binary Classification: Breast cancer detection"
    assert found["Status"]["StatusCode"] == "InDraft"
    assert found["WebService"] is not None
    for each in found["Graph"]["ModuleNodes"]:
        assert each["Comment"] is not None
        for port in each["InputPortsInternal"]:
            assert {"DataSourceId", "TrainedModelId", "TransformModuleId", "Name", "NodeId"} <= port.keys()
    places = found["Graph"]["SerializedClientData"]
    assert "\n" not in places
    assert places.count("<NodePosition ") == 10
    raw = api.ask("GET", f"/experiments/{DETECTION}").text
    assert "<NodePosition Node='split'" in raw  # for PowerShell replaces text


def test_saving_a_draft_and_reading_it(api: Api) -> None:
    given = _csv(api)
    saved = api.save(given, Description="Mit Ümlaut", Summary="about", Tags=["a"])
    experiment = ExperimentId.parse(saved["ExperimentId"])
    assert saved["ExperimentId"] == f"{api.served.workspace.id}.f-id.{experiment.id}"
    found = api.get(f"/experiments/{saved['ExperimentId']}")
    assert (found["Description"], found["Summary"], found["Etag"]) == ("Mit Ümlaut", "about", saved["Etag"])
    assert (found["Category"], found["IsArchived"], found["Tags"]) == ("user", False, ["a"])
    assert found["Status"] == {
        "StatusCode": "InDraft", "StatusDetail": "", "CreationTime": found["Status"]["CreationTime"], "StartTime": NEVER,
        "EndTime": NEVER, "Metadata": None,
    }  # fmt: skip
    assert re.fullmatch(r"/Date\(\d{13}\)/", found["Status"]["CreationTime"])
    (told,) = found["Graph"]["ModuleNodes"]
    (expected,) = given["ModuleNodes"]
    assert (told["Id"], told["ModuleId"]) == (expected["Id"], expected["ModuleId"])
    assert told["InputPortsInternal"][0]["DataSourceId"] == expected["InputPortsInternal"][0]["DataSourceId"]
    assert found["NodeStatuses"] == []
    own, *samples = api.get("/experiments")
    assert own["ExperimentId"] == saved["ExperimentId"]
    assert all(each["ExperimentId"].startswith("506153734175476c4f62416c57734963.") for each in samples)


def test_a_run_ends_with_outputs(api: Api) -> None:
    found = api.ended(api.save(_csv(api), run=True)["ExperimentId"])
    assert found["Status"]["StatusCode"] == "Finished"
    assert found["RunId"]
    assert NEVER not in (found["Status"]["StartTime"], found["Status"]["EndTime"])
    (status,) = found["NodeStatuses"]
    assert (status["NodeId"], status["Status"]["StatusCode"]) == ("4f6b1c2d-7", "Finished")
    (output,) = status["OutputEndpoints"]
    assert output["Name"] == "Results dataset"
    assert api.fetch(output) == b"a,b\n1,x\n2,y\n"
    (view,) = status["MetadataOutputEndpoints"]["Results dataset"]
    assert view["Key"] == "visualization"
    assert json.loads(api.fetch(view["Value"]))["Kind"] == "File"
    assert api.fetch(status["StandardOutEndpoint"]) == b""
    assert api.fetch(status["StandardErrorEndpoint"]) == b""


def test_a_table_comes_as_csv_by_any_spelling(api: Api) -> None:
    experiment = api.save(api.get(f"/experiments/{EXPERIMENTS[1].id}")["Graph"], run=True)["ExperimentId"]
    assert api.ended(experiment)["Status"]["StatusCode"] == "Finished"
    texts = {
        api.ask("GET", f"/experiments/{experiment}//outputdata/split/{port}/").text
        for port in ("Results%20dataset1", "results_dataset1", "Results-Dataset1", "RESULTS DATASET1")
    }
    (text,) = texts
    assert len(text.splitlines()) == 1 + ROWS
    schema = api.get(f"/experiments/{experiment}/outputschema/split/Results%20dataset1")
    assert [each["Name"] for each in schema] == text.splitlines()[0].split(",")
    view = api.get(f"/experiments/{experiment}/visualizationdata/split/Results%20dataset1")
    assert (view["NumberOfRows"], len(view["Rows"])) == (ROWS, 100)
    model = api.get(f"/experiments/{experiment}/visualizationdata/train/Trained%20model")
    assert model["Kind"] == "TrainedModel"
    assert model["Description"]
    told = api.refused("GET", f"/experiments/{experiment}/outputdata/split/nothing", 404)
    assert "Results dataset1" in told
    api.refused("GET", f"/experiments/{experiment}/outputdata/nobody/x", 404)


def test_a_failure_is_told_where_it_happened(api: Api) -> None:
    found = api.ended(api.save(_script(FAIL), run=True)["ExperimentId"])
    assert found["Status"]["StatusCode"] == "Failed"
    assert "it is out of cheese" in found["Status"]["StatusDetail"]
    (status,) = found["NodeStatuses"]
    assert status["Status"]["StatusCode"] == "Failed"
    assert "it is out of cheese" in status["Status"]["StatusDetail"]
    assert b"so far" in api.fetch(status["StandardOutEndpoint"])
    error = api.fetch(status["StandardErrorEndpoint"]).decode()
    assert "Error 0085" in error
    assert "ValueError: it is out of cheese" in error
    assert "site-packages/bottega" not in error
    log = api.ask("GET", f"/experiments/{found['ExperimentId']}/errorlog/4f6b1c2d-7")
    assert log.text == error
    assert log.headers["content-type"].startswith("text/plain")


def test_a_broken_experiment_is_not_begun_and_not_kept(api: Api) -> None:
    told = api.save(graph(node("a", "convert-to-csv")), run=True, status=400)
    assert "problem" in told["error"]["message"]
    assert all(each["Creator"] == "Bottega" for each in api.get("/experiments"))
    draft = api.save(graph(node("a", "convert-to-csv")))
    assert api.get(f"/experiments/{draft['ExperimentId']}")["Status"]["StatusCode"] == "InDraft"


def test_overwriting_and_if_match(api: Api) -> None:
    saved = api.save(_csv(api))
    experiment = saved["ExperimentId"]
    other = _script("def azureml_main(a=None, b=None):\n    return a\n")
    second = api.save(other, at=experiment, headers={"If-Match": f'"{saved["Etag"]}"'}, Description="renamed")
    assert second["Etag"] != saved["Etag"]
    api.save(other, at=experiment, status=412, headers={"If-Match": saved["Etag"]})
    third = api.save(other, at=f"{experiment}/", Description="again")  # as PowerShell does, without
    api.save(other, at=experiment, headers={"If-Match": "*"})
    found = api.get(f"/experiments/{experiment}")
    assert found["Graph"]["ModuleNodes"][0]["ModuleParameters"][0]["Value"].startswith("def azureml_main(a=None")
    api.ask("DELETE", f"/experiments/{experiment}", 412, headers={"If-Match": third["Etag"]})
    api.ask("DELETE", f"/experiments/{experiment}", 204, headers={"If-Match": found["Etag"]})
    api.refused("GET", f"/experiments/{experiment}", 404)


def test_an_edit_after_a_run_is_a_draft_again(api: Api) -> None:
    given = _csv(api)
    experiment = api.save(given, run=True)["ExperimentId"]
    assert api.ended(experiment)["Status"]["StatusCode"] == "Finished"
    api.save(_script("def azureml_main(a=None, b=None):\n    return a\n"), at=experiment)
    found = api.get(f"/experiments/{experiment}")
    assert found["Status"]["StatusCode"] == "InDraft"
    api.save(given, at=experiment, run=True)
    assert api.ended(experiment)["Status"]["StatusCode"] == "Finished"


def test_saving_nothing_new_leaves_a_finished_experiment_finished(api: Api) -> None:
    experiment = api.save(_csv(api), run=True)["ExperimentId"]
    found = api.ended(experiment)
    api.save(found["Graph"], at=experiment, WebService=found["WebService"])
    again = api.get(f"/experiments/{experiment}")
    assert again["Status"]["StatusCode"] == "Finished"
    assert again["NodeStatuses"]


def test_canceling(api: Api) -> None:
    experiment = api.save(_script(SLEEP), run=True)["ExperimentId"]
    assert api.get(f"/experiments/{experiment}")["Status"]["StatusCode"] == "Running"
    told = api.save(_csv(api), at=experiment, status=409)
    assert "runs" in told["error"]["message"]
    api.refused("PUT", f"/experiments/{experiment}", 400, headers={"x-ms-action": "explode"})
    api.ask("PUT", f"/experiments/{experiment}", headers={"x-ms-action": "cancel"})
    assert api.ended(experiment)["Status"]["StatusCode"] == "Canceled"
    api.ask("PUT", f"/experiments/{experiment}", headers={"x-ms-action": "Cancel"})  # it is over, which was wanted


def test_deleting_while_it_runs(api: Api) -> None:
    experiment = api.save(_script(SLEEP), run=True)["ExperimentId"]
    run = api.get(f"/experiments/{experiment}")["RunId"]
    api.ask("DELETE", f"/experiments/{experiment}", 204)
    assert not api.served.context.runs.is_active(run)
    assert api.served.workspace.runs.headers(experiment.rpartition(".")[2]) == []


def test_deleting_with_ancestors(api: Api) -> None:
    given = _csv(api)
    first = api.save(given)["ExperimentId"]
    second = api.save(given, ParentExperimentId=first)["ExperimentId"]
    third = api.save(given, ParentExperimentId=second)["ExperimentId"]
    lineage = [each["ExperimentId"] for each in api.get(f"/experiments/{third}/lineage")]
    assert lineage == [third, second, first]
    api.ask("DELETE", f"/experiments/{second}?deleteAncestors=true", 204)
    for gone in (first, second):
        api.refused("GET", f"/experiments/{gone}", 404)
    assert api.get(f"/experiments/{third}")["ParentExperimentId"] == second


def test_deleting_a_web_service_experiment_leaves_what_it_was_set_up_from(api: Api) -> None:
    kept = api.served.workspace.experiments
    training = kept.create("bottega: 1\nnodes: {a: {module: enter-data-manually}}\n", title="training")
    with_service = f"{training.document}web_service:\n  outputs: {{output1: a}}\n"
    older = kept.create(with_service, title="service", parent=training.id)
    newer = kept.create(with_service, title="service", parent=older.id)
    api.ask("DELETE", f"/experiments/{newer.id}?deleteAncestors=true", 204)
    assert [each.id for each in kept.list()] == [training.id]


def test_annotations_are_none(api: Api) -> None:
    assert api.get(f"/experiments/{api.save(_csv(api))['ExperimentId']}/annotations") == []
    assert api.get(f"/experiments/{DETECTION}/annotations") == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"{}", b'{"ExperimentGraph": []}', b'{"ExperimentGraph": "x"}',
        b'{"ExperimentGraph": {"ModuleNodes": 7}}', b'{"ExperimentGraph": {"ModuleNodes": [{}]}}',
        b'{"ExperimentGraph": {"ModuleNodes": [null]}}', b'{"ExperimentGraph": {"SerializedClientData": "<a"}}',
        b'{"ExperimentGraph": {"SerializedClientData": "<!DOCTYPE x [<!ENTITY a \\"b\\">]><x>&a;</x>"}}',
        b'{"ExperimentGraph": {}, "Description": 7}', b'{"ExperimentGraph": {}, "ParentExperimentId": []}',
        b'{"ExperimentGraph": {}, "Description": "\\udc00"}',
    ],
    ids=range(14),
)  # fmt: skip
def test_bodies_that_are_no_experiment(api: Api, body: bytes) -> None:
    api.refused("POST", "/experiments", 400, content=body)


ODD: tuple[Any, ...] = (None, 7, True, -1.5, "x", "", [], {}, [None], {"x": "y"}, "\u0000", "9" * 400)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """All places within a JSON value, one of each kind in lists."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, each in items:
        yield from _places(each, (*path, key))


def test_nothing_odd_in_an_experiment_breaks_the_server(api: Api) -> None:
    found = api.get(f"/experiments/{DETECTION}")
    whole = {"Description": "d", "Summary": "", "IsDraft": True, "ParentExperimentId": "", "Category": "user",
             "ExperimentGraph": found["Graph"], "WebService": found["WebService"]}  # fmt: skip
    for path in _places(whole):
        for odd in ODD[len(path) % 2 :: 2]:
            changed = json.loads(json.dumps(whole))
            place = changed
            for key in path[:-1]:
                place = place[key]
            if path:
                place[path[-1]] = odd
            answer = api.served.client.post(
                api.served.api("/experiments"), headers=api.served.studio, json=changed if path else odd
            )
            assert answer.status_code in (200, 400, 404), (path, odd, answer.text)


@pytest.mark.parametrize("id_", ["x", "f-id", "a.b.c", f"{'0' * 32}.f-id.{'0' * 32}", f"{'0' * 32}.x.{'0' * 32}"])
def test_ids_that_are_no_experiment(api: Api, id_: str) -> None:
    for path in ("", "/lineage", "/annotations", "/outputdata/a/b", "/errorlog/a", "/webservicedefinition"):
        api.refused("GET", f"/experiments/{id_}{path}", 404)
    api.refused("POST", f"/experiments/{id_}", 404, json={"ExperimentGraph": {}})
    api.refused("DELETE", f"/experiments/{id_}", 404)


def test_the_digits_alone_are_enough(api: Api) -> None:
    experiment = api.save(_csv(api))["ExperimentId"]
    assert api.get(f"/experiments/{experiment.rpartition('.')[2]}")["ExperimentId"] == experiment
