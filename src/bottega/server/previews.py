"""What previews have computed, kept by what it was computed from: stored data never changes under its digest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from bottega.engine import look
from bottega.sdk.ports import PortType

if TYPE_CHECKING:
    from bottega.dataset.table import Table
    from bottega.store.records import Output
    from bottega.store.workspace import Workspace

_T = TypeVar("_T")
_MOST_TABLES = 16
_MOST_ANSWERS = 5000
_TABLE_BYTES = 256 << 20
_COLUMN_BYTES = 4096  # of what is known of one, beside its data
# As JSON; as objects they take some five times that.
_ANSWER_BYTES = 8 << 20
_DRAWING_BYTES = 8 << 20


class _Kept:
    """Values by key, so many of so many bytes together, the longest unused one going first; the newest stays however large.

    Who asks for one that is being made waits for it.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._bytes = 0

    def get(self, key: Hashable, make: Callable[[], _T], size: Callable[[_T], int]) -> _T:
        with self._lock:
            found = self._values.get(key)
            mine = found is None
            if found is None:
                found = self._values[key] = Future()
                self._shrink()
            else:
                self._values.move_to_end(key)
        if mine:
            self._fill(key, found, make, size)
        value: _T = found.result()
        return value

    def _fill(self, key: Hashable, place: Future[Any], make: Callable[[], _T], size: Callable[[_T], int]) -> None:
        try:
            value = make()
            weight = size(value)
        except BaseException as error:
            with self._lock:
                if self._values.get(key) is place:
                    del self._values[key]
            place.set_exception(error)
            raise
        place.set_result(value)
        with self._lock:
            if self._values.get(key) is place:
                self._sizes[key] = weight
                self._bytes += weight
                self._shrink()

    def _shrink(self) -> None:
        while len(self._values) > self._most or (self._bytes > self._most_bytes and len(self._values) > 1):
            key, _ = self._values.popitem(last=False)
            self._bytes -= self._sizes.pop(key, 0)  # none yet of one that is being made


class Previews:
    """The tables that pages look at, statistics of them, drawings of experiments. Safe for use from several threads."""

    def __init__(self) -> None:
        self._tables = _Kept(_MOST_TABLES, _TABLE_BYTES)
        self._answers = _Kept(_MOST_ANSWERS, _ANSWER_BYTES)
        self._drawings = _Kept(_MOST_ANSWERS, _DRAWING_BYTES)

    def table(self, workspace: Workspace, output: Output) -> Table | None:
        """What an output holds as a table, opened and checked once. As `look.table`."""

        def size(table: Table | None) -> int:
            if table is None:
                return 0
            is_mapped = output.type == PortType.TABLE and workspace.blobs.path(output.digest) is not None
            return table.num_columns * _COLUMN_BYTES + (0 if is_mapped else table.arrow.nbytes)

        return self._tables.get((output.type, output.digest), lambda: look.table(workspace, output), size)

    def answer(self, output: Output, what: Hashable, make: Callable[[], _T]) -> _T:
        """What was computed of an output under that name, else what `make` gives now."""
        return self._answers.get((output.type, output.digest, what), make, _size)

    def drawing(self, version: Hashable, make: Callable[[], _T]) -> _T:
        """How one version of an experiment is drawn, else what `make` gives now."""
        return self._drawings.get(version, make, _size)


def _size(answer: object) -> int:
    return len(msgspec.json.encode(answer))
