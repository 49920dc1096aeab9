"""One run of an Execute Python Script module, from its inputs to its outputs."""

from __future__ import annotations

import importlib.util
import json
import linecache
import os
import random
import resource
import sys
import types
from typing import Any

from . import artefacts, bundle, call, figures, printed, traces
from .confine import Folders
from .descriptors import read_all
from .failure import JobError
from .traces import Places

# Whatever the file is called: pickles of one script's classes load in another that has them too.
_MODULE = "azureml_script"
_MOST_NOTES = 50
_LONGEST_NOTE = 500


class Job:
    """What the host asked for, and the descriptors that came with it."""

    def __init__(self, request: dict[str, Any], descriptors: dict[str, int]) -> None:
        self.file_name: str = request["file_name"]
        self.mapping: str = request["mapping"]
        self.disk: int = request["disk"]
        self.tmpfs: bool = request["tmpfs"]
        self.plain: bool = request["plain"]
        self.descriptors = descriptors


def warm_up(plain: bool, folder: str) -> None:
    """Do once what every job does, so that its first time is not the user's.

    In the zygote it imports and fills caches; in a child it also makes the pages its own
    that a job will write to, which a clone shares with its zygote until then.
    """
    import pandas as pd

    from . import incoming, outgoing
    from .untouched import Untouched

    exchange = _exchange(plain)
    numbers = [1.0, None, 3.0]
    frame = pd.DataFrame({"a": numbers, "b": ["x", None, "z"], "c": [1, 2, 3], "d": [True, False, True]})
    path = os.path.join(folder, "warm-up")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        names, vectors = outgoing.columns(frame, [])
        exchange.write(descriptor, 3, names, vectors)
        table = exchange.read(descriptor)
        again = incoming.frame(*table)
        names, vectors = outgoing.columns(again, [])
        Untouched(*table).restore(again, names, vectors)
    finally:
        os.close(descriptor)
        os.remove(path)
    space: dict[str, Any] = {}
    source = f"import pandas as pd\ndef {call.ENTRY}(dataframe1=None, dataframe2=None):\n    return dataframe1,\n"
    exec(compile(source, path, "exec", dont_inherit=True), space)  # noqa: S102 - the line above
    positional, named = call.arguments(space[call.ENTRY], [again, None], "connected")
    call.frames(space[call.ENTRY](*positional, **named), pd.DataFrame, [])
    _seed()
    json.dumps({"warm": [1, "a", None]})


def run(request: dict[str, Any], descriptors: dict[str, int], folders: Folders) -> dict[str, Any]:
    """Run the script; the reply to the host, an error among it where there is one."""
    job = Job(request, descriptors)
    notes: list[str] = []
    places = Places(os.path.join(folders.script, job.file_name), _importable(folders), folders.work)
    outputs: dict[str, bool] = {}
    error = None
    try:
        outputs = _run(job, folders, notes)
    except BaseException as failure:  # noqa: BLE001 - whatever the script raises is its own
        error = traces.describe(failure, places)
    pictures = _pictures(job, folders, notes)
    printed.flush()
    return {
        "error": error,
        "outputs": outputs,
        "pictures": pictures,
        "notes": [note[:_LONGEST_NOTE] for note in notes[:_MOST_NOTES]],
        "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def _run(job: Job, folders: Folders, notes: list[str]) -> dict[str, bool]:
    """Inputs, script, results; which outputs there are."""
    import pandas as pd

    if "in:bundle" in job.descriptors:
        bundle.unpack(job.descriptors["in:bundle"], folders.work, job.disk)
    frames, originals = _inputs(job)
    _seed()
    entry = _load(job, folders)
    positional, named = call.arguments(entry, frames, job.mapping)
    del frames
    returned = entry(*positional, **named)
    first, second = call.frames(returned, pd.DataFrame, notes)
    _write(job, "result", first if first is not None else pd.DataFrame(), originals, notes)
    if second is not None:
        _write(job, "result2", second, originals, notes)
    files = artefacts.collect_files(job.descriptors["out:files"], folders.work)
    return {"result": True, "result2": second is not None, "files": bool(files)}


def _inputs(job: Job) -> tuple[list[Any], list[Any]]:
    """A frame a data port, None where nothing is connected; and what can return to its own type."""
    from . import incoming
    from .untouched import Untouched

    frames: list[Any] = []
    originals: list[Any] = []
    for port in ("dataset1", "dataset2"):
        descriptor = job.descriptors.get(f"in:{port}")
        if descriptor is None:
            frames.append(None)
            continue
        table = _exchange(job.plain).read(descriptor)
        os.close(descriptor)
        frames.append(incoming.frame(*table))
        originals.append(Untouched(*table))
    return frames, originals


def _write(job: Job, port: str, frame: Any, originals: list[Any], notes: list[str]) -> None:
    """A returned frame as a table."""
    from . import outgoing

    names, vectors = outgoing.columns(frame, notes)
    for original in originals:
        original.restore(frame, names, vectors)
    _exchange(job.plain).write(job.descriptors[f"out:{port}"], len(frame), names, vectors)


def _exchange(plain: bool) -> Any:
    if plain:
        from . import exchange_plain

        return exchange_plain
    from . import exchange_arrow

    return exchange_arrow


def _seed() -> None:
    """Every job has random numbers of its own: forks of one zygote would share NumPy's."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _load(job: Job, folders: Folders) -> Any:
    """Import the script from a real file; its entry function."""
    path = os.path.join(folders.script, job.file_name)
    source = read_all(job.descriptors["script"])
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.write(descriptor, source)
    os.close(descriptor)
    linecache.checkcache(path)
    # The script's own folder is not on the path: it may be called random.py.
    os.mkdir(os.path.dirname(_importable(folders)), 0o700)
    os.symlink(path, _importable(folders))
    sys.path.append(os.path.dirname(_importable(folders)))
    sys.argv = [path]
    module = types.ModuleType(_MODULE)
    module.__file__ = path
    sys.modules[_MODULE] = module
    exec(compile(_text(source), path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - the job itself
    entry = getattr(module, call.ENTRY, None)
    if entry is None:
        raise JobError(
            "0085",
            "MissingFunction",
            f"{job.file_name} defines no function {call.ENTRY}. "
            f"Put the code into `def {call.ENTRY}(dataframe1=None, dataframe2=None):` and return a frame.",
        )
    if not callable(entry):
        kind = type(entry).__name__
        raise JobError("0085", "MissingFunction", f"{call.ENTRY} in {job.file_name} is of type {kind}, not a function.")
    return entry


def _text(source: bytes) -> str | bytes:
    """The source as text, for in bytes Python counts a caret's place wrongly after an ä; else as it is."""
    try:
        return importlib.util.decode_source(source)
    except (SyntaxError, UnicodeDecodeError):  # told better by `compile`
        return source


def _importable(folders: Folders) -> str:
    """Where processes that the script starts anew, as joblib does, find the script's module."""
    return os.path.join(folders.root, "module", _MODULE + ".py")


def _pictures(job: Job, folders: Folders, notes: list[str]) -> list[dict[str, Any]]:
    """The pictures, also those of a script that failed."""
    figures.save_open(folders.work, notes)
    try:
        return artefacts.collect_pictures(
            job.descriptors["out:pictures"], folders.work, by_inode=job.tmpfs, notes=notes
        )
    except (OSError, MemoryError) as error:
        notes.append(f"The pictures could not be collected: {error}.")
        return []
