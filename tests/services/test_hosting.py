"""Endpoints as they are called: loaded at the first call, changed by anybody at any time, bounded, and healing."""

from __future__ import annotations

import json
import os
import signal
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bottega.sandbox.host.limits import Limits
from bottega.services.errors import ServiceError
from bottega.services.executor import Loaded
from bottega.services.hosting import Hosting
from bottega.services.options import Options
from bottega.services.program import Program
from bottega.store.records import Endpoint
from bottega.store.workspace import Workspace
from tests.engine.helpers import Bench, script, steps
from tests.services.experiments import TRAINING, program_of, publish, scripted, trained

ROW = {"name": "a", "age": "1", "income": "2"}


@pytest.fixture
def hosting(bench: Bench) -> Iterator[Hosting]:
    assert bench.pool is not None
    with Hosting(bench.workspace, bench.pool, options=Options(children=4, retry_seconds=0.0)) as hosting:
        yield hosting


def body(*rows: dict[str, Any], **parameters: Any) -> bytes:
    return json.dumps({"Inputs": {"input1": list(rows)}, "GlobalParameters": parameters}).encode()


def call(hosting: Hosting, endpoint: Endpoint, *rows: dict[str, Any], **parameters: Any) -> list[dict[str, Any]]:
    """The records of an answer."""
    answer = json.loads(hosting.execute(endpoint.id, body(*rows, **parameters), swagger=True))
    records: list[dict[str, Any]] = answer["Results"]["output1"]
    return records


def refusal(hosting: Hosting, endpoint_id: str, data: bytes) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        hosting.execute(endpoint_id, data)
    return caught.value


def status(hosting: Hosting, endpoint: Endpoint) -> int:
    """How a call ends."""
    try:
        call(hosting, endpoint, ROW)
    except ServiceError as error:
        return error.status
    return 200


def with_script(program: Program, text: str) -> Program:
    """The program with another script in its one node."""
    node = msgspec.structs.replace(program.nodes[0], parameters={"script": text})
    return msgspec.structs.replace(program, nodes=(node,))


def test_a_call_in_both_forms(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path, "df['age'] += 1\nreturn df")))
    assert call(hosting, endpoint, ROW) == [{"name": "a", "age": "2", "income": "2.0"}]
    answer = json.loads(hosting.execute(endpoint.id, body(ROW), details=True))
    assert answer["Results"]["output1"] == {
        "type": "table",
        "value": {
            "ColumnNames": ["name", "age", "income"],
            "ColumnTypes": ["String", "Int64", "Double"],
            "Values": [["a", "2", "2.0"]],
        },
    }


def test_an_endpoint_that_is_not_there(hosting: Hosting) -> None:
    assert hosting.endpoint("0" * 32) is None
    for name in ("0" * 32, "", "x/../y", "\ud800"):
        error = refusal(hosting, name, body(ROW))
        assert (error.status, error.code) == (404, "NotFound")


def test_looking_at_an_endpoint_starts_no_jail(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)))
    hosted = hosting.endpoint(endpoint.id)
    assert hosted is not None
    assert hosted.program.inputs[0].name == "input1"
    assert not hosted.is_loaded
    assert hosting.endpoint(endpoint.id) is hosted
    call(hosting, endpoint, ROW)
    assert hosted.is_loaded


def test_both_keys_open_until_they_are_rotated(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)))
    services = bench.workspace.services
    primary, secondary = services.keys(endpoint.id)

    def accepted(*keys: str) -> list[bool]:
        hosted = hosting.endpoint(endpoint.id)
        assert hosted is not None
        return [hosted.accepts(key) for key in keys]

    assert accepted(primary, secondary, "", "x", "\ud800") == [True, True, False, False, False]
    other = services.rotate_key(endpoint.id, "primary")
    assert accepted(primary, secondary, other) == [False, True, True]


def test_what_a_request_does_wrong(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)))
    assert refusal(hosting, endpoint.id, b"").details[0].code == "RequestIsEmpty"
    assert refusal(hosting, endpoint.id, body({"name": "a"})).details[0].code == "InputMismatchError"
    assert refusal(hosting, endpoint.id, body(ROW, other=1)).details[0].code == "UnexpectedParameter"
    assert not _hosted(hosting, endpoint).is_loaded  # none of these took a jail


def test_a_body_that_is_too_large(bench: Bench, tmp_path: Path) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)))
    assert bench.pool is not None
    with Hosting(bench.workspace, bench.pool, options=Options(body=1000)) as hosting:
        assert refusal(hosting, endpoint.id, b" " * 1001).status == 413


def test_an_answer_that_is_too_large(bench: Bench, tmp_path: Path) -> None:
    text = "return df.loc[[0] * 100].assign(t='x' * 1000)"
    endpoint = publish(bench, program_of(bench, scripted(tmp_path, text)))
    assert bench.pool is not None
    with Hosting(bench.workspace, bench.pool, options=Options(answer=50_000)) as hosting:
        error = refusal(hosting, endpoint.id, body(ROW))
    assert (error.status, error.details[0].code) == (400, "AnswerTooLarge")
    assert "50000" in error.details[0].message


def test_a_failing_script_is_the_callers_to_read(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    program = program_of(bench, scripted(tmp_path, "assert df['age'][0] > 0, 'too young'\nreturn df"))
    endpoint = publish(bench, program)
    error = refusal(hosting, endpoint.id, body({**ROW, "age": -1}))
    assert (error.status, error.code) == (400, "ModuleExecutionError")
    (detail,) = error.details
    assert (detail.code, detail.target) == ("85", "Execute Python Script RRS")
    assert detail.message.startswith("Error 0085: The script failed:")
    assert "AssertionError: too young" in detail.message
    assert call(hosting, endpoint, ROW)


def test_time_and_memory_have_their_statuses(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path))
    slow = publish(bench, with_script(program, script("import time\ntime.sleep(60)")), "slow")
    large = publish(bench, with_script(program, script("x = bytearray(1 << 30)\nreturn df")), "large")
    assert bench.pool is not None
    limits = Limits(wall_seconds=2.0, memory=256 << 20)
    with Hosting(bench.workspace, bench.pool, limits=limits) as hosting:
        error = refusal(hosting, slow.id, body(ROW))
        assert (error.status, error.code, error.details[0].code) == (408, "RequestTimeout", "ScoreRequestTimeout")
        error = refusal(hosting, large.id, body(ROW))
        assert (error.status, error.code, error.details[0].code) == (413, "MemoryQuotaViolation", "OutOfMemoryLimit")


def test_what_cannot_be_prepared_is_told_to_every_call(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, with_script(program_of(bench, scripted(tmp_path)), "import nothing_of_the_kind\n"))
    for _ in range(2):
        error = refusal(hosting, endpoint.id, body(ROW))
        assert (error.status, error.details[0].code) == (400, "85")
        assert "nothing_of_the_kind" in error.details[0].message


def test_an_error_that_is_told_again_keeps_no_call(bench: Bench, tmp_path: Path) -> None:
    endpoint = publish(bench, with_script(program_of(bench, scripted(tmp_path)), "import nothing_of_the_kind\n"))
    assert bench.pool is not None
    with Hosting(bench.workspace, bench.pool, options=Options(children=4, retry_seconds=3600.0)) as hosting:
        deep = []
        for _ in range(6):
            refusal(hosting, endpoint.id, body(ROW))
            deep.append(sum(1 for _ in traceback.walk_tb(_hosted(hosting, endpoint)._error.__traceback__)))
    assert deep[-1] == deep[1]  # a frame of each call would hold its body


def test_a_program_whose_data_is_gone(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    program = program_of(bench, trained(tmp_path))
    endpoint = publish(bench, program)
    bench.workspace.blobs.remove(next(iter(program.digests())))
    error = refusal(hosting, endpoint.id, body({"x": 1, "y": 2, "label": "yes"}))
    assert (error.status, error.code) == (500, "ModelPackageFormatError")


# Changes while it is called.


def _hosted(hosting: Hosting, endpoint: Endpoint) -> Any:
    hosted = hosting.endpoint(endpoint.id)
    assert hosted is not None
    return hosted


def test_another_version_holds_with_the_next_call(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    program = program_of(bench, scripted(tmp_path))
    endpoint = publish(bench, program)
    services = bench.workspace.services
    assert call(hosting, endpoint, ROW)[0]["age"] == "1"
    other = with_script(program, script("return df.assign(age=7)"))
    version = services.add_version(endpoint.service, other.dumps(), other.digests())
    assert call(hosting, endpoint, ROW)[0]["age"] == "1"
    services.change_endpoint(endpoint.id, version=version.number)
    assert call(hosting, endpoint, ROW)[0]["age"] == "7"
    services.change_endpoint(endpoint.id, version=1)
    assert call(hosting, endpoint, ROW)[0]["age"] == "1"


def test_what_another_process_changes_is_noticed(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    """A second workspace object has connections of its own, as another process would."""
    program = program_of(bench, scripted(tmp_path))
    endpoint = publish(bench, program)
    call(hosting, endpoint, ROW)
    with Workspace.open(bench.workspace.folder) as elsewhere:
        other = with_script(program, script("return df.assign(age=7)"))
        number = elsewhere.services.add_version(endpoint.service, other.dumps(), other.digests()).number
        elsewhere.services.change_endpoint(endpoint.id, version=number)
        assert call(hosting, endpoint, ROW)[0]["age"] == "7"
        elsewhere.services.delete(endpoint.service)
        assert refusal(hosting, endpoint.id, body(ROW)).status == 404


def test_changes_that_leave_the_jails_alone(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)))
    call(hosting, endpoint, ROW)
    hosted = _hosted(hosting, endpoint)
    bench.workspace.services.change_endpoint(endpoint.id, description="other", max_concurrent=7)
    assert _hosted(hosting, endpoint) is hosted
    assert hosted.endpoint.description == "other"
    assert hosted.is_loaded


def test_another_mode_takes_other_jails(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    text = "seen = []\n\ndef azureml_main(df):\n    seen.append(1)\n    return df.assign(age=len(seen))\n"
    endpoint = publish(
        bench, with_script(program_of(bench, scripted(tmp_path)), text), mode="service", max_concurrent=1
    )
    assert [call(hosting, endpoint, ROW)[0]["age"] for _ in range(2)] == ["1", "2"]
    bench.workspace.services.change_endpoint(endpoint.id, mode="request")
    assert [call(hosting, endpoint, ROW)[0]["age"] for _ in range(2)] == ["1", "1"]


def test_a_retrained_model_holds_with_the_next_call(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    experiment = trained(tmp_path)
    program = program_of(bench, experiment)
    (tmp_path / "data.csv").write_text(TRAINING.replace("yes", "maybe"))
    retrained = steps(bench.run(experiment))["train"].outputs[0]
    endpoint = publish(bench, program)
    rows = [{"x": n, "y": n % 7, "label": "no"} for n in range(30)]
    before = {row["Scored Labels"] for row in call(hosting, endpoint, *rows)}
    resource = {"digest": retrained.digest, "type": retrained.type, "size": retrained.size}
    bench.workspace.services.change_endpoint(endpoint.id, resources={"train [trained model]": resource})
    after = {row["Scored Labels"] for row in call(hosting, endpoint, *rows)}
    assert before <= {"yes", "no"}
    assert "maybe" in after


def test_no_call_is_lost_while_an_endpoint_changes(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    program = program_of(bench, scripted(tmp_path))
    endpoint = publish(bench, program, mode="service")
    services = bench.workspace.services
    other = with_script(program, script("return df.assign(age=7)"))
    services.add_version(endpoint.service, other.dumps(), other.digests())
    call(hosting, endpoint, ROW)
    over = threading.Event()
    answers: list[str] = []
    failures: list[BaseException] = []

    def calls() -> None:
        while not over.is_set():
            try:
                answers.append(call(hosting, endpoint, ROW)[0]["age"])
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=calls) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number, age in ((2, "7"), (1, "1"), (2, "7")):
        services.change_endpoint(endpoint.id, version=number)
        assert call(hosting, endpoint, ROW)[0]["age"] == age  # one that begins now is the new version's
        seen = len(answers)
        while len(answers) < seen + 6 and not failures:
            over.wait(0.01)
    over.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(answers) == {"1", "7"}


# Bounds and ends.


def test_more_calls_than_may_run_are_refused(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path))
    endpoint = publish(bench, with_script(program, script("import time\ntime.sleep(2)\nreturn df")), max_concurrent=1)
    assert bench.pool is not None
    with Hosting(bench.workspace, bench.pool, options=Options(waiting=0)) as hosting:
        thread = threading.Thread(target=call, args=(hosting, endpoint, ROW))
        thread.start()
        gate = _hosted(hosting, endpoint).gate
        while gate.inside == 0:
            threading.Event().wait(0.005)
        error = refusal(hosting, endpoint.id, body(ROW))
        thread.join()
    assert (error.status, error.details[0].code, error.retry_after) == (503, "TooManyConcurrentRequests", 1)


def test_low_throttle_is_four_at_once(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    from bottega.services.hosted import at_once

    endpoint = publish(bench, program_of(bench, scripted(tmp_path)), throttle="Low", max_concurrent=50)
    assert at_once(endpoint) == 4
    high = bench.workspace.services.change_endpoint(endpoint.id, throttle="High")
    assert at_once(high) == 50
    assert _hosted(hosting, endpoint).endpoint == high


def test_idle_endpoints_give_their_jails_back(bench: Bench, tmp_path: Path) -> None:
    program = program_of(bench, scripted(tmp_path))
    first, second = publish(bench, program, "first"), publish(bench, program, "second")
    assert bench.pool is not None
    with Hosting(bench.workspace, bench.pool, options=Options(most_loaded=1, spares=1)) as hosting:
        call(hosting, first, ROW)
        call(hosting, second, ROW)
        hosting.sweep()
        assert not _hosted(hosting, first).is_loaded
        assert _hosted(hosting, second).is_loaded
        assert call(hosting, first, ROW)
    with Hosting(bench.workspace, bench.pool, options=Options(idle_seconds=-1, spares=1)) as hosting:
        call(hosting, first, ROW)
        hosting.sweep()
        assert not _hosted(hosting, first).is_loaded


def test_a_deleted_endpoint_gives_its_jails_back(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)))
    call(hosting, endpoint, ROW)
    hosted = _hosted(hosting, endpoint)
    bench.workspace.services.delete(endpoint.service)
    hosting.sweep()
    assert not hosted.is_loaded


def test_killed_children_and_zygotes_heal(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)))
    call(hosting, endpoint, ROW)
    zygotes = _children(os.getpid())
    for pid in zygotes:
        os.kill(pid, signal.SIGKILL)
    statuses = [status(hosting, endpoint) for _ in range(4)]
    assert set(statuses) <= {200, 500, 503}  # 500 where a process took the call in its last moment
    assert statuses[2:] == [200, 200]


def _children(pid: int) -> list[int]:
    """The processes that this one started: the outer ones of each jail."""
    tasks = Path(f"/proc/{pid}/task")
    found = [(task / "children").read_text().split() for task in tasks.iterdir()]
    return [int(child) for children in found for child in children]


def test_after_closing_nothing_is_taken(bench: Bench, tmp_path: Path) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)))
    assert bench.pool is not None
    hosting = Hosting(bench.workspace, bench.pool)
    call(hosting, endpoint, ROW)
    hosting.close()
    error = refusal(hosting, endpoint.id, body(ROW))
    assert (error.status, error.retry_after) == (503, 1)
    hosting.close()


def test_parameters_reach_the_program(bench: Bench, tmp_path: Path, hosting: Hosting) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path).with_service_parameter("code", "work.script")))
    assert call(hosting, endpoint, ROW, code=script("return df.assign(age=7)"))[0]["age"] == "7"
    assert call(hosting, endpoint, ROW)[0]["age"] == "1"


def test_the_first_calls_share_one_preparation(
    bench: Bench, tmp_path: Path, hosting: Hosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = publish(bench, program_of(bench, scripted(tmp_path)), mode="service")
    made: list[Loaded] = []
    load = Loaded.load.__func__  # type: ignore[attr-defined]  # a class method's own function

    def counted(cls: type[Loaded], *arguments: Any, **options: Any) -> Loaded:
        made.append(load(cls, *arguments, **options))
        return made[-1]

    monkeypatch.setattr(Loaded, "load", classmethod(counted))
    answers: list[list[dict[str, Any]]] = []
    threads = [threading.Thread(target=lambda: answers.append(call(hosting, endpoint, ROW))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(answers) == 6
