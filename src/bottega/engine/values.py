"""What ports carry, in memory: the outputs that the next steps are likely to want."""

from __future__ import annotations

import mmap
import threading
from collections import OrderedDict
from typing import Any

import pyarrow as pa

from bottega.sandbox.host.memory import Memory
from bottega.store.workspace import Workspace

_KEPT_BYTES = 1 << 30
_KEPT_FILES = 128  # each is a descriptor


class Values:
    """Sealed memory by digest, from what was just made or from the workspace; bounded, the oldest go first."""

    def __init__(self, workspace: Workspace, kept_bytes: int = _KEPT_BYTES) -> None:
        self._blobs = workspace.blobs
        self._kept_bytes = kept_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Memory] = OrderedDict()
        self._size = 0

    def keep(self, digest: str, memory: Memory) -> None:
        """Take over a sealed memory file."""
        with self._lock:
            if digest in self._kept:
                memory.close()
                return
            self._kept[digest] = memory
            self._size += memory.size
            while (self._size > self._kept_bytes and len(self._kept) > 1) or len(self._kept) > _KEPT_FILES:
                _, oldest = self._kept.popitem(last=False)
                self._size -= oldest.size
                oldest.close()

    def borrow(self, digest: str) -> Memory:
        """A sealed memory file with this content, for the caller to close. Raises `blob-missing`.

        Never the stored file itself: a jail of the same user could open that for writing.
        """
        with self._lock:
            kept = self._kept.get(digest)
            if kept is not None:
                self._kept.move_to_end(digest)
                return kept.share()
        memory = Memory.sealed("value", lambda file: self._copy(digest, file))
        shared = memory.share()
        self.keep(digest, memory)
        return shared

    def _copy(self, digest: str, file: Any) -> None:
        with self._blobs.open(digest) as source:
            while block := source.read(1 << 20):
                file.write(block)

    def close(self) -> None:
        """Let go of all."""
        with self._lock:
            for memory in self._kept.values():
                memory.close()
            self._kept.clear()
            self._size = 0


def mapped(memory: Memory) -> pa.Buffer:
    """The content of a memory file, where it lies."""
    if not memory.size:
        return pa.py_buffer(b"")
    return pa.py_buffer(mmap.mmap(memory.descriptor, memory.size, prot=mmap.PROT_READ))
