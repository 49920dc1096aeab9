"""What all tests share: the default environment and pools of jails."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from bottega.sandbox.host import build
from bottega.sandbox.host.environment import Environment
from bottega.sandbox.host.layer import Layer
from bottega.sandbox.host.pool import Pool

# These machines are shared: how long one example takes says nothing.
settings.register_profile("bottega", deadline=None)
settings.load_profile("bottega")

# Who starts the tests in the background lets them, and all that they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

PRELOAD = ("numpy", "pandas", "pyarrow")


@pytest.fixture(scope="session")
def environment() -> Environment:
    """The shipped environment, built once for this user."""
    return build.ensure("default", lambda _: None)


@pytest.fixture(scope="session")
def pool(environment: Environment) -> Iterator[Pool]:
    """Jails of the full kind."""
    with Pool(layer=Layer.NAMESPACES, spares=2) as opened:
        opened.prepare(environment, PRELOAD)
        yield opened


@pytest.fixture(params=[False, True], ids=["request", "service"])
def reuse(request: pytest.FixtureRequest) -> bool:
    """The mode of a web service, each in turn."""
    return bool(request.param)
