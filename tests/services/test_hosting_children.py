"""What becomes of calls whose process is ended from outside, or comes too late."""

from __future__ import annotations

import json
import os
import secrets
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bottega.services.errors import ModuleFailure, ServiceError, as_service_error
from bottega.services.hosting import Hosting
from bottega.services.options import Options
from tests.attack.hostile import processes_named
from tests.engine.helpers import Bench
from tests.services.experiments import program_of, publish, scripted

ROW = {"name": "a", "age": "1", "income": "2"}


def body(age: str) -> bytes:
    return json.dumps({"Inputs": {"input1": [{**ROW, "age": age}]}}).encode()


@pytest.mark.parametrize("mode", ["request", "service"])
def test_a_killed_process_is_no_mistake_of_the_caller(bench: Bench, tmp_path: Path, mode: str) -> None:
    name = f"svc{secrets.token_hex(5)}"
    text = (
        f"import ctypes, time\nif df['age'][0] > 999:\n    ctypes.CDLL(None).prctl(15, b'{name}')\n"
        "    print('up', flush=True)\n    time.sleep(1000)\nreturn df"
    )
    endpoint = publish(bench, program_of(bench, scripted(tmp_path, text)), mode=mode)

    def kill(_: str) -> None:
        for process in processes_named(name):
            os.kill(process, signal.SIGKILL)

    assert bench.pool is not None
    with Hosting(bench.workspace, bench.pool) as hosting:
        assert hosting.execute(endpoint.id, body("1"))
        with pytest.raises(ServiceError) as caught:
            hosting.execute(endpoint.id, body("1000"), printed=kill)
        (detail,) = caught.value.details
        assert (caught.value.status, caught.value.code) == (500, "InternalError")
        assert (detail.code, detail.target) == ("UnknownError", "Execute Python Script RRS")
        assert hosting.execute(endpoint.id, body("1"))


def test_waiting_for_a_process_counts(bench: Bench, tmp_path: Path) -> None:
    """A call of little time meets a service whose one process works for another, and never gets it."""
    text = "import time\nif df['age'][0] > 999:\n    print('up', flush=True)\n    time.sleep(1000)\nreturn df"
    endpoint = publish(bench, program_of(bench, scripted(tmp_path, text)), mode="service")
    assert bench.pool is not None
    up, stop, ends = threading.Event(), os.eventfd(0), []

    def call(hosting: Hosting) -> None:
        with pytest.raises(ServiceError) as caught:
            hosting.execute(endpoint.id, body("1000"), printed=lambda _: up.set(), cancel=stop)
        ends.append(caught.value.details[0].code)

    with Hosting(bench.workspace, bench.pool, options=Options(children=1)) as hosting:
        thread = threading.Thread(target=call, args=(hosting,))
        thread.start()
        assert up.wait(60)
        hosted = hosting.endpoint(endpoint.id)
        assert hosted is not None
        asked = hosted.codec.decode(body("1"), swagger=True)
        shared = hosted._take()
        with pytest.raises(ModuleFailure) as caught:
            shared.loaded.call(asked.inputs, {}, limits=replace(shared.loaded.limits, wall_seconds=0.2))
        shared.leave()
        assert thread.is_alive()
        os.eventfd_write(stop, 1)
        thread.join()
        assert hosting.execute(endpoint.id, body("1"))
    os.close(stop)
    told = as_service_error(caught.value)
    assert (told.status, told.code, told.details[0].code) == (408, "RequestTimeout", "ScoreRequestTimeout")
    assert "No process was free" in str(told)
    assert ends == ["RequestCanceled"]
