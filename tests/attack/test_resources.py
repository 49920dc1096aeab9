"""No job takes more than it was given, nor time from those who wait."""

from __future__ import annotations

import threading
import time

import pytest

from bottega.sandbox.host.layer import Layer
from tests.attack.hostile import MIB, Jail, main, resident

pytestmark = pytest.mark.slow  # many processes

_FORK_BOMB = """
    children = 0
    try:
        while True:
            if os.fork() == 0:
                while True:
                    try:
                        os.fork()
                    except OSError:
                        pass
            children += 1
    except OSError as error:
        print(children, errno.errorcode[error.errno], flush=True)
    time.sleep(60)
"""
_HOLD = """
    import numpy
    held = []
    try:
        while True:
            block = numpy.ones(4 << 17)
            held.append(block)
    except MemoryError:
        raise MemoryError("as it should be") from None
"""
_MANY_HOLD = """
    for number in range(16):
        if os.fork() == 0:
            blocks = [bytearray(b"x" * (40 << 20))]
            time.sleep(60)
    time.sleep(60)
"""
_DEAF = """
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
"""
_SPIN = "\n    while True:\n        pass\n"


def test_a_fork_bomb_stops_and_others_run(full: Jail) -> None:
    """At the limit of processes; meanwhile another job is answered soon."""
    up = threading.Event()
    told: list[str] = []

    def printed(text: str) -> None:
        told.append(text)
        up.set()

    seconds: list[float] = []

    def other() -> None:
        up.wait(10)
        started = time.monotonic()
        full.assert_fine()
        seconds.append(time.monotonic() - started)

    thread = threading.Thread(target=other)
    thread.start()
    failure = full.failure(main(_FORK_BOMB), processes=24, memory=8192 * MIB, wall_seconds=3, printed=printed)
    thread.join()
    assert failure.type == "Timeout"
    count, reason = "".join(told).split()[:2]
    assert (int(count) <= 24, reason) == (True, "EAGAIN")
    assert seconds
    assert seconds[0] < 4


def test_threads_stop_at_the_limit(jail: Jail) -> None:
    """Threads count as processes do."""
    source = """
        stop = threading.Event()
        count = 0
        try:
            while count < 500:
                threading.Thread(target=stop.wait, daemon=True).start()
                count += 1
        except RuntimeError:
            pass
        print(count)
        stop.set()
    """
    count = int(jail.log(main(source), processes=32))
    if jail.layer is Layer.NAMESPACES or _has_groups():
        assert 0 < count <= 32


def _has_groups() -> bool:
    from bottega.sandbox.host import cgroup

    return bool(cgroup.places())


def test_memory_of_one_process(jail: Jail) -> None:
    """Ends in the error that is told as 0138."""
    failure = jail.failure(main(_HOLD), memory=256 * MIB)
    assert failure.code == "0138"
    assert failure.type == "MemoryError"


def test_memory_of_many_processes(full: Jail) -> None:
    """The limit is on the sum: each of sixteen keeps its own."""
    started = time.monotonic()
    failure = full.failure(main(_MANY_HOLD), memory=300 * MIB, wall_seconds=20)
    assert failure.code == "0138"
    assert time.monotonic() - started < 15


def test_a_job_within_its_memory_is_left_alone(jail: Jail) -> None:
    """The control: the same allocation under a higher limit."""
    source = """
        import numpy
        print(len([numpy.ones(4 << 17) for _ in range(60)]))
    """
    assert jail.log(main(source), memory=600 * MIB) == "60\n"


def test_little_memory_is_enough_for_a_small_job(jail: Jail) -> None:
    """Reading the script does not itself ask for a gigabyte."""
    jail.log("def azureml_main():\n    print('small')\n", memory=192 * MIB)


def test_the_folder_is_full_at_its_size(full: Jail) -> None:
    """One quota over the folder, temporary files and shared memory together."""
    source = """
        import tempfile
        written = 0
        for folder in (".", tempfile.gettempdir(), "/dev/shm", os.path.expanduser("~")):
            try:
                with open(os.path.join(folder, "fill"), "wb", 0) as file:
                    while True:
                        written += file.write(b"x" * (1 << 20))
            except OSError as error:
                print(errno.errorcode[error.errno])
        print(written >> 20)
    """
    lines = full.log(main(source), disk=16 * MIB).split()
    assert lines[:4] == ["ENOSPC"] * 4
    assert 8 <= int(lines[4]) <= 16


def test_shared_memory_counts_as_disk(full: Jail) -> None:
    """It cannot be used to hold what neither limit sees."""
    source = """
        from multiprocessing import shared_memory
        held = []
        while True:
            block = shared_memory.SharedMemory(create=True, size=1 << 20)
            block.buf[:] = b"x" * (1 << 20)
            held.append(block)
    """
    failure = full.failure(main(source), disk=16 * MIB, wall_seconds=10)
    assert failure.type in ("OSError", "Crash", "FileNotFoundError"), failure


def test_files_are_limited_in_number(full: Jail) -> None:
    """Empty files too take the kernel's memory."""
    source = """
        count = 0
        try:
            while count < 100_000:
                os.close(os.open("f%d" % count, os.O_CREAT | os.O_WRONLY))
                count += 1
        except OSError as error:
            print(errno.errorcode[error.errno])
        print(count < 17_000)
    """
    assert full.log(main(source), disk=256 * MIB) == "ENOSPC\nTrue\n"


@pytest.mark.parametrize(
    "target", ["memories(0)[0]", 'os.open("big.png", os.O_CREAT | os.O_RDWR)'], ids=["result", "picture"]
)
def test_no_file_is_larger_than_an_output(jail: Jail, target: str) -> None:
    """A file of holes costs its maker nothing and its reader all."""
    source = f"""
        target = {target}
        for attempt in (lambda: os.ftruncate(target, 1 << 40), lambda: os.pwrite(target, b"x", 10 << 30),
                        lambda: os.posix_fallocate(target, 0, 10 << 30)):
            try:
                print(attempt())
            except OSError as error:
                print(errno.errorcode[error.errno])
        print(os.fstat(target).st_size)
    """
    with jail.ended(main(source)) as outcome:
        assert outcome.log == "EFBIG\nEFBIG\nEFBIG\n0\n"


@pytest.mark.parametrize("writer", [
    "while True: os.write(1, b'x' * 65536)",
    "while True: print('x' * 1000)",
    "while True: os.write(2, b'\\xff\\xf0\\x9f' * 1000)",
], ids=["bytes", "lines", "broken text"])  # fmt: skip
def test_printing_without_end_is_ended(jail: Jail, writer: str) -> None:
    """The host keeps the first part, takes no memory for the rest, and soon ends the job."""
    before, started = resident(), time.monotonic()
    with jail.ended(main(writer), log=256 << 10) as outcome:
        assert outcome.failure is not None
        assert outcome.failure.type == "TooMuchOutput"
        assert len(outcome.log) < (256 << 10) + 200
    assert time.monotonic() - started < 5
    assert resident() - before < 30 * MIB


def test_printing_byte_by_byte_costs_the_host_little(jail: Jail) -> None:
    """What the host does for each byte is less than what the job does."""
    started = time.process_time()
    jail.failure(main("while True: os.write(1, b'x')"), wall_seconds=1.5)
    assert time.process_time() - started < 1.6


@pytest.mark.parametrize(
    "end", [_SPIN, "\n    time.sleep(1000)\n", "\n    signal.sigwait({1})\n"], ids=["spin", "sleep", "wait"]
)
def test_the_deadline_holds(jail: Jail, end: str) -> None:
    """Whatever signals a job ignores or blocks."""
    started = time.monotonic()
    failure = jail.failure(main(_DEAF + end), wall_seconds=1)
    assert failure.type == "Timeout"
    assert 1 <= time.monotonic() - started < 3


def test_the_deadline_holds_for_many(full: Jail) -> None:
    """With all processes that it may have, each at full speed."""
    source = _DEAF + """
    for number in range(40):
        if os.fork() == 0:
            break
""" + _SPIN  # fmt: skip
    started = time.monotonic()
    failure = full.failure(main(source), memory=16384 * MIB, wall_seconds=1.5)
    assert failure.type == "Timeout"
    assert time.monotonic() - started < 3.5


def test_the_deadline_holds_while_the_job_takes_its_own_output_back(jail: Jail) -> None:
    """A pipe that was readable when asked may be empty when read."""
    source = """
        try:
            reader = os.open("/proc/self/fd/1", os.O_RDONLY | os.O_NONBLOCK)
        except OSError:  # where the jail's user is not the host's
            time.sleep(1000)
        while True:
            os.write(1, b"x")
            try:
                os.read(reader, 100)
            except BlockingIOError:
                pass
    """
    started = time.monotonic()
    failure = jail.failure(main(source), wall_seconds=1.5)
    assert failure.type == "Timeout"
    assert time.monotonic() - started < 3.5


def test_the_deadline_holds_while_results_are_written(jail: Jail) -> None:
    """A job that is busy in the kernel can be ended too."""
    source = """
        target = memories(0)[0]
        while True:
            os.pwrite(target, b"x" * (8 << 20), 0)
            os.ftruncate(target, 0)
    """
    started = time.monotonic()
    assert jail.failure(main(source), wall_seconds=1).type == "Timeout"
    assert time.monotonic() - started < 3


def test_processor_time_is_limited(jail: Jail) -> None:
    """Long before the deadline."""
    started = time.monotonic()
    failure = jail.failure(main(_SPIN), cpu_seconds=1, wall_seconds=15)
    assert failure.type == "CpuTime"
    assert time.monotonic() - started < 10


def test_processor_time_is_limited_for_the_deaf(jail: Jail) -> None:
    """Who ignores the warning is ended."""
    started = time.monotonic()
    failure = jail.failure(main(_DEAF + _SPIN), cpu_seconds=1, wall_seconds=15)
    assert failure.type in ("CpuTime", "Killed")
    assert time.monotonic() - started < 14


def test_descriptors_are_limited(jail: Jail) -> None:
    """Pipes and files hold the kernel's memory."""
    source = """
        count = 0
        try:
            while True:
                os.dup(0)
                count += 1
        except OSError as error:
            print(errno.errorcode[error.errno], count < 400)
    """
    assert jail.log(main(source)) == "EMFILE True\n"


def test_memory_cannot_be_locked(jail: Jail) -> None:
    """No job keeps more than a little from being swapped."""
    source = """
        block = mmap.mmap(-1, 16 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        address = ctypes.addressof(ctypes.c_char.from_buffer(block))
        print(libc.mlock(ctypes.c_void_p(address), ctypes.c_size_t(16 << 20)))
    """
    assert jail.log(main(source)).split() == ["-1"]


def test_without_a_jail_there_is_no_end(bare: Jail) -> None:
    """The control: processes, files and locked memory that only the jail keeps few."""
    source = """
        children = []
        for number in range(100):
            child = os.fork()
            if child == 0:
                time.sleep(30)
                os._exit(0)
            children.append(child)
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        for number in range(20_000):
            os.close(os.open("f%d" % number, os.O_CREAT | os.O_WRONLY))
        print(len(children))
    """
    assert bare.log(main(source), processes=24, disk=16 * MIB, memory=16384 * MIB) == "100\n"
