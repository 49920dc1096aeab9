"""What children of services answer is believed in nothing but its form, and answers no call but their own."""

from __future__ import annotations

import asyncio
import json
import os
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host.waits import quickly
from tests.attack.hostile import descriptors, wait_until
from tests.attack.services import Serve, log, serving, started
from tests.sandbox.services import inline, read

pytestmark = pytest.mark.slow  # many processes

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment
    from bottega.sandbox.host.service import Workers
    from bottega.sandbox.host.task import Outcome
    from tests.attack.conftest import Open


@pytest.fixture
def serve(opened: Open, environment: Environment) -> Iterator[Serve]:
    """Makes services in the jail of a layer; they are closed afterwards."""
    with started(opened, environment) as made:
        yield made


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


def _called(service: Workers, *, by_loop: bool) -> Outcome:
    """A call, waited for by a thread or by an event loop: both have to see through what comes."""
    if not by_loop:
        return service.call({})
    with ThreadPoolExecutor(1) as threads:
        return asyncio.run(quickly(service.calling({}), threads))


@pytest.mark.parametrize("message", NONSENSE.values(), ids=NONSENSE.keys())
def test_what_is_no_reply_is_refused(serve: Serve, message: bytes, *, reuse: bool) -> None:
    """The call fails, its child is gone, and the next call is served."""
    source = serving(f"""
        if frame is None:
            os.write(100, {message!r})
            time.sleep(1000)
        return frame,
    """)  # fmt: skip
    service = serve(source, reuse=reuse, spares=1)
    outcome = _called(service, by_loop=reuse)
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
    service = serve(serving(f"os.write(100, {message!r})\ntime.sleep(1000)"), reuse=reuse, spares=1)
    outcome = _called(service, by_loop=reuse)
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
    service = serve(serving("return frame,", f"os.write(100, {early!r})\n"), reuse=reuse, spares=1)
    outcome = service.call({"dataset1": inline({"a": [1]})})
    assert outcome.failure is not None
    assert outcome.failure.code == "0085"
    assert not outcome.outputs


def test_descriptors_of_a_reply_are_not_taken(serve: Serve, *, reuse: bool) -> None:
    source = serving(f"""
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
    service = serve(serving("print('asked')\nreturn frame,", before), reuse=False, spares=1)
    service.warm()
    first = service._ready[0]
    assert wait_until(lambda: first not in service._ready)
    for _ in range(3):
        outcome = service.call({"dataset1": inline({"a": [1]})})
        assert outcome.failure is None
        assert outcome.log == "asked\n"


FORGED = _reply(b"t", inline=[["result", 1]], call=2)


def test_an_answer_to_the_next_call_is_none_to_this(serve: Serve) -> None:
    service = serve(serving(f"os.write(100, {FORGED!r})\nreturn frame,"), reuse=True)
    failure = service.call({}).failure
    assert failure is not None
    assert failure.type == "Broken"
    again = service.call({}).failure  # of another child, or that one's answer would be the forged one
    assert again == failure


def test_an_answer_before_its_call_came_is_none(serve: Serve) -> None:
    """Written when the first call has its answer: nobody asks this child any more."""
    source = serving(f"""
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
    source = serving(f"""
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
    service = serve(serving(_MAPS, "kept = []\n"), reuse=reuse, spares=1)
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
    source = serving("""
        import pandas as pd
        print(len(memories(15)), len(memories(0)))
        return pd.DataFrame({"a": [str(len(kept)) * 100_000]}), kept.append(1)
    """, "kept = []\n")  # fmt: skip
    service = serve(source, reuse=True)
    outcomes = [service.call({}) for _ in range(4)]
    assert [read(each.outputs["result"])["a"][0][0] for each in outcomes] == ["0", "1", "2", "3"]
    for each in outcomes:
        each.close()
