"""A batch job of a server, by the address of an endpoint and a key: files go there and come back."""

from __future__ import annotations

import itertools
import select
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bottega.cli.bar import Bar
from bottega.cli.batch_client import Client, RefusedError, UnreachableError
from bottega.cli.batch_done import Done
from bottega.cli.run import cancel_on_signals
from bottega.cli.service_batch import named
from bottega.engine.outputs import check_output
from bottega.errors import BottegaError, describe

_PAUSE_SECONDS = 0.3
_LONGEST_PAUSE_SECONDS = 3.0
_PATIENCE_SECONDS = 120.0  # a server that starts again goes on with the job
# What a server does not make of a table that it keeps.
_NOT_KEPT = (".tsv", ".arff")
_ENDS = ("Finished", "Failed", "Cancelled")
_ALONE = ""  # the name of an input that was not named


class _CanceledError(Exception):
    """Ctrl-C, before there was a job."""


def run(
    url: str, key: str, files: Sequence[str], outputs: Sequence[str], parameters: Mapping[str, Any], *, quiet: bool
) -> Done:
    """Run it. Raises `usage` for what the server refuses, and `0048`."""
    client, inputs = Client(url, key), _inputs(files)
    _check_outputs(outputs)
    with cancel_on_signals() as cancel:
        job = _Job(client, cancel)
        with Bar(lambda: job.told, quiet=quiet):
            try:
                client.check()
                return job.run(inputs, outputs, parameters)
            except _CanceledError:
                return Done("Cancelled", error="canceled")


class _Job:
    """A job from here; `told` is its progress as it was heard last."""

    def __init__(self, client: Client, cancel: int) -> None:
        self._client = client
        self._cancel = cancel
        self.told: dict[str, Any] = {"Phase": "Uploading"}

    def run(self, inputs: Mapping[str, Path], outputs: Sequence[str], parameters: Mapping[str, Any]) -> Done:
        """All of it."""
        given = {name: self._client.upload(path, self._sent) for name, path in inputs.items()}
        asked = {"Input": given[_ALONE]} if _ALONE in given else {"Inputs": given}
        job = self._client.create({**asked, "GlobalParameters": dict(parameters)})
        self._client.start(job)
        status = self._ended(job)
        if status["StatusCode"] != "Finished":
            word = str(status["StatusCode"])
            return Done(word, error=str(status.get("Details") or word.lower()), job=job)
        results = status.get("Results") or {}
        try:
            paths = _outputs(outputs, results)
            for name, path in paths.items():
                self._client.download(results[name], path)
        except BottegaError as error:
            reason = f"{describe(error)} The job {job} has finished, and the server keeps its results."
            return Done("Failed", error=reason, job=job)
        self._client.delete(job)  # its results are here now
        told = status.get("Progress") or {}
        written = tuple(str(path) for path in paths.values())
        return Done("Finished", int(told.get("RowsRead") or 0), int(told.get("RowsWritten") or 0), written, job=job)

    def _sent(self, done: int, size: int) -> None:
        if self._is_canceled(0):
            raise _CanceledError
        self.told = {"Phase": "Uploading", "Fraction": done / size if size else None}

    def _ended(self, job: str) -> dict[str, Any]:
        """Its status at its end; Ctrl-C is passed on. A server that cannot be reached may be there again soon."""
        pause, is_asked, heard = _PAUSE_SECONDS, False, time.monotonic()
        while True:
            try:
                status = self._client.status(job)
                heard = time.monotonic()
            except UnreachableError as error:
                if is_asked or time.monotonic() - heard > _PATIENCE_SECONDS:
                    raise RefusedError(f"{error.facts['reason']}; the job {job} may go on there") from error
                status = {"StatusCode": ""}
            if status["StatusCode"] in _ENDS:
                return status
            self.told = status.get("Progress") or {"Phase": "Waiting"}
            if is_asked:
                select.select([], [], [], pause)
            elif self._is_canceled(pause):
                is_asked = True
                self._client.delete(job)
            pause = min(_LONGEST_PAUSE_SECONDS, pause * 1.2)

    def _is_canceled(self, seconds: float) -> bool:
        return bool(select.select([self._cancel], [], [], seconds)[0])


def _inputs(files: Sequence[str]) -> dict[str, Path]:
    """Files by the names of inputs; one alone needs none."""
    if len(files) == 1 and ("=" not in files[0] or Path(files[0]).exists()):
        return {_ALONE: _file(files[0])}
    found = {}
    for each in files:
        name, separator, path = each.partition("=")
        if not separator or not name or name in found:
            raise BottegaError("usage", reason=f"Of several files each is NAME=FILE, with another name: {each[:200]}")
        found[name] = _file(path)
    return found


def _check_outputs(wanted: Sequence[str]) -> None:
    """Raise for files that cannot be written, before anything is sent; their outputs are not known yet."""
    for text in wanted:
        name, separator, rest = text.partition("=")
        path = rest if separator and "/" not in name else text
        check_output(path, is_table=False)
        if Path(path).suffix.lower() in _NOT_KEPT:
            raise BottegaError("usage", reason=f"{path}: a server gives tables as .csv; other formats go without --url")


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise BottegaError("0048", path=text, reason="there is no such file")
    return path


def _outputs(wanted: Sequence[str], results: Mapping[str, Mapping[str, Any]]) -> dict[str, Path]:
    """Where results go; those that nobody named into files named for them that are not there yet."""
    paths = named(wanted, list(results), "output", "outputs")
    for name, result in results.items():
        if name not in paths:
            paths[name] = _free(Path(name).name or "output", Path(str(result.get("RelativeLocation"))).suffix)
    return paths


def _free(stem: str, suffix: str) -> Path:
    """A name that no file has."""
    endings = itertools.chain([""], (f"-{number}" for number in itertools.count(2)))
    return next(path for ending in endings if not (path := Path(f"{stem}{ending}{suffix}")).exists())
