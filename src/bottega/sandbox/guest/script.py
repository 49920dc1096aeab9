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
from typing import TYPE_CHECKING, Any

from . import artefacts, bundle, call, figures, printed, rehearsal, traces
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


def run(request: dict[str, Any], descriptors: dict[str, int], folders: Folders) -> dict[str, Any]:
    """Run the script; the reply to the host, an error among it where there is one."""
    results = Results({name[4:]: number for name, number in descriptors.items() if name.startswith("out:")})
    script = Script(request, descriptors, folders)
    notes: list[str] = []
    outputs: dict[str, bool] = {}
    error = None
    try:
        script.unpack()
        frames, originals = script.frames(
            {port: _mapped(descriptors[f"in:{port}"]) for port in _PORTS if f"in:{port}" in descriptors}
        )
        script.load()
        outputs = script.call(frames, originals, results, notes)
    except BaseException as failure:  # noqa: BLE001 - whatever the script raises is its own
        error = traces.describe(failure, script.places)
    return script.reply(outputs, error, results, notes)


def prepare(
    request: dict[str, Any], descriptors: dict[str, int], folders: Folders
) -> tuple[Service | None, dict[str, Any] | None]:
    """Import the script of a published service; what takes its calls, or the error."""
    script = Script(request, descriptors, folders)
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
        """Always: what a script leaves running for its next call is up to it."""
        return True


class Script:
    """One script in its folder: what it is called, where it is, and its entry function once it is loaded."""

    def __init__(self, request: dict[str, Any], descriptors: dict[str, int], folders: Folders) -> None:
        self._file_name: str = request["file_name"]
        self._mapping: str = request["mapping"]
        self._disk: int = request["disk"]
        self._tmpfs: bool = request["tmpfs"]
        self._plain: bool = request["plain"]
        self._source = descriptors["script"]
        self._bundle = descriptors.get("in:bundle")
        self._folders = folders
        self._entry: Any = None
        self._parameters: Any = None
        self.places = Places(os.path.join(folders.script, self._file_name), _importable(folders), folders.work)

    def unpack(self) -> None:
        """Unpack the bundle, where there is one."""
        if self._bundle is not None:
            bundle.unpack(self._bundle, self._folders.work, self._disk)

    def load(self) -> None:
        """Import it."""
        _seed()
        self._entry = _load(self._file_name, self._source, self._folders)
        self._parameters = call.parameters(self._entry)

    def frames(self, inputs: dict[str, Any]) -> tuple[list[Any], list[Any]]:
        """A frame a data port, None where nothing is connected; and what can return to its own type."""
        from . import exchange_few, incoming
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
            frames.append(incoming.frame(*table))
            originals.append(Untouched(*table))
        return frames, originals

    def call(self, frames: list[Any], originals: list[Any], results: Results, notes: list[str]) -> dict[str, bool]:
        """Call its entry function and put down what it returns; which outputs there are."""
        import pandas as pd

        positional, named = call.arguments(self._parameters, frames, self._mapping)
        frames.clear()
        returned = self._entry(*positional, **named)
        del positional, named
        first, second = call.frames(returned, pd.DataFrame, notes)
        self._write("result", first if first is not None else pd.DataFrame(), originals, results, notes)
        if second is not None:
            self._write("result2", second, originals, results, notes)
        work = self._folders.work
        files = artefacts.has_files(work) and artefacts.collect_files(results.file("files"), work)
        return {"result": True, "result2": second is not None, "files": bool(files)}

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


def _load(file_name: str, descriptor: int, folders: Folders) -> Any:
    """Import the script from a real file; its entry function."""
    path = os.path.join(folders.script, file_name)
    source = read_all(descriptor)
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
            f"{file_name} defines no function {call.ENTRY}. "
            f"Put the code into `def {call.ENTRY}(dataframe1=None, dataframe2=None):` and return a frame.",
        )
    if not callable(entry):
        kind = type(entry).__name__
        raise JobError("0085", "MissingFunction", f"{call.ENTRY} in {file_name} is of type {kind}, not a function.")
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
