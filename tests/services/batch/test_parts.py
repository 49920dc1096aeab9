"""The small parts of a job: the wish to stop, what was printed, how far it is, why it failed."""

from __future__ import annotations

import json
import os
import select

import pytest

from bottega.errors import BottegaError
from bottega.services.batch.details import cause, details, reason
from bottega.services.batch.log import Log
from bottega.services.batch.progress import Progress
from bottega.services.batch.stop import Stop
from bottega.services.errors import ModuleFailure, refused


def test_a_stop_is_seen_by_all_who_look() -> None:
    stop = Stop()
    assert not stop.is_set()
    assert select.select([stop.descriptor], [], [], 0)[0] == []
    stop.set()
    stop.set()
    assert stop.is_set()
    assert stop.is_set()
    assert select.select([stop.descriptor], [], [], 0)[0] == [stop.descriptor]
    stop.close()
    stop.close()
    stop.set()
    assert (stop.is_set(), stop.descriptor) == (False, -1)


def test_a_stop_of_somebody_elses_descriptor() -> None:
    output, input_ = os.pipe()
    stop = Stop(output)
    assert not stop.is_set()
    os.write(input_, b"x")
    assert stop.is_set()
    stop.close()
    os.close(output)  # it is still ours to close
    os.close(input_)


def test_the_end_of_a_log_is_kept() -> None:
    log = Log()
    assert log.lines() == []
    log.add("one\ntw")
    log.add("o\n")
    assert log.lines() == ["one", "two"]
    for number in range(100_000):
        log.add(f"line {number}\n")
    lines = log.lines()
    assert (lines[0], lines[-1]) == ("…", "line 99999")
    assert lines[1:] == [f"line {number}" for number in range(100_000 - len(lines) + 1, 100_000)]
    assert sum(map(len, lines)) < 1 << 16


def test_one_long_text_is_cut() -> None:
    log = Log()
    log.add("x" * (1 << 20) + "\nend\n")
    assert log.lines() == ["…", "end"]


def test_a_fraction_never_goes_back() -> None:
    progress = Progress()
    seen = [progress.told()["Fraction"]]

    def look() -> None:
        seen.append(progress.told()["Fraction"])

    for index in range(2):
        for done in (0, 50, 100):
            progress.fetching(done, 100, index=index, count=2)
            look()
    progress.waiting()
    look()
    for index in range(2):
        progress.reading(index=index, count=2)
        look()
        progress.read(10)
    for index in range(3):
        progress.running(f"Module {index}", index=index, count=3)
        look()
    for index in range(3):
        progress.writing(10 * (index < 2), index=index, count=3)
        look()
        for rows in (5, 10) if index < 2 else ():
            progress.wrote(rows)
            look()
    progress.done()
    look()
    told = progress.told()
    assert (told["RowsRead"], told["RowsWritten"], told["RowsTotal"]) == (20, 20, 20)
    assert (seen[0], seen[-1]) == (0.0, 1.0)
    assert seen == sorted(seen)


def test_of_a_file_of_unknown_size_no_fraction_is_known() -> None:
    progress = Progress()
    progress.fetching(1000, None, index=0, count=1)
    assert progress.told() == {
        "Phase": "Downloading", "Node": None, "BytesRead": 1000, "BytesTotal": None, "RowsRead": 0, "RowsWritten": 0,
        "RowsTotal": None, "Fraction": None,
    }  # fmt: skip
    json.dumps(progress.told())


FAILED = ModuleFailure(
    "work", "Execute Python Script", "0085", "no", type="ValueError", traceback="Traceback …\nValueError: no"
)
ERRORS = [
    (FAILED, "Execute Python Script (work)", "ModuleExecutionError", "0085", 400),
    (ModuleFailure("", "Read input", "0018", "It is none.", type="ModuleError"), "Read input", "ModuleExecutionError", "0018", 400),
    (refused("BadArgument", "BlobNotFound", "There is no blob a/b.csv.", "input1"), "Storage", "BadArgument", "BlobNotFound", 400),
    (BottegaError("store-failed", path="/secret/path", reason="disk full"), "Batch job", "ServiceUnavailable", "NoMoreResources", 503),
    (ZeroDivisionError("secret"), "Batch job", "InternalError", "InternalError", 500),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "where", "kind", "code", "status"), ERRORS, ids=["script", "file", "blob", "disk", "bug"]
)
def test_details_tell_what_failed_and_why(error: Exception, where: str, kind: str, code: str, status: int) -> None:
    text = details("0" * 32, error, ["one", "two"])
    head, log, *lines = text.split("\n")
    assert head.startswith(f"{where}: job {'0' * 32} failed. ")
    assert f"taskStatusCode={status}. " in head
    told = json.loads(head[head.index("{") :])["Exception"]
    assert (told["ErrorId"], told["ErrorCode"]) == (kind, code)
    assert (log, lines[:2]) == ("Log:", ["[ModuleOutput] one", "[ModuleOutput] two"])
    assert lines[-1].endswith("exit code -2")
    assert "secret" not in text
    assert "secret" not in json.dumps(cause(error))


def test_an_error_in_one_sentence() -> None:
    assert reason(FAILED).startswith("Execute Python Script: Error 0085: ")
    assert "Traceback …\nValueError: no" in reason(FAILED)
    assert reason(BottegaError("usage", reason="no")) == "No."
    assert cause(FAILED) == {"code": "0085", "node": "work"}


def test_text_that_is_none_does_not_break_details() -> None:
    assert "\\udc80" in details("1", ModuleFailure("a", "A", "1000", "\udc80"), [])
