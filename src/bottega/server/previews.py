"""What previews have computed, kept by what it was computed from: stored data never changes under its digest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from bottega.engine import look

if TYPE_CHECKING:
    from bottega.dataset.table import Table
    from bottega.store.records import Output
    from bottega.store.workspace import Workspace

_T = TypeVar("_T")
# Tables are mapped where that can be, so that one kept costs an open file and no memory.
_MOST_TABLES = 16
_MOST_ANSWERS = 500


class _Kept:
    """So many values by key, the longest unused one going first; who asks for one that is being made waits for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        with self._lock:
            found = self._values.get(key)
            mine = found is None
            if found is None:
                found = self._values[key] = Future()
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            else:
                self._values.move_to_end(key)
        if mine:
            try:
                found.set_result(make())
            except BaseException as error:
                with self._lock:
                    if self._values.get(key) is found:
                        del self._values[key]
                found.set_exception(error)
                raise
        value: _T = found.result()
        return value


class Previews:
    """The tables that pages look at, and statistics of them. Safe for use from several threads."""

    def __init__(self) -> None:
        self._tables = _Kept(_MOST_TABLES)
        self._answers = _Kept(_MOST_ANSWERS)

    def table(self, workspace: Workspace, output: Output) -> Table | None:
        """What an output holds as a table, opened and checked once. As `look.table`."""
        return self._tables.get((output.type, output.digest), lambda: look.table(workspace, output))

    def answer(self, output: Output, what: Hashable, make: Callable[[], _T]) -> _T:
        """What was computed of an output under that name, else what `make` gives now."""
        return self._answers.get((output.type, output.digest, what), make)
