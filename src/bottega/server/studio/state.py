"""What the Studio API of one server keeps in memory."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

from bottega.server.studio.activities import Activities

if TYPE_CHECKING:
    from starlette.requests import Request

# Files that are parsed side by side: each takes a few times its size in memory.
_PARSED_AT_ONCE = 2


class Studio:
    """Work that goes on, and how much of it at once."""

    def __init__(self) -> None:
        self.activities = Activities()
        self.parsing = threading.BoundedSemaphore(_PARSED_AT_ONCE)

    def close(self) -> None:
        """Wait for what goes on."""
        self.activities.close()


def studio_of(request: Request) -> Studio:
    """That of the server that got a request."""
    state = request.app.state
    if not hasattr(state, "studio"):
        state.studio = Studio()
    return cast("Studio", state.studio)
