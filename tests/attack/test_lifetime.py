"""A job is gone when it is over, however it ends, and ends nobody but itself."""

from __future__ import annotations

import os
import secrets
import select
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.pool import Pool
from tests.attack.hostile import PRELOAD, PRELUDE, Jail, descriptors, main, processes_named, wait_until

pytestmark = pytest.mark.slow  # many processes

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment

_DAEMON = """
    name_process({name!r})
    ready, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass
        if os.fork() == 0:
            os.write(write, b"x")
            time.sleep(1000)
        os._exit(0)
    os.read(ready, 1)
    print("up", flush=True)
    time.sleep(0.3)
"""
_THREAD = """
    def forever():
        name_process({name!r})
        print("up", flush=True)
        time.sleep(1000)
    threading.Thread(target=forever, daemon=True).start()
    time.sleep(0.3)
"""


def _name() -> str:
    return f"atk{secrets.token_hex(5)}"


@pytest.mark.parametrize("end", ["", "\n    os._exit(0)\n", "\n    os.abort()\n", "\n    time.sleep(1000)\n"],
                         ids=["return", "exit", "abort", "deadline"])  # fmt: skip
@pytest.mark.parametrize("kind", ["daemon", "thread"])
def test_nothing_outlives_its_job(jail: Jail, kind: str, end: str) -> None:
    """Neither a daemon of two forks in a session of its own nor a thread."""
    if kind == "daemon" and jail.layer is Layer.LANDLOCK:
        pytest.skip("this layer has no processes")
    name = _name()
    seen: list[int] = []

    def printed(_: str) -> None:
        seen.extend(processes_named(name))

    source = main((_DAEMON if kind == "daemon" else _THREAD).format(name=name) + end)
    with jail.ended(source, printed=printed, wall_seconds=0.8):
        assert wait_until(lambda: not processes_named(name), 3)
    assert seen  # the control: it was there while the job ran


@pytest.mark.parametrize("end", [
    "os._exit(0)", "os._exit(7)", "sys.exit()", "os.kill(os.getpid(), signal.SIGKILL)",
    "ctypes.string_at(0)", "os.abort()", "os.closerange(0, 200)", "os.close(100)", "os.dup2(0, 100)",
    "signal.raise_signal(signal.SIGSTOP)", "os.kill(os.getpid(), signal.SIGSTOP)",
    "sys.setrecursionlimit(10**9); (lambda f: f(f))(lambda f: f(f))",
    "raise KeyboardInterrupt", "raise GeneratorExit", "raise MemoryError",
    "threading.Thread(target=lambda: os._exit(3)).start(); time.sleep(1000)",
    "os.execv('/nonexistent', ['x'])",
])  # fmt: skip
def test_no_end_is_taken_for_success(jail: Jail, end: str) -> None:
    """A job that does not answer has failed, and is told so before its deadline is long past."""
    started = time.monotonic()
    outcome = jail.run(main(f"{end}\ntime.sleep(1000)"), wall_seconds=0.6)
    outcome.close()
    assert outcome.failure is not None
    assert outcome.outputs == {}
    assert time.monotonic() - started < 2.6


@pytest.mark.parametrize("source", [
    "os.kill(-1, signal.SIGKILL)", "os.kill(-1, signal.SIGTERM)", "os.kill(0, signal.SIGTERM)",
    "os.killpg(0, signal.SIGKILL)", "os.kill(os.getppid(), signal.SIGKILL)", "os.kill(HOST, signal.SIGKILL)",
    "os.kill(ZYGOTE, signal.SIGKILL)", "signal.pidfd_send_signal(os.pidfd_open(ZYGOTE), signal.SIGKILL)",
    "call(129, HOST, 9, ctypes.create_string_buffer(128))", "call(234, ZYGOTE, ZYGOTE, 9)", "call(200, ZYGOTE, 9)",
    "[os.kill(number, signal.SIGKILL) for number in range(1, 33)]",
    "__import__('resource').prlimit(ZYGOTE, 0, (0, 0))", "__import__('resource').prlimit(HOST, 7, (3, 3))",
])  # fmt: skip
def test_a_job_ends_nobody_else(jail: Jail, source: str) -> None:
    """Not all, not its group, not its parent, nobody by number; the fixture sees that the zygote is the same."""
    constants = f"HOST, ZYGOTE = {os.getpid()}, {jail.zygote}\n"
    jail.run(constants + main(f"""
        try:
            {source}
        except OSError:
            pass
    """), wall_seconds=3).close()  # fmt: skip
    assert _alive(jail.zygote)


def processes_of(parent: int) -> set[int]:
    """A process and all its descendants."""
    found, pending = set(), [parent]
    while pending:
        number = pending.pop()
        if number not in found:
            found.add(number)
            for path in Path(f"/proc/{number}/task").glob("*/children"):
                try:
                    pending += [int(child) for child in path.read_text().split()]
                except OSError:
                    continue
    return found


def _niceness(processes: set[int]) -> dict[int, int]:
    told = {}
    for number in processes:
        try:
            told[number] = os.getpriority(os.PRIO_PROCESS, number)
        except OSError:
            continue
    return told


def test_a_job_slows_nobody_else(jail: Jail) -> None:
    """Its priority is its own: not its group's, its user's, its zygote's."""
    source = f"""
        for which, who in ((0, {jail.zygote}), (0, {os.getpid()}), (1, 0), (2, 0), (2, os.getuid())):
            try:
                os.setpriority(which, who, 19)
            except OSError:
                pass
        for number in (0, {jail.zygote}, {os.getpid()}):
            try:
                os.sched_setaffinity(number, {{0}})
            except OSError:
                pass
    """
    before, processors = _niceness(processes_of(jail.zygote)), os.sched_getaffinity(jail.zygote)
    jail.run(main(source)).close()
    # One of them was the job itself; it is about to go.
    assert wait_until(lambda: _niceness(set(before)).items() <= before.items())
    assert os.sched_getaffinity(jail.zygote) == processors
    assert os.sched_getaffinity(0) == processors
    assert os.getpriority(os.PRIO_PROCESS, 0) < 19


def test_jobs_see_nothing_of_each_other(jail: Jail) -> None:
    """Two at once: neither finds, signals or reads the other."""
    name, told = _name(), []
    ready = threading.Event()

    def other() -> None:
        source = f"""
            name_process({name!r})
            for path in ("own", "/dev/shm/own"):
                try:
                    open(path, "w").write("mine")
                except OSError:
                    pass
            print("up", flush=True)
            time.sleep(1)
            print(open("own").read())
        """
        told.append(jail.log(main(source), printed=lambda _: ready.set()))

    thread = threading.Thread(target=other)
    thread.start()
    ready.wait(10)
    (victim,) = processes_named(name)
    beside = "'../../%d/work/own' % number"
    answers = jail.answers({
        "signal": f"os.kill({victim}, 9)",
        "trace": f"call(101, 16, {victim}, 0, 0)",
        "read memory": f"open('/proc/{victim}/mem', 'rb').read(1)",
        "limit": f"__import__('resource').prlimit({victim}, 1, (0, 0))",
        "folder": f"os.listdir('/proc/{victim}/cwd')",
        "beside": f"[open({beside}, 'w') for number in range(1, 9999) if os.path.exists({beside})][0]",
        "shared memory": "open('/dev/shm/own').read()",
    })  # fmt: skip
    thread.join()
    assert [name for name, answer in answers.items() if not answer.startswith("blocked: ")] == []
    assert told[0].endswith("mine\n")


_HOST = """
import os, sys
from bottega.sandbox.host import build
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.task import Task
environment = build.ensure("default", lambda _: None)
pool = Pool(layer=Layer(sys.argv[1]), spares=2)
source = sys.stdin.buffer.read()
task = Task(environment, "attack.py", source, preload=("numpy", "pandas", "pyarrow"))
pool.run(task, printed=lambda text: print(text, flush=True))
"""


@pytest.mark.parametrize("layer", [Layer.NAMESPACES, Layer.LANDLOCK], ids=str)
def test_a_killed_host_leaves_no_jail(layer: Layer, environment: Environment, outside: Path) -> None:
    """Nobody would ever end what it left behind."""
    assert environment
    name = _name()
    host = subprocess.Popen(
        [sys.executable, "-c", _HOST, layer.value], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(outside), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    assert host.stdin is not None
    assert host.stdout is not None
    try:
        deaf = f"""
            libc.prctl(1, 0, 0, 0, 0)
            name_process({name!r})
            for number in range(1, 32):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except OSError:
                    pass
            print("up", flush=True)
            while True:
                time.sleep(1)
        """
        host.stdin.write(main(textwrap.dedent(deaf)).encode())
        host.stdin.close()
        assert select.select([host.stdout], [], [], 60)[0]
        assert host.stdout.readline() == b"up\n"
        jails = processes_of(host.pid) - {host.pid}
        assert processes_named(name)
        assert len(jails) > 1
    finally:
        host.kill()
        host.wait()
        host.stdout.close()
    assert wait_until(lambda: not processes_named(name), 5)
    assert wait_until(lambda: not [number for number in jails if _alive(number)], 5)


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize("layer", [Layer.NAMESPACES, Layer.LANDLOCK], ids=str)
def test_a_killed_zygote_is_replaced(layer: Layer, environment: Environment) -> None:
    """The pool's next run works, and nothing of the first is kept."""
    before = 0
    with Pool(layer=layer, spares=1) as pool:
        jail = Jail(pool, environment, layer)
        for _ in range(3):
            jail.assert_fine()
            before = before or descriptors()
            zygote = pool.ready(environment, PRELOAD)
            os.kill(zygote.process_id, signal.SIGKILL)
            assert wait_until(zygote.dead.is_set)
        jail.assert_fine()
        assert wait_until(lambda: descriptors() <= before + 3)


def test_a_zygote_that_dies_meanwhile_is_told(full: Jail, environment: Environment) -> None:
    """A job whose jail is ended from outside has failed; it does not wait for its deadline."""
    with Pool(layer=Layer.NAMESPACES, spares=0) as pool:
        jail = Jail(pool, environment, Layer.NAMESPACES)
        process = pool.ready(environment, PRELOAD).process_id
        started = time.monotonic()
        outcome = jail.run(
            main("print('up', flush=True)\ntime.sleep(1000)"), printed=lambda _: os.kill(process, signal.SIGKILL)
        )
        assert outcome.failure is not None
        assert time.monotonic() - started < 15
    assert full.layer is Layer.NAMESPACES


def test_folders_nested_beyond_reason_are_removed(weak: Jail) -> None:
    """What a job leaves on the host's disk is removed, however deep, and the pool serves on."""
    log = weak.log(main("""
        print(os.getcwd())
        os.mkdir("shut")
        for number in range(1200):
            os.mkdir("deep")
            os.chdir("deep")
        open("file", "w").close()
        os.mkdir("locked", 0)
    """))  # fmt: skip
    weak.assert_fine()
    folder = Path(log.strip()).parent
    assert folder.name.isdigit()
    assert wait_until(lambda: not folder.exists(), 30)


def test_a_job_without_a_jail_can_end_others(bare: Jail) -> None:
    """The control: the same signal, priority and limit by number, on a process of the test's own."""
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        bare.run(main(f"""
            os.setpriority(0, {victim.pid}, 7)
            __import__("resource").prlimit({victim.pid}, 4, (0, 0))
        """)).close()  # fmt: skip
        assert os.getpriority(os.PRIO_PROCESS, victim.pid) == 7
        bare.run(main(f"os.kill({victim.pid}, signal.SIGKILL)")).close()
        assert victim.wait(5) == -signal.SIGKILL
    finally:
        victim.kill()
        victim.wait()


def test_the_prelude_is_a_script(jail: Jail) -> None:
    """The control for all failures here: what comes before the attack does not fail by itself."""
    jail.log(PRELUDE + "\ndef azureml_main():\n    print('ok')\n")
