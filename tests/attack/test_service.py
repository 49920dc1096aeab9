"""Children of services: one call leaves nothing for the next, and whoever is killed is replaced."""

from __future__ import annotations

import json
import os
import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bottega.sandbox.host import assurance, usage
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.memory import Inline
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import ScriptService, Workers
from bottega.sandbox.host.waits import finish
from bottega.sandbox.host.worker import Worker
from tests.attack.hostile import MIB, PRELOAD, descriptors, processes_named, resident, script, wait_until
from tests.attack.services import LIMITS, Serve, log, serving, started
from tests.sandbox.services import inline, read

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment
    from tests.attack.conftest import Open


@pytest.fixture
def serve(opened: Open, environment: Environment) -> Iterator[Serve]:
    """Makes services in the jail of a layer; they are closed afterwards."""
    with started(opened, environment) as made:
        yield made


@pytest.mark.parametrize("layer", [Layer.NAMESPACES, Layer.LANDLOCK], ids=str)
def test_the_probes_of_the_jail_get_nowhere(serve: Serve, layer: Layer, *, reuse: bool) -> None:
    """In the first call, and in one of a child that has had one."""
    source = Path(assurance.__file__).with_name("probes.py").read_text()
    service = serve(source, reuse=reuse, layer=layer, spares=1)
    for _ in range(2):
        lines = log(service.call({})).splitlines()
        assert lines[-1].startswith("done ")
        assert [each for each in lines if each.startswith("OPEN") and "see other processes" not in each] == []
        assert layer is Layer.LANDLOCK or not any(each.startswith("OPEN") for each in lines)


_LEAVE = """
    import builtins
    import pandas
    from bottega_guest import script as guest_script
    found = {
        "module": bool(kept),
        "builtins": hasattr(builtins, "left"),
        "library": hasattr(pandas, "left"),
        "guest": hasattr(guest_script, "left"),
        "variable": "LEFT" in os.environ,
        "threads": threading.active_count() > 1,
        "processes": sum(name.isdigit() for name in os.listdir("/proc")) > 1,
        "path": "/left" in sys.path,
        "files": any("left" in os.listdir(place) for place in places),
        "memory": b"left" in b"".join(os.pread(number, 100, 0) for number in memories(15) + memories(0)),
        "umask": os.umask(0o77) != 0o22,
    }
    print(json.dumps(found))
    kept.append(1)
    builtins.left = pandas.left = guest_script.left = True
    os.environ["LEFT"] = "1"
    sys.path.append("/left")
    for place in places:
        with open(os.path.join(place, "left"), "w") as file:
            file.write("left")
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    for number in memories(0):
        os.pwrite(number, b"left", 0)
    if os.fork() == 0:
        os.setsid()
        time.sleep(1000)
"""
_PLACES = 'kept = []\nplaces = [".", os.environ["HOME"], os.environ["TMPDIR"], "/dev/shm"]\n'


def test_nothing_of_a_call_is_there_in_the_next(serve: Serve) -> None:
    """Every call of the request mode finds a child that has had none."""
    service = serve(serving(_LEAVE, _PLACES), reuse=False, spares=2)
    for _ in range(6):
        found = json.loads(log(service.call({})).splitlines()[0])
        assert [name for name, there in found.items() if there] == []


def test_what_is_looked_for_is_found_where_it_stays(serve: Serve) -> None:
    """The control: the same in one child that is called again. Files do not stay even there."""
    service = serve(serving(_LEAVE, _PLACES), reuse=True)
    log(service.call({}))
    found = json.loads(log(service.call({})).splitlines()[0])
    assert not found["files"]
    left = {name for name, there in found.items() if there}
    assert left >= {"module", "builtins", "library", "guest", "variable", "threads", "processes", "path", "umask"}


def test_no_child_sees_the_input_of_another(serve: Serve) -> None:
    """Those that wait look at all that they can reach while others are called."""
    secret = secrets.token_hex(16)
    source = serving("print(json.dumps(sorted(seen)))", """
        seen = set()
        def look():
            while True:
                for number in os.listdir("/proc/self/fd"):
                    try:
                        seen.add(os.readlink(f"/proc/self/fd/{number}").split(":")[0])
                        if int(number) > 2 and int(number) != 100:
                            data = os.pread(int(number), 1 << 16, 0)
                            seen.update(["SECRET"] if b"SECRET_HERE" in data else [])
                    except OSError:
                        pass
                seen.update(f"process {name}" for name in os.listdir("/proc") if name.isdigit())
                for place in ("/dev/shm", "/tmp", "/job"):
                    seen.update(f"file {name}" for name in os.listdir(place))
                time.sleep(0.002)
        threading.Thread(target=look, daemon=True).start()
    """.replace("SECRET_HERE", secret))  # fmt: skip
    service = serve(source, reuse=False, spares=3)
    seen: set[str] = set()
    for number in range(8):
        text = secret * (1 if number % 2 else 5_000)  # in the message, and in a file
        told = json.loads(log(service.call({"dataset1": inline({"a": [text]})})))
        seen.update(each for each in told if "SECRET" in each or (each.startswith("process") and each != "process 1"))
    for _ in range(3):
        assert "SECRET" not in json.loads(log(service.call({})))
    # Its own input is in its own descriptors at most.
    assert seen <= {"SECRET"}


@pytest.mark.parametrize("layer", [Layer.NAMESPACES, Layer.LANDLOCK], ids=str)
def test_a_killed_child_that_waits_is_replaced(serve: Serve, layer: Layer, *, reuse: bool) -> None:
    service = serve(serving("return frame,"), reuse=reuse, layer=layer)
    for _ in range(5):
        service.warm()
        for worker in list(service._ready):
            worker.kill()
        outcome = service.call({"dataset1": inline({"a": [1]})})
        assert outcome.failure is None, outcome.failure
        outcome.close()


def test_a_child_killed_at_work_fails_its_call_alone(serve: Serve, *, reuse: bool) -> None:
    name = f"atk{secrets.token_hex(5)}"
    body = f"name_process({name!r})\nprint('up', flush=True)\ntime.sleep(1000 if frame is not None else 0)\n"
    service = serve(serving(body), reuse=reuse)

    def kill(_: str) -> None:
        for process in processes_named(name):
            os.kill(process, signal.SIGKILL)

    outcome = service.call({"dataset1": inline({"a": [1]})}, printed=kill)
    assert outcome.failure is not None
    assert outcome.failure.type == "Killed"
    assert log(service.call({})) == "up\n"


def _children(process: int) -> list[int]:
    """All that wait or work below a zygote."""
    return [each for each in usage.family(process) if each != process and len(list(usage.family(each))) == 1]


@pytest.mark.parametrize("victims", [lambda process: [process], _children], ids=["zygote", "children"])
def test_kills_under_load(environment: Environment, victims: Callable[[int], list[int]], *, reuse: bool) -> None:
    """Calls under way may fail, and say so; all others, at once and afterwards, are answered rightly."""
    with Pool(spares=1) as pool:
        service = ScriptService(environment, "s.py", serving("return frame,").encode(), limits=LIMITS, preload=PRELOAD)
        workers = Workers(pool, service, reuse=reuse, spares=2, most=4)
        answers: list[bool] = []
        stop = threading.Event()

        def client(number: int) -> None:
            while not stop.is_set():
                outcome = workers.call({"dataset1": inline({"a": [number]})})
                assert outcome.failure is not None or read(outcome.outputs["result"]) == {"a": [number]}
                answers.append(outcome.failure is None)
                outcome.close()

        threads = [threading.Thread(target=client, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            before = len(answers)
            assert wait_until(lambda before=before: len(answers) > before + 10, 60)  # type: ignore[misc]
            for victim in victims(pool.ready(environment, PRELOAD).process_id):
                os.kill(victim, signal.SIGKILL)
        before = len(answers)
        assert wait_until(lambda: len(answers) > before + 20, 60)
        stop.set()
        for thread in threads:
            thread.join()
        assert all(answers[-10:])
        assert answers.count(False) <= 6
        workers.close()


def test_nothing_is_left_of_a_closed_service(opened: Open, environment: Environment, *, reuse: bool) -> None:
    """No process and no descriptor."""
    pool = opened(Layer.NAMESPACES).pool
    opened(Layer.NAMESPACES).assert_fine()
    name = f"atk{secrets.token_hex(5)}"
    source = serving("return frame,", f"name_process({name!r})\nif os.fork() == 0: time.sleep(1000)\n")

    def once() -> None:
        service = ScriptService(environment, "s.py", source.encode(), limits=LIMITS, preload=PRELOAD)
        workers = Workers(pool, service, reuse=reuse)
        for size in (1, 100_000):
            workers.call({"dataset1": inline({"a": ["x" * size]})}).close()
        workers.warm()  # the next process, where each takes one call
        assert processes_named(name)
        workers.close()

    once()
    before = descriptors()
    for _ in range(3):
        once()
    assert wait_until(lambda: not processes_named(name))
    assert wait_until(lambda: descriptors() <= before + 2)


@pytest.mark.slow
def test_the_hosts_memory_stays_flat_over_many_children(serve: Serve) -> None:
    """Each call its own child: neither memory nor descriptors of them stay."""
    service = serve(serving("return frame, frame"), reuse=False)
    given = inline({"a": ["x" * 70_000]})

    def calls(count: int) -> tuple[int, int]:
        for _ in range(count):
            service.call({"dataset1": given}).close()
        return resident(), descriptors()

    memory, opened = calls(50)
    more, after = calls(250)
    assert more < memory + 16 * MIB
    assert after < opened + 30  # those of the children that wait or end just now


@pytest.mark.slow
def test_memory_stays_flat_over_many_calls(serve: Serve) -> None:
    """Of the host and of the child, small calls and such as need files."""
    service = serve(serving("return frame, frame, [list(range(100)) for _ in range(100)]"), reuse=True)
    small, large = inline({"a": [1.0]}), inline({"a": ["x" * 70_000]})

    def calls(count: int) -> int:
        for number in range(count):
            service.call({"dataset1": large if number % 50 == 0 else small}).close()
        held = service._ready[0].rest
        assert held is not None
        return held._held() + resident()

    before = calls(1_000)
    assert calls(4_000) < before + 16 * MIB


def test_a_flood_between_calls_is_nobodys(serve: Serve) -> None:
    """A thread that never stops printing: each call's text is bounded, and calls go on."""
    before = "def flood():\n    while True:\n        os.write(1, b'x' * 1000)\nthreading.Thread(target=flood, daemon=True).start()\n"
    service = serve(serving("return frame,", before), reuse=True, spares=1)
    for _ in range(3):
        outcome = service.call({"dataset1": inline({"a": [1]})})
        assert len(outcome.log) <= 2 * MIB
        assert outcome.failure is None or outcome.failure.type == "TooMuchOutput"
        outcome.close()


def test_inputs_that_are_too_long_for_a_message_are_not_in_it(serve: Serve, *, reuse: bool) -> None:
    service = serve(serving("print(len(frame), len(other))"), reuse=reuse)
    just = inline({"a": ["x" * 40_000]})
    assert log(service.call({"dataset1": just, "dataset2": just})) == "1 1\n"


def test_a_child_that_is_not_there_has_not_started(opened: Open, environment: Environment) -> None:
    """What the retries stand on: nothing was sent, so another child may be asked."""
    from bottega.sandbox.host.worker import NotStarted

    pool = opened(Layer.NAMESPACES).pool
    nursery = pool.hold(environment, PRELOAD, None)
    service = ScriptService(
        environment, "s.py", script("def azureml_main(): pass").encode(), limits=LIMITS, preload=PRELOAD
    )
    worker = Worker(nursery, service, reuse=False)
    try:
        assert worker.prepare() is None
        assert worker.is_waiting()
        worker.kill()
        assert wait_until(lambda: not worker.is_waiting())
        with pytest.raises(NotStarted):
            finish(worker.calling({"dataset1": Inline(b"")}, b"{}", LIMITS, None, None))
    finally:
        worker.close()
        pool.let_go(nursery)
