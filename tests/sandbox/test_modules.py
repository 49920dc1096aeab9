"""Modules in the jail: those of other packages too, and what a hostile one can and cannot do."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from bottega.dataset import exchange
from bottega.dataset.table import Table
from bottega.sandbox.host import build, guest
from bottega.sandbox.host.environment import BOTTEGA, Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import ModuleTask, Outcome
from bottega.sdk import catalogue

_SOURCE = '''
"""Modules of another package, good and bad."""

from typing import Annotated, Any, NamedTuple

from bottega.sdk import BottegaError, Label, Table, TrainedModel, Zip, module, note


@module(title="Double", category="Others")
def double(dataset: Table, *, times: int = 2) -> Annotated[Table, Label("Results dataset")]:
    """Say each row again."""
    import pyarrow as pa

    print("doubling")
    note("said again")
    return Table(pa.concat_tables([dataset.arrow] * times))


class Bomb(TrainedModel):
    """Does its worst where it is opened."""

    def __init__(self, address):
        self.address = address

    def __reduce__(self):
        return _explode, (self.address,)

    def score(self, table):
        return table

    def describe(self):
        return {"kind": "bomb", "weight": float("nan"), "name": "\\ud800"}


def _explode(address):
    try:
        open(address, "w").write("opened")
    except OSError as error:
        print("REFUSED", type(error).__name__)
    return Bomb(address)


@module(title="Make bomb", category="Others")
def make_bomb(*, address: str) -> Annotated[TrainedModel, Label("Trained model")]:
    """A model that is a trap."""
    return Bomb(address)


@module(title="Worst", category="Others")
def worst(*, what: str, address: str = "") -> Annotated[Table, Label("Results dataset")]:
    """Everything that a module must not do."""
    import ctypes, os, signal, socket, time
    import pyarrow as pa

    if what == "files":
        seen = [path for path in ("/etc/shadow", "/home", address) if os.path.exists(path)]
        return Table(pa.table({"seen": seen}))
    if what == "network":
        host, port = address.split(":")
        try:
            socket.create_connection((host, int(port)), 2)
            return Table(pa.table({"reached": [True]}))
        except OSError:
            return Table(pa.table({"reached": [False]}))
    if what == "crash":
        ctypes.string_at(0)
    if what == "exit":
        os._exit(0)
    if what == "sleep":
        time.sleep(60)
    if what == "memory":
        return Table(pa.table({"a": [len(bytearray(1 << 32))]}))
    if what == "divide":
        return Table(pa.table({"a": [1 // 0]}))
    if what == "own code":
        raise BottegaError("sandbox-unavailable", reason="lie", advice="")
    if what == "numbered":
        raise BottegaError("0008", parameter="Rate", value=3, lower=0, upper=1, line=7)
    raise SystemExit("bye")
'''


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A package with modules, installed as packages are: a folder and its metadata on the path."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "otherpackage").mkdir()
    (folder / "otherpackage" / "__init__.py").write_text("")
    (folder / "otherpackage" / "modules.py").write_text(_SOURCE)
    info = folder / "otherpackage-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: otherpackage\nVersion: 1.0\n")
    names = ("double", "make_bomb", "worst")
    lines = "".join(f"{name} = otherpackage.modules:{name}\n" for name in names)
    (info / "entry_points.txt").write_text(f"[bottega.modules]\n{lines}")
    sys.path.insert(0, str(folder))
    _forget()
    yield
    sys.path.remove(str(folder))
    sys.modules.pop("otherpackage", None)
    sys.modules.pop("otherpackage.modules", None)
    _forget()


def _forget() -> None:
    guest.modules_folder.cache_clear()
    catalogue._places.cache_clear()


@pytest.fixture(scope="module")
def own() -> Environment:
    return build.ensure(BOTTEGA, lambda _: None)


@pytest.fixture(scope="module")
def jails(package: None) -> Iterator[Pool]:
    with Pool(layer=Layer.NAMESPACES, spares=1) as pool:
        yield pool


def run(jails: Pool, own: Environment, name: str, inputs: dict[str, tuple[str, Memory]] | None = None,
        limits: Limits | None = None, **parameters: Any) -> Outcome:  # fmt: skip
    spec = catalogue.get(name)
    given = inputs or {}
    settings = {
        "place": catalogue.place(name),
        "function": spec.function.__name__,
        "parameters": parameters,
        "inputs": {port: kind for port, (kind, _) in given.items()},
    }
    ports = tuple(port.name for port in spec.outputs)
    memories = {port: memory for port, (_, memory) in given.items()}
    task = ModuleTask(own, json.dumps(settings).encode(), ports, ports, memories, limits or Limits(), ("pandas",))
    return jails.run(task)


def read(outcome: Outcome) -> dict[str, list[object]]:
    assert outcome.failure is None, outcome.failure
    return exchange.read_untrusted(pa.py_buffer(outcome.outputs["results_dataset"].read()), "x").arrow.to_pydict()


def test_a_module_of_another_package_runs_in_the_jail(jails: Pool, own: Environment) -> None:
    table = Table(pa.table({"a": [1, 2]}))
    with Memory.sealed("in", lambda file: exchange.write(table, file)) as memory:
        outcome = run(jails, own, "double", {"dataset": ("DataTable", memory)}, times="3")
    assert read(outcome) == {"a": [1, 2] * 3}
    assert outcome.log == "doubling\n"
    assert outcome.notes == ("said again",)


def test_a_helper_of_another_package_is_part_of_its_modules_code(package: None) -> None:
    catalogue.code_digest.cache_clear()
    before = catalogue.code_digest("double")
    helper = Path(sys.modules["otherpackage.modules"].__file__ or "").with_name("helper.py")
    helper.write_text("N = 1\n")
    catalogue.code_digest.cache_clear()
    assert catalogue.code_digest("double") != before
    helper.unlink()
    catalogue.code_digest.cache_clear()
    assert catalogue.code_digest("double") == before


def test_a_module_sees_no_files_of_the_host(jails: Pool, own: Environment, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    assert read(run(jails, own, "worst", what="files", address=str(secret))) == {"seen": []}


def test_a_module_reaches_no_network(jails: Pool, own: Environment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert read(run(jails, own, "worst", what="network", address=address)) == {"reached": [False]}


def test_a_model_that_is_a_trap_springs_in_the_jail_alone(jails: Pool, own: Environment, tmp_path: Path) -> None:
    target = tmp_path / "opened"
    outcome = run(jails, own, "make-bomb", address=str(target))
    assert outcome.failure is None
    memory = outcome.outputs["trained_model"]
    # What it tells of itself can be stored anywhere: no NaN, no half characters.
    assert json.dumps(outcome.described, allow_nan=False).encode()
    table = Table(pa.table({"a": [1]}))
    with Memory.sealed("in", lambda file: exchange.write(table, file)) as data:
        opened = run(
            jails, own, "score-model", {"trained_model": ("TrainedModel", memory), "dataset": ("DataTable", data)}
        )
    assert "REFUSED" in opened.log
    assert not target.exists()


def test_bytes_that_are_no_model_are_told(jails: Pool, own: Environment) -> None:
    table = Table(pa.table({"a": [1]}))
    with (
        Memory.of("model", b"no pickle") as model,
        Memory.sealed("in", lambda file: exchange.write(table, file)) as data,
    ):
        outcome = run(
            jails, own, "score-model", {"trained_model": ("TrainedModel", model), "dataset": ("DataTable", data)}
        )
    assert outcome.failure is not None
    assert outcome.failure.code == "0082"


@pytest.mark.parametrize(
    ("what", "code", "says"),
    [
        ("crash", "1000", "The module's process crashed"),
        ("exit", "1000", "The module ended its own process"),
        ("memory", "0138", "memory"),
        ("divide", "1000", "ZeroDivisionError"),
        ("quit", "1000", "SystemExit"),
        ("own code", "1000", "lie"),
        ("numbered", "0008", "Rate"),
    ],
)
def test_whatever_goes_wrong_is_a_failure_of_this_step(
    jails: Pool, own: Environment, what: str, code: str, says: str
) -> None:
    outcome = run(jails, own, "worst", what=what)
    assert outcome.failure is not None
    assert outcome.failure.code == code
    assert says in outcome.failure.message
    assert outcome.failure.traceback == ""
    assert outcome.failure.line == (7 if what == "numbered" else None)


def test_a_module_ends_at_its_time_limit(jails: Pool, own: Environment) -> None:
    outcome = run(jails, own, "worst", limits=Limits(wall_seconds=0.5), what="sleep")
    assert outcome.failure is not None
    assert outcome.failure.type == "Timeout"
    assert outcome.failure.message.startswith("The module did not end")
