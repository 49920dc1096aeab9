"""Published scripts that may reach the network: live, and held to what the owner allows now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bottega.engine.place import network_of
from bottega.graph.document import Experiment
from bottega.sandbox.host.pool import Pool
from bottega.services.batch.execution import Execution, Work
from bottega.services.batch.options import Options
from bottega.services.batch.stop import Stop
from bottega.services.errors import ServiceError
from tests.engine.helpers import Bench, script
from tests.engine.test_network import allow
from tests.sandbox.sites import Serve, serving
from tests.services.batch.local import LocalFile
from tests.services.bench import call, hosting, published
from tests.services.experiments import PEOPLE, data, program_of

_ASK = "import socket\nwith socket.create_connection(('a.example', 80)) as link:\n    heard = link.recv(100).decode()\n"
_ROW = ["Ann", "31", "10.5"]
_COLUMNS = ["name", "age", "income"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


def asking(folder: Path) -> Experiment:
    """A script that only looks at the world, and one that also has the caller's rows."""
    look = _ASK + "import pandas as pd\nreturn pd.DataFrame({'heard': [heard]})"
    return (
        data(folder)
        .add("look", "execute-python-script", script=script(look))
        .add("work", "execute-python-script", inputs={"dataset1": "people", "dataset2": "look"},
             script=script("df['heard'] = other['heard'][0]\nreturn df"))
        .with_service_input("input1", "work.dataset1")
        .with_service_output("output1", "work")
    )  # fmt: skip


def test_a_script_that_may_look_at_the_world_is_no_constant(bench: Bench, tmp_path: Path, serve: Serve) -> None:
    allow(bench, serve(lambda link: link.sendall(b"x")).port)
    program = program_of(bench, asking(tmp_path))
    assert [node.id for node in program.nodes] == ["look", "work"]
    assert program.constants == {}


def test_without_an_allowance_it_is_one(bench: Bench, tmp_path: Path) -> None:
    experiment = asking(tmp_path).set(
        "look", "script", script("return __import__('pandas').DataFrame({'heard': ['x']})")
    )
    program = program_of(bench, experiment)
    assert [node.id for node in program.nodes] == ["work"]
    assert list(program.constants) == ["look.result_dataset"]


@pytest.mark.parametrize("mode", ["request", "service"])
def test_calls_reach_what_is_allowed_now(bench: Bench, tmp_path: Path, serve: Serve, mode: str) -> None:
    said = [b"run", b"one", b"two", b"three"]
    site = serve(lambda link: link.sendall(said.pop(0)))
    allow(bench, site.port)
    endpoint = published(bench, asking(tmp_path), mode=mode).endpoint.id
    settings = bench.workspace.settings
    with hosting(bench) as host:
        assert [call(host, endpoint, _COLUMNS, _ROW)[0]["heard"] for _ in range(2)] == ["one", "two"]
        settings.set_entry("network", "test", None)
        with pytest.raises(ServiceError) as caught:
            call(host, endpoint, _COLUMNS, _ROW)
        assert "Temporary failure in name resolution" in str(caught.value)
        assert site.taken == 3
        settings.set_entry("network", "test", ["a.example:80"])
        assert call(host, endpoint, _COLUMNS, _ROW)[0]["heard"] == "three"


def test_a_script_that_calls_change_reaches_it_too(bench: Bench, tmp_path: Path, serve: Serve) -> None:
    """Such a one runs as an ordinary task."""
    allow(bench, serve(lambda link: link.sendall(b"heard")).port)
    experiment = asking(tmp_path).with_service_parameter("text", "look.script")
    endpoint = published(bench, experiment).endpoint.id
    with hosting(bench) as host:
        assert call(host, endpoint, _COLUMNS, _ROW)[0]["heard"] == "heard"
        other = script("import pandas as pd\nreturn pd.DataFrame({'heard': ['none']})")
        assert call(host, endpoint, _COLUMNS, _ROW, text=other)[0]["heard"] == "none"


def test_batch_jobs_have_it_too(bench: Bench, tmp_path: Path, serve: Serve) -> None:
    allow(bench, serve(lambda link: link.sendall(b"heard")).port)
    program = program_of(bench, asking(tmp_path))
    rows = tmp_path / "rows.csv"
    rows.write_text(PEOPLE)
    wanted = tmp_path / "out.csv"
    network = network_of(bench.workspace, "test")
    execution = Execution(bench.workspace, _pool(bench), Options(), Stop())
    execution.run(Work(program, {"input1": LocalFile(rows)}, {"output1": LocalFile(wanted)}, network=network))
    assert wanted.read_text().splitlines()[1] == "Ann,31,10.5,heard"


def _pool(bench: Bench) -> Pool:
    assert bench.pool is not None
    return bench.pool
