"""Exit codes, the same for every verb."""

from __future__ import annotations

from bottega.errors import BottegaError

OK = 0
FAILED = 1  # the script failed or broke a limit
USAGE = 2  # bad usage or unreadable input
NO_SANDBOX = 4  # the sandbox cannot be set up
INTERRUPTED = 130  # as shells tell of Ctrl-C

_NO_SANDBOX = ("sandbox-unavailable", "jail-broken", "pool-lost", "environment-build-failed", "environment-invalid")


def of_error(error: BottegaError) -> int:
    """The exit code for an error that kept a verb from its work."""
    return NO_SANDBOX if error.code in _NO_SANDBOX else USAGE


def of_failure(code: str) -> int:
    """The exit code for a run that gave no result; a bundle that is no zip is unreadable input."""
    return {"0102": USAGE, "canceled": INTERRUPTED}.get(code, FAILED)
