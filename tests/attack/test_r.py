"""The jail holds R as it holds Python: each promise, tried from R."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bottega.dataset import exchange
from bottega.engine.values import mapped
from bottega.sandbox.host import build, r_runtime
from bottega.sandbox.host.environment import BOTTEGA, Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import ModuleTask, Outcome
from bottega.sdk import catalogue
from tests.attack.conftest import SECRET

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(r_runtime.find() is None, reason="there is no R here"),
]
MIB = 1 << 20


@pytest.fixture(scope="module")
def own() -> Environment:
    return build.ensure(BOTTEGA, lambda _: None)


@pytest.fixture(scope="module", params=[Layer.NAMESPACES])
def jails(request: pytest.FixtureRequest) -> Iterator[Pool]:
    with Pool(layer=request.param, spares=1) as pool:
        yield pool


def run(jails: Pool, own: Environment, script: str, **limits: Any) -> Outcome:
    """Run a script in R."""
    settings = {
        "place": catalogue.place("execute-r-script"), "function": "execute_r_script", "parameters": {"script": script},
        "inputs": {},
    }  # fmt: skip
    given = Limits(**{"wall_seconds": 60, **limits})
    task = ModuleTask(
        own, json.dumps(settings).encode(), ("result_dataset",), ("result_dataset",), {}, given, ("pandas",)
    )
    return jails.run(task)


def told(jails: Pool, own: Environment, script: str, **limits: Any) -> str:
    """What a script prints."""
    outcome = run(jails, own, script, **limits)
    try:
        assert outcome.failure is None, (outcome.failure, outcome.log)
        return outcome.log
    finally:
        outcome.close()


def code(jails: Pool, own: Environment, script: str, **limits: Any) -> str:
    """How a script fails."""
    outcome = run(jails, own, script, **limits)
    assert outcome.failure is not None, outcome.log
    return f"{outcome.failure.code} {outcome.failure.type} {outcome.failure.message}"


def test_it_sees_no_files_of_the_host(jails: Pool, own: Environment, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    paths = [
        "/etc/shadow",
        "/home",
        "/root/.bashrc",
        "/etc/hostname",
        "/usr/bin/R",
        "/bin/sh",
        str(tmp_path / "secret"),
    ]
    script = f"cat(file.exists({', '.join(json.dumps(path) for path in paths)}))"
    assert told(jails, own, script).split() == ["FALSE"] * len(paths)


def test_it_knows_nothing_of_the_hosts_environment(jails: Pool, own: Environment) -> None:
    script = """
        environments <- Sys.glob("/proc/[0-9]*/environ")
        no <- function(condition) "refused"
        read <- function(file) tryCatch(readLines(file, warn = FALSE), error = no, warning = no)
        cat(Sys.getenv(), unlist(lapply(environments, read)), read("/proc/self/environ"))
    """
    log = told(jails, own, script)
    assert SECRET not in log
    assert "/job/home" in log


def test_it_writes_below_its_own_folder_only(jails: Pool, own: Environment) -> None:
    script = """
        places <- c(".", tempdir(), "~", "/", "/usr/lib/R/library", "/usr/local/lib/R/site-library", "/etc/R", "/modules",
            "/environment", "/dev", "/var/cache/fontconfig")
        no <- function(condition) FALSE
        tried <- function(place) tryCatch({ writeLines("x", file.path(place, "x")); TRUE }, error = no, warning = no)
        cat(vapply(places, tried, NA))
    """
    assert told(jails, own, script).split() == ["TRUE"] * 3 + ["FALSE"] * 8


def test_it_reaches_no_network(jails: Pool, own: Environment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        script = f"""
            tried <- function(what) tryCatch({{ force(what); "reached" }}, error = function(e) "refused", warning = function(w) "refused")
            cat(tried(socketConnection("127.0.0.1", {port}, timeout = 2)),
                tried(readLines("http://127.0.0.1:{port}/")),
                tried(download.file("http://127.0.0.1:{port}/", "x", quiet = TRUE, method = "libcurl")),
                tried(serverSocket(8123)), tried(nsl("localhost")))
        """
        assert told(jails, own, script).split() == ["refused"] * 5
        with pytest.raises(TimeoutError):
            server.accept()


def test_it_ends_at_its_time_limit_with_all_that_it_started(jails: Pool, own: Environment) -> None:
    script = "parallel::mcparallel({ tools::pskill(Sys.getpid(), 19); 1 }); parallel::mcparallel(repeat 1); repeat Sys.sleep(1)"
    started = time.monotonic()
    assert "Timeout" in code(jails, own, script, wall_seconds=4)
    assert time.monotonic() - started < 40
    assert told(jails, own, "cat('fine')") == "fine"


def test_its_processor_time_is_limited(jails: Pool, own: Environment) -> None:
    assert code(jails, own, "repeat 1", cpu_seconds=2).split()[0] in ("0063", "1000")


def test_its_memory_is_limited(jails: Pool, own: Environment) -> None:
    failed = code(jails, own, "x <- numeric(2^28)\nx[] <- 1\nsum(x)", memory=512 * MIB)
    assert failed.startswith("0138")


def test_the_memory_of_many_processes_is_limited(jails: Pool, own: Environment) -> None:
    script = """
        hold <- function(i) parallel::mcparallel({ x <- numeric(2^24); x[] <- i; Sys.sleep(30) })
        parallel::mccollect(lapply(1:16, hold))
    """
    assert code(jails, own, script, memory=512 * MIB).startswith(("0138", "0063"))
    assert told(jails, own, "cat('fine')") == "fine"


def test_a_fork_bomb_stops(jails: Pool, own: Environment) -> None:
    script = """
        count <- 0
        tryCatch(repeat { parallel:::mcfork() ; count <- count + 1; if (count > 500) break }, error = function(e) cat("stopped"))
        Sys.sleep(2)
    """
    outcome = run(jails, own, script, processes=24, wall_seconds=15)
    assert outcome.failure is not None or "stopped" in outcome.log
    assert told(jails, own, "cat('fine')") == "fine"


def test_its_disk_is_limited(jails: Pool, own: Environment) -> None:
    script = 'con <- file("big", "wb"); for (i in 1:40) { writeBin(raw(4 * 2^20), con); flush(con) }; close(con); cat(file.size("big"))'
    outcome = run(jails, own, script, disk=64 * MIB)
    size = int(outcome.log.split()[-1]) if outcome.failure is None else 0
    assert size <= 64 * MIB


def test_what_it_prints_is_limited(jails: Pool, own: Environment) -> None:
    outcome = run(jails, own, 'repeat cat(strrep("x", 1000), "\\n")', printed=10_000)
    assert outcome.failure is not None
    assert len(outcome.log) < 20_000


def test_nothing_is_left_for_the_next(jails: Pool, own: Environment) -> None:
    told(jails, own, 'writeLines("x", "~/left"); writeLines("x", "/tmp/left"); Sys.setenv(LEFT = "1"); left <- 1')
    script = 'cat(file.exists("~/left"), file.exists("/tmp/left"), Sys.getenv("LEFT") == "1", exists("left"))'
    assert told(jails, own, script).split() == ["FALSE"] * 4


@pytest.mark.parametrize(
    "script",
    [
        'cat("nonsense", file = "/dev/fd/{answer}")',
        'con <- file("/dev/fd/{answer}", "wb", raw = TRUE); writeBin(c(4L, 2147483647L, 1L), con); writeBin(1e300, con)',
        'con <- file("/dev/fd/{status}", "wb", raw = TRUE); writeBin(as.raw(1), con); close(con); Sys.sleep(5)',
        'con <- file("/dev/fd/{status}", "wb", raw = TRUE); writeBin(as.raw(7), con); close(con)',
        "tools::pskill(as.integer(strsplit(readLines('/proc/self/stat'), ' ')[[1]][4]), 9)",
        "tools::pskill(1, 9); tools::pskill(-1, 9)",
        "quit(status = 3)",
        ".Internal(address(1)); get('fd', envir = environment(sys.function(1)))",
    ],
)
def test_spoiling_the_answer_spoils_ones_own(jails: Pool, own: Environment, script: str) -> None:
    find = "fds <- commandArgs(TRUE); "
    text = script.replace('"/dev/fd/{answer}"', 'paste0("/dev/fd/", fds[3])').replace(
        '"/dev/fd/{status}"', 'paste0("/dev/fd/", fds[4])'
    )
    outcome = run(jails, own, find + text)
    if outcome.failure is None:
        assert exchange.read_untrusted(mapped(outcome.outputs["result_dataset"]), "x").num_columns == 0
    else:
        assert outcome.failure.code in ("0063", "1000")
        assert "Traceback" not in outcome.failure.message
    outcome.close()
    assert told(jails, own, "cat('fine')") == "fine"


def test_a_jail_that_starts_no_programs_says_so(own: Environment) -> None:
    with Pool(layer=Layer.LANDLOCK, spares=0) as pool:
        assert code(pool, own, "1").startswith("r-refused")
