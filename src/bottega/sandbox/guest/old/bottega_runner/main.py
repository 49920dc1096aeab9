"""The process: it says that it is ready, takes a job and its calls, and ends when the other side does."""

import ctypes
import gc
import importlib
import inspect
import os
import resource

from . import errors, figures, loading, printed
from .channel import Channel
from .words import PYTHON_2, native, shown, type_name

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _FILTER_MODE, _SIGKILL = 1, 22, 2, 9
_MOST_ELEMENTS = 10000
_MOST = (1 << 63) - 1


def main(descriptor):
    """Serve the other end of a socket. Never returns."""
    channel = Channel(descriptor)
    printed.prepare()
    start, buffers = channel.receive()
    _stay_small(buffers[0] if start["confine"] else None)
    channel.send(_prepare(start, buffers[-1]))
    Runner(channel).serve()
    os._exit(0)


def _stay_small(calls):
    """End with the other side, and make no system calls but those that a job may; where the jail does not see to it."""
    if calls is None:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(_SIGKILL), zero, zero, zero)
    if calls:
        text = ctypes.create_string_buffer(bytes(calls), len(calls))
        program = _Program(len(calls) // 8, ctypes.addressof(text))
        if libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_FILTER_MODE), ctypes.byref(program), zero, zero):
            raise OSError(ctypes.get_errno(), "the filter of system calls")


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def _prepare(start, sample):
    """Import what jobs need; what there is, or why there is nothing."""
    figures.install()
    try:
        import numpy as np
        import pandas as pd
    except BaseException as error:
        return {"failed": "%s: %s" % (type(error).__name__, shown(error))}
    for name in start["preload"]:
        try:
            importlib.import_module(native(name))
        except Exception:  # a broken package is the script's to meet, if it imports it
            pass
    from . import incoming, outgoing

    # What every job does is done once: libraries load much of themselves late.
    outgoing.table(incoming.frame(sample))
    gc.collect()
    return {"pandas": shown(pd.__version__), "numpy": shown(np.__version__)}


class Runner(object):
    """One job: each message has the name of one of its methods, and what that needs."""

    def __init__(self, channel):
        self._channel = channel
        self._work = ""
        self._memory = None
        self._entry = None
        self._returned = None

    def serve(self):
        """Take messages until there are no more."""
        while True:
            message = self._channel.receive()
            if message is None:
                return
            head, buffers = message
            try:
                reply = getattr(self, head["do"])(head, buffers)
            except BaseException:
                self._returned = None
                reply = {"error": errors.described()}, ()
            except:  # noqa: E722 - a class of the old style, which Python 2 lets a script raise
                self._returned = None
                reply = {"error": errors.described()}, ()
            head = message = buffers = None
            printed.flush()
            self._channel.send(*reply)
            reply = None

    def begin(self, head, _buffers):
        """Take the limits, and what is printed to; know where the script and its bundle are."""
        printed.redirect(self._channel.receive_descriptor())
        if not PYTHON_2:
            import faulthandler

            faulthandler.enable(2, all_threads=False)
        for name, (soft, hard) in head["limits"].items():
            number = getattr(resource, "RLIMIT_" + name, None)
            if number is not None:
                more = _used_already() if name == "CPU" else 0
                resource.setrlimit(number, (min(soft + more, _MOST), min(hard + more, _MOST)))
        self._memory = head["limits"].get("DATA")
        self._work = native(head["work"])
        os.chdir(self._work)
        if head["bundle"]:
            loading.add_bundle(native(head["bundle"]))
        return {}, ()

    def load(self, head, _buffers):
        """Import the script; how its entry function wants to be called."""
        loading.seed()
        self._entry = loading.load(native(head["path"]), native(head["importable"]), native(head["entry"]))
        if self._entry is None:
            return {"entry": None}, ()
        if not callable(self._entry):
            return {"entry": type_name(type(self._entry))[1]}, ()
        return {"entry": True, "parameters": loading.parameters(self._entry)}, ()

    def call(self, head, buffers):
        """Call it with frames by their places in `positional`; what it returned, in words."""
        from . import incoming

        os.chdir(self._work)
        if self._memory is not None:
            more = sum(len(each) for each in buffers)
            soft, hard = self._memory
            resource.setrlimit(resource.RLIMIT_DATA, (min(soft + more, hard), hard))
        if head["again"]:
            loading.seed()
        frames = [incoming.frame(each) for each in buffers]
        del buffers[:]
        positional = [None if place is None else frames[place] for place in head["positional"]]
        named = dict((native(name), None) for name in head["named"])
        del frames
        self._returned = self._entry(*positional, **named)
        return {"returned": self._described()}, ()

    def _described(self):
        import numpy as np
        import pandas as pd

        returned = self._returned
        if isinstance(returned, pd.DataFrame):
            return {"frame": True}
        if returned is None:
            return {"elements": []}
        objects = isinstance(returned, np.ndarray) and returned.ndim == 1 and returned.dtype == object
        if isinstance(returned, (tuple, list)) or objects:
            return {"elements": [_element(each, pd.DataFrame) for each in list(returned)[:_MOST_ELEMENTS]]}
        if not PYTHON_2 and inspect.iscoroutine(returned):
            returned.close()  # else Python warns that nobody awaited it
        return {"type": type_name(type(returned))}

    def give(self, head, _buffers):
        """The frame that was returned, or the one at a place of the sequence, as a table."""
        from . import outgoing

        place = head["place"]
        return outgoing.table(self._returned if place is None else self._returned[place])

    def close(self, _head, _buffers):
        """Save the figures that are open, and forget what was returned."""
        self._returned = None
        notes = []
        os.chdir(self._work)
        figures.save_open(self._work, notes)
        figures.close()
        return {"notes": notes, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}, ()


def _used_already():
    """Seconds of processor time that went into the start, which no script is made to pay for."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime + 1)


def _element(value, frame):
    if value is None:
        return None
    return {"frame": True} if isinstance(value, frame) else {"type": type_name(type(value))}
