"""One run of a script in an old Python: the guest's own way, with another interpreter for what is the script's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .. import bundle, call, exchange_plain, script
from ..confine import Folders
from ..failure import Foreign, JobError
from ..results import Results
from ..traces import message
from . import columns
from .companion import Companion, Ended

_OUTPUT = 1  # what is printed goes there
_companion: Companion | None = None


def start(config: dict[str, Any], folders: Folders, shut: int, calls: bytes | None) -> None:
    """Start the old Python, before there is a job."""
    global _companion  # noqa: PLW0603 - a child has one, and takes one job
    _companion = Companion(config, folders, shut, calls)


def warm_up(plain: bool, folder: str) -> None:
    """Do once what every job does on this side."""
    import pandas as pd

    script.warm_up(plain, folder)
    labels = {"rows": 1, "labels": ["a"], "index": None, "columns": [{"form": "cells", "cells": [None]}]}
    frame = columns.frame(labels, [], [])
    call.frames(frame, pd.DataFrame, [])


def run(request: dict[str, Any], descriptors: dict[str, int], folders: Folders) -> dict[str, Any]:
    """Run the script; the reply to the host."""
    return script.run(request, descriptors, folders, OldScript)


def prepare(
    request: dict[str, Any], descriptors: dict[str, int], folders: Folders
) -> tuple[script.Service | None, dict[str, Any] | None]:
    """Import the script of a published service; what takes its calls, or the error."""
    return script.prepare(request, descriptors, folders, OldScript)


class OldScript(script.Script):
    """A script that the old Python has."""

    def __init__(self, request: dict[str, Any], descriptors: dict[str, int], folders: Folders) -> None:
        super().__init__(request, descriptors, folders)
        assert _companion is not None
        self._companion = _companion
        self._limits: dict[str, Any] = request["limits"]
        self._unpacked: str | None = None
        self._ended: Ended | None = None
        self._calls = 0
        self._peak = 0

    def unpack(self) -> None:
        """Unpack the bundle, for the other's path."""
        if self._bundle is not None:
            self._unpacked = bundle.extract(self._bundle, self._folders.work, bundle.FOLDER, self._disk)

    def load(self) -> None:
        """Hand over the job, and have the script imported."""
        path, importable = self.places.script_file, script.importable(self._folders)
        script.placed(path, self._source, self._folders)
        given = {"work": self._folders.work, "bundle": self._unpacked, "limits": self._limits}
        self._told(lambda: self._companion.begin(given, _OUTPUT))
        told, _ = self._ask("load", {"path": path, "importable": importable, "entry": call.ENTRY})
        if told["entry"] is not True:
            raise script.no_entry(self._file_name, told["entry"])
        self._parameters = self._told(lambda: _parameters(told["parameters"]))

    def _frame(self, rows: int, names: list[str], vectors: list[Any]) -> Any:
        """A frame is what the other makes of this."""
        return exchange_plain.parts(rows, names, vectors)

    def _called(self, frames: list[Any], notes: list[str]) -> tuple[Any, Any]:
        places = [None if frame is None else place for place, frame in enumerate(frames)]
        positional, named = call.arguments(self._parameters, places, self._mapping)
        given = [frame for frame in frames if frame is not None]
        numbers = {place: number for number, place in enumerate(place for place in places if place is not None)}
        frames.clear()
        self._calls += 1
        head = {
            "positional": [None if place is None else numbers[place] for place in positional],
            "named": [name[1:] for name in named],
            "again": self._calls > 1,
        }
        told, _ = self._ask("call", head, given)
        del given
        returned = self._told(lambda: _returned(told["returned"]))
        first, second = call.frames(returned, _Frame, notes)
        return self._given(first, notes), self._given(second, notes)

    def _given(self, frame: _Frame | None, notes: list[str]) -> Any:
        """A returned frame, as today's pandas has it."""
        if frame is None:
            return None
        head, buffers = self._ask("give", {"place": frame.place})
        return self._told(lambda: columns.frame(head, buffers, notes))

    def _ask(self, what: str, head: dict[str, Any], buffers: Any = ()) -> tuple[dict[str, Any], list[Any]]:
        return self._told(lambda: self._companion.ask(what, head, buffers))  # type: ignore[no-any-return]

    def _told(self, asked: Callable[[], Any]) -> Any:
        """What was asked for; what is no answer is the script's doing, and an error of its own."""
        try:
            return asked()
        except Ended as error:
            self._ended = error
            raise JobError("0085", "Killed", "The script's process has ended.") from None
        except BaseException as error:
            if isinstance(error, (Foreign, JobError)):
                raise
            self._companion.drop()
            if isinstance(error, MemoryError):
                raise
            raise columns.broken(error) from error

    def lives(self) -> bool:
        """Whether the old Python is there for another call."""
        return self._companion.lives()

    def reply(
        self, outputs: dict[str, bool], error: dict[str, Any] | None, results: Results, notes: list[str]
    ) -> dict[str, Any]:
        """What the host is told: also how the old Python ended, where it did, for the host has the words for that."""
        reply = super().reply(outputs, error, results, notes)
        if self._ended is not None:
            reply["ended"] = [self._ended.status, self._ended.cpu_seconds]
        reply["peak_memory"] = max(reply["peak_memory"], self._peak)
        return reply

    def _pictures(self, results: Results, notes: list[str]) -> list[dict[str, Any]]:
        if self._companion.lives() and self._parameters is not None:
            try:
                told, _ = self._ask("close", {})
                notes.extend(str(note) for note in told["notes"])
                self._peak = int(told["peak"])
            except BaseException as error:  # noqa: BLE001 - drawing runs what the script put into the figure
                notes.append(f"The open figures cannot be saved: {message(error)}")
        return super()._pictures(results, notes)


class _Frame:
    """Stands for a frame that the other has: at a place of the sequence that it returned, or alone."""

    def __init__(self, place: int | None) -> None:
        self.place = place


def _parameters(told: list[list[Any]] | None) -> list[inspect.Parameter] | None:
    """As today's `inspect` has them; their names, which may be words of the language now, are marked."""
    if told is None:
        return None
    found = []
    for place, (kind, name, has_default) in enumerate(told):
        own = f"_{name}" if kind == "KEYWORD_ONLY" else f"p{place}"
        default = None if has_default else inspect.Parameter.empty
        found.append(inspect.Parameter(own, _KINDS[kind], default=default))
    return found


def _returned(told: dict[str, Any]) -> Any:
    """What stands for the value that the script returned."""
    if told.get("frame"):
        return _Frame(None)
    if "type" in told:
        return _value(told)
    return [
        None if each is None else _Frame(place) if each.get("frame") else _value(each)
        for place, each in enumerate(told["elements"])
    ]


def _value(told: dict[str, Any]) -> Any:
    module, name = told["type"]
    return type("Value", (), {"__module__": str(module), "__qualname__": str(name)})()


_KINDS = {
    kind.name: kind
    for kind in (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.KEYWORD_ONLY,
        inspect.Parameter.VAR_KEYWORD,
    )
}
