"""What a job answers is believed in nothing: frozen before it is read, refused where it is not what it should be."""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import textwrap
import threading
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from bottega.errors import BottegaError
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.memory import Memory
from bottega.sandbox.host.task import Failure
from tests.attack.hostile import MIB, Jail, descriptors, main, resident, result_of, sealed_table

if TYPE_CHECKING:
    from collections.abc import Callable

_ALL_SEALS = 15

_TABLE = """
    import pyarrow as pa
    target = memories(0)[0]
    table = pa.table({"a": pa.array(range(1000), pa.int64())})
    with os.fdopen(os.dup(target), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table)
"""
_ANSWER = """
    os.write(100, json.dumps({"error": None, "outputs": {"result": True}, "pictures": [], "notes": []}).encode())
    time.sleep(1000)
"""


def _forged(also: str = "") -> str:
    """Writes a table into the result and answers in the guest's stead; `also` comes in between."""
    return main("".join(textwrap.dedent(part) for part in (_TABLE, also, _ANSWER)))


def test_a_forged_answer_is_no_more_than_an_answer(jail: Jail) -> None:
    """The control for what follows: a table, answered in the guest's words, is a result; nothing is gained by it."""
    with jail.ended(_forged()) as outcome:
        assert result_of(outcome).num_rows == 1000


@pytest.mark.parametrize("writer", ["fork", "thread"])
def test_a_result_is_frozen_before_it_is_read(jail: Jail, writer: str) -> None:
    """A mapping that goes on writing after the answer changes nothing that the host sees."""
    if writer == "fork" and jail.layer is Layer.LANDLOCK:
        pytest.skip("this layer has no processes")
    start = "os.fork() == 0 and write()" if writer == "fork" else "threading.Thread(target=write).start()"
    also = f"""
        view = mmap.mmap(target, os.fstat(target).st_size)
        def write():
            number = 0
            while True:
                number += 1
                view[-500:-400] = bytes([number % 256]) * 100
        {start}
        time.sleep(0.1)
    """
    with jail.ended(_forged(also)) as outcome:
        assert outcome.failure is None, outcome.failure
        memory = outcome.outputs["result"]
        assert fcntl.fcntl(memory.descriptor, fcntl.F_GET_SEALS) & _ALL_SEALS == _ALL_SEALS
        first = memory.read()
        assert all(memory.read() == first for _ in range(20))
        with pytest.raises(OSError, match="not permitted"):
            os.pwrite(memory.descriptor, b"x", 0)


def test_sealing_is_not_left_to_the_job(bare: Jail) -> None:
    """A result that the host cannot freeze is refused, also where nothing kept the job from sealing it."""
    with bare.ended(_forged("\nfcntl.fcntl(target, 1033, 1)\n")) as outcome:
        assert outcome.failure is not None
        assert outcome.failure.type == "ResultError"
        assert outcome.outputs == {}


def test_a_job_cannot_seal(jail: Jail) -> None:
    """In a jail there is no such call."""
    with jail.ended(_forged("\nfcntl.fcntl(target, 1033, 1)\n")) as outcome:
        assert outcome.failure is not None
        assert outcome.failure.type == "PermissionError"


_CHANGES = {
    "write": "os.pwrite(given, b'x' * 100, 0)",
    "write at the end": "os.lseek(given, 0, os.SEEK_END) and os.write(given, b'x')",
    "shorten": "os.ftruncate(given, 0) or 'cut'",
    "lengthen": "os.ftruncate(given, 1 << 20) or 'grown'",
    "allocate": "os.posix_fallocate(given, 0, 1 << 20) or 'grown'",
    "punch a hole": "call(285, given, 3, 0, 4096)",
    "map for writing": "mmap.mmap(given, 0, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE)",
    "map and protect": """
        view = libc.mmap
        view.restype = ctypes.c_void_p
        place = view(None, ctypes.c_size_t(4096), 1, 1, given, ctypes.c_long(0))
        if libc.mprotect(ctypes.c_void_p(place), ctypes.c_size_t(4096), 3):
            raise OSError(ctypes.get_errno(), "mprotect")
        ctypes.memset(place, 120, 100)
        return "changed"
    """,
    "open again": "os.write(os.open('/proc/self/fd/%d' % given, os.O_RDWR), b'x')",
    "open again and cut": "os.open('/proc/self/fd/%d' % given, os.O_WRONLY | os.O_TRUNC)",
    "unseal": "fcntl.fcntl(given, 1033, 0) or 'unsealed'",
    "copy into": "os.copy_file_range(os.open('own', os.O_RDWR | os.O_CREAT), given, 1, 0, 0) or 1 // 0",
    "send into": "open('other', 'wb').write(b'x' * 99) and os.sendfile(given, os.open('other', os.O_RDONLY), 0, 99)",
    "by one's own memory": """
        view = mmap.mmap(given, 4096, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
        place = libc.mmap
        place.restype = ctypes.c_void_p
        address = place(None, ctypes.c_size_t(4096), 1, 1, given, ctypes.c_long(0))
        with open("/proc/self/mem", "r+b", 0) as file:
            file.seek(address)
            return file.write(b"x" * 10)
    """,
}


def _input() -> Memory:
    return sealed_table({"a": pa.array(range(5000), pa.int64()), "b": pa.array(["x"] * 5000)})


def test_inputs_cannot_be_changed(jail: Jail) -> None:
    """By no way to write: the host may hand the same memory to the next job."""
    with _input() as memory:
        before = memory.read()
        source = _given(_CHANGES)
        text = jail.log(source, inputs={"dataset1": memory})
        answers = dict(json.loads(line) for line in text.splitlines())
        assert [name for name, answer in answers.items() if not answer.startswith("blocked: ")] == []
        assert memory.read() == before


def _given(sources: dict[str, str]) -> str:
    """Probes of the input's descriptor, which stays open where its mapping does."""
    from tests.attack.hostile import probes

    text = probes(sources, "given = None\n")
    return text.replace(
        "def azureml_main():\n", "def azureml_main(frame):\n    global given\n    given = GIVEN()\n"
    ) + ("\ndef GIVEN():\n    return [*memories(15), *memories(0)[:1]][0]\n")


def test_unsealed_inputs_could_be_changed(bare: Jail) -> None:
    """The control: it is the seals that keep them."""
    with _input() as sealed:
        memory = Memory("dataset")
        os.write(memory.descriptor, sealed.read())
        source = _given(
            {name: _CHANGES[name] for name in ("map for writing", "write at the end", "open again", "write")}
        )
        source = source.replace("[*memories(15), *memories(0)[:1]][0]", "memories(0)[0]")
        text = bare.log(source, inputs={"dataset1": memory})
        assert dict(json.loads(line) for line in text.splitlines())["write"].startswith("open: ")
        assert memory.read() != sealed.read()
        memory.close()


def test_changes_in_place_stay_in_the_job(jail: Jail) -> None:
    """A script may write into its frame; the next job with the same input has the old values."""
    source = """
        dataframe1["a"].to_numpy(copy=False)
        dataframe1.loc[:, "a"] = -1
        print(dataframe1["a"].sum())
    """
    with _input() as memory:
        before = memory.read()
        assert jail.log(main(source), inputs={"dataset1": memory}) == "-5000\n"
        assert jail.log(main("print(dataframe1['a'].sum())"), inputs={"dataset1": memory}) == f"{sum(range(5000))}\n"
        assert memory.read() == before


def test_two_jobs_share_one_input(jail: Jail) -> None:
    """At once, while one of them moves the shared position and writes where it can."""
    hostile = """
        end = time.monotonic() + 0.8
        given = memories(15)
        print("up", flush=True)
        while time.monotonic() < end:
            for number in given:
                os.lseek(number, 7, os.SEEK_SET)
                os.read(number, 13)
        print(dataframe1["a"].sum())
    """
    told: list[str] = []
    ready = threading.Event()
    with _input() as memory:
        inputs = {"dataset1": memory}

        def attack() -> None:
            told.append(jail.log(main(hostile), inputs=inputs, printed=lambda _: ready.set()))

        thread = threading.Thread(target=attack)
        thread.start()
        assert ready.wait(10)
        for _ in range(5):
            assert jail.log(main("print(dataframe1['a'].sum())"), inputs=inputs) == f"{sum(range(5000))}\n"
        thread.join()
    assert told == [f"up\n{sum(range(5000))}\n"]


_NONSENSE = {
    "garbage": "b'\\xff\\xfe{'",
    "nothing": "b''",
    "no object": "b'[1, 2, 3]'",
    "a number": "b'1' * 5000",
    "long number": "b'{\"error\": ' + b'9' * 100_000 + b'}'",
    "huge": "b'{\"a\": \"' + b'x' * 200_000 + b'\"}' + b' ' * 100",
    "deep": "b'{\"a\":' * 30_000",
    "deep lists": "b'[' * 100_000",
    "empty object": "b'{}'",
    "success without result": "json.dumps({'error': None, 'outputs': {}}).encode()",
    "success with nothing in it": "json.dumps({'error': None, 'outputs': {'result': False}}).encode()",
    "files that are no zip": "json.dumps({'error': None, 'outputs': {'result': True, 'files': True}}).encode()",
    "other encodings": "'{}'.encode('utf-16')",
    "not a number": 'b\'{"error": NaN, "outputs": {"result": Infinity}}\'',
    "twice": "b'{}'); os.write(100, b'{}'",
    "the host's own words": "b'{\"ready\": true}'",
    "the zygote's words": 'b\'{"exited": 1, "status": 0, "spawned": 1, "failed": 1}\'',
}


@pytest.mark.parametrize("name", _NONSENSE)
def test_an_answer_that_is_none_is_a_failure(jail: Jail, name: str) -> None:
    """Whatever comes instead of the guest's answer."""
    before = descriptors()
    outcome = jail.run(main(f"os.write(100, {_NONSENSE[name]})\ntime.sleep(1000)"), wall_seconds=3)
    assert outcome.failure is not None
    assert isinstance(outcome.failure, Failure)
    assert outcome.outputs == {}
    assert descriptors() <= before + 4  # a spare's, which may have come meanwhile


def test_descriptors_of_a_job_are_not_taken(jail: Jail) -> None:
    """However many come with an answer."""
    before = descriptors()
    source = """
        ends = [os.dup(1) for _ in range(200)]
        link = socket.socket(fileno=100)
        socket.send_fds(link, [b"{}"], ends)
        time.sleep(1000)
    """
    outcome = jail.run(main(source), wall_seconds=3)
    assert outcome.failure is not None
    assert descriptors() <= before + 4


_VALUES = """[
    None, True, -1, 0.5, 1e308, 2**70, "x" * 3000, "\\x1b]0;\\ud800\\x00", [], {}, [[[]]], [None, 7, {}],
    {"result": {}},
    [{"name": 5, "length": "x"}, {"length": -1}, {"name": "a.png", "length": 2**80}, {"length": 1 << 61}],
]"""
_FIELDS = [
    ("error",), ("outputs",), ("pictures",), ("notes",), ("peak_memory",),
    ("error", "code"), ("error", "type"), ("error", "message"), ("error", "line"), ("error", "traceback"),
    ("outputs", "result"), ("outputs", "files"),
]  # fmt: skip


@pytest.mark.parametrize("field", _FIELDS, ids=".".join)
def test_wrong_types_in_an_answer(full: Jail, field: tuple[str, ...]) -> None:
    """Each field with each kind of wrong value: an outcome of the right types, or a failure."""
    for number in range(14):
        source = main(f"""
            value = {_VALUES}[{number}]
            for name in {list(reversed(field))!r}:
                value = {{name: value}}
            answer = {{"error": None, "outputs": {{"result": True}}, "pictures": [], "notes": []}} | value
            os.write(100, json.dumps(answer).encode())
            time.sleep(1000)
        """)
        with full.ended(source, wall_seconds=3) as outcome:
            assert all(isinstance(note, str) and len(note) <= 1000 for note in outcome.notes)
            assert isinstance(outcome.peak_memory, int)
            assert outcome.pictures == ()
            if outcome.failure is not None:
                assert outcome.failure.code in ("0085", "0102", "0138", "0139")
                assert isinstance(outcome.failure.type, str)
                assert outcome.failure.line is None or isinstance(outcome.failure.line, int)
                (outcome.failure.message + outcome.failure.traceback + outcome.failure.type).encode()
            else:
                assert outcome.outputs.keys() == {"result"}


@pytest.mark.parametrize("body", [
    "def __str__(self):\n        raise SystemExit",
    "def __str__(self):\n        raise KeyboardInterrupt",
    "def __str__(self):\n        return 5",
    "def __str__(self):\n        return 'x' * 10_000_000",
    "__qualname__ = '\\ud800' * 9000",
    "__notes__ = 7",
    "__cause__ = property(lambda self: 1 // 0)",
], ids=["exit", "interrupt", "number", "long", "name", "notes", "cause"])  # fmt: skip
def test_an_exception_that_cannot_be_told_is_a_failure(jail: Jail, body: str) -> None:
    """What the guest trips over while it tells of an error is not taken for success."""
    source = f"class Hostile(Exception):\n    {body}\n\ndef azureml_main():\n    raise Hostile('x')\n"
    failure = jail.failure(source, wall_seconds=5)
    assert len(failure.message) + len(failure.traceback) < 50_000


def test_a_sparse_result_costs_the_host_nothing(jail: Jail) -> None:
    """Of holes the size of an output, as table, files and pictures alike."""
    before = resident()
    source = main(f"""
        for number in memories(0):
            os.ftruncate(number, {64 * MIB})
        os.write(100, json.dumps({{"error": None, "outputs": {{"result": True, "files": True}},
            "pictures": [{{"name": "%d.png" % n, "length": 1 << 20}} for n in range(200)]}}).encode())
        time.sleep(1000)
    """)
    with jail.ended(source) as outcome:
        assert outcome.failure is not None
        assert outcome.pictures == ()
    assert resident() - before < 80 * MIB


def _file_of(size: int, patch: Callable[[mmap.mmap], None]) -> Memory:
    memory = Memory("files")
    os.ftruncate(memory.descriptor, size)
    with mmap.mmap(memory.descriptor, size) as view:
        patch(view)
    memory.seal()
    return memory


def test_a_zip_of_nothing_but_directory_is_refused() -> None:
    """Before its millions of entries are made objects of."""
    import struct

    from bottega.sandbox.host import archive

    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    count = (200 << 20) // len(entry)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFF0, 0xFFF0, count * len(entry), 0, 0)

    def patch(view: mmap.mmap) -> None:
        view[: count * len(entry)] = entry * count
        view[count * len(entry) :] = end

    before = resident()
    with _file_of(count * len(entry) + len(end), patch) as memory, pytest.raises(BottegaError, match="directory"):
        archive.check(memory, 1 << 30)
    assert resident() - before < 100 * MIB


def test_a_zip_is_read_at_the_hosts_own_position() -> None:
    """The job holds the same open file and may move its position while the host reads."""
    import io
    import zipfile

    from bottega.sandbox.host import archive

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a.txt", "x")
    with Memory.of("files", file.getvalue()) as memory:
        os.lseek(memory.descriptor, 5, os.SEEK_SET)
        archive.check(memory, 1 << 20)
        assert os.lseek(memory.descriptor, 0, os.SEEK_CUR) == 5
