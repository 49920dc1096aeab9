"""Services of hostile scripts."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.limits import Limits
from bottega.sandbox.host.service import ScriptService, Workers
from bottega.sandbox.host.task import Outcome
from tests.attack.hostile import MIB, PRELOAD, PRELUDE

if TYPE_CHECKING:
    from bottega.sandbox.host.environment import Environment
    from tests.attack.conftest import Open

Serve = Callable[..., Workers]
LIMITS = Limits(20.0, 3600, 1024 * MIB, 64, 64 * MIB, 64 * MIB, MIB)


@contextmanager
def started(opened: Open, environment: Environment) -> Iterator[Serve]:
    """Makes services in the jail of a layer; they are closed at the end."""
    with ExitStack() as stack:

        def made(
            source: str, *, reuse: bool, layer: Layer = Layer.NAMESPACES, spares: int = 2, most: int = 4
        ) -> Workers:
            service = ScriptService(environment, "attack.py", source.encode(), limits=LIMITS, preload=PRELOAD)
            workers = Workers(opened(layer).pool, service, reuse=reuse, spares=spares, most=most)
            stack.callback(workers.close)
            return workers

        yield made


def log(outcome: Outcome) -> str:
    """What a call printed that must not fail."""
    assert outcome.failure is None, (outcome.failure, outcome.log)
    outcome.close()
    return outcome.log


def serving(body: str, before: str = "") -> str:
    """A script: the prelude, statements at its top, and this body of its function."""
    head = PRELUDE + textwrap.dedent(before)
    return head + "\ndef azureml_main(frame=None, other=None):\n" + textwrap.indent(textwrap.dedent(body), "    ")
