"""The fixtures of the server, for clients that live outside of it."""

from __future__ import annotations

from tests.server.conftest import live, server

__all__ = ["live", "server"]
