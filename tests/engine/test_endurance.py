"""Runs that meet trouble around them: broken listeners, slow servers, changing files, many nodes, odd results."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.engine import events
from bottega.engine.jails import Jails
from bottega.engine.plan import Planner
from bottega.engine.prepared import prepare
from bottega.engine.reach import Outside
from bottega.engine.why import why
from bottega.errors import BottegaError
from bottega.graph.document import Experiment
from bottega.sandbox.host import build
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.limits import Limits
from tests.engine.helpers import Bench, Canceler, people, script, statuses, steps


def wide(folder: Path, count: int) -> Experiment:
    experiment = people(folder)
    for number in range(count):
        text = script(f"df['n'] = {number}\nreturn df")
        experiment = experiment.add(f"n{number}", "execute-python-script", inputs={"dataset1": "people"}, script=text)
    return experiment


@pytest.mark.parametrize(
    "kind", [events.RunStarted, events.NodeStarted, events.NodePrinted, events.NodeEnded, events.RunEnded]
)
def test_a_listener_that_raises_loses_nothing(bench: Bench, tmp_path: Path, kind: type) -> None:
    def raising(event: events.Event) -> None:
        if isinstance(event, kind):
            raise BrokenPipeError

    experiment = wide(tmp_path, 3).set("n0", "script", script("print('x')\nreturn df"))
    run = bench.run(experiment, listener=raising)
    assert run.status == "Finished"
    assert len(run.steps) == 4
    assert set(statuses(bench.run(experiment)).values()) == {"reused"}


def test_a_cancel_is_heard_while_nodes_end_all_the_time(bench: Bench, tmp_path: Path) -> None:
    cancel = Canceler()

    def after_some(event: events.Event) -> None:
        if isinstance(event, events.NodeStarted) and event.node == "n10":
            cancel()

    run = bench.run(wide(tmp_path, 60), listener=after_some, cancel=cancel.descriptor)
    assert run.status == "Canceled"
    assert sum(status == "Finished" for status in statuses(run).values()) < 30


def test_a_file_that_changes_under_its_reader_is_not_remembered(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path, "a\n1\n")

    def rewrite(event: events.Event) -> None:
        if isinstance(event, events.NodeStarted):
            (tmp_path / "people.csv").write_text("a\n2\n")

    error = steps(bench.run(experiment, listener=rewrite))["people"].error
    assert error is not None
    assert "changed" in error["message"]
    (tmp_path / "people.csv").write_text("a\n1\n")
    assert bench.rows(bench.run(experiment), "people") == {"a": [1]}


def test_another_lock_of_a_shipped_environment_reuses_nothing(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = wide(tmp_path, 1)
    bench.run(experiment)
    real = build.digest
    monkeypatch.setattr(build, "digest", lambda name: f"{real(name)} of the next Bottega")
    assert bench.plan(experiment)["n0"].reason == "something it depends on has changed"


def test_what_is_not_built_yet_is_named_as_it_will_be(
    monkeypatch: pytest.MonkeyPatch, environment: Environment
) -> None:
    monkeypatch.setattr("bottega.sandbox.host.environment.find", lambda _: None)
    assert build.digest("default") == environment.digest
    assert build.digest("nobodys") is None


@pytest.fixture
def drip() -> Iterator[tuple[str, threading.Event]]:
    """A server that sends a byte now and then, without end."""
    over = threading.Event()

    def serve(server: socket.socket) -> None:
        server.settimeout(0.1)
        links = []
        while not over.is_set():
            try:
                link, _ = server.accept()
                link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                links.append(link)
            except TimeoutError:
                pass
            for link in list(links):
                try:
                    link.sendall(b"a")
                except OSError:
                    links.remove(link)
                    link.close()
        for link in links:
            link.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.csv", over
        over.set()
        thread.join()


def test_a_server_without_end_meets_the_time_limit(
    bench: Bench, tmp_path: Path, drip: tuple[str, threading.Event]
) -> None:
    experiment = Experiment().add("web", "import-data", url=drip[0])
    outside = Outside(tmp_path, private_addresses=True)
    error = steps(bench.run(experiment, outside=outside, limits=Limits(wall_seconds=0.5)))["web"].error
    assert error is not None
    assert error["code"] == "0072"


def test_a_server_without_end_is_left_at_once(bench: Bench, tmp_path: Path, drip: tuple[str, threading.Event]) -> None:
    experiment = Experiment().add("web", "import-data", url=drip[0])
    cancel = Canceler()

    def soon(event: events.Event) -> None:
        if isinstance(event, events.NodeStarted):
            threading.Timer(0.3, cancel).start()

    started = time.monotonic()
    outside = Outside(tmp_path, private_addresses=True)
    run = bench.run(experiment, outside=outside, listener=soon, cancel=cancel.descriptor)
    assert run.status == "Canceled"
    assert statuses(run) == {"web": "Canceled"}
    assert time.monotonic() - started < 30


def test_many_kinds_of_scripts_share_a_warm_process(environment: Environment) -> None:
    jails = Jails()
    kinds: set[tuple[str, ...]] = {("pandas", "a"), ("pandas", "b"), ("pandas", "c")}
    jails.share({environment.digest: kinds})
    shared = {jails.shared_preload(environment, each) for each in kinds}
    assert shared == {("pandas", "a", "b", "c")}
    few = Jails()
    few.share({environment.digest: {("pandas", "a"), ("pandas",)}})
    assert few.shared_preload(environment, ("pandas",)) == ("pandas",)


def test_a_result_that_cannot_be_read_keeps_what_the_script_said(bench: Bench, tmp_path: Path) -> None:
    body = """
import json, os, socket
print("still here", flush=True)
reply = {"error": None, "outputs": {"result": True}, "pictures": [], "notes": [], "peak_memory": 1}
socket.socket(fileno=os.dup(100)).send(json.dumps(reply).encode())
import time; time.sleep(30)
"""
    run = bench.run(people(tmp_path).add("odd", "execute-python-script", script=script(body)))
    step = steps(run)["odd"]
    assert step.error is not None
    assert (step.error["code"], step.error["type"]) == ("0085", "ResultError")
    assert step.log == "still here\n"
    assert [output.port for output in step.outputs] == ["python_device"]


def test_long_prints_are_on_the_device_and_not_in_every_record(bench: Bench, tmp_path: Path) -> None:
    experiment = people(tmp_path).add(
        "loud", "execute-python-script", script=script("print('x' * 300_000)\nreturn other")
    )
    first = bench.run(experiment)
    assert len(steps(first)["loud"].log) == 20_000
    device = next(output for output in steps(first)["loud"].outputs if output.port == "python_device")
    assert device.size > 300_000
    assert steps(bench.run(experiment))["loud"].log == ""


def test_an_address_with_secrets_is_explained_without_them(bench: Bench) -> None:
    experiment = Experiment().add("web", "import-data", url="http://user:hunter2@example.org/x.csv?sig=hunter3")
    planner = Planner(bench.workspace, "test")
    told = why(prepare(experiment), "web", planner).as_json()
    assert "hunter" not in str(told)
    assert "parameter url" in str(told)


def test_limits_beyond_what_the_kernel_counts_are_refused() -> None:
    with pytest.raises(BottegaError):
        Limits(memory=1 << 63)


@pytest.mark.slow
def test_more_nodes_than_descriptors(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr("bottega.engine.run._allow_descriptors", lambda: None)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
    try:
        assert bench.run(wide(tmp_path, 700)).status == "Finished"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
