"""Writing what finished steps made, many at a time, while others run.

A step counts as finished only when its record is safe, so `NodeEnded` comes from here.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Sequence

from bottega.engine.events import Listener, NodeEnded
from bottega.errors import BottegaError
from bottega.store.records import Step
from bottega.store.workspace import Workspace

Blobs = Sequence[tuple[str, bytes | int]]

# What ends within so many seconds is written together: the disk takes as long for ten steps as for one.
_GATHER_SECONDS = 0.05


# Then the next run makes again what was to be reused.
DATA_GONE = ("blob-missing", "blob-damaged")
# Each holds descriptors of what it is to store; with more than so many, steps wait for the disk.
_MOST_WAITING = 64


class Recorder:
    """One thread that writes; `add` waits for the disk only when much is to be written already."""

    def __init__(self, workspace: Workspace, run: str, listener: Listener) -> None:
        self._workspace = workspace
        self._run = run
        self._listener = listener
        self._queue: queue.Queue[tuple[Sequence[Step], Blobs] | None] = queue.Queue(_MOST_WAITING)
        self.failed: BottegaError | None = None
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def add(self, steps: Sequence[Step], blobs: Blobs = ()) -> None:
        """Record these; the descriptors among the blobs are closed when they are written."""
        self._queue.put((steps, blobs))

    def finish(self) -> None:
        """Wait until all is written. Raises `store-failed` where it could not be."""
        self._queue.put(None)
        self._thread.join()
        if self.failed is not None:
            raise self.failed

    def _write(self) -> None:
        over = False
        while not over:
            batch = self._batch()
            over = None in batch
            waiting = [entry for entry in batch if entry is not None]
            if waiting:
                self._record(
                    [step for steps, _ in waiting for step in steps], [blob for _, blobs in waiting for blob in blobs]
                )

    def _batch(self) -> list[tuple[Sequence[Step], Blobs] | None]:
        """What there is to write, once there is something; None in it says that no more will come."""
        batch = [self._queue.get()]
        until = time.monotonic() + _GATHER_SECONDS
        while batch[-1] is not None:
            try:
                batch.append(self._queue.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
        return batch

    def _forget(self, steps: Sequence[Step], digest: str) -> None:
        """What was to be reused is not there: the next run makes it again."""
        for step in steps:
            if digest in step.digests and step.fingerprint:
                with contextlib.suppress(BottegaError):  # this thread goes on, or nobody could end the run
                    self._workspace.results.forget(step.fingerprint)

    def _record(self, steps: Sequence[Step], blobs: Blobs) -> None:
        try:
            if self.failed is None:
                self._workspace.runs.record(self._run, steps, blobs)
        except BottegaError as error:
            self.failed = error
            if error.code in DATA_GONE:
                self._forget(steps, str(error.facts.get("digest")))
        except Exception as error:  # noqa: BLE001 - a full disk comes as one of many kinds
            reason = str(getattr(error, "strerror", None) or getattr(error, "orig", None) or error)
            self.failed = BottegaError("store-failed", path=str(self._workspace.folder), reason=reason[:300])
        finally:
            for _, source in blobs:
                if isinstance(source, int):
                    os.close(source)
        if self.failed is None:
            for step in steps:
                self._listener(NodeEnded(step))
