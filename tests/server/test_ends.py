"""What a server began for itself ends with it."""

from __future__ import annotations

import threading
from pathlib import Path

from bottega.sandbox.host.pool import Pool
from tests.server.published import adder


def test_the_threads_of_calls_end_with_the_server(tmp_path: Path, pool: Pool) -> None:
    before = set(threading.enumerate())
    with adder(tmp_path, pool) as service:
        assert service.call(["1", "2.5", "x"])
        begun = [each for each in threading.enumerate() if each not in before and each.name.startswith("call")]
        assert begun
    for thread in begun:
        thread.join(60)
        assert not thread.is_alive()
