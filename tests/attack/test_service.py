"""Children of services: one call leaves nothing for the next, and what they answer is believed in nothing."""

from __future__ import annotations

import json
import os
import secrets
import signal
import struct
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host import assurance, usage
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.memory import Inline
from bottega.sandbox.host.pool import Pool
from bottega.sandbox.host.service import ScriptService, Workers
from bottega.sandbox.host.task import Outcome
from bottega.sandbox.host.worker import Worker
from tests.attack.hostile import MIB, PRELOAD, PRELUDE, descriptors, processes_named, resident, script, wait_until
from tests.sandbox.services import inline, read

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment
    from tests.attack.conftest import Open

Serve = Callable[..., Workers]
LIMITS = Limits(20.0, 3600, 1024 * MIB, 64, 64 * MIB, 64 * MIB, MIB)


@pytest.fixture(params=[False, True], ids=["request", "service"])
def reuse(request: pytest.FixtureRequest) -> bool:
    """The mode."""
    return bool(request.param)


@pytest.fixture
def serve(opened: Open, environment: Environment) -> Iterator[Serve]:
    """Makes services in the jail of a layer; they are closed afterwards."""
    with ExitStack() as stack:

        def made(
            source: str, *, reuse: bool, layer: Layer = Layer.NAMESPACES, spares: int = 2, most: int = 4
        ) -> Workers:
            service = ScriptService(environment, "attack.py", source.encode(), limits=LIMITS, preload=PRELOAD)
            workers = Workers(opened(layer).pool, service, reuse=reuse, spares=spares, most=most)
            stack.callback(workers.close)
            return workers

        yield made


def log(outcome: Outcome) -> str:
    """What a call printed that must not fail."""
    assert outcome.failure is None, (outcome.failure, outcome.log)
    outcome.close()
    return outcome.log


def _serving(body: str, before: str = "") -> str:
    """A script: the prelude, statements at its top, and this body of its function."""
    head = PRELUDE + textwrap.dedent(before)
    return head + "\ndef azureml_main(frame=None, other=None):\n" + textwrap.indent(textwrap.dedent(body), "    ")


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
    service = serve(_serving(_LEAVE, _PLACES), reuse=False, spares=2)
    for _ in range(6):
        found = json.loads(log(service.call({})).splitlines()[0])
        assert [name for name, there in found.items() if there] == []


def test_what_is_looked_for_is_found_where_it_stays(serve: Serve) -> None:
    """The control: the same in one child that is called again. Files do not stay even there."""
    service = serve(_serving(_LEAVE, _PLACES), reuse=True)
    log(service.call({}))
    found = json.loads(log(service.call({})).splitlines()[0])
    assert not found["files"]
    left = {name for name, there in found.items() if there}
    assert left >= {"module", "builtins", "library", "guest", "variable", "threads", "processes", "path", "umask"}


def test_no_child_sees_the_input_of_another(serve: Serve) -> None:
    """Those that wait look at all that they can reach while others are called."""
    secret = secrets.token_hex(16)
    source = _serving("print(json.dumps(sorted(seen)))", """
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


HEAD: dict[str, Any] = {
    "error": None,
    "outputs": {"result": True},
    "pictures": [],
    "notes": [],
    "inline": [],
    "peak_memory": 1,
    "spent": False,
}


def _framed(head: Any, payload: bytes = b"", length: int | None = None) -> bytes:
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<I", len(text) if length is None else length) + text + payload


def _reply(payload: bytes = b"", **changed: Any) -> bytes:
    return _framed({**HEAD, "call": 1, **changed}, payload)


NONSENSE = {
    "nothing of a frame": b"x",
    "no JSON": b"{" * 100,
    "plain JSON": b'{"error": null, "outputs": {"result": true}}',
    "a prepared": b'{"prepared": true}',
    "an empty head": _framed(b""),
    "a head that is no JSON": _framed(b"\xff\xfe"),
    "a head beyond its message": _framed({**HEAD, "call": 1}, length=1 << 31),
    "a list as head": _framed([1, 2]),
    "a deep head": _framed(b"[" * 60_000),
    "no call": _framed(HEAD),
    "another call": _reply(call=2),
    "the call before": _reply(call=0),
    "a call as text": _reply(call="1"),
    "a length beyond": _reply(b"x", inline=[["result", 2]]),
    "a length of gigabytes": _reply(b"x", inline=[["result", 1 << 40]]),
    "a negative length": _reply(b"x", inline=[["result", -1]]),
    "a length as text": _reply(b"x", inline=[["result", "1"]]),
    "a length that is true": _reply(b"x", inline=[["result", True]]),
    "a length that is no number": _reply(b"x", inline=[["result", float("nan")]]),
    "a length that is a float": _reply(b"x", inline=[["result", 1.0]]),
    "bytes of nobody": _reply(b"xy", inline=[["result", 1]]),
    "bytes without names": _reply(b"xy"),
    "the name of no output": _reply(b"x", inline=[["../../etc", 1]]),
    "the pictures inline": _reply(b"x", inline=[["pictures", 1]]),
    "a name twice": _reply(b"xy", inline=[["result", 1], ["result", 1]]),
    "a name that is a list": _reply(b"x", inline=[[["result"], 1]]),
    "a name that is nothing": _reply(b"x", inline=[[None, 1]]),
    "a name alone": _reply(inline=["result"]),
    "inline as an object": _reply(inline={"result": 1}),
    "as long as a message can be": _reply(b"x" * 190_000),
    "inline without end": _reply(inline=[["result", 0]] * 1000),
}


@pytest.mark.parametrize("message", NONSENSE.values(), ids=NONSENSE.keys())
def test_what_is_no_reply_is_refused(serve: Serve, message: bytes, *, reuse: bool) -> None:
    """The call fails, its child is gone, and the next call is served."""
    source = _serving(f"""
        if frame is None:
            os.write(100, {message!r})
            time.sleep(1000)
        return frame,
    """)  # fmt: skip
    service = serve(source, reuse=reuse, spares=1)
    outcome = service.call({})
    assert outcome.failure is not None
    assert outcome.failure.type == "Broken"
    assert not outcome.outputs
    fine = service.call({"dataset1": inline({"a": [1]})})
    assert fine.failure is None
    assert read(fine.outputs["result"]) == {"a": [1]}


WRONG = {
    "no table inline": _reply(b"no table", inline=[["result", 8]]),
    "an empty table": _reply(),
    "outputs of odd types": _reply(outputs={"result": "yes", "result2": 1}),
    "outputs as a list": _reply(outputs=["result"]),
    "a picture of gigabytes": _reply(b"t", inline=[["result", 1]], pictures=[{"name": "x.png", "length": 1 << 50}]),
    "notes without end": _reply(b"t", inline=[["result", 1]], notes=["x" * 100] * 500),
    "notes of odd types": _reply(b"t", inline=[["result", 1]], notes=[{}, 1, None, ["x"]]),
    "memory of odd types": _reply(b"t", inline=[["result", 1]], peak_memory="much"),
    "described at length": _reply(b"t", inline=[["result", 1]], described={"result": {"a": [float("nan")]}}),
    "files that are no zip": _reply(b"tz", inline=[["result", 1], ["files", 1]], outputs={"result": True, "files": True}),
    "an error of no kind": _reply(error={"code": ["0085"], "message": {"a": 1}, "line": "x", "node": 7, "traceback": 3}),
    "an error that is a text": _reply(error="wrong"),
    "an error of ours": _reply(error={"code": "jail-broken", "type": "x", "message": "lie"}),
}  # fmt: skip


@pytest.mark.parametrize("message", WRONG.values(), ids=WRONG.keys())
def test_a_reply_is_believed_in_nothing_but_its_form(serve: Serve, message: bytes, *, reuse: bool) -> None:
    """Whatever it says, the host reads it, and what it hands on is bounded and of the right types."""
    service = serve(_serving(f"os.write(100, {message!r})\ntime.sleep(1000)"), reuse=reuse, spares=1)
    outcome = service.call({})
    assert len(outcome.notes) <= 51
    assert all(isinstance(note, str) and len(note) <= 500 for note in outcome.notes)
    assert isinstance(outcome.peak_memory, int)
    json.dumps(outcome.described, allow_nan=False)
    if outcome.failure is None:
        with pytest.raises(BottegaError):
            read(outcome.outputs["result"])
    else:
        assert outcome.failure.code in ("0085", "1000")
        assert not outcome.outputs
    outcome.close()


@pytest.mark.parametrize("early", [b'{"prepared": true}', b'{"prepared": false}', b"nonsense", _reply(b"t", inline=[["result", 1]]),
                                   b'{"error": {"code": "0085", "type": "x", "message": "y"}}'],
                         ids=["prepared", "not prepared", "nonsense", "a reply", "an error"])  # fmt: skip
def test_words_before_there_is_a_call_gain_nothing(serve: Serve, early: bytes, *, reuse: bool) -> None:
    """A child that speaks before it is asked is not asked, or its call fails: no answer is taken from before."""
    service = serve(_serving("return frame,", f"os.write(100, {early!r})\n"), reuse=reuse, spares=1)
    outcome = service.call({"dataset1": inline({"a": [1]})})
    assert outcome.failure is not None
    assert outcome.failure.code == "0085"
    assert not outcome.outputs


def test_descriptors_of_a_reply_are_not_taken(serve: Serve, *, reuse: bool) -> None:
    source = _serving(f"""
        import socket
        ends = [os.dup(1) for _ in range(100)]
        socket.send_fds(socket.socket(fileno=os.dup(100)), [{_reply()!r}], ends)
        time.sleep(1000)
    """)  # fmt: skip
    service = serve(source, reuse=reuse, spares=1)
    service.warm()
    before = descriptors()
    for _ in range(3):
        service.call({}).close()
    assert wait_until(lambda: descriptors() <= before + 30)  # of spares that come and go


def test_a_child_that_speaks_while_it_waits_is_not_asked(serve: Serve) -> None:
    before = f"""
        def speak():
            time.sleep(0.3)
            os.write(100, {_reply(b"t", inline=[["result", 1]])!r})
        threading.Thread(target=speak, daemon=True).start()
    """
    service = serve(_serving("print('asked')\nreturn frame,", before), reuse=False, spares=1)
    service.warm()
    first = service._ready[0]
    assert wait_until(lambda: first not in service._ready)
    for _ in range(3):
        outcome = service.call({"dataset1": inline({"a": [1]})})
        assert outcome.failure is None
        assert outcome.log == "asked\n"


FORGED = _reply(b"t", inline=[["result", 1]], call=2)


def test_an_answer_to_the_next_call_is_none_to_this(serve: Serve) -> None:
    service = serve(_serving(f"os.write(100, {FORGED!r})\nreturn frame,"), reuse=True)
    failure = service.call({}).failure
    assert failure is not None
    assert failure.type == "Broken"
    again = service.call({}).failure  # of another child, or that one's answer would be the forged one
    assert again == failure


def test_an_answer_before_its_call_came_is_none(serve: Serve) -> None:
    """Written when the first call has its answer: nobody asks this child any more."""
    source = _serving(f"""
        def speak():
            time.sleep(0.3)
            os.write(100, {FORGED!r})
        if frame is None:
            threading.Thread(target=speak, daemon=True).start()
        return frame,
    """)  # fmt: skip
    service = serve(source, reuse=True)
    log(service.call({}))
    first = service._ready[0]
    assert wait_until(lambda: first not in service._ready)
    outcome = service.call({"dataset1": inline({"a": [7]})})
    assert outcome.failure is None
    assert read(outcome.outputs["result"]) == {"a": [7]}


def test_an_answer_that_comes_second_answers_no_other_call(serve: Serve) -> None:
    """A script may answer its own call as it pleases; its true answer then is not that of the next call."""
    source = _serving(f"""
        if len(calls) == 1 and frame["a"][0] == 7:
            os.write(100, {FORGED!r})
            time.sleep(0.3)
        calls.append(1)
        return frame,
    """, "calls = []\n")  # fmt: skip
    service = serve(source, reuse=True)
    log(service.call({"dataset1": inline({"a": [6]})}))
    outcome = service.call({"dataset1": inline({"a": [7]})})
    assert outcome.failure is None
    with pytest.raises(BottegaError):
        read(outcome.outputs["result"])
    failure = service.call({"dataset1": inline({"a": [8]})}).failure
    assert failure is not None
    assert failure.type == "Broken"
    fine = service.call({"dataset1": inline({"a": [9]})})
    assert fine.failure is None
    assert read(fine.outputs["result"]) == {"a": [9]}


_MAPS = """
    import pandas as pd
    kept.extend(mmap.mmap(number, 1 << 20) for number in memories(0) if not os.ftruncate(number, 1 << 20))
    def write():
        while True:
            for each in kept:
                each[-100:] = b"x" * 100
    threading.Thread(target=write, daemon=True).start()
    return pd.DataFrame({"a": ["y" * 100_000]}),
"""


def test_a_result_that_is_still_mapped_is_frozen(serve: Serve, *, reuse: bool) -> None:
    """Who maps it for writing is ended first; what the host then sees does not change."""
    service = serve(_serving(_MAPS, "kept = []\n"), reuse=reuse, spares=1)
    for _ in range(2):
        outcome = service.call({})
        if outcome.failure is None:
            first = outcome.outputs["result"].read()
            assert all(outcome.outputs["result"].read() == first for _ in range(20))
            with pytest.raises(PermissionError):
                os.pwrite(outcome.outputs["result"].descriptor, b"x", 0)
        outcome.close()


def test_a_result_of_one_call_is_not_in_the_hands_of_the_next(serve: Serve) -> None:
    """A file that was taken is frozen, and the next call's is another."""
    source = _serving("""
        import pandas as pd
        print(len(memories(15)), len(memories(0)))
        return pd.DataFrame({"a": [str(len(kept)) * 100_000]}), kept.append(1)
    """, "kept = []\n")  # fmt: skip
    service = serve(source, reuse=True)
    outcomes = [service.call({}) for _ in range(4)]
    assert [read(each.outputs["result"])["a"][0][0] for each in outcomes] == ["0", "1", "2", "3"]
    for each in outcomes:
        each.close()


@pytest.mark.parametrize("layer", [Layer.NAMESPACES, Layer.LANDLOCK], ids=str)
def test_a_killed_child_that_waits_is_replaced(serve: Serve, layer: Layer, *, reuse: bool) -> None:
    service = serve(_serving("return frame,"), reuse=reuse, layer=layer)
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
    service = serve(_serving(body), reuse=reuse)

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
        service = ScriptService(environment, "s.py", _serving("return frame,").encode(), limits=LIMITS, preload=PRELOAD)
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
    source = _serving("return frame,", f"name_process({name!r})\nif os.fork() == 0: time.sleep(1000)\n")

    def once() -> None:
        service = ScriptService(environment, "s.py", source.encode(), limits=LIMITS, preload=PRELOAD)
        workers = Workers(pool, service, reuse=reuse)
        for size in (1, 100_000):
            workers.call({"dataset1": inline({"a": ["x" * size]})}).close()
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
    service = serve(_serving("return frame, frame"), reuse=False)
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
    service = serve(_serving("return frame, frame, [list(range(100)) for _ in range(100)]"), reuse=True)
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
    service = serve(_serving("return frame,", before), reuse=True, spares=1)
    for _ in range(3):
        outcome = service.call({"dataset1": inline({"a": [1]})})
        assert len(outcome.log) <= 2 * MIB
        assert outcome.failure is None or outcome.failure.type == "TooMuchOutput"
        outcome.close()


def test_inputs_that_are_too_long_for_a_message_are_not_in_it(serve: Serve, *, reuse: bool) -> None:
    service = serve(_serving("print(len(frame), len(other))"), reuse=reuse)
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
            worker.call({"dataset1": Inline(b"")}, b"{}", LIMITS, None, None)
    finally:
        worker.close()
        pool.let_go(nursery)
