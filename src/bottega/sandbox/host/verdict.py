"""From how a job ended to the failure that its author reads."""

from __future__ import annotations

import signal

from bottega.errors.catalogue import CATALOGUE
from bottega.sandbox.host import messages
from bottega.sandbox.host.limits import Limits, size_text
from bottega.sandbox.host.supervise import End, Watched
from bottega.sandbox.host.task import Failure
from bottega.sandbox.host.zygote import Exit

_LONGEST_TRACE = 32_000
_LONGEST_NODE = 200
_MOST_SIGNALS = 65
# Of the codes that are words a module raises these; the others tell of the host, which a job may not.
_WORDS = ("dataset-unknown", "folds-missing", "level-unknown", "r-missing", "r-refused", "usage")

# The number for what no error of its own tells: a script's (fact sheet 6), or a library's.
BY_NOUN = {"script": "0085", "module": "1000"}


def verdict(watched: Watched, limits: Limits, exited: Exit | None, *, noun: str, out_of_memory: bool) -> Failure | None:
    """The failure, or None where the job replied with a result."""
    if out_of_memory or watched.end is End.MEMORY:
        return _out_of_memory(limits, noun)
    if watched.end is End.REPLIED:
        return _told(watched, limits, noun)
    if watched.end is End.TIMEOUT:
        return Failure(BY_NOUN[noun], "Timeout", f"The {noun} did not end within {_seconds(limits)} seconds.")
    if watched.end is End.CPU:
        return _out_of_time(limits, noun)
    if watched.end is End.PRINTED:
        return Failure(
            BY_NOUN[noun],
            "TooMuchOutput",
            f"The {noun} printed far more than the {size_text(limits.printed)} that are kept.",
        )
    if watched.end is End.CANCELED:
        return Failure("canceled", "Canceled", "The run was canceled.")
    if watched.end is End.NONSENSE:
        return Failure(BY_NOUN[noun], "Broken", f"The {noun}'s process answered with what is no answer.")
    return _died(exited, limits, noun)


def _told(watched: Watched, limits: Limits, noun: str) -> Failure | None:
    """The error in the job's own reply."""
    error = watched.reply.get("error")
    if error is None:
        return None
    if "ended" in watched.reply:
        return _died(_exit_told(watched.reply["ended"]), limits, noun)
    if not isinstance(error, dict):
        return Failure(BY_NOUN[noun], "Broken", f"The {noun}'s process answered with what is no answer.")
    code = messages.text(error, "code", 40)
    return Failure(
        code=code if code in CATALOGUE and (code.isdigit() or code in _WORDS) else BY_NOUN[noun],
        type=messages.text(error, "type", 200),
        message=messages.text(error, "message"),
        line=messages.whole_number(error, "line"),
        traceback=messages.text(error, "traceback", _LONGEST_TRACE),
        node=messages.text(error, "node", _LONGEST_NODE) or None,
    )


def _exit_told(told: object) -> Exit | None:
    """How the old Python ended that ran the script beside the job's first process; None for what does not tell."""
    if not isinstance(told, list) or len(told) != 2 or not all(isinstance(each, (int, float)) for each in told):
        return None
    status, cpu_seconds = told
    return Exit(int(status) if -_MOST_SIGNALS < status < 256 else -signal.SIGKILL, float(cpu_seconds))


def _out_of_memory(limits: Limits, noun: str) -> Failure:
    message = f"The {noun} used more than the {size_text(limits.memory)} of memory that this run allows."
    return Failure("0138", "MemoryError", message)


def _seconds(limits: Limits) -> str:
    """Rounded, for it may be what a call had left after waiting."""
    seconds = limits.wall_seconds
    return f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"


def _out_of_time(limits: Limits, noun: str) -> Failure:
    return Failure(
        BY_NOUN[noun], "CpuTime", f"The {noun} used more than {limits.cpu_seconds} seconds of processor time."
    )


def _died(exited: Exit | None, limits: Limits, noun: str) -> Failure:
    status = exited.status if exited is not None else -signal.SIGKILL
    if status >= 0:
        return Failure(
            BY_NOUN[noun],
            "Exit",
            f"The {noun} ended its own process with exit code {status}. Return the result instead.",
        )
    number = -status
    # The first process of a namespace is not ended by SIGXCPU but, at its hard limit, by SIGKILL.
    # The kernel counts towards it in ticks: on a busy machine more than the time really used.
    spent = exited.cpu_seconds if exited is not None else 0.0
    if number in (signal.SIGXCPU, signal.SIGKILL) and spent >= limits.cpu_seconds * 0.5:
        return _out_of_time(limits, noun)
    if number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT):
        name = signal.Signals(number).name
        return Failure(
            BY_NOUN[noun],
            "Crash",
            f"The {noun}'s process crashed in native code ({name}); the printed text may tell where.",
        )
    if number == signal.SIGSYS:
        return Failure(
            BY_NOUN[noun],
            "Crash",
            f"The {noun}'s process made a system call that the jail answers with its end (SIGSYS).",
        )
    name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
    return Failure(BY_NOUN[noun], "Killed", f"The {noun}'s process was ended by the signal {name}.")
