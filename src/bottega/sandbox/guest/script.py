"""One run of an Execute Python Script module, from its inputs to its outputs."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import linecache
import os
import random
import resource
import sys
import types
from typing import TYPE_CHECKING, Any

from . import artefacts, bundle, call, figures, printed, rehearsal, traces, variables
from .confine import Folders
from .descriptors import mapped, read_all
from .failure import JobError
from .results import Results
from .traces import Places

if TYPE_CHECKING:
    from .service import Call

# Whatever the file is called: pickles of one script's classes load in another that has them too.
_MODULE = "azureml_script"
_PORTS = ("dataset1", "dataset2")
_MOST_NOTES = 50
_LONGEST_NOTE = 500


def warm_up(plain: bool, folder: str) -> None:
    """Do once what every job does, and then what many do, so that its first time is not the user's."""
    import pandas as pd

    from . import exchange_few, incoming, outgoing
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
        exchange.read_memory(bytearray(exchange.dump(3, names, vectors, 1 << 16)))
        exchange_few.read_memory(bytearray(exchange_few.dump(3, names, vectors, 1 << 16) or b""))
    finally:
        os.close(descriptor)
        os.remove(path)
    space: dict[str, Any] = {}
    source = f"import pandas as pd\ndef {call.ENTRY}(dataframe1=None, dataframe2=None):\n    return dataframe1,\n"
    exec(compile(source, path, "exec", dont_inherit=True), space)  # noqa: S102 - the line above
    positional, named = call.arguments(call.parameters(space[call.ENTRY]), [again, None], "connected")
    call.frames(space[call.ENTRY](*positional, **named), pd.DataFrame, [])
    _seed()
    json.dumps({"warm": [1, "a", None]})
    rehearsal.rehearse()


def run(
    request: dict[str, Any], descriptors: dict[str, int], folders: Folders, kind: type[Script] | None = None
) -> dict[str, Any]:
    """Run the script; the reply to the host, an error among it where there is one."""
    results = Results({name[4:]: number for name, number in descriptors.items() if name.startswith("out:")})
    script = (kind or Script)(request, descriptors, folders)
    notes: list[str] = []
    outputs: dict[str, bool] = {}
    error, has_variables = None, False
    try:
        script.unpack()
        frames, originals = script.frames(
            {port: _mapped(descriptors[f"in:{port}"]) for port in _PORTS if f"in:{port}" in descriptors}
        )
        with _watching(request, descriptors, script.places):
            script.load()
            outputs = script.call(frames, originals, results, notes)
    except BaseException as failure:  # noqa: BLE001 - whatever the script raises is its own
        error = traces.describe(failure, script.places)
        # A script that failed gives no result, so there is room for them in its file.
        has_variables = request.get("variables") is True and variables.collect(failure, script.places, results)
    return {**script.reply(outputs, error, results, notes), "variables": has_variables}


def _watching(request: dict[str, Any], descriptors: dict[str, int], places: Places) -> Any:
    """The debugger that was asked for, if one was."""
    if "debugger" not in request:
        return contextlib.nullcontext()
    from . import debugging

    return debugging.watching(request, descriptors, places)


def prepare(
    request: dict[str, Any], descriptors: dict[str, int], folders: Folders, kind: type[Script] | None = None
) -> tuple[Service | None, dict[str, Any] | None]:
    """Import the script of a published service; what takes its calls, or the error."""
    script = (kind or Script)(request, descriptors, folders)
    try:
        script.unpack()
        script.load()
    except BaseException as failure:  # noqa: BLE001 - as above
        return None, traces.describe(failure, script.places)
    return Service(script), None


class Service:
    """A script that is imported, and called once or again and again."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def call(self, call: Call, results: Results, *, again: bool) -> dict[str, Any]:
        """The reply to one call; `again` where it is not this child's first."""
        notes: list[str] = []
        outputs: dict[str, bool] = {}
        error = None
        try:
            if again:
                _seed()
            results.few = any(map(_is_few, call.inputs.values()))
            frames, originals = self._script.frames(call.inputs)
            outputs = self._script.call(frames, originals, results, notes)
        except BaseException as failure:  # noqa: BLE001 - as above
            error = traces.describe(failure, self._script.places)
        reply = self._script.reply(outputs, error, results, notes)
        figures.close()
        return reply

    def is_alone(self) -> bool:
        """Whether it can be called again: what a script leaves running for its next call is up to it."""
        return self._script.lives()


class Script:
    """One script in its folder: what it is called, where it is, and its entry function once it is loaded."""

    def __init__(self, request: dict[str, Any], descriptors: dict[str, int], folders: Folders) -> None:
        self._file_name: str = request["file_name"]
        self._mapping: str = request["mapping"]
        self._disk: int = request["disk"]
        self._tmpfs: bool = request["tmpfs"]
        self._plain: bool = request["plain"]
        self._old_names: bool = request.get("old_names") is True
        self._old_notes: list[str] = []
        self._source = descriptors["script"]
        self._bundle = descriptors.get("in:bundle")
        self._folders = folders
        self._entry: Any = None
        self._parameters: Any = None
        self.places = Places(os.path.join(folders.script, self._file_name), importable(folders), folders.work)

    def unpack(self) -> None:
        """Unpack the bundle, where there is one."""
        if self._bundle is not None:
            bundle.unpack(self._bundle, self._folders.work, self._disk)
        self._restore_names()

    def _restore_names(self) -> None:
        """Restore what libraries have removed, where that is asked for."""
        if self._old_names:
            from . import compatibility, incoming

            compatibility.install(self._old_notes, self.places.name)
            incoming.text_as_objects()

    def load(self) -> None:
        """Import it."""
        _seed()
        self._entry = _load(self._file_name, self._source, self._folders, self._old_notes if self._old_names else None)
        self._parameters = call.parameters(self._entry)

    def frames(self, inputs: dict[str, Any]) -> tuple[list[Any], list[Any]]:
        """A frame a data port, None where nothing is connected; and what can return to its own type."""
        from . import exchange_few
        from .untouched import Untouched

        frames: list[Any] = []
        originals: list[Any] = []
        for port in _PORTS:
            memory = inputs.pop(port, None)
            if memory is None:
                frames.append(None)
                continue
            exchange = exchange_few if _is_few(memory) else _exchange(self._plain)
            table = exchange.read_memory(memory)
            frames.append(self._frame(*table))
            originals.append(Untouched(*table))
        return frames, originals

    def _frame(self, rows: int, names: list[str], vectors: list[Any]) -> Any:
        from . import incoming

        return incoming.frame(rows, names, vectors)

    def call(self, frames: list[Any], originals: list[Any], results: Results, notes: list[str]) -> dict[str, bool]:
        """Call its entry function and put down what it returns; which outputs there are."""
        import pandas as pd

        first, second = self._called(frames, notes)
        self._write("result", first if first is not None else pd.DataFrame(), originals, results, notes)
        if second is not None:
            self._write("result2", second, originals, results, notes)
        work = self._folders.work
        files = artefacts.has_files(work) and artefacts.collect_files(results.file("files"), work)
        return {"result": True, "result2": second is not None, "files": bool(files)}

    def _called(self, frames: list[Any], notes: list[str]) -> tuple[Any, Any]:
        """The first and the second frame that the script returns, None where there is none."""
        import pandas as pd

        positional, named = call.arguments(self._parameters, frames, self._mapping)
        frames.clear()
        returned = self._entry(*positional, **named)
        del positional, named
        return call.frames(returned, pd.DataFrame, notes)

    def lives(self) -> bool:
        """Whether it can be called again."""
        return True

    def _write(self, port: str, frame: Any, originals: list[Any], results: Results, notes: list[str]) -> None:
        """A returned frame as a table."""
        from . import exchange_few, outgoing

        names, vectors = outgoing.columns(frame, notes)
        for original in originals:
            original.restore(frame, names, vectors)
        exchange = _exchange(self._plain)
        data = exchange_few.dump(len(frame), names, vectors, results.room) if results.few else None
        if data is None and results.room:
            data = exchange.dump(len(frame), names, vectors, results.room)
        if data is None:
            exchange.write(results.file(port), len(frame), names, vectors)
        else:
            results.put(port, data)

    def reply(
        self, outputs: dict[str, bool], error: dict[str, Any] | None, results: Results, notes: list[str]
    ) -> dict[str, Any]:
        """What the host is told; the pictures are collected for it."""
        pictures = self._pictures(results, notes)
        notes[:0] = self._old_notes
        self._old_notes.clear()
        printed.flush()
        return {
            "error": error,
            "outputs": outputs,
            "pictures": pictures,
            "notes": [note[:_LONGEST_NOTE] for note in notes[:_MOST_NOTES]],
            "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }

    def _pictures(self, results: Results, notes: list[str]) -> list[dict[str, Any]]:
        """The pictures, also those of a script that failed."""
        figures.save_open(self._folders.work, notes)
        try:
            names = artefacts.pictures(self._folders.work, by_inode=self._tmpfs, notes=notes)
            return artefacts.collect_pictures(results.file("pictures"), self._folders.work, names) if names else []
        except (OSError, MemoryError) as error:
            notes.append(f"The pictures could not be collected: {error}.")
            return []


def _mapped(descriptor: int) -> Any:
    memory = mapped(descriptor)
    os.close(descriptor)
    return memory


def _is_few(memory: Any) -> bool:
    """Whether a table is in the form for few rows, with which no other begins."""
    return bool(memory[:1] == b"{")


def _exchange(plain: bool) -> Any:
    if plain:
        from . import exchange_plain

        return exchange_plain
    from . import exchange_arrow

    return exchange_arrow


def _seed() -> None:
    """Every job has random numbers of its own: forks of one zygote would share NumPy's."""
    # Given so, both are several times as fast as what they do by themselves.
    random.seed(int.from_bytes(os.urandom(32), "little"))
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed([random.getrandbits(32) for _ in range(4)])


def _load(file_name: str, descriptor: int, folders: Folders, old_notes: list[str] | None) -> Any:
    """Import the script from a real file; its entry function. `old_notes` are those of a run with old names."""
    path = os.path.join(folders.script, file_name)
    source = placed(path, descriptor, folders)
    # The script's own folder is not on the path: it may be called random.py.
    sys.path.append(os.path.dirname(importable(folders)))
    sys.argv = [path]
    module = types.ModuleType(_MODULE)
    module.__file__ = path
    sys.modules[_MODULE] = module
    exec(_compiled(source, path, old_notes), module.__dict__)  # noqa: S102 - the job itself
    entry = getattr(module, call.ENTRY, None)
    if not callable(entry):
        raise no_entry(file_name, None if entry is None else type(entry).__name__)
    return entry


def placed(path: str, descriptor: int, folders: Folders) -> bytes:
    """Write the script to its file; its source."""
    source = read_all(descriptor)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.write(descriptor, source)
    os.close(descriptor)
    linecache.checkcache(path)
    os.mkdir(os.path.dirname(importable(folders)), 0o700)
    os.symlink(path, importable(folders))
    return source


def no_entry(file_name: str, kind: str | None) -> JobError:
    """The error of a script without the function; `kind` is the type of what it has by that name."""
    if kind is not None:
        return JobError("0085", "MissingFunction", f"{call.ENTRY} in {file_name} is of type {kind}, not a function.")
    return JobError(
        "0085",
        "MissingFunction",
        f"{file_name} defines no function {call.ENTRY}. "
        f"Put the code into `def {call.ENTRY}(dataframe1=None, dataframe2=None):` and return a frame.",
    )


def _compiled(source: bytes, path: str, old_notes: list[str] | None) -> Any:
    if old_notes is None:
        return compile(_text(source), path, "exec", dont_inherit=True)
    from .compatibility.source import compiled

    return compiled(_text(source), path, old_notes)


def _text(source: bytes) -> str | bytes:
    """The source as text, for in bytes Python counts a caret's place wrongly after an ä; else as it is."""
    try:
        return importlib.util.decode_source(source)
    except (SyntaxError, UnicodeDecodeError):  # told better by `compile`
        return source


def importable(folders: Folders) -> str:
    """Where processes that the script starts anew, as joblib does, find the script's module."""
    return os.path.join(folders.root, "module", _MODULE + ".py")
