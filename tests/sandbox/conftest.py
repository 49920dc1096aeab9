"""What the tests of running scripts share."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.pool import Pool
from tests import old_pythons
from tests.conftest import PRELOAD
from tests.sandbox.helpers import Runner
from tests.sandbox.old_helpers import old_runner
from tests.sandbox.sites import Serve, serving
from tests.sandbox.wheels import wheel


@pytest.fixture(scope="session")
def run(pool: Pool, environment: Environment) -> Runner:
    """Runs scripts in warm jails."""
    return Runner(pool, environment, PRELOAD)


@pytest.fixture(scope="session")
def draw(pool: Pool, environment: Environment) -> Runner:
    """Runs scripts in jails that have matplotlib imported already."""
    return Runner(pool, environment, (*PRELOAD, "matplotlib.pyplot"))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers on the host's loopback."""
    with serving() as start:
        yield start


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, and a home and a cache of the test's own; whoever asks an index fails."""
    monkeypatch.setenv("BOTTEGA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:9/none")
    folder = tmp_path / "wheels"
    wheel(folder, "first", needs="second")
    wheel(folder, "second", "1.5")
    return folder


class _Page(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def serve_folder() -> Iterator[Callable[[Path], int]]:
    """Serves a folder on this machine; gives the port."""
    with contextlib.ExitStack() as stack:

        def serve(folder: Path) -> int:
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), partial(_Page, directory=str(folder))))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            return int(server.server_address[1])

        yield serve


@pytest.fixture(scope="module")
def jails() -> Iterator[Pool]:
    with Pool(spares=1) as pool:
        yield pool


@pytest.fixture(scope="module")
def run_27(jails: Pool, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return old_runner(old_pythons.OLD_27, jails, tmp_path_factory)


@pytest.fixture(scope="module")
def run_36(jails: Pool, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return old_runner(old_pythons.OLD_36, jails, tmp_path_factory)


@pytest.fixture(scope="module")
def run_38(jails: Pool, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return old_runner(old_pythons.OLD_38, jails, tmp_path_factory)


# Each job starts a Python that imports pandas: the newer two, which differ less from today's, are left to the long run.
@pytest.fixture(params=["27", *(pytest.param(each, marks=pytest.mark.slow) for each in ("36", "38"))])
def old_run(request: pytest.FixtureRequest) -> Runner:
    """Each of them in turn."""
    runner: Runner = request.getfixturevalue(f"run_{request.param}")
    return runner
